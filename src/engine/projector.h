#pragma once
// Folds a site's log into the rows of one read model. Rebuilding never decides or sends.

#include "engine/context.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tieline::engine {

/// One per (site, projection). Engine thread only.
class Projector {
public:
    Projector(SiteContext& site, const Projection& projection);
    Result<void> open();
    /// Folds at most `events_max`; returns how many. One batch: rows and position together.
    Result<std::size_t> run(std::size_t events_max);
    Sequence position() const { return position_; }

private:
    /// A row while a run of events is folded: parsed once, written once.
    struct Row {
        std::string text;
        Json parsed;
        bool is_parsed = false;  ///< `parsed` holds it, not `text`
        bool is_touched = false;
    };
    /// Rows stay at hand after a run, parsed: an order's next event comes soon, and the sums' at once.
    static constexpr std::size_t kept_max = 768;
    using Touched = std::vector<std::pair<std::string_view, Row*>>;

    Result<Row*> row_of(const std::string& key, Touched& touched);
    void forget_old_rows();
    void fold(const model::StoredEvent& event, const std::string& key, Row& row) const;

    SiteContext& site_;
    const Projection& projection_;
    std::string view_, cursor_;
    std::unordered_map<std::string, Row> rows_;
    std::deque<std::string> kept_;  ///< keys of rows_, the longest kept first
    Sequence position_ = 0;
};

}  // namespace tieline::engine
