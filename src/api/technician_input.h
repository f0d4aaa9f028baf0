#pragma once
// Reads one action of a technician: everything is checked before anything is stored. Pure.

#include "base/json.h"
#include "base/time.h"

#include <string>
#include <string_view>

namespace tieline::api {

/// Lower-case UUID of any version (RFC 9562), as text.
bool is_uuid(std::string_view text);

/// What of a technician's body goes into the event: its members as checked, `at` in the hub's time. Kind invalid, names
/// the field and the rule. `now` bounds the phone's clock: a later time counts as now.
Result<Json> read_action(const std::string& body, WallTime now);

}  // namespace tieline::api
