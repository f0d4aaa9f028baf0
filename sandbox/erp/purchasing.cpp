#include "sandbox/erp/purchasing.h"

#include "sandbox/erp/part_orders.h"

#include <algorithm>

namespace tieline::sandbox::erp {

namespace {

struct PurchaseOrder {
    std::string company, vendor, currency;
    Minor limit = 0;  ///< 0: none
    Minor received = 0, cleared = 0;
    Receiver receiver;
};

PurchaseOrder find_purchase_order(Db& db, Check& check, const std::string& number) {
    PurchaseOrder order;
    if (!check.ok()) return order;
    Query query(db,
                "SELECT company, vendor, currency, amount, received, cleared, receiver_kind, receiver "
                "FROM purchase_orders WHERE number=?",
                number);
    if (!query.step()) {
        fail_unknown(db, check, "SELECT number FROM purchase_orders LIMIT 10000", "purchase_order", number,
                     "/purchaseOrder");
        return order;
    }
    order.company = query.text(0);
    order.vendor = query.text(1);
    order.currency = query.text(2);
    order.limit = query.integer(3);
    order.received = query.integer(4);
    order.cleared = query.integer(5);
    order.receiver = Receiver{query.text(6), query.text(7)};
    return order;
}

void check_belongs(Check& check, const PurchaseOrder& order, const std::string& number, const std::string& company,
                   const std::string& vendor, const std::string& currency) {
    if (!check.ok()) return;
    if (order.company != company)
        check.fail("unknown_purchase_order", "/purchaseOrder", "order " + number + " is of company " + order.company);
    if (order.vendor != vendor)
        check.fail("vendor_mismatch", "/vendor", "purchase order " + number + " is with vendor " + order.vendor);
    if (order.currency != currency)
        check.fail("currency_mismatch", "/currency", "purchase order " + number + " is in " + order.currency);
}

}  // namespace

Reply create_purchase_order(Call& call) {
    if (call.body.find("items") != nullptr) return create_part_order(call);
    Check check;
    Fields fields(call.body, "", check);
    const std::string company = fields.text("companyCode", 4);
    const std::string vendor = fields.text("vendor", 12);
    const std::string currency = fields.text("currency", 3);
    const int units = check_currency(check, currency, "/currency");
    const Decimal limit = fields.decimal("amount", amount_digits_max, units, Need::optional);
    const std::string text = fields.text("text", 50, Need::optional);
    std::string number = fields.text("number", 12, Need::optional);
    const Receiver receiver = read_receiver(fields, Need::optional);
    fields.done();
    find_company(call.db, check, company, "/companyCode");
    check_vendor(call.db, check, vendor, "/vendor");
    if (limit.is_negative()) check.fail("bad_amount", "/amount", "the amount must not be negative");
    if (!check.ok()) return refused(check.problem());
    if (number.empty()) number = std::to_string(next_number(call.db, "purchase_order"));
    Query known(call.db, "SELECT 1 FROM purchase_orders WHERE number=?", number);
    if (known.step()) return refused(409, "number_taken", "the purchase order " + number + " exists", "/number");
    call.db.run("INSERT INTO purchase_orders VALUES(?,?,?,?,?,?,?,?,0,0)", number, company, vendor, currency,
                to_minor(limit, units), text, receiver.kind, receiver.code);
    Reply reply{201, Json::object()};
    reply.body.set("document", number);
    return reply;
}

Reply post_service_receipt(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    Posting posting;
    posting.head = read_head(call, fields, "service_receipt");
    const std::string number = fields.text("purchaseOrder", 12);
    const std::string vendor = fields.text("vendor", 12);
    posting.currency = fields.text("currency", 3);
    posting.units = check_currency(check, posting.currency, "/currency");
    const Minor amount = to_minor(fields.decimal("amount", amount_digits_max, posting.units), posting.units);
    const Receiver receiver = read_receiver(fields, Need::required);
    fields.done();
    if (amount == 0) check.fail("bad_amount", "/amount", "the amount must not be zero");
    check_receiver(call.db, check, receiver, posting.head.company.code, posting.head.posting_date, "");
    check_vendor(call.db, check, vendor, "/vendor");
    const PurchaseOrder order = find_purchase_order(call.db, check, number);
    check_belongs(check, order, number, posting.head.company.code, vendor, posting.currency);
    if (order.limit != 0 && order.received + amount > order.limit)
        check.fail("receipt_exceeds_order", "/amount",
                   "purchase order " + number + " has " + minor_text(order.limit - order.received, posting.units) +
                       " left to receive");
    add_pair(posting, account_of_kind(call.db, check, "expense_contractor"), receiver,
             account_of_kind(call.db, check, "gr_ir"), amount);
    call.db.run("UPDATE purchase_orders SET received=received+? WHERE number=?", amount, number);
    posting.facts.set("purchaseOrder", number);
    posting.facts.set("vendor", vendor);
    posting.facts.set("received", std::to_string(amount));
    return post(call, check, posting);
}

namespace {

/// The debit side: what was received before is cleared without cost, the rest is cost.
void debit_invoice(Call& call, Check& check, Posting& posting, Minor amount, Minor cleared, const Receiver& receiver) {
    const std::string payable = account_of_kind(call.db, check, "payable");
    if (cleared > 0) posting.lines.push_back(Line{1, account_of_kind(call.db, check, "gr_ir"), cleared});
    if (amount > cleared) {
        if (!receiver.given())
            check.fail("receiver_required", "/costCenter",
                       "nothing was received for this invoice, so its cost needs a receiver");
        check_receiver(call.db, check, receiver, posting.head.company.code, posting.head.posting_date, "");
        posting.lines.push_back(
            Line{1, account_of_kind(call.db, check, "expense_contractor"), amount - cleared, receiver, true});
    }
    posting.lines.push_back(Line{-1, payable, amount});
}

}  // namespace

Reply post_invoice(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    Posting posting;
    posting.head = read_head(call, fields, "invoice");
    const std::string vendor = fields.text("vendor", 12);
    const std::string invoice = fields.text("vendorInvoice", 24);
    const std::string number = fields.text("purchaseOrder", 12, Need::optional);
    const std::string order_line = fields.text("workOrderLine", 64, Need::optional);
    posting.currency = fields.text("currency", 3);
    posting.units = check_currency(check, posting.currency, "/currency");
    const Minor amount = to_minor(fields.decimal("amount", amount_digits_max, posting.units), posting.units);
    Receiver receiver = read_receiver(fields, Need::optional);
    fields.done();
    if (amount <= 0) check.fail("bad_amount", "/amount", "the amount of an invoice must be above zero");
    check_vendor(call.db, check, vendor, "/vendor");
    Minor cleared = 0;
    if (!number.empty()) {
        const PurchaseOrder order = find_purchase_order(call.db, check, number);
        check_belongs(check, order, number, posting.head.company.code, vendor, posting.currency);
        cleared = std::clamp<Minor>(order.received - order.cleared, 0, amount);
        if (!receiver.given()) receiver = order.receiver;
    }
    if (!check.ok()) return refused(check.problem());
    Query known(call.db, "SELECT document FROM invoices WHERE vendor=? AND number=?", vendor, invoice);
    if (known.step())
        return refused(409, "duplicate_invoice",
                       "invoice " + invoice + " of vendor " + vendor + " is booked as document " + known.text(0),
                       "/vendorInvoice");
    debit_invoice(call, check, posting, amount, cleared, receiver);
    posting.facts.set("vendor", vendor);
    posting.facts.set("vendorInvoice", invoice);
    posting.facts.set("invoiceAmount", minor_text(amount, posting.units));
    if (!number.empty()) posting.facts.set("purchaseOrder", number);
    if (!order_line.empty()) posting.facts.set("workOrderLine", order_line);
    posting.facts.set("cleared", std::to_string(cleared));
    const Reply reply = post(call, check, posting);
    if (reply.status >= 300) return reply;
    if (!number.empty()) call.db.run("UPDATE purchase_orders SET cleared=cleared+? WHERE number=?", cleared, number);
    call.db.run("INSERT INTO invoices VALUES(?,?,?)", vendor, invoice, reply.body.text_or("document"));
    return reply;
}

void undo_purchase(Db& db, const std::string& kind, const Json& facts) {
    const std::string number = facts.text_or("purchaseOrder");
    const auto amount = facts.decimal(kind == "invoice" ? "cleared" : "received");
    if (!amount) return db.fail("the facts of a receipt or invoice cannot be read");
    const Minor minor = to_minor(*amount, 0);
    if (kind == "service_receipt")
        db.run("UPDATE purchase_orders SET received=received-? WHERE number=?", minor, number);
    else if (!number.empty())
        db.run("UPDATE purchase_orders SET cleared=cleared-? WHERE number=?", minor, number);
    if (kind == "invoice")
        db.run("DELETE FROM invoices WHERE vendor=? AND number=?", facts.text_or("vendor"),
               facts.text_or("vendorInvoice"));
}

}  // namespace tieline::sandbox::erp
