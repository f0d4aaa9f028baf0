#pragma once
// Bodies of Maximo brought into a form that a field map can read: what is spread, signed or summed there. Pure. Private
// to this room; README.md lists the members that it makes.

#include "base/json.h"

#include <string>

namespace tieline::connectors::maximo {

struct Shaping {
    int cost_center_component = 0;  ///< of a GL account, counted from 1; 0: receivers are not taken from it
    char account_delimiter = '-';
    bool unapproved_labor = false;    ///< takes labor that nobody has approved yet
    bool issues_are_negative = true;  ///< the sign under which an issue is kept; a return has the other one
    std::string outside = "receipt";  ///< outside labor counts: "always", "never", or unless its PO has a "receipt"
    std::string default_unit = "EA";  ///< of material that names none
};

/// Work order: internal_status, finished, cost_center, planned_cost; labtrans → labor, premium, outside_labor;
/// matusetrans and wpmaterial with the members that shape_transaction and this room's README name. Kind invalid where
/// money or a quantity cannot be told for certain: "labor_unreadable", "approval_unknown", "estimate_unreadable",
/// "unknown_issue_kind", "wrong_sign"; the message names the line.
Result<Json> shape_work_order(const Shaping& shaping, Json body);
/// Material used: transaction ("45881.1203": id and work order), used (negative for a return), moved (never negative),
/// unit, returned_transaction. Errors as above.
Result<Json> shape_transaction(const Shaping& shaping, Json body, const std::string& work_order);
/// The kind of a material transaction by the value that a plant's own word stands for: "ISSUE", "RETURN".
std::string issue_kind(const Json& transaction);
/// The parts of a transaction's name; the work order is empty where it has none.
std::string transaction_name(const std::string& id, const std::string& work_order);
std::string work_order_in(const std::string& transaction);
std::string id_in(const std::string& transaction);
/// "1.25E2" → "125": numbers as a program in Java may write them, as exact plain decimals, at any depth. One that is
/// too long for that stays as it is.
void write_out_exponents(Json& json);

}  // namespace tieline::connectors::maximo
