#pragma once
// Folds a site's log into the rows of one read model. Rebuilding never decides or sends.

#include "engine/context.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tieline::engine {

/// One per (site, projection). Engine thread only, but for fold().
class Projector {
    /// A row while events are folded: parsed once, written once.
    struct Row {
        std::string text;
        Json parsed;
        bool is_parsed = false;  ///< `parsed` holds it, not `text`
        bool is_touched = false;
    };

public:
    /// Events on their way into rows. Between begin() and end() the projector's rows are its own.
    class Portion {
        friend Projector;
        struct Step {
            const model::StoredEvent* event;
            const std::string* key;
            Row* row;
        };
        Events events_;
        std::vector<Step> steps_;
        std::vector<std::pair<const std::string*, Row*>> touched_;
        std::vector<store::ViewPut> rows_;
    };

    Projector(SiteContext& site, const Projection& projection);
    Result<void> open();
    Sequence position() const { return position_; }

    /// Finds the rows that the next events fold into. At most one portion at a time.
    Result<Portion> begin(const Events& events);
    /// On any one thread: looks at nothing but the portion, its events and the rows that begin() found.
    void fold(Portion& portion) const;
    /// Puts rows and position into `batch`; once it is applied, ended() follows.
    void end(Portion& portion, store::WriteBatch& batch) const;
    void ended(const Portion& portion);

private:
    /// Rows stay at hand, parsed: an order's next event comes soon, and the sums' at once.
    static constexpr std::size_t kept_max = 768;

    Result<void> find_row(const model::StoredEvent& event, const std::string& key, Portion& portion);
    void fold(const Portion::Step& step) const;

    SiteContext& site_;
    const Projection& projection_;
    std::string view_, cursor_;
    std::unordered_map<std::string, Row> rows_;
    std::deque<std::string> kept_;  ///< keys of rows_, the longest kept first
    Sequence position_ = 0;
};

}  // namespace tieline::engine
