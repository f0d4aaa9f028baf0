#pragma once
// Everything is an event. The envelope carries CloudEvents 1.0 attributes plus site, correlation, cause, schemaversion.

#include "base/json.h"
#include "base/time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tieline::model {

struct WorkOrder;

/// Names a site (plant); 1..32 characters of [a-z0-9_-]. "_hub" is the reserved site.
using SiteId = std::string;
/// Position in a site's log, 1-based, gap-free.
using Sequence = std::uint64_t;

/// An event's data as JSON, parsed once for all flows and read models that look at it. One thread at a time, but that
/// any thread may ask of() for what has been parsed already, until it is dropped.
class ParsedData {
public:
    /// Parses `text`, unless it is the very text parsed before; it is not changed in between. Errors: Json::parse.
    Result<std::shared_ptr<const Json>> of(const std::string& text) const;
    /// The work order that `text` holds, read once as well. Errors: Json::parse, work_order_from_json.
    Result<std::shared_ptr<const WorkOrder>> work_order(const std::string& text) const;
    /// For whoever wrote `text` from `parsed`, and that from `order` where it is a work order.
    void keep(const std::string& text, std::shared_ptr<const Json> parsed,
              std::shared_ptr<const WorkOrder> order = nullptr) const;
    /// Lets go of what was parsed; the next one who asks parses again. `spent` gets it, so that its memory can be freed
    /// elsewhere: that costs as much as a third of parsing.
    void drop(std::vector<std::shared_ptr<const void>>& spent) const {
        if (parsed_) spent.push_back(std::move(parsed_));
        if (order_) spent.push_back(std::move(order_));
    }

private:
    mutable std::shared_ptr<const Json> parsed_;
    mutable std::shared_ptr<const WorkOrder> order_;
    mutable const char* text_ = nullptr;  ///< where the parsed text stands: moved with its event, other in a copy
    mutable std::size_t bytes_ = 0;
};

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
    ParsedData parsed{};      ///< of `data`; no part of the event
    Result<std::shared_ptr<const Json>> json() const { return parsed.of(data); }
    /// Null where it cannot be parsed.
    std::shared_ptr<const Json> json_or_null() const {
        auto result = json();
        return result ? std::move(*result) : nullptr;
    }
    /// Of a snapshot of a work order; the caller includes model/work_order.h.
    Result<std::shared_ptr<const WorkOrder>> work_order() const { return parsed.work_order(data); }
};

struct StoredEvent {
    Sequence seq = 0;
    WallTime recorded{};  ///< when it was committed; a decision's "now"
    Envelope envelope;
};

}  // namespace tieline::model
