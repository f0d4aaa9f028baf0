#include "sandbox/erp/requisition_row.h"

#include "sandbox/erp/requisitions.h"
#include "sandbox/erp/stock.h"

namespace tieline::sandbox::erp {

namespace {

constexpr const char* columns =
    "SELECT number, company, material, location, quantity, entry_quantity, entry_unit, price, amount, currency, "
    "delivery_date, vendor, status, level, approved_level, approved_by, rejected_by, reason, text, work_orders, "
    "reference, created, purchase_order, item FROM requisitions WHERE ";

Requisition row_of(Db& db, const Query& row) {
    Requisition made;
    made.number = row.integer(0);
    made.company = row.text(1);
    made.material = row.text(2);
    made.location = row.text(3);
    made.quantity = row.integer(4);
    made.entry_quantity = row.text(5);
    made.entry_unit = row.text(6);
    const auto price = Decimal::parse(row.text(7));
    auto work_orders = Json::parse(row.text(19));
    if (!price || !work_orders || !work_orders->is_array()) db.fail("a stored requisition is damaged");
    made.price = price ? *price : Decimal();
    if (work_orders && work_orders->is_array()) made.work_orders = std::move(*work_orders);
    made.amount = row.integer(8);
    made.currency = row.text(9);
    made.delivery_date = row.text(10);
    made.vendor = row.text(11);
    made.status = row.text(12);
    made.level = row.integer(13);
    made.approved_level = row.integer(14);
    made.approved_by = row.text(15);
    made.rejected_by = row.text(16);
    made.reason = row.text(17);
    made.text = row.text(18);
    made.reference = row.text(20);
    made.created = row.integer(21);
    made.purchase_order = row.text(22);
    made.item = row.integer(23);
    return made;
}

void write_work_orders(Db& db, const Requisition& row) {
    db.run("DELETE FROM requisition_work_orders WHERE requisition=?", row.number);
    for (const Json& code : row.work_orders.items())
        db.run("INSERT OR IGNORE INTO requisition_work_orders VALUES(?,?)", code.string(), row.number);
}

std::string approver_of(Db& db, const Requisition& row) {
    for (const ApprovalLevel& level : approval_levels(db, row.currency)) {
        if (level.level == row.level) return level.approver;
    }
    return {};
}

Json json_of(Db& db, const Requisition& row) {
    const auto material = read_stocked(db, row.material);
    Json json = Json::object();
    json.set("requisition", std::to_string(row.number));
    json.set("companyCode", row.company);
    json.set("material", row.material);
    json.set("storageLocation", row.location);
    json.set("quantity", quantity_text(row.quantity, material ? material->decimals : quantity_scale));
    json.set("unit", material ? material->unit : "");
    json.set("entryQuantity", row.entry_quantity);
    json.set("entryUnit", row.entry_unit);
    json.set("deliveryDate", row.delivery_date);
    set_text(json, "vendor", row.vendor);
    json.set("price", row.price.str());
    json.set("amount", minor_text(row.amount, currency_units(row.currency).value_or(2)));
    json.set("currency", row.currency);
    json.set("status", row.status);
    if (row.status == "in_approval") {
        json.set("level", row.level);
        json.set("approver", approver_of(db, row));
    }
    set_text(json, "approvedBy", row.approved_by);
    set_text(json, "rejectedBy", row.rejected_by);
    set_text(json, "reason", row.reason);
    json.set("workOrders", row.work_orders);
    set_text(json, "purchaseOrder", row.purchase_order);
    if (row.item != 0) json.set("item", std::to_string(row.item));
    set_text(json, "text", row.text);
    set_text(json, "reference", row.reference);
    json.set("createdAt", format_time(WallTime(Millis(row.created))));
    return json;
}

}  // namespace

std::vector<ApprovalLevel> approval_levels(Db& db, const std::string& currency) {
    std::vector<ApprovalLevel> levels;
    Query query(db, "SELECT level, up_to, approver FROM approval_levels WHERE currency=? ORDER BY up_to, level",
                currency);
    while (query.step()) levels.push_back(ApprovalLevel{query.integer(0), query.integer(1), query.text(2)});
    return levels;
}

std::int64_t level_for(const std::vector<ApprovalLevel>& levels, Minor amount) {
    if (levels.empty() || amount <= levels.front().up_to) return 0;
    for (const ApprovalLevel& level : levels) {
        if (amount <= level.up_to) return level.level;
    }
    return levels.back().level;
}

std::optional<Requisition> read_requisition(Db& db, std::int64_t number) {
    static const std::string sql = std::string(columns) + "number=?";
    Query query(db, sql.c_str(), number);
    if (!query.step()) return std::nullopt;
    return row_of(db, query);
}

void insert_requisition(Call& call, const Requisition& row) {
    call.db.run("INSERT INTO requisitions VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,'','','',?,?,?,?,'',0)", row.number,
                row.company, row.material, row.location, row.quantity, row.entry_quantity, row.entry_unit,
                row.price.str(), row.amount, row.currency, row.delivery_date, row.vendor, row.status, row.level,
                row.text, row.work_orders.dump(), row.reference, millis(call.now));
    write_work_orders(call.db, row);
    count_on_stock(call, row.material, row.location, StockCounts{0, 0, row.requested()});
    touch(call, "requisition", std::to_string(row.number));
}

void store_requisition(Call& call, const Requisition& before, const Requisition& after) {
    call.db.run(
        "UPDATE requisitions SET quantity=?, entry_quantity=?, entry_unit=?, price=?, amount=?, delivery_date=?, "
        "vendor=?, status=?, level=?, approved_level=?, approved_by=?, rejected_by=?, reason=?, text=?, work_orders=?, "
        "purchase_order=?, item=? WHERE number=?",
        after.quantity, after.entry_quantity, after.entry_unit, after.price.str(), after.amount, after.delivery_date,
        after.vendor, after.status, after.level, after.approved_level, after.approved_by, after.rejected_by,
        after.reason, after.text, after.work_orders.dump(), after.purchase_order, after.item, after.number);
    if (before.work_orders != after.work_orders) write_work_orders(call.db, after);
    count_on_stock(call, after.material, after.location, StockCounts{0, 0, after.requested() - before.requested()});
    touch(call, "requisition", std::to_string(after.number));
}

std::optional<Json> requisition_json(Db& db, std::int64_t number) {
    const auto row = read_requisition(db, number);
    if (!row) return std::nullopt;
    return json_of(db, *row);
}

Reply show_requisition(Call& call) {
    auto json = requisition_json(call.db, number_of(call.part));
    if (json) return Reply{200, std::move(*json)};
    return refused(404, "unknown_requisition", "there is no requisition " + call.part.substr(0, 20));
}

namespace {

constexpr const char* filters =
    " AND number>?1 AND (?2='' OR reference=?2) AND (?3='' OR number IN (SELECT requisition FROM "
    "requisition_work_orders WHERE work_order=?3)) AND (?4='' OR material=?4) AND (?5='' OR location=?5) AND (?6='' OR "
    "status=?6) AND (?7='' OR status IN ('in_approval', 'approved', 'ordered')) ORDER BY number LIMIT ?8";

/// One text per index, so that SQLite takes the one that narrows most.
const char* list_sql(const net::Target& target) {
    static const std::string by_reference = std::string(columns) + "reference=?2 AND reference<>''" + filters;
    static const std::string by_work_order =
        std::string(columns) + "number IN (SELECT requisition FROM requisition_work_orders WHERE work_order=?3)" +
        filters;
    static const std::string by_material = std::string(columns) + "material=?4" + filters;
    static const std::string by_status = std::string(columns) + "status=?6" + filters;
    static const std::string open = std::string(columns) + "status IN ('in_approval', 'approved', 'ordered')" + filters;
    static const std::string all = std::string(columns) + "1" + filters;
    if (!target.query_value("reference").empty()) return by_reference.c_str();
    if (!target.query_value("workOrder").empty()) return by_work_order.c_str();
    if (!target.query_value("material").empty()) return by_material.c_str();
    if (!target.query_value("status").empty()) return by_status.c_str();
    return target.query_value("open") == "true" ? open.c_str() : all.c_str();
}

}  // namespace

Reply list_requisitions(Call& call) {
    Page page(call);
    const auto value = [&](std::string_view name) { return call.target.query_value(name); };
    std::vector<Requisition> rows;
    {
        Query query(call.db, list_sql(call.target), page.after_number(), value("reference"), value("workOrder"),
                    value("material"), value("storageLocation"), value("status"), value("open") == "true" ? "open" : "",
                    page.fetch());
        while (query.step()) rows.push_back(row_of(call.db, query));
    }
    for (const Requisition& row : rows) {
        if (!page.add(json_of(call.db, row), std::to_string(row.number))) break;
    }
    return page.reply(call);
}

}  // namespace tieline::sandbox::erp
