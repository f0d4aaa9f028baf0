#pragma once
// Folds a site's log into the rows of one read model. Rebuilding never decides or sends.

#include "engine/context.h"

#include <map>

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
    };
    void fold(const model::StoredEvent& event, const std::string& key, Row& row) const;

    SiteContext& site_;
    const Projection& projection_;
    std::string view_, cursor_;
    Sequence position_ = 0;
};

}  // namespace tieline::engine
