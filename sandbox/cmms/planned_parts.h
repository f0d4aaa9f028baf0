#pragma once
// Parts that a work order will need, and what the hub says of their availability.

#include "sandbox/cmms/items.h"

#include <string>

namespace tieline::sandbox::cmms {

/// Reads lists of planned parts and makes them whole: base quantities, descriptions, kits taken apart.
class PlannedParts {
public:
    explicit PlannedParts(Items& items) : items_(items) {}

    /// The whole list. `previous`: what the order has now; its lines keep what is issued and may go on naming items
    /// that have gone out of use. 409 line_in_use where something issued would lose its line.
    Outcome<Json> read(const Json::Array& input, const Json& previous, bool expand_kits);
    /// Lines of a job plan, checked but for whether the items are known yet.
    Outcome<Json> read_for_job_plan(const Json::Array& input);
    /// A job plan's lines as planned parts. An item that is not known is kept without a base quantity.
    Json from_job_plan(const Json& lines, const std::string& needed_on);

private:
    Outcome<> read_line(Json& list, const Json& input, const std::string& path, const Json& previous, bool expand);
    Outcome<> append(Json& list, Json line, const Json& item, const std::string& path, bool expand);

    Items& items_;
};

/// Gives numbers to planned lines without one: "P7", counting on from `counter`; 422 where one is used twice.
Outcome<> number_planned(Json& list, std::int64_t& counter);
/// The planned line with that number, or nullptr.
const Json* planned_line(const Json& list, const std::string& line);

/// Parts state as the hub gives it; lines that `planned` has not are left out.
Outcome<Json> read_parts_state(const Json& input, const Json& planned);

}  // namespace tieline::sandbox::cmms
