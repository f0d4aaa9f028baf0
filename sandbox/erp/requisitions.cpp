#include "sandbox/erp/requisitions.h"

#include "sandbox/erp/part_orders.h"
#include "sandbox/erp/requisition_row.h"

namespace tieline::sandbox::erp {

namespace {

Reply not_found(const std::string& part) {
    return refused(404, "unknown_requisition", "there is no requisition " + part.substr(0, 20));
}

Reply wrong_status(const Requisition& row, std::string_view why) {
    return refused(409, "requisition_status",
                   "requisition " + std::to_string(row.number) + " is " + row.status + ": " + std::string(why),
                   "/status");
}

Reply record(Call& call, const Requisition& row, const char* what, const std::string& reference,
             const std::string& text, std::int64_t number = 0) {
    Action action{number != 0 ? "requisition" : "requisition_change",
                  "requisition",
                  std::to_string(row.number),
                  what,
                  row.company,
                  row.currency};
    action.amount = row.amount;
    action.reference = reference;
    action.text = text;
    if (!row.work_orders.items().empty()) action.work_order = row.work_orders.items().front().string();
    action.more.set("material", row.material);
    action.more.set("storageLocation", row.location);
    action.more.set("workOrders", row.work_orders);
    Reply reply = record_action(call, action, number);
    reply.body.set("requisitionStatus", row.status);
    return reply;
}

Json read_work_orders(Fields& fields) {
    const Json::Array& codes = fields.array("workOrders", Need::optional);
    if (codes.size() > 20)
        fields.check().fail("bad_items", fields.at("workOrders"), "a requisition names at most 20 work orders");
    for (std::size_t index = 0; index < codes.size(); ++index) {
        const bool fits =
            codes[index].is_string() && !codes[index].string().empty() && characters(codes[index].string()) <= 32;
        if (!fits)
            fields.check().fail("wrong_type", fields.at("workOrders") + "/" + std::to_string(index),
                                "a work order is a text of 1 to 32 characters");
    }
    return fields.check().ok() ? Json(codes) : Json::array();
}

void set_amount(Check& check, const Material& material, const Entry& entry, Requisition& row) {
    row.quantity = entry.base;
    row.entry_quantity = entry.quantity.str();
    row.entry_unit = entry.unit;
    const auto amount = worth(row.price, entry.base, material.units, entry.numerator, entry.denominator);
    if (!amount) check.fail("bad_amount", "/quantity", "quantity times price is too large");
    row.amount = amount.value_or(0);
}

/// The material's price per entry unit, as far as four decimals carry it.
Decimal price_per(const Material& material, const Entry& entry) {
    const std::int64_t price = share(to_minor(material.price, quantity_scale), entry.numerator, entry.denominator);
    return Decimal::from_unscaled(price, quantity_scale);
}

/// What an amount asks for: approval by a level, or none.
void decide_approval(Call& call, Requisition& row) {
    const std::int64_t level = level_for(approval_levels(call.db, row.currency), row.amount);
    const bool approved = level == 0 || (row.status == "approved" && level <= row.approved_level);
    row.status = approved ? "approved" : "in_approval";
    row.level = approved ? 0 : level;
}

}  // namespace

Reply create_requisition(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    Requisition row;
    row.company = fields.text("companyCode", 4);
    row.material = fields.text("material", 24);
    row.location = fields.text("storageLocation", 12);
    row.delivery_date = fields.date("deliveryDate").str();
    row.vendor = fields.text("vendor", 12, Need::optional);
    row.text = fields.text("text", 50, Need::optional);
    row.reference = fields.text("reference", 16, Need::optional);
    row.work_orders = read_work_orders(fields);
    find_company(call.db, check, row.company, "/companyCode");
    const Material material = find_plannable(call.db, check, row.material, "/material");
    const Entry entry = read_entry(fields, material, Sign::positive);
    row.price = fields.has("price") ? fields.decimal("price", 9, 4) : price_per(material, entry);
    fields.done();
    if (row.price.is_negative()) check.fail("bad_amount", "/price", "a price is not below zero");
    find_location(call.db, check, row.location, row.company, "/storageLocation");
    if (!row.vendor.empty()) check_vendor(call.db, check, row.vendor, "/vendor");
    if (check.ok()) set_amount(check, material, entry, row);
    if (!check.ok()) return refused(check.problem());
    row.currency = material.currency;
    decide_approval(call, row);
    row.number = next_number(call.db, "requisition");
    insert_requisition(call, row);
    return record(call, row, "create", row.reference, row.text, row.number);
}

Reply change_requisition(Call& call) {
    const auto before = read_requisition(call.db, number_of(call.part));
    if (!before) return not_found(call.part);
    Check check;
    Fields fields(call.body, "", check);
    Requisition after = *before;
    const std::string reference = fields.text("reference", 16, Need::optional);
    if (fields.has("deliveryDate")) after.delivery_date = fields.date("deliveryDate").str();
    if (fields.has("text")) after.text = fields.text("text", 50, Need::optional);
    if (fields.has("workOrders")) after.work_orders = read_work_orders(fields);
    if (fields.has("quantity") || fields.has("unit")) {
        const Material material = find_stocked(call.db, check, before->material, "");
        const Entry entry = read_entry(fields, material, Sign::positive);
        if (check.ok() && entry.unit != before->entry_unit) after.price = price_per(material, entry);
        if (check.ok()) set_amount(check, material, entry, after);
    }
    fields.done();
    if (!check.ok()) return refused(check.problem());
    if (!before->changeable()) return wrong_status(*before, "it can be changed until it is ordered");
    if (after.amount != before->amount) decide_approval(call, after);
    store_requisition(call, *before, after);
    return record(call, after, "change", reference, after.text);
}

namespace {

struct Step {
    std::string reference, approver, reason;
};

Step read_step(Call& call, Check& check, Need approver, Need reason) {
    Fields fields(call.body, "", check);
    Step step;
    step.reference = fields.text("reference", 16, Need::optional);
    if (approver == Need::required) step.approver = fields.text("approver", 24);
    step.reason = fields.text("reason", 50, reason);
    fields.done();
    return step;
}

/// The highest level of the approver that may decide on it; 0 and a problem when there is none.
std::int64_t approving_level(Call& call, Check& check, const Requisition& row, const std::string& approver) {
    std::int64_t found = 0;
    bool reached = false;
    std::string whose;
    for (const ApprovalLevel& level : approval_levels(call.db, row.currency)) {
        if (level.level == row.level) {
            reached = true;
            whose = level.approver;
        }
        if (reached && level.approver == approver) found = level.level;
    }
    if (found == 0)
        check.fail(
            "approver_not_allowed", "/approver",
            approver + " cannot decide on requisition " + std::to_string(row.number) + "; it waits for " + whose);
    return found;
}

}  // namespace

Reply approve_requisition(Call& call) {
    const auto before = read_requisition(call.db, number_of(call.part));
    if (!before) return not_found(call.part);
    Check check;
    const Step step = read_step(call, check, Need::required, Need::optional);
    if (check.ok() && before->status != "in_approval") return wrong_status(*before, "there is nothing to approve");
    Requisition after = *before;
    after.approved_level = check.ok() ? approving_level(call, check, *before, step.approver) : 0;
    if (!check.ok()) return refused(check.problem());
    after.status = "approved";
    after.level = 0;
    after.approved_by = step.approver;
    store_requisition(call, *before, after);
    return record(call, after, "approve", step.reference, step.reason);
}

Reply reject_requisition(Call& call) {
    const auto before = read_requisition(call.db, number_of(call.part));
    if (!before) return not_found(call.part);
    Check check;
    const Step step = read_step(call, check, Need::required, Need::required);
    if (check.ok() && before->status != "in_approval") return wrong_status(*before, "there is nothing to reject");
    if (check.ok()) approving_level(call, check, *before, step.approver);
    if (!check.ok()) return refused(check.problem());
    Requisition after = *before;
    after.status = "rejected";
    after.level = 0;
    after.rejected_by = step.approver;
    after.reason = step.reason;
    store_requisition(call, *before, after);
    return record(call, after, "reject", step.reference, step.reason);
}

Reply escalate_requisition(Call& call) {
    const auto before = read_requisition(call.db, number_of(call.part));
    if (!before) return not_found(call.part);
    Check check;
    const Step step = read_step(call, check, Need::optional, Need::optional);
    if (!check.ok()) return refused(check.problem());
    if (before->status != "in_approval") return wrong_status(*before, "there is nothing to escalate");
    Requisition after = *before;
    bool reached = false;
    for (const ApprovalLevel& level : approval_levels(call.db, before->currency)) {
        if (reached) {
            after.level = level.level;
            break;
        }
        reached = level.level == before->level;
    }
    if (after.level == before->level)
        return refused(409, "no_higher_level", "there is no level above the one that decides now", "/status");
    store_requisition(call, *before, after);
    return record(call, after, "escalate", step.reference, step.reason);
}

Reply cancel_requisition(Call& call) {
    const auto before = read_requisition(call.db, number_of(call.part));
    if (!before) return not_found(call.part);
    Check check;
    const Step step = read_step(call, check, Need::optional, Need::optional);
    if (!check.ok()) return refused(check.problem());
    if (!before->changeable()) return wrong_status(*before, "it can be cancelled until it is ordered");
    Requisition after = *before;
    after.status = "cancelled";
    after.level = 0;
    after.reason = step.reason;
    store_requisition(call, *before, after);
    return record(call, after, "cancel", step.reference, step.reason);
}

void check_orderable(Db& db, Check& check, std::int64_t number, const std::string& material, std::string_view field) {
    if (!check.ok()) return;
    const auto row = read_requisition(db, number);
    if (!row) return check.fail("unknown_requisition", field, "there is no such requisition");
    if (row->material != material)
        check.fail("requisition_mismatch", field, "the requisition asks for material " + row->material);
    if (row->status != "approved")
        check.fail(Problem{409, "requisition_status", std::string(field),
                           "requisition " + std::to_string(number) + " is " + row->status + ", not approved"});
}

void order_requisition(Call& call, std::int64_t number, const std::string& order, std::int64_t item) {
    const auto before = read_requisition(call.db, number);
    if (!before) return;
    Requisition after = *before;
    after.purchase_order = order;
    after.item = item;
    after.status = order.empty() ? "approved" : "ordered";
    store_requisition(call, *before, after);
}

void set_requisition_status(Call& call, std::int64_t number, const char* status) {
    const auto before = read_requisition(call.db, number);
    if (!before || before->status == status) return;
    Requisition after = *before;
    after.status = status;
    store_requisition(call, *before, after);
}

namespace {

std::string planned_vendor(Db& db, const Requisition& row) {
    Query query(db, "SELECT vendor FROM planning WHERE material=? AND location=?", row.material, row.location);
    return query.step() ? query.text(0) : std::string();
}

}  // namespace

Reply make_order_of_requisition(Call& call) {
    const auto row = read_requisition(call.db, number_of(call.part));
    if (!row) return not_found(call.part);
    Check check;
    Fields fields(call.body, "", check);
    PartOrder order;
    order.company = row->company;
    order.currency = row->currency;
    order.vendor = fields.text("vendor", 12, Need::optional);
    order.reference = fields.text("reference", 16, Need::optional);
    if (!row->work_orders.items().empty()) order.work_order = row->work_orders.items().front().string();
    PartItem item;
    item.price = fields.has("price") ? fields.decimal("price", 9, 4) : row->price;
    item.delivery_date = fields.has("deliveryDate") ? fields.date("deliveryDate").str() : row->delivery_date;
    item.over_percent = read_over_percent(fields);
    fields.done();
    const Material material = find_plannable(call.db, check, row->material, "");
    if (item.price.is_negative()) check.fail("bad_amount", "/price", "a price is not below zero");
    if (order.vendor.empty()) order.vendor = row->vendor.empty() ? planned_vendor(call.db, *row) : row->vendor;
    if (order.vendor.empty())
        check.fail("vendor_required", "/vendor",
                   "neither the requisition nor the planning of material " + row->material + " names a vendor");
    check_vendor(call.db, check, order.vendor, "/vendor");
    check_orderable(call.db, check, row->number, row->material, "");
    if (check.ok() && !find_unit(material, row->entry_unit, item.numerator, item.denominator))
        check.fail("unit_mismatch", "", "material " + row->material + " has no unit " + row->entry_unit + " any more");
    if (!check.ok()) return refused(check.problem());
    item.material = row->material;
    item.location = row->location;
    item.quantity = row->quantity;
    item.entry_quantity = row->entry_quantity;
    item.entry_unit = row->entry_unit;
    item.requisition = row->number;
    Reply reply = make_part_order(call, std::move(order), {item});
    if (reply.status < 300) reply.body.set("requisition", call.part);
    return reply;
}

}  // namespace tieline::sandbox::erp
