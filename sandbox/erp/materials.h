#pragma once
// Stocked materials: their units, lots, serials, kits; storage locations; what planning says of the two together.

#include "sandbox/erp/posting.h"
#include "sandbox/erp/quantity.h"

#include <optional>
#include <string>
#include <vector>

namespace tieline::sandbox::erp {

struct AlternativeUnit {
    std::string unit;
    std::int64_t numerator = 1, denominator = 1;  ///< 1 unit = numerator/denominator base units
};
struct KitPart {
    std::string material;
    Decimal quantity;  ///< base units per kit
};
struct Material {
    std::string code, unit, currency;
    int units = 2;     ///< digits of the currency
    int decimals = 0;  ///< digits of a quantity
    Decimal price;
    bool standard = false, lot_managed = false, serial_managed = false, active = true;
    std::vector<AlternativeUnit> alternatives;
    std::vector<std::string> substitutes;
    std::vector<KitPart> kit;
};
struct StorageLocation {
    std::string code, company;
    bool negative = false;  ///< its stock may go below zero
};

/// nullopt when the material does not exist or has no valued stock.
std::optional<Material> read_stocked(Db& db, const std::string& code);
/// Refuses an unknown material and one without valued stock.
Material find_stocked(Db& db, Check& check, const std::string& code, std::string_view field);
/// As above, and refuses an inactive one and a kit: for what brings or plans stock.
Material find_plannable(Db& db, Check& check, const std::string& code, std::string_view field);
StorageLocation find_location(Db& db, Check& check, const std::string& code, const std::string& company,
                              std::string_view field);

/// A quantity as it was given, and what it is in base units.
struct Entry {
    Decimal quantity;
    std::string unit;
    std::int64_t numerator = 1, denominator = 1;
    Quantity base = 0;
};
enum class Sign { positive, any };  ///< never zero
/// Reads quantity and unit and converts them exactly.
Entry read_entry(Fields& fields, const Material& material, Sign sign);
/// The factor of a unit of the material; false when it has no such unit.
bool find_unit(const Material& material, const std::string& unit, std::int64_t& numerator, std::int64_t& denominator);

/// Members: the stocked ones, or the few of a material without valued stock; nullopt when there is none.
std::optional<Json> material_json(Db& db, const std::string& code);
Reply list_materials(Call& call);
Reply show_material(Call& call);
std::optional<Json> planning_json(Db& db, const std::string& material, const std::string& location);
Reply list_planning(Call& call);
Reply change_planning(Call& call);
/// Reads the members of one planning row and writes it; `fresh`: absent ones are zero, else they stay.
void write_planning(Call& call, Fields& fields, const std::string& material, const std::string& location);

}  // namespace tieline::sandbox::erp
