#pragma once
// What the settings say, in the form in which this connector uses it. Private to this room.

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"
#include "connectors/rest/sign_in.h"

#include <cstdint>
#include <string>

namespace tieline::connectors::sap_maintenance {

/// Who brings the cost of an order into the ledger.
enum class Books {
    sap,  ///< SAP itself, when labor is confirmed and material is issued: orders are told without that cost
    hub,  ///< another ERP keeps the ledger: orders are told with their actual labor and material
};
/// What a command workorder.create makes.
enum class Makes { notification, order };

/// Immutable. One per connector.
struct Setup {
    rest::Access access;
    rest::SignInOptions sign_in;
    std::string odata;  ///< "/sap/opu/odata/sap"
    std::string plant;
    Books books = Books::sap;
    Makes makes = Makes::notification;
    bool tells_planned_parts = false;
    std::string cost_hierarchy;  ///< hierarchy of G/L accounts by which SAP tells planned cost; "": it is not read
    std::int64_t since = 0;      ///< milliseconds since 1970: nothing that changed before is read
    Millis overlap{120'000}, reread_every{0};
    std::chrono::days reread_days{30};
    FieldMap map;
    Json settings;  ///< what the map reaches as $settings
};
/// `settings`: checked against fields(). Kind invalid, "bad_setting", where a value is none of its choices, or
/// "map_meaning" where the map lacks a table that is needed.
Result<Setup> setup_of(const Settings& settings, FieldMap map);
std::vector<Field> fields();

}  // namespace tieline::connectors::sap_maintenance
