#pragma once
// What SAP spreads over words, rows and flags, brought into a form that the field map can read. Pure. Private to this
// room.

#include "base/json.h"
#include "base/result.h"
#include "connectors/sap_maintenance/setup.h"

#include <string>
#include <vector>

namespace tieline::connectors::sap_maintenance {

/// Canonical status that SAP's words of system statuses ("REL  PCNF PRC  SETC") come to; "" where none of them says how
/// far the job is.
std::string state_of(const FieldMap& map, const std::string& words);

/// What is known of one order: its row with operations, components and settlement rules expanded, and, where the hub
/// books its cost, what was confirmed and issued.
struct OrderRows {
    Json order;
    Json::Array confirmations, movements, costs;
};
/// Reservations of its components, each once.
std::vector<std::string> reservations_of(const Json& order);
/// The order for the map. Kind invalid where something of it cannot be told without guessing: an unknown state, a cost
/// that goes to several receivers, labor in another unit than hours, a price that is not exact.
Result<Json> shape_order(const Setup& setup, OrderRows rows);

}  // namespace tieline::connectors::sap_maintenance
