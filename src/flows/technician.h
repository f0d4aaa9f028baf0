#pragma once
// What technicians do on their phones reaches the CMMS: each action becomes one command, in the order in which the
// actions of one work order came. Values that somebody else has set meanwhile are not overwritten.

#include "base/json.h"
#include "flows/config_supply.h"
#include "flows/flow.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tieline::flows {

inline constexpr std::string_view technician_flow = "technician";

std::unique_ptr<Flow> make_technician(WriteBackConfig config);

/// Kinds of commands that it gives.
std::vector<std::string_view> technician_commands();

/// Under which key the flow keeps an action's order: its number, or "report/<id>" for a fault report.
std::string technician_key(const Json& acted);

/// Why an action that sets a value must not: `field` ("status", "step/2", "failure") stands at `present`.
struct StaleField {
    std::string field, present, by;
};
/// `state`: the flow's, "" when there is none. `acted`: data of the event "technician.acted", with `base` (the place in
/// the log that the phone has seen; 0: not said). Equal values and one's own are never stale.
std::optional<StaleField> stale_field(std::string_view state, const Json& acted);

}  // namespace tieline::flows
