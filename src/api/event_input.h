#pragma once
// Reads a pushed event: checks everything before anything is stored, and makes its canonical form. Pure.

#include "engine/core.h"

#include <string>
#include <string_view>

namespace tieline::api {

/// `body`: one event as CloudEvents has it in JSON: {type, subject, data, source?, time?, site?, correlation?,
/// version?}. Types: workorder.* (data: a canonical work order), part.consumed, part.returned,
/// invoice.received, rate.published. `site` is "" where
/// the event names none. Kind invalid, `field` names the member ("data.lines[2].hours").
Result<engine::Ingest> read_event(std::string_view body, WallTime now);

}  // namespace tieline::api
