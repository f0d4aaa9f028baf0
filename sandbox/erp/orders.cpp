#include "sandbox/erp/orders.h"

#include <algorithm>
#include <charconv>

namespace tieline::sandbox::erp {

namespace {

/// Orders and their changes are documents without lines, so that one search by reference finds everything.
void write_document(Call& call, const char* kind, std::int64_t number, std::int64_t order, const std::string& company,
                    const std::string& currency, Minor amount, const std::string& reference, const std::string& text,
                    const std::string& work_order) {
    const std::string day = format_time(call.now).substr(0, 10);
    call.db.run("INSERT INTO documents VALUES(?,?,?,?,?,?,?,?,?,?,?,0,0,0,0,?,'')", number, kind, company, currency,
                day, day, reference, text, work_order, order, amount, millis(call.now));
    record_change(call.db, "order", std::to_string(order), call.now);
}

struct Order {
    std::int64_t number = 0;
    std::string company, currency, status;
    int units = 2;
    Minor planned = 0;
    Receiver receiver;
};

bool read_order(Db& db, std::string_view part, Order& order) {
    const auto parsed = std::from_chars(part.data(), part.data() + part.size(), order.number);
    if (parsed.ec != std::errc{} || parsed.ptr != part.data() + part.size()) return false;
    Query query(db, "SELECT company, currency, status, planned, receiver_kind, receiver FROM orders WHERE number=?",
                order.number);
    if (!query.step()) return false;
    order.company = query.text(0);
    order.currency = query.text(1);
    order.status = query.text(2);
    order.planned = query.integer(3);
    order.receiver = Receiver{query.text(4), query.text(5)};
    order.units = currency_units(order.currency).value_or(2);
    return true;
}

bool may_become(std::string_view from, std::string_view to) {
    if (from == to) return true;
    if (from == "released") return to == "technically_complete" || to == "cancelled" || to == "closed";
    if (from == "technically_complete") return to == "released" || to == "cancelled" || to == "closed";
    return false;
}

}  // namespace

Reply create_order(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    const std::string company = fields.text("companyCode", 4);
    const std::string reference = fields.text("reference", 16, Need::optional);
    const std::string text = fields.text("headerText", 50, Need::optional);
    const std::string work_order = fields.text("workOrder", 32, Need::optional);
    // The asset worked on; "asset" alone is the receiver of the cost.
    const std::string asset = fields.text("maintainedAsset", 24);
    const std::string title = fields.text("title", 80);
    const std::string type = fields.text("orderType", 20);
    const std::string currency = fields.text("currency", 3);
    const int units = check_currency(check, currency, "/currency");
    const Minor planned = to_minor(fields.decimal("plannedCost", amount_digits_max, units), units);
    const Receiver receiver = read_receiver(fields, Need::required);
    fields.done();
    if (planned < 0) check.fail("bad_amount", "/plannedCost", "the planned cost must not be negative");
    find_company(call.db, check, company, "/companyCode");
    if (check.ok()) {
        Query known(call.db, "SELECT 1 FROM assets WHERE code=? AND company=?", asset, company);
        if (!known.step())
            fail_unknown(call.db, check, "SELECT code FROM assets LIMIT 10000", "asset", asset, "/maintainedAsset");
    }
    const auto today = parse_date(format_time(call.now).substr(0, 10));
    check_receiver(call.db, check, receiver, company, today ? *today : Date{}, "");
    if (!check.ok()) return refused(check.problem());
    const std::int64_t number = next_number(call.db, "order");
    call.db.run("INSERT INTO orders VALUES(?,?,?,?,?,?,?,?,?,0,'released')", number, company, asset, title, type,
                receiver.kind, receiver.code, currency, planned);
    write_document(call, "order", number, number, company, currency, planned, reference, text, work_order);
    Reply reply{201, Json::object()};
    reply.body.set("document", std::to_string(number));
    reply.body.set("kind", "order");
    reply.body.set("status", "posted");
    reply.body.set("orderStatus", "released");
    return reply;
}

Reply change_order(Call& call) {
    Order order;
    if (!read_order(call.db, call.part, order))
        return refused(404, "unknown_order", "there is no order " + call.part.substr(0, 20));
    Check check;
    Fields fields(call.body, "", check);
    const std::string reference = fields.text("reference", 16, Need::optional);
    const std::string text = fields.text("headerText", 50, Need::optional);
    const std::string work_order = fields.text("workOrder", 32, Need::optional);
    const std::string status = fields.has("status") ? fields.text("status", 24) : order.status;
    if (fields.has("plannedCost"))
        order.planned = to_minor(fields.decimal("plannedCost", amount_digits_max, order.units), order.units);
    const Receiver receiver = read_receiver(fields, Need::optional);
    fields.done();
    if (order.planned < 0) check.fail("bad_amount", "/plannedCost", "the planned cost must not be negative");
    const auto today = parse_date(format_time(call.now).substr(0, 10));
    if (receiver.given()) {
        check_receiver(call.db, check, receiver, order.company, today ? *today : Date{}, "");
        order.receiver = receiver;
    }
    static constexpr std::string_view states[] = {"released", "technically_complete", "cancelled", "closed"};
    if (std::find(std::begin(states), std::end(states), status) == std::end(states))
        check.fail("wrong_type", "/status", "status must be released, technically_complete, cancelled or closed");
    if (check.ok() && !may_become(order.status, status))
        check.fail(Problem{409, "order_status", "/status",
                           "order " + call.part + " is " + order.status + " and cannot become " + status});
    if (!check.ok()) return refused(check.problem());
    call.db.run("UPDATE orders SET planned=?, receiver_kind=?, receiver=?, status=? WHERE number=?", order.planned,
                order.receiver.kind, order.receiver.code, status, order.number);
    const std::int64_t number = next_number(call.db, "order_change");
    write_document(call, "order_change", number, order.number, order.company, order.currency, order.planned, reference,
                   text, work_order);
    Reply reply{200, Json::object()};
    reply.body.set("document", std::to_string(number));
    reply.body.set("kind", "order_change");
    reply.body.set("status", "posted");
    reply.body.set("order", call.part);
    reply.body.set("orderStatus", status);
    return reply;
}

namespace {

Json actuals_of(Db& db, std::int64_t order) {
    Json list = Json::array();
    Query query(db,
                "SELECT l.currency, SUM(l.side*l.amount) FROM documents d JOIN lines l ON l.document=d.number "
                "WHERE d.maintenance_order=? AND l.receiver<>'' GROUP BY l.currency ORDER BY 1",
                order);
    while (query.step()) {
        Json row = Json::object();
        row.set("currency", query.text(0));
        row.set("amount", minor_text(query.integer(1), currency_units(query.text(0)).value_or(2)));
        list.push_back(std::move(row));
    }
    return list;
}

Json order_json(Db& db, const Query& row) {
    const std::int64_t number = row.integer(0);
    const std::string currency = row.text(7);
    const int units = currency_units(currency).value_or(2);
    const Minor planned = row.integer(8), actual = row.integer(9);
    const std::string status = row.text(10);
    Json order = Json::object();
    order.set("document", std::to_string(number));
    order.set("companyCode", row.text(1));
    order.set("maintainedAsset", row.text(2));
    order.set("title", row.text(3));
    order.set("orderType", row.text(4));
    order.set(receiver_member(row.text(5)), row.text(6));
    order.set("currency", currency);
    order.set("plannedCost", minor_text(planned, units));
    order.set("actualCost", minor_text(actual, units));
    order.set("commitment", minor_text(status == "released" ? std::max<Minor>(0, planned - actual) : 0, units));
    order.set("status", status);
    order.set("reference", row.text(11));
    order.set("workOrder", row.text(12));
    order.set("actuals", actuals_of(db, number));
    return order;
}

}  // namespace

Reply show_order(Call& call) {
    Order order;
    if (!read_order(call.db, call.part, order))
        return refused(404, "unknown_order", "there is no order " + call.part.substr(0, 20));
    Query query(call.db,
                "SELECT o.*, d.reference, d.work_order FROM orders o JOIN documents d ON d.number=o.number "
                "WHERE o.number=?",
                order.number);
    if (!query.step()) return refused(404, "unknown_order", "there is no order " + call.part.substr(0, 20));
    return Reply{200, order_json(call.db, query)};
}

Reply list_orders(Call& call) {
    Query query(call.db,
                "SELECT o.*, d.reference, d.work_order FROM documents d JOIN orders o ON d.number=o.number "
                "WHERE d.kind='order' AND (?1='' OR d.reference=?1) AND (?2='' OR d.work_order=?2) "
                "AND (?3='' OR o.status=?3) ORDER BY o.number LIMIT 1000",
                call.target.query_value("reference"), call.target.query_value("workOrder"),
                call.target.query_value("status"));
    Json list = Json::array();
    while (query.step()) list.push_back(order_json(call.db, query));
    Reply reply;
    reply.body.set("orders", std::move(list));
    return reply;
}

}  // namespace tieline::sandbox::erp
