#include "sandbox/erp/seed_parts.h"

#include "sandbox/erp/lists.h"
#include "sandbox/erp/materials.h"

#include <array>

namespace tieline::sandbox::erp {

namespace {

int decimals_of_unit(const std::string& unit) {
    return unit == "PC" || unit == "PCE" || unit == "EA" || unit == "SET" ? 0 : 3;
}

Json read_units(Fields& in, const std::string& base) {
    Json list = Json::array();
    const Json::Array& rows = in.array("alternativeUnits", Need::optional);
    for (std::size_t index = 0; index < rows.size() && in.check().ok(); ++index) {
        Fields row(rows[index], in.at("alternativeUnits") + "/" + std::to_string(index), in.check());
        const std::string unit = row.text("unit", 6);
        const Decimal numerator = row.decimal("numerator", 6, 0), denominator = row.decimal("denominator", 6, 0);
        row.done();
        const Decimal one = Decimal::from_int(1);
        if (numerator < one || denominator < one || unit == base)
            in.check().fail("bad_amount", row.at("numerator"),
                            "an alternative unit differs from the base unit and has whole factors from 1 on");
        Json kept = Json::object();
        kept.set("unit", unit);
        kept.set("numerator", numerator.str());
        kept.set("denominator", denominator.str());
        list.push_back(std::move(kept));
    }
    return list;
}

Json read_codes(Fields& in, const char* member) {
    const Json::Array& rows = in.array(member, Need::optional);
    for (std::size_t index = 0; index < rows.size(); ++index) {
        if (!rows[index].is_string() || rows[index].string().empty() || characters(rows[index].string()) > 24)
            in.check().fail("wrong_type", in.at(member) + "/" + std::to_string(index),
                            "a code of a material is a text");
    }
    return in.check().ok() ? Json(rows) : Json::array();
}

Json read_kit(Fields& in) {
    Json list = Json::array();
    const Json::Array& rows = in.array("kit", Need::optional);
    for (std::size_t index = 0; index < rows.size() && in.check().ok(); ++index) {
        Fields row(rows[index], in.at("kit") + "/" + std::to_string(index), in.check());
        Json kept = Json::object();
        kept.set("material", row.text("material", 24));
        const Decimal quantity = row.decimal("quantity", 6, quantity_scale);
        if (quantity.is_zero() || quantity.is_negative())
            in.check().fail("bad_amount", row.at("quantity"), "a component's quantity is above zero");
        kept.set("quantity", quantity.str());
        row.done();
        list.push_back(std::move(kept));
    }
    return list;
}

/// What stands in stock cannot be read in another unit or currency all at once.
void check_unchanged(Db& db, Check& check, const std::string& code, const std::string& unit,
                     const std::string& currency, int decimals, const std::string& field) {
    const auto known = read_stocked(db, code);
    if (!known || (known->unit == unit && known->currency == currency && known->decimals == decimals)) return;
    Query query(db, "SELECT 1 FROM stock WHERE material=? LIMIT 1", code);
    if (query.step())
        check.fail("material_in_use", field,
                   "material " + code + " has stock in " + known->unit + " and " + known->currency +
                       "; unit, decimals and currency stay");
}

void write_stocked(Call& call, Fields& in, const std::string& code, const std::string& unit,
                   const std::string& currency) {
    Check& check = in.check();
    const std::string valuation = in.text("valuation", 20);
    if (valuation != "moving_average" && valuation != "standard")
        check.fail("wrong_type", in.at("valuation"), "valuation must be moving_average or standard");
    const int decimals = static_cast<int>(in.integer("decimals", decimals_of_unit(unit), 0, quantity_scale));
    const Json units = read_units(in, unit), substitutes = read_codes(in, "substitutes"), kit = read_kit(in);
    const bool lot = in.boolean("lotManaged", false), serial = in.boolean("serialManaged", false);
    const bool active = in.boolean("active", true);
    if (serial && decimals != 0)
        check.fail("wrong_type", in.at("serialManaged"), "only whole pieces have serial numbers: decimals must be 0");
    if (!kit.items().empty() && (lot || serial))
        check.fail("wrong_type", in.at("kit"), "a kit has neither lots nor serial numbers");
    check_unchanged(call.db, check, code, unit, currency, decimals, in.at("unit"));
    call.db.run("INSERT OR REPLACE INTO stocked VALUES(?,?,?,?,?,?,?,?,?)", code, decimals, valuation, lot ? 1 : 0,
                serial ? 1 : 0, active ? 1 : 0, units.dump(), substitutes.dump(), kit.dump());
}

}  // namespace

void seed_material(Call& call, Fields& in) {
    const std::string code = in.text("code", 24), name = in.text("name", 60), unit = in.text("unit", 6);
    const std::string currency = in.text("currency", 3);
    const Decimal price = in.decimal("price", 9, 4);
    check_currency(in.check(), currency, in.at("currency"));
    Decimal stock;
    const bool was_stocked = read_stocked(call.db, code).has_value();
    if (in.has("valuation") || was_stocked) {
        if (price.is_negative()) in.check().fail("bad_amount", in.at("price"), "a price is not below zero");
        write_stocked(call, in, code, unit, currency);
    } else {
        stock = in.decimal("stock", 9, 4);
    }
    call.db.run("INSERT OR REPLACE INTO materials VALUES(?,?,?,?,?,?)", code, name, unit, price.str(), currency,
                stock.str());
    touch(call, "material", code);
}

void seed_storage_location(Call& call, Fields& in) {
    const std::string code = in.text("code", 12), company = in.text("companyCode", 4), name = in.text("name", 60);
    const bool negative = in.boolean("negativeStock", false);
    find_company(call.db, in.check(), company, in.at("companyCode"));
    call.db.run("INSERT OR REPLACE INTO storage_locations VALUES(?,?,?,?)", code, company, name, negative ? 1 : 0);
}

void seed_planning(Call& call, Fields& in) {
    const std::string material = in.text("material", 24), location = in.text("storageLocation", 12);
    std::string company;
    {
        Query query(call.db, "SELECT company FROM storage_locations WHERE code=?", location);
        if (query.step()) company = query.text(0);
    }
    find_location(call.db, in.check(), location, company, in.at("storageLocation"));
    write_planning(call, in, material, location);
}

void seed_approval_level(Call& call, Fields& in) {
    const std::int64_t level = in.integer("level", 0, 1, 99);
    if (level == 0) in.check().fail("missing_field", in.at("level"), "the level is a whole number from 1 on");
    const std::string currency = in.text("currency", 3), approver = in.text("approver", 24);
    const int units = check_currency(in.check(), currency, in.at("currency"));
    const Decimal up_to = in.decimal("upTo", amount_digits_max, units);
    call.db.run("INSERT OR REPLACE INTO approval_levels VALUES(?,?,?,?)", currency, level, to_minor(up_to, units),
                approver);
}

void seed_person(Call& call, Fields& in) {
    const std::string id = in.text("id", 24), name = in.text("name", 60), craft = in.text("craft", 12);
    const Date from = in.date("validFrom");
    const Date to = in.date("validTo", Need::optional, Date{9999, 12, 31});
    if (in.check().ok()) {
        Query query(call.db, "SELECT 1 FROM activities WHERE code=? LIMIT 1", craft);
        if (!query.step())
            fail_unknown(call.db, in.check(), "SELECT DISTINCT code FROM activities LIMIT 10000", "activity", craft,
                         in.at("craft"));
    }
    if (to < from) in.check().fail("bad_date", in.at("validTo"), "validTo must not be before validFrom");
    call.db.run("INSERT OR REPLACE INTO persons VALUES(?,?,?,?,?)", id, from.str(), name, craft, to.str());
    touch(call, "person", id + "/" + from.str());
}

std::optional<Json> person_json(Db& db, const std::string& id, const std::string& valid_from) {
    Query query(db, "SELECT id, name, craft, valid_from, valid_to FROM persons WHERE id=? AND valid_from=?", id,
                valid_from);
    if (!query.step()) return std::nullopt;
    Json json = Json::object();
    constexpr std::array<const char*, 5> members{"id", "name", "craft", "validFrom", "validTo"};
    for (std::size_t column = 0; column < members.size(); ++column)
        json.set(members[column], query.text(static_cast<int>(column)));
    return json;
}

Reply list_persons(Call& call) {
    Page page(call, 1000);
    const std::size_t slash = page.after().rfind('/');
    std::vector<std::pair<std::string, std::string>> keys;
    {
        Query query(call.db,
                    "SELECT id, valid_from FROM persons WHERE (id, valid_from)>(?, ?) ORDER BY id, valid_from LIMIT ?",
                    page.after().substr(0, slash),
                    slash == std::string::npos ? std::string() : page.after().substr(slash + 1), page.fetch());
        while (query.step()) keys.emplace_back(query.text(0), query.text(1));
    }
    for (const auto& [id, from] : keys) {
        auto json = person_json(call.db, id, from);
        if (json && !page.add(std::move(*json), id + "/" + from)) break;
    }
    return page.reply(call);
}

Reply list_storage_locations(Call& call) {
    Page page(call, 1000);
    Query query(call.db, "SELECT code, company, name, negative FROM storage_locations WHERE code>? ORDER BY 1 LIMIT ?",
                page.after(), page.fetch());
    while (query.step()) {
        Json row = Json::object();
        row.set("code", query.text(0));
        row.set("companyCode", query.text(1));
        row.set("name", query.text(2));
        row.set("negativeStock", query.integer(3) != 0);
        if (!page.add(std::move(row), query.text(0))) break;
    }
    return page.reply(call);
}

Reply list_approval_levels(Call& call) {
    Query query(call.db,
                "SELECT level, up_to, currency, approver FROM approval_levels ORDER BY currency, up_to, level");
    Json list = Json::array();
    while (query.step()) {
        Json row = Json::object();
        row.set("level", query.integer(0));
        row.set("upTo", minor_text(query.integer(1), currency_units(query.text(2)).value_or(2)));
        row.set("currency", query.text(2));
        row.set("approver", query.text(3));
        list.push_back(std::move(row));
    }
    Reply reply;
    reply.body.set("items", std::move(list));
    return reply;
}

}  // namespace tieline::sandbox::erp
