#pragma once
// Checklists: numbered steps with a type; a value must fit its type, required ones must be done before completion.

#include "base/json.h"
#include "base/time.h"
#include "sandbox/cmms/problem.h"

#include <string>

namespace tieline::sandbox::cmms {

/// At most 200 steps: {"step"?, "text", "type": CHECK|NUMBER|TEXT|CHOICE, "required"?, "unit"?, "min"?, "max"?,
/// "choices"?}. Values given before are kept for steps of the same number and type in `previous`.
Outcome<Json> read_checklist(const Json::Array& input, const Json* previous, const std::string& list = "checklist");
/// Puts a value into a step: {"value", "by"?, "at"? (default: now)}.
Outcome<> fill_step(Json& checklist, std::int64_t step, const Json& input, WallTime now);
/// Refuses while a required step has no value.
Outcome<> check_complete(const Json& checklist);

}  // namespace tieline::sandbox::cmms
