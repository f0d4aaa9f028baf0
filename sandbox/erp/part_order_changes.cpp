#include "sandbox/erp/part_orders.h"
#include "sandbox/erp/requisitions.h"

namespace tieline::sandbox::erp {

namespace {

Reply record(Call& call, const PartOrder& order, const char* what, const std::string& reference,
             const std::string& text, std::int64_t number = 0) {
    Action action{number != 0 ? "purchase_order" : "purchase_order_change",
                  "purchaseOrder",
                  order.number,
                  what,
                  order.company,
                  order.currency};
    action.reference = reference;
    action.text = text;
    action.work_order = order.work_order;
    action.more.set("vendor", order.vendor);
    Reply reply = record_action(call, action, number);
    reply.body.set("purchaseOrderStatus", order.status);
    touch(call, "purchase_order", order.number);
    return reply;
}

void set_status(Call& call, PartOrder& order, const char* status) {
    order.status = status;
    call.db.run("UPDATE part_orders SET status=? WHERE number=?", status, order.number);
}

/// The order that the path names, or why there is none to work on.
PartOrder order_of_path(Call& call, Check& check) {
    PartOrder order = find_part_order(call.db, check, call.part, "");
    if (check.ok()) return order;
    Problem problem = check.problem();
    problem.status = 404;
    check = Check();
    check.fail(std::move(problem));
    return order;
}

void check_status(Check& check, const PartOrder& order, std::string_view wanted, std::string_view why) {
    if (check.ok() && order.status != wanted)
        check.fail(Problem{409, "purchase_order_status", "/status",
                           "purchase order " + order.number + " is " + order.status + ": " + std::string(why)});
}

Decimal read_price(Fields& fields) {
    const Decimal price = fields.decimal("price", 9, 4);
    if (price.is_negative()) fields.check().fail("bad_amount", fields.at("price"), "a price is not below zero");
    return price;
}

void set_entry(PartItem& item, const Entry& entry) {
    item.quantity = entry.base;
    item.entry_quantity = entry.quantity.str();
    item.entry_unit = entry.unit;
    item.numerator = entry.numerator;
    item.denominator = entry.denominator;
}

PartItem read_new_item(Call& call, Fields& in, const PartOrder& order) {
    Check& check = in.check();
    PartItem item;
    item.material = in.text("material", 24);
    const Material material = find_plannable(call.db, check, item.material, in.at("material"));
    set_entry(item, read_entry(in, material, Sign::positive));
    item.price = read_price(in);
    item.delivery_date = in.date("deliveryDate").str();
    item.location = in.text("storageLocation", 12);
    item.over_percent = read_over_percent(in);
    item.requisition = number_of(in.text("requisition", 12, Need::optional));
    if (in.has("requisition")) check_orderable(call.db, check, item.requisition, item.material, in.at("requisition"));
    find_location(call.db, check, item.location, order.company, in.at("storageLocation"));
    if (check.ok() && material.currency != order.currency)
        check.fail("price_currency", "/currency",
                   "material " + item.material + " is valued in " + material.currency + ", not in " + order.currency);
    in.done();
    return item;
}

}  // namespace

std::int64_t read_over_percent(Fields& fields) {
    const Decimal percent = fields.decimal("overDeliveryPercent", 3, 2, Need::optional);
    if (percent.is_negative())
        fields.check().fail("bad_amount", fields.at("overDeliveryPercent"), "the percentage is not below zero");
    return to_minor(percent, 2);
}

Reply make_part_order(Call& call, PartOrder order, std::vector<PartItem> items) {
    Db& db = call.db;
    std::int64_t document = 0;
    if (order.number.empty()) {
        document = next_number(db, "purchase_order");
        order.number = std::to_string(document);
    } else {
        document = next_number(db, "object_change");
    }
    {
        Query known(db, "SELECT 1 FROM purchase_orders WHERE number=?", order.number);
        if (known.step())
            return refused(409, "number_taken", "the purchase order " + order.number + " exists", "/number");
    }
    order.status = "held";
    db.run("INSERT INTO purchase_orders VALUES(?,?,?,?,0,?,'','',0,0)", order.number, order.company, order.vendor,
           order.currency, order.text);
    db.run("INSERT INTO part_orders VALUES(?,'held',?,?,?)", order.number, order.reference, order.work_order,
           millis(call.now));
    std::int64_t next = 10;
    for (PartItem& item : items) {
        item.order = order.number;
        item.item = next;
        next += 10;
        insert_item(call, item);
        if (item.requisition != 0) order_requisition(call, item.requisition, item.order, item.item);
    }
    Reply reply = record(call, order, "create", order.reference, order.text, document);
    reply.body.set("document", order.number);
    return reply;
}

Reply create_part_order(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    PartOrder order;
    order.company = fields.text("companyCode", 4);
    order.vendor = fields.text("vendor", 12);
    order.currency = fields.text("currency", 3);
    order.text = fields.text("text", 50, Need::optional);
    order.number = fields.text("number", 12, Need::optional);
    order.reference = fields.text("reference", 16, Need::optional);
    order.work_order = fields.text("workOrder", 32, Need::optional);
    const Json::Array& rows = fields.array("items");
    fields.done();
    check_currency(check, order.currency, "/currency");
    find_company(call.db, check, order.company, "/companyCode");
    check_vendor(call.db, check, order.vendor, "/vendor");
    if (rows.empty() || rows.size() > 99) check.fail("bad_items", "/items", "a purchase order has 1 to 99 items");
    std::vector<PartItem> items;
    for (std::size_t index = 0; index < rows.size() && check.ok(); ++index) {
        Fields row(rows[index], "/items/" + std::to_string(index), check);
        items.push_back(read_new_item(call, row, order));
        for (std::size_t earlier = 0; earlier < index; ++earlier) {
            if (items[earlier].requisition != 0 && items[earlier].requisition == items[index].requisition)
                check.fail("requisition_twice", row.at("requisition"), "the requisition stands in this order twice");
        }
    }
    if (!check.ok()) return refused(check.problem());
    return make_part_order(call, std::move(order), std::move(items));
}

namespace {

void change_item(Call& call, Check& check, const PartOrder& order, const Json& json, const std::string& pointer) {
    Fields in(json, pointer, check);
    const PartItem before = find_part_item(call.db, check, order.number, in.text("item", 5), in.at("item"));
    PartItem after = before;
    if (in.has("quantity") || in.has("unit")) {
        const Material material = find_stocked(call.db, check, before.material, in.at("item"));
        const Entry entry = read_entry(in, material, Sign::positive);
        // The price is for the unit; another unit needs a price of its own.
        if (check.ok() && entry.unit != before.entry_unit && !in.has("price"))
            check.fail("missing_field", in.at("price"), "another unit needs the price per that unit");
        set_entry(after, entry);
    }
    if (in.has("price")) after.price = read_price(in);
    if (in.has("deliveryDate")) after.delivery_date = in.date("deliveryDate").str();
    in.done();
    if (check.ok()) store_item(call, before, after);
}

}  // namespace

Reply change_part_order(Call& call) {
    Check check;
    PartOrder order = order_of_path(call, check);
    Fields fields(call.body, "", check);
    const std::string reference = fields.text("reference", 16, Need::optional);
    if (fields.has("text")) order.text = fields.text("text", 50, Need::optional);
    const Json::Array& items = fields.array("items", Need::optional);
    fields.done();
    check_status(check, order, "held", "only a held one can be changed");
    for (std::size_t index = 0; index < items.size() && check.ok(); ++index)
        change_item(call, check, order, items[index], "/items/" + std::to_string(index));
    if (!check.ok()) return refused(check.problem());
    call.db.run("UPDATE purchase_orders SET text=? WHERE number=?", order.text, order.number);
    return record(call, order, "change", reference, order.text);
}

Reply send_part_order(Call& call) {
    Check check;
    PartOrder order = order_of_path(call, check);
    Fields fields(call.body, "", check);
    const std::string reference = fields.text("reference", 16, Need::optional);
    fields.done();
    check_status(check, order, "held", "only a held one can be sent");
    if (!check.ok()) return refused(check.problem());
    set_status(call, order, "sent");
    return record(call, order, "send", reference, order.text);
}

Reply cancel_part_order(Call& call) {
    Check check;
    PartOrder order = order_of_path(call, check);
    Fields fields(call.body, "", check);
    const std::string reference = fields.text("reference", 16, Need::optional);
    const std::string reason = fields.text("reason", 50, Need::optional);
    fields.done();
    check_status(check, order, "held", "what the vendor has in hand cannot be cancelled here; agree with the vendor");
    if (!check.ok()) return refused(check.problem());
    set_status(call, order, "cancelled");
    for (const PartItem& item : items_of_order(call.db, order.number)) {
        PartItem after = item;
        after.final = true;
        after.requisition = 0;
        store_item(call, item, after);
        if (item.requisition != 0) order_requisition(call, item.requisition, "", 0);
    }
    return record(call, order, "cancel", reference, reason);
}

Reply confirm_part_order(Call& call) {
    Check check;
    const PartOrder order = order_of_path(call, check);
    Fields fields(call.body, "", check);
    const std::string reference = fields.text("reference", 16, Need::optional);
    const PartItem before = find_part_item(call.db, check, order.number, fields.text("item", 5), "/item");
    PartItem after = before;
    after.confirmed_date = fields.date("confirmedDate").str();
    after.confirmed = before.quantity;
    if (fields.has("quantity") || fields.has("unit")) {
        const Material material = find_stocked(call.db, check, before.material, "/item");
        after.confirmed = read_entry(fields, material, Sign::positive).base;
    }
    fields.done();
    check_status(check, order, "sent", "only a sent one that is not closed can be confirmed");
    if (check.ok() && before.complete())
        check.fail(Problem{409, "purchase_order_status", "/item", "this item is delivered in full"});
    if (!check.ok()) return refused(check.problem());
    store_item(call, before, after);
    return record(call, order, "confirm", reference, order.text);
}

}  // namespace tieline::sandbox::erp
