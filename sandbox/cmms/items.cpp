#include "sandbox/cmms/items.h"

#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"

#include <algorithm>
#include <set>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

constexpr std::size_t units_max = 20;
constexpr std::size_t substitutes_max = 20;
constexpr std::size_t components_max = 50;
constexpr std::int64_t factor_max = 1'000'000;

std::string entry(const char* list, std::size_t index) { return std::string(list) + "[" + std::to_string(index) + "]"; }

Outcome<Json> read_units(const Json::Array& input, const std::string& base) {
    Json units = Json::array();
    std::set<std::string> used = {base};
    for (std::size_t index = 0; index < input.size(); ++index) {
        Reader reader(input[index], entry("alternative_units", index), {"unit", "numerator", "denominator"});
        const std::string unit = reader.code("unit", 6, Need::required);
        Json made = Json::object({{"unit", unit}});
        for (const char* part : {"numerator", "denominator"}) {
            const Decimal factor = reader.decimal(part, Sign::not_negative, Need::required);
            if (factor.is_zero() || factor > Decimal::from_int(factor_max)) {
                reader.fail(invalid("bad_factor", reader.path_of(part), "a factor is more than 0 and at most 1000000"));
            }
            made.set(part, number_of(factor));
        }
        if (!used.insert(unit).second) {
            reader.fail(invalid("duplicate_unit", reader.path_of("unit"), "unit " + unit + " is there twice"));
        }
        if (reader.failed()) return reader.problem();
        units.push_back(std::move(made));
    }
    return units;
}

Outcome<Json> read_substitutes(const Json::Array& input, const std::string& own) {
    Json list = Json::array();
    std::set<std::string> used = {own};
    for (std::size_t index = 0; index < input.size(); ++index) {
        const std::string path = entry("substitutes", index);
        const Json wrapped = Json::object({{path, input[index]}});
        Reader reader(wrapped, "", {path});
        const std::string item = reader.code(path, 40, Need::required);
        if (!used.insert(item).second) {
            reader.fail(invalid("duplicate_item", path, item + " is there twice, or stands in for itself"));
        }
        if (reader.failed()) return reader.problem();
        list.push_back(item);
    }
    return list;
}

}  // namespace

Outcome<Json> Items::read_kit(const std::string& number, const Json::Array& input) {
    Json kit = Json::array();
    std::set<std::string> used = {number};
    for (std::size_t index = 0; index < input.size(); ++index) {
        const std::string path = entry("kit", index);
        Reader reader(input[index], path, {"item", "quantity"});
        const std::string item = reader.code("item", 40, Need::required);
        if (reader.failed()) return reader.problem();
        if (!used.insert(item).second) {
            return invalid("duplicate_item", path + ".item", item + " is there twice, or is the kit itself");
        }
        Outcome<Json> component = known(item, path + ".item");
        if (!component) return component.error();
        if (!component->find("kit")->items().empty()) {
            return invalid("nested_kit", path + ".item", item + " is a kit itself; name its components");
        }
        Outcome<Amount> amount = read_amount(reader, *component);
        if (!amount) return amount.error();
        kit.push_back(Json::object({{"item", item}, {"quantity", number_of(amount->given)}}));
    }
    return kit;
}

Outcome<> Items::check_unit(const std::string& number, const Json& content) {
    const std::optional<Json> old = find(number);
    if (!old) return {};
    const bool is_same =
        old->text_or("uom") == content.text_or("uom") && old->int_or("decimals", 0) == content.int_or("decimals", 0);
    if (is_same) return {};
    Rows rows = database_.query("SELECT 1 FROM inventory WHERE item = ? LIMIT 1");
    rows.bind(std::string_view(number));
    if (!rows.next()) return {};
    Problem problem = conflict("unit_in_use", "item " + number + " has stock or transactions in " +
                                                  old->text_or("uom") + "; make a new item for another base unit");
    problem.field = "uom";
    return problem;
}

Outcome<Json> Items::put(const std::string& number, const Json& input, WallTime now) {
    Reader reader(input, "",
                  {"itemnum", "description", "uom", "decimals", "alternative_units", "unit_cost", "currency", "active",
                   "lot_tracked", "serial_tracked", "substitutes", "kit", "external_ref", "as_of_change", "version",
                   "change", "updated_at"});
    check_key(reader, input, "itemnum", number, 40);
    Json content = Json::object({{"itemnum", number}});
    content.set("description", reader.text("description", 200));
    const std::string uom = reader.code("uom", 6, Need::required);
    content.set("uom", uom);
    content.set("decimals", reader.integer("decimals", 0, 3, 0));
    content.set("alternative_units", Json::array());
    content.set("unit_cost", number_of(reader.decimal("unit_cost", Sign::not_negative)));
    content.set("currency", reader.currency("currency", "EUR"));
    content.set("active", reader.boolean("active", true));
    content.set("lot_tracked", reader.boolean("lot_tracked", false));
    content.set("serial_tracked", reader.boolean("serial_tracked", false));
    content.set("substitutes", Json::array());
    content.set("kit", Json::array());
    content.set("external_ref", reader.text("external_ref", 40));
    if (content.bool_or("serial_tracked", false) && content.int_or("decimals", 0) != 0) {
        reader.fail(invalid("bad_number", "decimals", "an item with serial numbers is counted in whole pieces"));
    }
    const Json::Array* units = reader.array("alternative_units", units_max);
    const Json::Array* substitutes = reader.array("substitutes", substitutes_max);
    const Json::Array* kit = reader.array("kit", components_max);
    const std::optional<std::int64_t> as_of = read_as_of(reader);
    if (reader.failed()) return reader.problem();
    if (units != nullptr) {
        Outcome<Json> read = read_units(*units, uom);
        if (!read) return read.error();
        content.set("alternative_units", std::move(*read));
    }
    if (substitutes != nullptr) {
        Outcome<Json> read = read_substitutes(*substitutes, number);
        if (!read) return read.error();
        content.set("substitutes", std::move(*read));
    }
    if (kit != nullptr) {
        Outcome<Json> read = read_kit(number, *kit);
        if (!read) return read.error();
        content.set("kit", std::move(*read));
    }
    Outcome<> unit = check_unit(number, content);
    if (!unit) return unit.error();
    return objects_.put_mirrored(item_kind(), std::move(content), as_of, now);
}

Outcome<Json> Items::put_storeroom(const std::string& code, const Json& input, WallTime now) {
    Reader reader(input, "",
                  {"storeroom", "description", "plant", "active", "negative_balance", "external_ref", "as_of_change",
                   "version", "change", "updated_at"});
    check_key(reader, input, "storeroom", code, 12);
    Json content = Json::object({{"storeroom", code}});
    content.set("description", reader.text("description", 200));
    content.set("plant", reader.code("plant", 16));
    content.set("active", reader.boolean("active", true));
    content.set("negative_balance", reader.boolean("negative_balance", false));
    content.set("external_ref", reader.text("external_ref", 40));
    const std::optional<std::int64_t> as_of = read_as_of(reader);
    if (reader.failed()) return reader.problem();
    return objects_.put_mirrored(storeroom_kind(), std::move(content), as_of, now);
}

Outcome<Json> Items::known(const std::string& number, const std::string& field) {
    return objects_.known(item_kind(), number, field);
}

Outcome<Json> Items::known_storeroom(const std::string& code, const std::string& field) {
    return objects_.known(storeroom_kind(), code, field);
}

Outcome<Json> Items::in_use(const std::string& number, const std::string& field) {
    Outcome<Json> item = known(number, field);
    if (!item || item->bool_or("active", true)) return item;
    return invalid("item_inactive", field, "item " + number + " is taken out of use; name the one that replaces it");
}

Outcome<Json> Items::storeroom_in_use(const std::string& code, const std::string& field) {
    Outcome<Json> storeroom = known_storeroom(code, field);
    if (!storeroom || storeroom->bool_or("active", true)) return storeroom;
    return invalid("storeroom_inactive", field, "storeroom " + code + " is closed; name another one");
}

}  // namespace tieline::sandbox::cmms
