#include "sandbox/erp/posting.h"

#include <algorithm>
#include <charconv>

namespace tieline::sandbox::erp {

Reply refused(const Problem& problem) {
    Json body = Json::object();
    body.set("type", "urn:sandbox-erp:" + problem.code);
    body.set("title", problem.code);
    body.set("status", problem.status);
    body.set("code", problem.code);
    if (!problem.field.empty()) body.set("field", problem.field);
    body.set("message", problem.message);
    for (const auto& [key, value] : problem.extra.members()) body.set(key, value);
    return Reply{problem.status, std::move(body)};
}

Reply refused(int status, std::string_view code, std::string_view message, std::string_view field) {
    return refused(Problem{status, std::string(code), std::string(field), std::string(message)});
}

void touch(Call& call, std::string_view kind, std::string_view object) {
    for (const auto& [known_kind, known] : call.touched) {
        if (known == object && known_kind == kind) return;
    }
    call.touched.emplace_back(kind, object);
}

void record_touched(Call& call) {
    for (const bool stock : {false, true}) {
        for (const auto& [kind, object] : call.touched) {
            if ((kind == "stock") != stock) continue;
            record_change(call.db, kind, object, call.now);
            if (!stock) continue;
            const std::size_t slash = object.rfind('/');
            call.db.run(
                "UPDATE stock SET seq=(SELECT seq FROM sqlite_sequence WHERE name='changes') WHERE material=? AND "
                "location=?",
                object.substr(0, slash), object.substr(slash + 1));
        }
    }
    call.touched.clear();
}

std::int64_t open_order(Db& db, Check& check, const std::string& number, const std::string& company) {
    if (number.empty() || !check.ok()) return 0;
    std::int64_t value = 0;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != number.data() + number.size()) value = -1;
    Query query(db, "SELECT company, status FROM orders WHERE number=?", value);
    if (!query.step() || query.text(0) != company) {
        fail_unknown(db, check, "SELECT CAST(number AS TEXT) FROM orders ORDER BY number DESC LIMIT 1000", "order",
                     number, "/maintenanceOrder");
        return 0;
    }
    const std::string status = query.text(1);
    if (status != "released" && status != "technically_complete")
        check.fail("order_closed", "/maintenanceOrder", "the order " + number + " is " + status + ": it takes no cost");
    return value;
}

Head read_head(Call& call, Fields& fields, std::string_view kind) {
    Head head;
    head.kind = std::string(kind);
    const std::string company = fields.text("companyCode", 4);
    head.posting_date = fields.date("postingDate");
    head.document_date = fields.date("documentDate", Need::optional, head.posting_date);
    head.reference = fields.text("reference", 16, Need::optional);
    head.text = fields.text("headerText", 50, Need::optional);
    head.work_order = fields.text("workOrder", 32, Need::optional);
    const std::string order = fields.text("maintenanceOrder", 12, Need::optional);
    head.company = find_company(call.db, fields.check(), company, "/companyCode");
    check_period(call.db, fields.check(), company, head.posting_date, "/postingDate");
    head.maintenance_order = open_order(call.db, fields.check(), order, company);
    return head;
}

void add_pair(Posting& posting, const std::string& cost_account, const Receiver& receiver, const std::string& contra,
              Minor amount) {
    const int side = amount < 0 ? -1 : 1;
    const Minor size = amount < 0 ? -amount : amount;
    posting.lines.push_back(Line{side, cost_account, size, receiver, receiver.given()});
    posting.lines.push_back(Line{-side, contra, size});
}

Minor order_amount(Db& db, Check& check, const Posting& posting, Minor amount) {
    if (posting.head.maintenance_order == 0 || !check.ok()) return 0;
    Query query(db, "SELECT currency FROM orders WHERE number=?", posting.head.maintenance_order);
    if (!query.step()) return 0;
    const std::string currency = query.text(0);
    const Decimal rate = find_rate(db, check, posting.currency, currency, posting.head.posting_date);
    return times_minor(minor_decimal(amount, posting.units), rate, currency_units(currency).value_or(2)).value_or(0);
}

namespace {

/// Company amounts per line, half even; what rounding leaves goes to the largest line, so that both sides agree.
void value_in_company_currency(Db& db, Check& check, Posting& posting) {
    const Head& head = posting.head;
    if (posting.currency == head.company.currency) {
        for (Line& line : posting.lines) line.company_amount = line.amount;
        return;
    }
    const Decimal rate = find_rate(db, check, posting.currency, head.company.currency, head.posting_date);
    Minor difference = 0;
    Line* largest = nullptr;
    for (Line& line : posting.lines) {
        const auto amount = times_minor(minor_decimal(line.amount, posting.units), rate, head.company.units);
        if (!amount) check.fail("bad_amount", "/currency", "an amount is too large in the company's currency");
        line.company_amount = amount.value_or(0);
        difference += line.side * line.company_amount;
        if (!line.cost && (largest == nullptr || line.company_amount > largest->company_amount)) largest = &line;
    }
    if (difference == 0) return;
    if (largest == nullptr) {
        largest = &*std::max_element(posting.lines.begin(), posting.lines.end(),
                                     [](const Line& a, const Line& b) { return a.company_amount < b.company_amount; });
    }
    largest->company_amount -= largest->side * difference;
}

bool has_cost(const Posting& posting) {
    for (const Line& line : posting.lines) {
        if (line.cost) return true;
    }
    return false;
}

struct Total {
    Minor amount = 0, company_amount = 0;
};
/// Net cost where the document carries cost, else its debit side.
Total total_of(const Posting& posting) {
    Total cost, debit;
    for (const Line& line : posting.lines) {
        if (line.cost) {
            cost.amount += line.side * line.amount;
            cost.company_amount += line.side * line.company_amount;
        }
        if (line.side > 0) {
            debit.amount += line.amount;
            debit.company_amount += line.company_amount;
        }
    }
    return has_cost(posting) ? cost : debit;
}

void write_lines(Db& db, const Posting& posting, std::int64_t number) {
    const std::string month = posting.head.posting_date.month_str();
    int index = 0;
    for (const Line& line : posting.lines) {
        db.run("INSERT INTO lines VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", number, ++index, line.side, line.account,
               line.amount, line.company_amount, posting.currency, posting.head.company.code, month, line.receiver.kind,
               line.receiver.code, line.tax_code, line.text);
    }
}

}  // namespace

Reply post(Call& call, Check& check, Posting& posting) {
    if (check.ok()) value_in_company_currency(call.db, check, posting);
    if (check.ok() && has_cost(posting))
        posting.order_amount = order_amount(call.db, check, posting, total_of(posting).amount);
    return post_as_valued(call, check, posting);
}

Reply post_as_valued(Call& call, Check& check, Posting& posting) {
    Db& db = call.db;
    const Head& head = posting.head;
    if (!check.ok()) return refused(check.problem());
    const Total total = total_of(posting);
    if (posting.order_amount != 0)
        db.run("UPDATE orders SET actual=actual+? WHERE number=?", posting.order_amount, head.maintenance_order);
    const std::int64_t number = next_number(db, head.kind.c_str());
    const std::string document = std::to_string(number);
    db.run("INSERT INTO documents VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,?,?)", number, head.kind, head.company.code,
           posting.currency, head.posting_date.str(), head.document_date.str(), head.reference, head.text,
           head.work_order, head.maintenance_order, total.amount, total.company_amount, posting.order_amount,
           posting.reverses, millis(call.now), posting.facts.members().empty() ? std::string() : posting.facts.dump());
    write_lines(db, posting, number);
    const bool own_kind = head.kind == "invoice" || head.kind == "goods_receipt";
    record_change(db, !own_kind ? "document" : head.kind == "invoice" ? "invoice" : "delivery", document, call.now);

    Reply reply{201, Json::object()};
    reply.body.set("document", document);
    reply.body.set("kind", head.kind);
    reply.body.set("status", "posted");
    reply.body.set("postingDate", head.posting_date.str());
    reply.body.set("currency", posting.currency);
    reply.body.set("amount", minor_text(total.amount, posting.units));
    reply.body.set("companyAmount", minor_text(total.company_amount, head.company.units));
    reply.body.set("companyCurrency", head.company.currency);
    if (!head.reference.empty()) reply.body.set("reference", head.reference);
    if (posting.reverses != 0) reply.body.set("reverses", std::to_string(posting.reverses));
    return reply;
}

}  // namespace tieline::sandbox::erp
