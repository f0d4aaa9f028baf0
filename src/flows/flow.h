#pragma once
// A flow decides: (event, state, now) → decision. Pure: no I/O, no clock, no randomness. One file per flow.

#include "base/result.h"
#include "base/time.h"
#include "model/command.h"
#include "model/event.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

/// An event that the decision adds to the log. Id, source, site, cause and correlation are filled in by the runner.
struct NewEvent {
    std::string type;
    std::string subject;
    std::string data;  ///< JSON
    int schema_version = 1;
    std::optional<WallTime> occurred{};  ///< default: that of the causing event
    std::string correlation{};           ///< default: that of the causing event
};

/// "Wake me at this time, unless cancelled": fires as event "timer.fired" with data {"flow","key","name"}.
struct Wakeup {
    std::string name;
    std::optional<WallTime> due;  ///< nullopt: cancel
};

/// Something that a person must know or decide, without holding up the key: becomes an exception of kind "notice". `id`
/// is the flow's own name for it, unique in the key while it is open; opening an open one again replaces its text. The
/// answer comes as event "notice.answered" with data {"flow","flow_key","notice","choice","actor","reason"}.
struct Notice {
    std::string id;
    std::string code;     ///< stable name of what it is about: "already_ordered"
    std::string subject;  ///< work order, part, requisition
    std::string reason;   ///< plain words
    std::string fix;      ///< what can be done, plain words
    std::string details;  ///< JSON object; "options": [{"choice","text"}] are the answers that it takes
};

struct Decision {
    std::vector<NewEvent> events;
    std::vector<model::Command> commands;  ///< flow, flow_key, cause and correlation are filled in by the runner
    std::vector<std::string> withdrawals;  ///< command keys that are superseded. Only for one whose receipt said
                                           ///< rejected or parked-as-refused; its exception closes with it
    std::vector<Wakeup> wakeups;
    std::vector<Notice> notices;
    std::vector<std::string> closed_notices;  ///< ids of notices that are over; one that is not open is passed by
    std::optional<std::string> state;  ///< new state JSON; nullopt: unchanged; "": forget the key
};

/// A flow is immutable after construction and thread-safe. Its configuration is part of it.
class Flow {
public:
    virtual ~Flow() = default;
    virtual std::string_view name() const = 0;
    /// Keys whose state this event touches, e.g. work order numbers; empty: none of this flow's business.
    /// decide() runs once per key.
    virtual std::vector<std::string> keys(const model::StoredEvent& event) const = 0;
    /// `state` is "" for a new key. `now` is the event's recorded time. An error parks the key: kind invalid with a
    /// code and a message that says what to mend; anything else is our own fault.
    virtual Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                                    WallTime now) const = 0;
};

using FlowSet = std::vector<std::unique_ptr<Flow>>;

}  // namespace tieline::flows
