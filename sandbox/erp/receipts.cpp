#include "sandbox/erp/receipts.h"

#include "sandbox/erp/lists.h"
#include "sandbox/erp/material_documents.h"
#include "sandbox/erp/part_orders.h"

namespace tieline::sandbox::erp {

namespace {

void check_over_delivery(Check& check, const PartItem& item, const Material& material, Quantity quantity) {
    if (!check.ok() || item.received + quantity <= item.most()) return;
    const auto text = [&](Quantity amount) { return quantity_text(std::max<Quantity>(0, amount), material.decimals); };
    Problem problem{422, "over_delivery", "/quantity",
                    "item " + std::to_string(item.item) + " of purchase order " + item.order + " takes " +
                        text(item.most() - item.received) + " " + material.unit + " more at most, not " +
                        text(quantity)};
    problem.extra.set("open", text(item.quantity - item.received));
    problem.extra.set("most", text(item.most() - item.received));
    problem.extra.set("unit", material.unit);
    check.fail(std::move(problem));
}

}  // namespace

Reply post_goods_receipt(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    Posting posting;
    posting.head = read_head(call, fields, "goods_receipt");
    const std::string number = fields.text("purchaseOrder", 12), item_text = fields.text("item", 5);
    const std::string note = fields.text("deliveryNote", 35, Need::optional);
    const bool final = fields.boolean("finalDelivery", false);
    const PartOrder order = find_part_order(call.db, check, number, "/purchaseOrder");
    const PartItem item = find_part_item(call.db, check, number, item_text, "/item");
    const Material material = find_stocked(call.db, check, item.material, "/item");
    const Entry entry = read_entry(fields, material, Sign::positive);
    std::string place = fields.text("storageLocation", 12, Need::optional);
    if (place.empty()) place = item.location;
    Move move;
    move.kind = "goods_receipt";
    move.quantity = entry.base;
    move.purchase_order = number;
    move.item = item.item;
    read_lot_and_serials(call.db, fields, material, entry.base, move);
    fields.done();
    if (check.ok() && order.company != posting.head.company.code)
        check.fail("unknown_purchase_order", "/purchaseOrder", "order " + number + " is of company " + order.company);
    if (check.ok() && order.status != "sent" && order.status != "closed")
        check.fail(Problem{409, "purchase_order_status", "/purchaseOrder",
                           "purchase order " + number + " is " + order.status + ": nothing can be received for it"});
    check_over_delivery(check, item, material, entry.base);
    const StorageLocation location =
        find_location(call.db, check, place, posting.head.company.code, "/storageLocation");
    const auto value = worth(item.price, entry.base, material.units, item.numerator, item.denominator);
    if (!value) check.fail("bad_amount", "/quantity", "quantity times price is too large");
    move.value = value;
    posting.currency = material.currency;
    posting.units = material.units;
    set_entry_facts(posting.facts, material, entry, location.code, move);
    const std::vector<Moved> moved{move_stock(call, check, material, location, std::move(move), "/quantity")};
    add_movement_lines(call, check, posting, moved.back(), account_of_kind(call.db, check, "gr_ir"), {});
    if (!check.ok()) return refused(check.problem());
    posting.facts.set("purchaseOrder", number);
    posting.facts.set("item", item_text);
    posting.facts.set("vendor", order.vendor);
    posting.facts.set("received", std::to_string(*value));
    if (!note.empty()) posting.facts.set("deliveryNote", note);
    if (item.requisition != 0) posting.facts.set("requisition", std::to_string(item.requisition));
    PartItem after = item;
    after.received += entry.base;
    after.final = item.final || final;
    posting.facts.set("finalDelivery", after.complete());
    const Reply reply = post_with_movements(call, check, posting, moved);
    if (reply.status >= 300) return reply;
    call.db.run("UPDATE purchase_orders SET received=received+? WHERE number=?", *value, number);
    store_item(call, item, after);
    refresh_part_order(call, number);
    return reply;
}

void take_back_receipt(Call& call, std::int64_t document, const Move& move) {
    Minor value = 0;
    {
        Query query(call.db, "SELECT facts FROM documents WHERE number=?", document);
        const auto facts = Json::parse(query.step() ? query.text(0) : "{}");
        if (facts) value = number_of(facts->text_or("received"));
    }
    Check check;
    const PartItem before =
        find_part_item(call.db, check, move.purchase_order, std::to_string(move.item), "/purchaseOrder");
    if (!check.ok()) return call.db.fail("the purchase order of a receipt is gone");
    PartItem after = before;
    after.received += move.quantity;  // below zero: it leaves again
    after.final = false;
    call.db.run("UPDATE purchase_orders SET received=received-? WHERE number=?", value, move.purchase_order);
    store_item(call, before, after);
    refresh_part_order(call, move.purchase_order);
}

}  // namespace tieline::sandbox::erp
