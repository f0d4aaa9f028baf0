#include "sandbox/cmms/inventory.h"

#include "sandbox/cmms/assets.h"
#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

constexpr std::size_t page_bytes_max = 1 << 20;

constexpr const char* by_key =
    "SELECT body, change, storeroom, item FROM inventory WHERE (storeroom, item) > (?, ?) AND "
    "(? = '' OR storeroom = ?) AND (? = '' OR item = ?) AND (? = 0 OR differs = 1) ORDER BY storeroom, item LIMIT ?";
constexpr const char* by_change =
    "SELECT body, change, storeroom, item FROM inventory WHERE change > ? AND (? = '' OR storeroom = ?) AND "
    "(? = '' OR item = ?) AND (? = 0 OR differs = 1) ORDER BY change LIMIT ?";

Json difference_of(const Json& row) {
    const Json* erp = row.find("erp");
    if (erp->is_null()) return {};
    return number_of(difference(decimal_of(row, "balance"), decimal_of(*erp, "on_hand")));
}

}  // namespace

Json Inventory::row_of(const std::string& storeroom, const Json& item) {
    const std::string number = item.text_or("itemnum");
    Rows rows = database_.query("SELECT body FROM inventory WHERE storeroom = ? AND item = ?");
    rows.bind(std::string_view(storeroom)).bind(std::string_view(number));
    if (rows.next()) {
        Result<Json> body = Json::parse(rows.text(0));
        if (!body) throw DatabaseError("inventory of " + number + " is not readable: " + body.error().message);
        return std::move(*body);
    }
    return Json::object({{"storeroom", storeroom},
                         {"item", number},
                         {"uom", item.text_or("uom")},
                         {"balance", Json::number("0")},
                         {"erp", Json()},
                         {"difference", Json()},
                         {"last_count", Json()},
                         {"version", 0},
                         {"change", 0}});
}

void Inventory::store(const Json& row) {
    const Json* difference = row.find("difference");
    const bool differs = !difference->is_null() && !decimal_of(row, "difference").is_zero();
    database_.query("INSERT OR REPLACE INTO inventory(storeroom, item, differs, change, body) VALUES(?, ?, ?, ?, ?)")
        .bind(std::string_view(row.find("storeroom")->string()))
        .bind(std::string_view(row.find("item")->string()))
        .bind(static_cast<std::int64_t>(differs ? 1 : 0))
        .bind(row.int_or("change", 0))
        .bind(std::string_view(row.dump()))
        .run();
}

void Inventory::save(Json& row, WallTime now) {
    row.set("difference", difference_of(row));
    row.set("version", row.int_or("version", 0) + 1);
    row.set("change", next_counter(database_, "change"));
    row.set("updated_at", format_time(now));
    store(row);
}

Outcome<> Inventory::move(const Json& storeroom, const Json& item, const Decimal& delta, WallTime now) {
    Json row = row_of(storeroom.text_or("storeroom"), item);
    const Decimal before = decimal_of(row, "balance");
    const Decimal after = sum(before, delta);
    const bool is_short = delta.is_negative() && after.is_negative();
    if (is_short && !storeroom.bool_or("negative_balance", false)) {
        Problem problem =
            conflict("balance_too_small", "storeroom " + storeroom.text_or("storeroom") + " has " + before.str() + " " +
                                              item.text_or("uom") + " of item " + item.text_or("itemnum") + ", not " +
                                              delta.abs().str() + "; count the stock or take it elsewhere");
        problem.field = "quantity";
        problem.extra.set("balance", number_of(before));
        return problem;
    }
    row.set("balance", number_of(after));
    save(row, now);
    return {};
}

Outcome<Json> Inventory::mirror(const std::string& storeroom, const std::string& item, const Json& input,
                                WallTime now) {
    Outcome<Json> place = items_.known_storeroom(storeroom, "storeroom");
    if (!place) return place.error();
    Outcome<Json> part = items_.known(item, "item");
    if (!part) return part.error();
    Reader reader(input, "", {"on_hand", "reserved", "on_order", "next_receipt", "as_of_change", "reference"});
    Json erp = Json::object();
    for (const char* column : {"on_hand", "reserved", "on_order"}) {
        const Sign sign = column == std::string_view("on_hand") ? Sign::any : Sign::not_negative;
        erp.set(column, number_of(reader.decimal(column, sign, Need::required)));
    }
    erp.set("next_receipt", reader.date("next_receipt"));
    if (!reader.has("as_of_change")) {
        reader.fail(invalid("missing_field", "as_of_change", "say which of the ERP's changes these figures are from"));
    }
    const std::int64_t as_of = read_as_of(reader).value_or(0);
    const std::string reference = reader.code("reference", 32);
    if (reader.failed()) return reader.problem();
    Json row = row_of(storeroom, *part);
    Json* old = row.find("erp");
    if (!old->is_null() && as_of < old->int_or("as_of_change", 0)) {
        row.set("ignored", true);
        return row;
    }
    bool is_same = !old->is_null();
    for (const auto& [key, value] : erp.members()) is_same = is_same && *old->find(key) == value;
    if (is_same) {
        if (as_of != old->int_or("as_of_change", 0)) {
            old->set("as_of_change", as_of);
            old->set("reference", reference);
            store(row);
        }
        return row;
    }
    erp.set("as_of_change", as_of);
    erp.set("reference", reference);
    erp.set("written_at", format_time(now));
    row.set("erp", std::move(erp));
    save(row, now);
    return row;
}

Outcome<Json> Inventory::count(const std::string& storeroom, const std::string& item, const Json& input, WallTime now) {
    Outcome<Json> place = items_.known_storeroom(storeroom, "storeroom");
    if (!place) return place.error();
    Outcome<Json> part = items_.known(item, "item");
    if (!part) return part.error();
    Reader reader(input, "", {"quantity", "uom", "note", "by"});
    const std::string note = reader.text("note", 300, Need::required);
    const std::string by = reader.code("by", 20);
    Outcome<Amount> amount = read_amount(reader, *part, true);
    if (!amount) return amount.error();
    Json row = row_of(storeroom, *part);
    row.set("last_count", Json::object({{"quantity", number_of(amount->base)},
                                        {"before", number_of(decimal_of(row, "balance"))},
                                        {"note", note},
                                        {"by", by},
                                        {"at", format_time(now)}}));
    row.set("balance", number_of(amount->base));
    save(row, now);
    webhooks_.announce("inventory.counted", storeroom + "/" + item, now);
    return row;
}

Outcome<Json> Inventory::read(const std::string& storeroom, const std::string& item) {
    const std::optional<Json> part = items_.find(item);
    if (part && items_.find_storeroom(storeroom)) return row_of(storeroom, *part);
    return not_found("unknown_inventory", "there is no storeroom " + storeroom + " with an item " + item);
}

std::string Inventory::list(const InventoryQuery& query) {
    const bool in_order_of_change = query.after_change.has_value();
    Rows rows = database_.query(in_order_of_change ? by_change : by_key);
    if (in_order_of_change) {
        rows.bind(*query.after_change);
    } else {
        rows.bind(std::string_view(query.after_storeroom)).bind(std::string_view(query.after_item));
    }
    rows.bind(std::string_view(query.storeroom)).bind(std::string_view(query.storeroom));
    rows.bind(std::string_view(query.item)).bind(std::string_view(query.item));
    rows.bind(static_cast<std::int64_t>(query.only_different ? 1 : 0)).bind(query.limit + 1);
    if (in_order_of_change) return page_of(rows, *query.after_change, query.limit);
    std::string items, next = query.after_storeroom.empty() ? "" : query.after_storeroom + "/" + query.after_item;
    std::int64_t count = 0;
    bool more = false;
    while (rows.next()) {
        if (count++ == query.limit || items.size() > page_bytes_max) {
            more = true;
            break;
        }
        if (!items.empty()) items += ',';
        items += rows.text(0);
        next = rows.text(2) + "/" + rows.text(3);
    }
    std::string out = "{\"items\":[" + items + "],\"next_after\":";
    append_json_string(out, next);
    return out + ",\"more\":" + (more ? "true" : "false") + "}";
}

}  // namespace tieline::sandbox::cmms
