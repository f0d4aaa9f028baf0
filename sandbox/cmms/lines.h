#pragma once
// Cost lines of a work order: labor, materials, services and other costs, each with its own fields and bounds.

#include "base/json.h"
#include "sandbox/cmms/problem.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::cmms {

/// What a line takes from its work order where it says nothing itself.
struct LineDefaults {
    std::string currency;
    std::string tax_code;
    bool capital = false;
};

struct LineKind {
    std::string_view list;  ///< member of the work order: "labor"
    char prefix;            ///< of generated line numbers: L, M, S, O
};
const std::vector<LineKind>& line_kinds();
const LineKind* line_kind(std::string_view list);

/// One line, checked and in its stored form. `line` stays empty when the caller gave none.
Outcome<Json> read_line(const LineKind& kind, const Json& input, const std::string& path, const LineDefaults& defaults);
/// A whole list; at most 500 lines.
Outcome<Json::Array> read_lines(const LineKind& kind, const Json::Array& input, const LineDefaults& defaults);
/// Materials lines that name a part transaction stay as they are: `given` with those of `kept` that it leaves out.
/// 409 line_of_transaction where it changes or invents one.
Outcome<Json::Array> keep_booked(const Json::Array& kept, Json::Array given);
Problem line_of_transaction(const std::string& transaction);
/// Gives numbers to lines without one ("L7", counting on from `counter`) and refuses the same number twice in one
/// work order. `work_order` carries the four lists.
Outcome<> number_lines(Json& work_order, std::int64_t& counter);

/// "charge_to": who bears the cost: {"kind": "COST_CENTER|INTERNAL_ORDER|ASSET", "code"}.
Outcome<Json> read_charge_to(const Json& input, const std::string& path);

}  // namespace tieline::sandbox::cmms
