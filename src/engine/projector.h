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
    SiteContext& site_;
    const Projection& projection_;
    std::string view_, cursor_;
    Sequence position_ = 0;
};

}  // namespace tieline::engine
