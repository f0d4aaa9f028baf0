#pragma once
// JSON of planned parts, meter readings and serials. For the room's own readers and writers, and for due plans.

#include "base/json.h"
#include "model/fields.h"
#include "model/planned_part.h"

namespace tieline::model {

/// Each reads the list `name` of the object; a missing one is empty. The first error stays in `fields`.
std::vector<PlannedPart> read_planned_parts(Fields& fields, std::string_view name);
std::vector<MeterReading> read_meters(Fields& fields, std::string_view name);
std::vector<PartSerial> read_serials(Fields& fields, std::string_view name);

Json to_json(const std::vector<PlannedPart>& parts);
Json to_json(const std::vector<MeterReading>& meters);
Json to_json(const std::vector<PartSerial>& serials);

}  // namespace tieline::model
