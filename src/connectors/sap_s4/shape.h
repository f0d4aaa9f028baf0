#pragma once
// What SAP spreads over rows and flags, brought into a form that the field map can read, and events made of it. Pure.
// Private to this room.

#include "base/decimal.h"
#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/sap_s4/feed.h"
#include "connectors/sap_s4/reckoning.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tieline::connectors::sap_s4 {

/// Flags are booleans or "X", by service.
bool is_set(const Json& row, std::string_view field);

/// Units of one product: unit → how many base units one of it is.
struct Units {
    std::string base;
    struct Factor {
        Decimal numerator;
        std::int64_t denominator = 1;
    };
    std::map<std::string, Factor> factors;
    /// Kind invalid: "unknown_unit", or "quantity_not_exact" where it cannot be written with six decimals.
    Result<Decimal> in_base(const Decimal& quantity, const std::string& unit, const std::string& product) const;
};
/// Of the rows of A_ProductUnitsOfMeasure.
Units units_of(const Json::Array& rows);

/// +1 for a movement that receives goods of an order, -1 for one that takes a receipt back, 0 for any other.
int receipt_sign(const Json& item);
/// How much of each item of one order was received, in base units, by the items of material documents.
std::map<std::string, Decimal> received_by_item(const Json::Array& items, Reckoning& reckoning);

/// Adds the members that the map reads beside SAP's own fields; metadata.yaml lists them. False: none of the hub's
/// business (no material, no storage location, another plant, …).
bool shape_part(Json& row, const std::string& plant, const std::string& language);
bool shape_equipment(Json& row);
bool shape_internal_order(Json& row);
bool shape_requisition(Json& row, const Units& units);
bool shape_reservation(Json& row);
bool shape_inspection_lot(Json& row);
bool shape_order(Json& row, const std::string& plant, const std::map<std::string, Units>& units,
                 const std::map<std::string, Decimal>& received);
bool shape_delivery(Json& item, const Json& header);
/// One row for each cost center of the slices that SAP keeps of it.
Json::Array merged_cost_centers(const Json::Array& slices, const std::string& language);

/// The event of a shaped row. What the map refuses becomes a refused object with the row as its data. `seq` 0: not
/// read in order. `occurred` in milliseconds since 1970.
SourceObject object_of(const FieldMap& map, const Json& settings, const FeedKind& kind, Json row, std::int64_t seq,
                       std::int64_t occurred);

}  // namespace tieline::connectors::sap_s4
