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
    std::string default_unit = "EA";  ///< of material that names none
};

/// Work order: internal_status, finished, cost_center, planned_cost; labtrans → labor, premium, outside_labor;
/// matusetrans and wpmaterial with the members that shape_transaction and this room's README name.
Json shape_work_order(const Shaping& shaping, Json body);
/// Material used: transaction ("45881.1203": id and work order), used (negative for a return), moved (never negative),
/// unit, returned_transaction.
Json shape_transaction(const Shaping& shaping, Json body, const std::string& work_order);
/// The parts of a transaction's name; the work order is empty where it has none.
std::string transaction_name(const std::string& id, const std::string& work_order);
std::string work_order_in(const std::string& transaction);
std::string id_in(const std::string& transaction);

}  // namespace tieline::connectors::maximo
