#include "sandbox/erp/part_orders.h"

#include "sandbox/erp/requisitions.h"
#include "sandbox/erp/stock.h"

namespace tieline::sandbox::erp {

namespace {

constexpr const char* item_columns =
    "SELECT number, item, material, location, quantity, received, entry_quantity, entry_unit, numerator, denominator, "
    "price, delivery_date, confirmed_date, confirmed_quantity, over_percent, final, requisition FROM part_order_items "
    "WHERE number=?1 AND (?2=0 OR item=?2) ORDER BY item";

PartItem item_of(Db& db, const Query& row) {
    PartItem item;
    item.order = row.text(0);
    item.item = row.integer(1);
    item.material = row.text(2);
    item.location = row.text(3);
    item.quantity = row.integer(4);
    item.received = row.integer(5);
    item.entry_quantity = row.text(6);
    item.entry_unit = row.text(7);
    item.numerator = row.integer(8);
    item.denominator = row.integer(9);
    const auto price = Decimal::parse(row.text(10));
    if (!price) db.fail("the price of an order's item is damaged");
    item.price = price ? *price : Decimal();
    item.delivery_date = row.text(11);
    item.confirmed_date = row.text(12);
    item.confirmed = row.integer(13);
    item.over_percent = row.integer(14);
    item.final = row.integer(15) != 0;
    item.requisition = row.integer(16);
    return item;
}

std::vector<PartItem> read_items(Db& db, const std::string& number, std::int64_t item) {
    std::vector<PartItem> items;
    Query query(db, item_columns, number, item);
    while (query.step()) items.push_back(item_of(db, query));
    return items;
}

}  // namespace

std::vector<PartItem> items_of_order(Db& db, const std::string& number) { return read_items(db, number, 0); }

PartOrder find_part_order(Db& db, Check& check, const std::string& number, std::string_view field) {
    PartOrder order;
    if (!check.ok()) return order;
    Query query(db,
                "SELECT o.number, o.company, o.vendor, o.currency, o.text, h.status, h.reference, h.work_order FROM "
                "part_orders h JOIN purchase_orders o ON o.number=h.number WHERE h.number=?",
                number);
    if (!query.step()) {
        fail_unknown(db, check, "SELECT number FROM part_orders ORDER BY number DESC LIMIT 1000", "purchase_order",
                     number, field);
        return order;
    }
    return PartOrder{query.text(0), query.text(1), query.text(2), query.text(3),
                     query.text(4), query.text(5), query.text(6), query.text(7)};
}

PartItem find_part_item(Db& db, Check& check, const std::string& number, const std::string& item,
                        std::string_view field) {
    if (!check.ok()) return {};
    const std::int64_t wanted = number_of(item);
    const auto items = wanted > 0 ? read_items(db, number, wanted) : std::vector<PartItem>{};
    if (!items.empty()) return items.front();
    check.fail("unknown_item", field, "purchase order " + number + " has no item " + item);
    return {};
}

void insert_item(Call& call, const PartItem& item) {
    call.db.run("INSERT INTO part_order_items VALUES(?,?,?,?,?,0,?,?,?,?,?,?,'',0,?,0,?)", item.order, item.item,
                item.material, item.location, item.quantity, item.entry_quantity, item.entry_unit, item.numerator,
                item.denominator, item.price.str(), item.delivery_date, item.over_percent, item.requisition);
    count_on_stock(call, item.material, item.location, StockCounts{0, item.open(), 0});
}

void store_item(Call& call, const PartItem& before, const PartItem& after) {
    call.db.run(
        "UPDATE part_order_items SET quantity=?, received=?, entry_quantity=?, entry_unit=?, numerator=?, "
        "denominator=?, price=?, delivery_date=?, confirmed_date=?, confirmed_quantity=?, final=? WHERE number=? AND "
        "item=?",
        after.quantity, after.received, after.entry_quantity, after.entry_unit, after.numerator, after.denominator,
        after.price.str(), after.delivery_date, after.confirmed_date, after.confirmed, after.final ? 1 : 0, after.order,
        after.item);
    count_on_stock(call, after.material, after.location, StockCounts{0, after.open() - before.open(), 0});
    touch(call, "purchase_order", after.order);
}

void refresh_part_order(Call& call, const std::string& number) {
    bool all = true;
    for (const PartItem& item : items_of_order(call.db, number)) {
        all = all && item.complete();
        if (item.requisition != 0)
            set_requisition_status(call, item.requisition, item.complete() ? "closed" : "ordered");
    }
    call.db.run("UPDATE part_orders SET status=? WHERE number=? AND status IN ('sent', 'closed')",
                all ? "closed" : "sent", number);
    touch(call, "purchase_order", number);
}

namespace {

Json item_json(Db& db, const PartItem& item) {
    const auto material = read_stocked(db, item.material);
    const int decimals = material ? material->decimals : quantity_scale;
    Json json = Json::object();
    json.set("item", std::to_string(item.item));
    json.set("material", item.material);
    json.set("storageLocation", item.location);
    json.set("quantity", quantity_text(item.quantity, decimals));
    json.set("received", quantity_text(item.received, decimals));
    json.set("open", quantity_text(item.open(), decimals));
    json.set("unit", material ? material->unit : "");
    json.set("entryQuantity", item.entry_quantity);
    json.set("entryUnit", item.entry_unit);
    json.set("price", item.price.str());
    json.set("deliveryDate", item.delivery_date);
    if (!item.confirmed_date.empty()) {
        json.set("confirmedDate", item.confirmed_date);
        json.set("confirmedQuantity", quantity_text(item.confirmed, decimals));
    }
    json.set("overDeliveryPercent", Decimal::from_unscaled(item.over_percent, 2).str());
    json.set("finalDelivery", item.complete());
    if (item.requisition != 0) json.set("requisition", std::to_string(item.requisition));
    return json;
}

}  // namespace

std::optional<Json> purchase_order_json(Db& db, const std::string& number) {
    Json json = Json::object();
    {
        Query query(db,
                    "SELECT o.number, o.company, o.vendor, o.currency, o.text, CAST(o.received AS TEXT), "
                    "CAST(o.cleared AS TEXT), COALESCE(h.status, 'service'), COALESCE(h.reference, ''), "
                    "COALESCE(h.work_order, ''), COALESCE(h.created, -1) FROM purchase_orders o LEFT JOIN part_orders "
                    "h ON h.number=o.number WHERE o.number=?",
                    number);
        if (!query.step()) return std::nullopt;
        constexpr const char* members[] = {"number", "companyCode",   "vendor",       "currency",
                                           "text",   "receivedMinor", "clearedMinor", "status"};
        for (int column = 0; column < 8; ++column) json.set(members[column], query.text(column));
        set_text(json, "reference", query.text(8));
        set_text(json, "workOrder", query.text(9));
        if (query.integer(10) >= 0) json.set("createdAt", format_time(WallTime(Millis(query.integer(10)))));
    }
    Json items = Json::array();
    for (const PartItem& item : items_of_order(db, number)) items.push_back(item_json(db, item));
    json.set("items", std::move(items));
    return json;
}

Reply show_purchase_order(Call& call) {
    const auto number = net::url_decode(call.part);
    auto json = number ? purchase_order_json(call.db, *number) : std::nullopt;
    if (json) return Reply{200, std::move(*json)};
    return refused(404, "not_found", "there is no purchase order " + call.part.substr(0, 40));
}

namespace {

// ?1 after, ?2 number, ?3 reference, ?4 requisition, ?5 material, ?6 vendor, ?7 rows.
const char* orders_sql(const net::Target& target) {
    if (!target.query_value("number").empty())
        return "SELECT number FROM purchase_orders WHERE number=?2 AND number>?1 AND ?3=?3 AND ?4=?4 AND ?5=?5 AND "
               "?6=?6 ORDER BY number LIMIT ?7";
    if (!target.query_value("reference").empty())
        return "SELECT number FROM part_orders WHERE reference=?3 AND reference<>'' AND number>?1 AND ?2=?2 AND ?4=?4 "
               "AND ?5=?5 AND ?6=?6 ORDER BY number LIMIT ?7";
    if (!target.query_value("requisition").empty())
        return "SELECT DISTINCT number FROM part_order_items WHERE requisition=?4 AND requisition<>0 AND number>?1 AND "
               "?2=?2 AND ?3=?3 AND ?5=?5 AND ?6=?6 ORDER BY number LIMIT ?7";
    const bool open = target.query_value("open") == "true";
    if (!target.query_value("material").empty())
        return open ? "SELECT DISTINCT i.number FROM part_order_items i JOIN part_orders h ON h.number=i.number WHERE "
                      "i.material=?5 AND i.number>?1 AND h.status IN ('held', 'sent') AND ?2=?2 AND ?3=?3 AND ?4=?4 "
                      "AND ?6=?6 ORDER BY 1 LIMIT ?7"
                    : "SELECT DISTINCT number FROM part_order_items WHERE material=?5 AND number>?1 AND ?2=?2 AND "
                      "?3=?3 AND ?4=?4 AND ?6=?6 ORDER BY number LIMIT ?7";
    if (open)
        return "SELECT h.number FROM part_orders h JOIN purchase_orders o ON o.number=h.number WHERE h.status IN "
               "('held', 'sent') AND h.number>?1 AND ?2=?2 AND ?3=?3 AND ?4=?4 AND ?5=?5 AND (?6='' OR o.vendor=?6) "
               "ORDER BY h.number LIMIT ?7";
    return "SELECT number FROM purchase_orders WHERE number>?1 AND ?2=?2 AND ?3=?3 AND ?4=?4 AND ?5=?5 AND (?6='' OR "
           "vendor=?6) ORDER BY number LIMIT ?7";
}

}  // namespace

Reply list_purchase_orders(Call& call) {
    Page page(call);
    const auto value = [&](std::string_view name) { return call.target.query_value(name); };
    std::vector<std::string> numbers;
    {
        Query query(call.db, orders_sql(call.target), page.after(), value("number"), value("reference"),
                    number_of(value("requisition")), value("material"), value("vendor"), page.fetch());
        while (query.step()) numbers.push_back(query.text(0));
    }
    for (const std::string& number : numbers) {
        auto json = purchase_order_json(call.db, number);
        if (json && !page.add(std::move(*json), number)) break;
    }
    return page.reply(call);
}

}  // namespace tieline::sandbox::erp
