#pragma once
// Everything is an event. The envelope carries CloudEvents 1.0 attributes plus site, correlation, cause, schemaversion.

#include "base/time.h"

#include <cstdint>
#include <string>

namespace tieline::model {

/// Names a site (plant); 1..32 characters of [a-z0-9_-]. "_hub" is the reserved site.
using SiteId = std::string;
/// Position in a site's log, 1-based, gap-free.
using Sequence = std::uint64_t;

struct Envelope {
    std::string id;       ///< unique in the site; derived, so that repeats fall together: "cmms:WO-000123:2"
    std::string source;   ///< connector or flow that made it, e.g. "cmms", "flow/cost_posting", "hub"
    std::string type;     ///< past tense: "workorder.completed"
    std::string subject;  ///< object it is about, e.g. "WO-000123"
    SiteId site;
    WallTime occurred{};      ///< when it happened in the world
    std::string correlation;  ///< the whole story: usually the work order's number
    std::string cause;        ///< id of the event that caused this one; empty for first causes
    int schema_version = 1;   ///< version of `data`'s schema for this type
    std::string data;         ///< JSON text, stored verbatim
};

struct StoredEvent {
    Sequence seq = 0;
    WallTime recorded{};  ///< when it was committed; a decision's "now"
    Envelope envelope;
};

}  // namespace tieline::model
