#include "sandbox/erp/reservations.h"

#include "sandbox/erp/lists.h"
#include "sandbox/erp/stock.h"

#include <algorithm>

namespace tieline::sandbox::erp {

namespace {

struct Reservation {
    std::int64_t number = 0;
    std::string company, material, location, entry_quantity, entry_unit, date, work_order, text, reference, status;
    Quantity quantity = 0, issued = 0;
    std::int64_t created = 0;
    Quantity open() const { return status == "open" ? std::max<Quantity>(0, quantity - issued) : 0; }
};

constexpr const char* columns =
    "SELECT number, company, material, location, quantity, issued, entry_quantity, entry_unit, requirement_date, "
    "work_order, text, reference, status, created FROM reservations WHERE ";

Reservation row_of(const Query& row) {
    Reservation made;
    made.number = row.integer(0);
    made.company = row.text(1);
    made.material = row.text(2);
    made.location = row.text(3);
    made.quantity = row.integer(4);
    made.issued = row.integer(5);
    made.entry_quantity = row.text(6);
    made.entry_unit = row.text(7);
    made.date = row.text(8);
    made.work_order = row.text(9);
    made.text = row.text(10);
    made.reference = row.text(11);
    made.status = row.text(12);
    made.created = row.integer(13);
    return made;
}

std::optional<Reservation> read(Db& db, std::int64_t number) {
    static const std::string sql = std::string(columns) + "number=?";
    Query query(db, sql.c_str(), number);
    if (!query.step()) return std::nullopt;
    return row_of(query);
}

Json json_of(Db& db, const Reservation& row) {
    const auto material = read_stocked(db, row.material);
    const int decimals = material ? material->decimals : quantity_scale;
    Json json = Json::object();
    json.set("reservation", std::to_string(row.number));
    json.set("companyCode", row.company);
    json.set("material", row.material);
    json.set("storageLocation", row.location);
    json.set("quantity", quantity_text(row.quantity, decimals));
    json.set("issued", quantity_text(row.issued, decimals));
    json.set("open", quantity_text(row.open(), decimals));
    json.set("unit", material ? material->unit : "");
    json.set("entryQuantity", row.entry_quantity);
    json.set("entryUnit", row.entry_unit);
    json.set("requirementDate", row.date);
    json.set("status", row.status);
    set_text(json, "workOrder", row.work_order);
    set_text(json, "text", row.text);
    set_text(json, "reference", row.reference);
    json.set("createdAt", format_time(WallTime(Millis(row.created))));
    return json;
}

/// Writes what may change and moves what the stock row counts as reserved.
void store(Call& call, const Reservation& before, const Reservation& after) {
    call.db.run(
        "UPDATE reservations SET quantity=?, issued=?, entry_quantity=?, entry_unit=?, requirement_date=?, "
        "work_order=?, text=?, status=? WHERE number=?",
        after.quantity, after.issued, after.entry_quantity, after.entry_unit, after.date, after.work_order, after.text,
        after.status, after.number);
    count_on_stock(call, after.material, after.location, StockCounts{after.open() - before.open(), 0, 0});
    touch(call, "reservation", std::to_string(after.number));
}

Reply not_found(const std::string& part) {
    return refused(404, "unknown_reservation", "there is no reservation " + part.substr(0, 20));
}

Reply wrong_status(const Reservation& row) {
    return refused(409, "reservation_status",
                   "reservation " + std::to_string(row.number) + " is " + row.status + " and takes no change",
                   "/status");
}

Reply record(Call& call, const Reservation& row, const char* what, const std::string& reference,
             const std::string& text, std::int64_t number = 0) {
    const Company company = [&] {
        Check check;
        return find_company(call.db, check, row.company, "");
    }();
    Action action{number != 0 ? "reservation" : "reservation_change",
                  "reservation",
                  std::to_string(row.number),
                  what,
                  row.company,
                  company.currency};
    action.reference = reference;
    action.text = text;
    action.work_order = row.work_order;
    action.more.set("material", row.material);
    action.more.set("storageLocation", row.location);
    Reply reply = record_action(call, action, number);
    reply.body.set("reservationStatus", row.status);
    return reply;
}

}  // namespace

Reply create_reservation(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    Reservation row;
    row.company = fields.text("companyCode", 4);
    row.material = fields.text("material", 24);
    row.location = fields.text("storageLocation", 12);
    row.date = fields.date("requirementDate").str();
    row.work_order = fields.text("workOrder", 32, Need::optional);
    row.text = fields.text("text", 50, Need::optional);
    row.reference = fields.text("reference", 16, Need::optional);
    find_company(call.db, check, row.company, "/companyCode");
    const Material material = find_plannable(call.db, check, row.material, "/material");
    const Entry entry = read_entry(fields, material, Sign::positive);
    fields.done();
    find_location(call.db, check, row.location, row.company, "/storageLocation");
    if (!check.ok()) return refused(check.problem());
    row.number = next_number(call.db, "reservation");
    row.quantity = entry.base;
    row.entry_quantity = entry.quantity.str();
    row.entry_unit = entry.unit;
    row.status = "open";
    call.db.run("INSERT INTO reservations VALUES(?,?,?,?,?,0,?,?,?,?,?,?,?,?)", row.number, row.company, row.material,
                row.location, row.quantity, row.entry_quantity, row.entry_unit, row.date, row.work_order, row.text,
                row.reference, row.status, millis(call.now));
    count_on_stock(call, row.material, row.location, StockCounts{row.open(), 0, 0});
    touch(call, "reservation", std::to_string(row.number));
    return record(call, row, "create", row.reference, row.text, row.number);
}

Reply change_reservation(Call& call) {
    const auto before = read(call.db, number_of(call.part));
    if (!before) return not_found(call.part);
    Check check;
    Fields fields(call.body, "", check);
    Reservation after = *before;
    const std::string reference = fields.text("reference", 16, Need::optional);
    after.date = fields.date("requirementDate", Need::optional, parse_date(before->date).value()).str();
    if (fields.has("workOrder")) after.work_order = fields.text("workOrder", 32, Need::optional);
    if (fields.has("text")) after.text = fields.text("text", 50, Need::optional);
    const Material material = find_stocked(call.db, check, before->material, "");
    if (fields.has("quantity") || fields.has("unit")) {
        const Entry entry = read_entry(fields, material, Sign::positive);
        after.quantity = entry.base;
        after.entry_quantity = entry.quantity.str();
        after.entry_unit = entry.unit;
    }
    fields.done();
    if (!check.ok()) return refused(check.problem());
    if (before->status != "open") return wrong_status(*before);
    if (after.quantity < after.issued)
        return refused(422, "below_issued",
                       quantity_text(after.issued, material.decimals) + " " + material.unit +
                           " of this reservation are issued; it cannot be less",
                       "/quantity");
    if (after.quantity == after.issued) after.status = "fulfilled";
    store(call, *before, after);
    return record(call, after, "change", reference, after.text);
}

Reply cancel_reservation(Call& call) {
    const auto before = read(call.db, number_of(call.part));
    if (!before) return not_found(call.part);
    Check check;
    Fields fields(call.body, "", check);
    const std::string reference = fields.text("reference", 16, Need::optional);
    const std::string reason = fields.text("reason", 50, Need::optional);
    fields.done();
    if (!check.ok()) return refused(check.problem());
    if (before->status != "open") return wrong_status(*before);
    Reservation after = *before;
    after.status = "cancelled";
    store(call, *before, after);
    return record(call, after, "cancel", reference, reason);
}

std::optional<Json> reservation_json(Db& db, std::int64_t number) {
    const auto row = read(db, number);
    if (!row) return std::nullopt;
    return json_of(db, *row);
}

Reply show_reservation(Call& call) {
    auto json = reservation_json(call.db, number_of(call.part));
    return json ? Reply{200, std::move(*json)} : not_found(call.part);
}

namespace {

constexpr const char* filters =
    " AND number>?1 AND (?2='' OR reference=?2) AND (?3='' OR work_order=?3) AND (?4='' OR material=?4) AND (?5='' OR "
    "location=?5) AND (?6='' OR status=?6) ORDER BY number LIMIT ?7";

/// One text per index, so that SQLite takes the one that narrows most.
const char* list_sql(const net::Target& target) {
    static const std::string by_reference = std::string(columns) + "reference=?2 AND reference<>''" + filters;
    static const std::string by_work_order = std::string(columns) + "work_order=?3 AND work_order<>''" + filters;
    static const std::string by_material = std::string(columns) + "material=?4" + filters;
    static const std::string by_status = std::string(columns) + "status=?6" + filters;
    static const std::string all = std::string(columns) + "1" + filters;
    if (!target.query_value("reference").empty()) return by_reference.c_str();
    if (!target.query_value("workOrder").empty()) return by_work_order.c_str();
    if (!target.query_value("material").empty()) return by_material.c_str();
    return target.query_value("status").empty() ? all.c_str() : by_status.c_str();
}

}  // namespace

Reply list_reservations(Call& call) {
    Page page(call);
    const auto value = [&](std::string_view name) { return call.target.query_value(name); };
    std::vector<Reservation> rows;
    {
        Query query(call.db, list_sql(call.target), page.after_number(), value("reference"), value("workOrder"),
                    value("material"), value("storageLocation"), value("status"), page.fetch());
        while (query.step()) rows.push_back(row_of(query));
    }
    for (const Reservation& row : rows) {
        if (!page.add(json_of(call.db, row), std::to_string(row.number))) break;
    }
    return page.reply(call);
}

std::int64_t check_reservation(Db& db, Check& check, const std::string& number, const std::string& material,
                               const std::string& location, Quantity issued) {
    if (number.empty() || !check.ok()) return 0;
    const auto row = read(db, number_of(number));
    if (!row) {
        check.fail("unknown_reservation", "/reservation", "there is no reservation " + number);
        return 0;
    }
    if (row->material != material || row->location != location)
        check.fail("reservation_mismatch", "/reservation",
                   "reservation " + number + " is for material " + row->material + " at " + row->location);
    if (issued > 0 && row->status != "open")
        check.fail("reservation_closed", "/reservation", "reservation " + number + " is " + row->status);
    return row->number;
}

void count_on_reservation(Call& call, std::int64_t number, Quantity issued) {
    if (number == 0) return;
    const auto before = read(call.db, number);
    if (!before) return;
    Reservation after = *before;
    after.issued = std::max<Quantity>(0, before->issued + issued);
    if (after.status != "cancelled") after.status = after.issued >= after.quantity ? "fulfilled" : "open";
    store(call, *before, after);
}

}  // namespace tieline::sandbox::erp
