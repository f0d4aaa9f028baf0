#include "sandbox/erp/journals.h"

#include "sandbox/erp/material_documents.h"
#include "sandbox/erp/movements.h"
#include "sandbox/erp/purchasing.h"

#include <charconv>

namespace tieline::sandbox::erp {

namespace {

constexpr std::size_t items_max = 999;

Line read_item(Call& call, Check& check, const Posting& posting, const Json& item, std::size_t index) {
    const std::string pointer = "/items/" + std::to_string(index);
    Fields fields(item, pointer, check);
    Line line;
    const std::string side = fields.text("debitCredit", 1);
    if (side != "D" && side != "C")
        check.fail("wrong_type", fields.at("debitCredit"), "debitCredit must be D (debit) or C (credit)");
    line.side = side == "C" ? -1 : 1;
    line.account = fields.text("account", 10);
    const Decimal amount = fields.decimal("amount", amount_digits_max, posting.units);
    line.amount = to_minor(amount, posting.units);
    if (line.amount <= 0) check.fail("bad_amount", fields.at("amount"), "the amount of an item must be above zero");
    line.receiver = read_receiver(fields, Need::optional);
    line.tax_code = fields.text("taxCode", 4, Need::optional);
    line.text = fields.text("text", 50, Need::optional);
    fields.done();
    line.cost = is_cost_kind(account_kind(call.db, check, line.account, fields.at("account")));
    if (!check.ok()) return line;
    if (line.cost && !line.receiver.given())
        check.fail("receiver_required", fields.at("costCenter"),
                   "account " + line.account + " is a cost element: give a costCenter, internalOrder or asset");
    if (!line.cost && line.receiver.given())
        check.fail("receiver_not_allowed", fields.at(receiver_member(line.receiver.kind)),
                   "account " + line.account + " is no cost element: it takes no receiver");
    if (line.receiver.given())
        check_receiver(call.db, check, line.receiver, posting.head.company.code, posting.head.posting_date, pointer);
    return line;
}

}  // namespace

Reply post_journal(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    Posting posting;
    posting.head = read_head(call, fields, "journal");
    posting.currency = fields.text("currency", 3);
    posting.units = check_currency(check, posting.currency, "/currency");
    const Json::Array& items = fields.array("items");
    if (items.size() < 2 || items.size() > items_max) check.fail("bad_items", "/items", "a journal has 2 to 999 items");
    fields.done();
    Minor difference = 0;
    posting.lines.reserve(items.size());
    for (std::size_t index = 0; index < items.size() && check.ok(); ++index) {
        posting.lines.push_back(read_item(call, check, posting, items[index], index));
        difference += posting.lines.back().side * posting.lines.back().amount;
    }
    if (difference != 0)
        check.fail("unbalanced", "/items",
                   "debits less credits are " + minor_text(difference, posting.units) + " " + posting.currency +
                       " instead of zero");
    return post(call, check, posting);
}

namespace {

/// The original as it was posted, with its sides swapped.
struct Original {
    std::string kind, company, currency, facts, text, work_order;
    std::int64_t number = 0, order = 0, reverses = 0, reversed_by = 0;
    Minor order_amount = 0;
};

bool read_original(Db& db, std::string_view number, Original& original) {
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), original.number);
    if (parsed.ec != std::errc{} || parsed.ptr != number.data() + number.size()) return false;
    Query query(db,
                "SELECT kind, company, currency, facts, maintenance_order, reverses, reversed_by, order_amount, text, "
                "work_order "
                "FROM documents WHERE number=?",
                original.number);
    if (!query.step()) return false;
    original.kind = query.text(0);
    original.text = query.text(8);
    original.work_order = query.text(9);
    original.company = query.text(1);
    original.currency = query.text(2);
    original.facts = query.text(3);
    original.order = query.integer(4);
    original.reverses = query.integer(5);
    original.reversed_by = query.integer(6);
    original.order_amount = query.integer(7);
    return true;
}

void mirror_lines(Db& db, Posting& reversal) {
    Query query(db,
                "SELECT side, account, amount, company_amount, receiver_kind, receiver, tax_code, text FROM lines "
                "WHERE document=? ORDER BY line",
                reversal.reverses);
    while (query.step()) {
        Line line{-static_cast<int>(query.integer(0)), query.text(1), query.integer(2)};
        line.company_amount = query.integer(3);
        line.receiver = Receiver{query.text(4), query.text(5)};
        line.cost = line.receiver.given();
        line.tax_code = query.text(6);
        line.text = query.text(7);
        reversal.lines.push_back(std::move(line));
    }
}

/// Takes back what the original moved besides its lines: stock, the purchase order's receipts and invoices.
void undo_effects(Db& db, const Original& original) {
    const auto facts = Json::parse(original.facts.empty() ? "{}" : original.facts);
    if (!facts) return db.fail("the facts of a document cannot be read");
    if (original.kind == "goods_issue") undo_stock(db, *facts);
    if (original.kind == "service_receipt" || original.kind == "invoice") undo_purchase(db, original.kind, *facts);
}

/// Orders, reservations, requisitions and their changes are documents without lines: there is nothing to reverse.
bool is_posting(std::string_view kind) {
    static constexpr std::array<std::string_view, 7> kinds{
        "journal", "goods_issue", "confirmation", "service_receipt", "invoice", "goods_receipt", "stock_movement"};
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// What a document of stocked material tells of itself, its reversal tells too.
void copy_facts(const Original& original, Posting& reversal) {
    const auto facts = Json::parse(original.facts.empty() ? "{}" : original.facts);
    if (!facts || !facts->is_object()) return;
    for (const auto& [key, value] : facts->members()) reversal.facts.set(key, value);
}

}  // namespace

Reply reverse_document(Call& call) {
    Original original;
    if (!read_original(call.db, call.part, original) || !is_posting(original.kind))
        return refused(404, "unknown_document", "there is no document " + call.part.substr(0, 20) + " to reverse");
    Check check;
    Fields fields(call.body, "", check);
    Posting reversal;
    reversal.head.kind = original.kind;
    reversal.head.posting_date = fields.date("postingDate");
    reversal.head.document_date = reversal.head.posting_date;
    const std::string reason = fields.text("reason", 50);
    reversal.head.reference = fields.text("reference", 16, Need::optional);
    reversal.head.text = fields.text("headerText", 50, Need::optional);
    reversal.head.work_order = fields.text("workOrder", 32, Need::optional);
    fields.done();
    reversal.head.company = find_company(call.db, check, original.company, "");
    if (check.ok() && original.reversed_by != 0) {
        Problem problem{409, "already_reversed", "",
                        "document " + call.part + " is already reversed by " + std::to_string(original.reversed_by)};
        problem.extra.set("reversal_document", std::to_string(original.reversed_by));
        check.fail(std::move(problem));
    }
    if (original.reverses != 0)
        check.fail("reversal_of_reversal", "", "document " + call.part + " is itself a reversal; post anew instead");
    check_period(call.db, check, original.company, reversal.head.posting_date, "/postingDate");
    if (!check.ok()) return refused(check.problem());
    // A reversal belongs to the same story even when the caller does not say so.
    if (reversal.head.work_order.empty()) reversal.head.work_order = original.work_order;
    if (reversal.head.text.empty()) reversal.head.text = original.text;
    reversal.currency = original.currency;
    reversal.units = currency_units(original.currency).value_or(2);
    reversal.reverses = original.number;
    reversal.head.maintenance_order = original.order;
    reversal.order_amount = -original.order_amount;
    reversal.facts.set("reason", reason);
    mirror_lines(call.db, reversal);
    std::vector<Moved> moved;
    if (has_movements(call.db, original.number)) {
        moved = take_back_movements(call, check, reversal);
        copy_facts(original, reversal);
        reversal.facts.set("reason", reason);
    } else {
        undo_effects(call.db, original);
    }
    const Reply reply = post_as_valued(call, check, reversal);
    if (reply.status >= 300) return reply;
    write_movements(call, reversal, reply.body.text_or("document"), moved);
    call.db.run("UPDATE documents SET reversed_by=? WHERE number=?", reply.body.text_or("document", "0"),
                original.number);
    return reply;
}

}  // namespace tieline::sandbox::erp
