#include "sandbox/erp/materials.h"

#include <charconv>

namespace tieline::sandbox::erp {

namespace {

std::int64_t whole(const std::string& text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Json stored_list(Db& db, const std::string& text) {
    auto parsed = Json::parse(text);
    if (parsed && parsed->is_array()) return std::move(*parsed);
    db.fail("a stored list is damaged: " + text.substr(0, 40));
    return Json::array();
}

void read_lists(Db& db, const Query& query, Material& material) {
    const Json units = stored_list(db, query.text(7)), substitutes = stored_list(db, query.text(8)),
               kit = stored_list(db, query.text(9));
    for (const Json& row : units.items())
        material.alternatives.push_back(
            AlternativeUnit{row.text_or("unit"), whole(row.text_or("numerator")), whole(row.text_or("denominator"))});
    for (const Json& row : substitutes.items()) material.substitutes.push_back(row.string());
    for (const Json& row : kit.items()) {
        const auto quantity = Decimal::parse(row.text_or("quantity"));
        if (quantity) material.kit.push_back(KitPart{row.text_or("material"), *quantity});
    }
}

}  // namespace

std::optional<Material> read_stocked(Db& db, const std::string& code) {
    Query query(db,
                "SELECT m.unit, m.price, m.currency, s.decimals, s.valuation, s.lot, s.serial, s.units, s.substitutes, "
                "s.kit, s.active FROM stocked s JOIN materials m ON m.code=s.code WHERE s.code=?",
                code);
    if (!query.step()) return std::nullopt;
    Material material;
    material.code = code;
    material.unit = query.text(0);
    const auto price = Decimal::parse(query.text(1));
    if (!price) db.fail("the price of a material is damaged");
    material.price = price ? *price : Decimal();
    material.currency = query.text(2);
    material.units = currency_units(material.currency).value_or(2);
    material.decimals = static_cast<int>(query.integer(3));
    material.standard = query.text(4) == "standard";
    material.lot_managed = query.integer(5) != 0;
    material.serial_managed = query.integer(6) != 0;
    material.active = query.integer(10) != 0;
    read_lists(db, query, material);
    return material;
}

Material find_stocked(Db& db, Check& check, const std::string& code, std::string_view field) {
    if (!check.ok()) return {};
    if (auto material = read_stocked(db, code)) return std::move(*material);
    Query query(db, "SELECT 1 FROM materials WHERE code=?", code);
    if (query.step())
        check.fail("material_not_stocked", field,
                   "material " + code + " has no valued stock in this ERP; seed it with a valuation first");
    else
        fail_unknown(db, check, "SELECT code FROM materials LIMIT 10000", "material", code, field);
    return {};
}

Material find_plannable(Db& db, Check& check, const std::string& code, std::string_view field) {
    Material material = find_stocked(db, check, code, field);
    if (!check.ok()) return material;
    if (!material.active)
        check.fail("material_inactive", field, "material " + code + " is no longer bought; use a substitute");
    if (!material.kit.empty())
        check.fail("kit_has_no_stock", field, "material " + code + " is a kit without stock: name its components");
    return material;
}

StorageLocation find_location(Db& db, Check& check, const std::string& code, const std::string& company,
                              std::string_view field) {
    StorageLocation location{code, company};
    if (!check.ok()) return location;
    Query query(db, "SELECT negative FROM storage_locations WHERE code=? AND company=?", code, company);
    if (query.step())
        location.negative = query.integer(0) != 0;
    else
        fail_unknown(db, check, "SELECT code FROM storage_locations LIMIT 10000", "storage_location", code, field);
    return location;
}

bool find_unit(const Material& material, const std::string& unit, std::int64_t& numerator, std::int64_t& denominator) {
    numerator = denominator = 1;
    if (unit == material.unit) return true;
    for (const AlternativeUnit& known : material.alternatives) {
        if (known.unit != unit) continue;
        numerator = known.numerator;
        denominator = known.denominator;
        return true;
    }
    return false;
}

namespace {

void fail_unit(Check& check, const Material& material, const std::string& unit, const std::string& field) {
    std::vector<std::string> known{material.unit};
    for (const AlternativeUnit& alternative : material.alternatives) known.push_back(alternative.unit);
    Problem problem{422, "unit_mismatch", field,
                    "material " + material.code + " is kept in " + material.unit + ", not in " + unit};
    Json list = Json::array();
    for (const std::string& each : known) list.push_back(each);
    problem.extra.set("units", std::move(list));
    if (const std::string near = nearest(unit, known); !near.empty()) problem.extra.set("did_you_mean", near);
    check.fail(std::move(problem));
}

}  // namespace

Entry read_entry(Fields& fields, const Material& material, Sign sign) {
    Entry entry;
    Check& check = fields.check();
    entry.quantity = fields.decimal("quantity", 9, quantity_scale);
    entry.unit = fields.text("unit", 6);
    if (!check.ok()) return entry;
    if (entry.quantity.is_zero() || (sign == Sign::positive && entry.quantity.is_negative())) {
        check.fail("bad_amount", fields.at("quantity"),
                   sign == Sign::any ? "the quantity must not be zero" : "the quantity must be above zero");
        return entry;
    }
    if (!find_unit(material, entry.unit, entry.numerator, entry.denominator)) {
        fail_unit(check, material, entry.unit, fields.at("unit"));
        return entry;
    }
    const auto base = converted(to_minor(entry.quantity, quantity_scale), entry.numerator, entry.denominator);
    if (!base || !fits_decimals(*base, material.decimals)) {
        Problem problem{422, "quantity_not_exact", fields.at("quantity"),
                        entry.quantity.str() + " " + entry.unit + " of material " + material.code +
                            " are no quantity of " + std::to_string(material.decimals) + " decimals in " +
                            material.unit + "; give one that is"};
        problem.extra.set("decimals", material.decimals);
        problem.extra.set("unit", material.unit);
        check.fail(std::move(problem));
        return entry;
    }
    entry.base = *base;
    return entry;
}

}  // namespace tieline::sandbox::erp
