// JSON to work order: every member is checked before anything downstream sees it.

#include "model/fields.h"
#include "model/planned_part_json.h"
#include "model/work_order.h"

#include <algorithm>

namespace tieline::model {

namespace {

constexpr std::size_t lines_max = 2000;
constexpr std::size_t number_max = 32;
constexpr std::size_t id_max = 64;
constexpr std::size_t text_max = 500;

constexpr const char* status_choices =
    "requested, approved, released, in_progress, completed, closed, cancelled, reopened";

std::optional<Receiver> receiver_of(Fields& parent, std::string_view path) {
    const Json* const json = parent.find("receiver");
    if (json == nullptr) return std::nullopt;
    const std::string inner_path = std::string(path) + "receiver.";
    Fields fields(*json, inner_path);
    fields.allow_only({"kind", "code"});
    Receiver receiver;
    receiver.kind = fields.choice("kind", receiver_kind_from, "cost_center, internal_order, asset");
    receiver.code = fields.required_text("code", id_max);
    if (fields.failed()) parent.fail(fields.take_error());
    return receiver;
}

void allow_members_of(LineKind kind, Fields& fields) {
    switch (kind) {
        case LineKind::labor:
            return fields.allow_only({"kind", "id", "description", "currency", "hours", "rate", "person", "craft",
                                      "tax_code", "capital", "receiver"});
        case LineKind::part:
            return fields.allow_only({"kind", "id", "description", "currency", "quantity", "unit", "unit_cost", "part",
                                      "storeroom", "transaction", "tax_code", "capital", "receiver"});
        case LineKind::contractor:
            return fields.allow_only({"kind", "id", "description", "currency", "amount", "vendor", "invoice",
                                      "purchase_order", "tax_code", "capital", "receiver"});
        case LineKind::other:
            return fields.allow_only(
                {"kind", "id", "description", "currency", "amount", "tax_code", "capital", "receiver"});
    }
}

void multiply(CostLine& line, Fields& fields, const char* quantity_name) {
    const auto amount = line.quantity.times(line.price);
    if (!amount) {
        fields.fail("decimal_overflow", quantity_name,
                    "it has too many digits: quantity times price must not need more than 18 digits after the point");
        return;
    }
    line.amount = *amount;
    fields.check_size(line.amount, quantity_name);
}

void read_cost(CostLine& line, Fields& fields) {
    switch (line.kind) {
        case LineKind::labor:
            line.quantity = fields.required_decimal("hours");
            line.unit = "H";
            line.price = fields.required_decimal("rate");
            line.person = fields.text("person", id_max);
            line.craft = fields.text("craft", id_max);
            if (line.quantity.is_negative()) {
                fields.fail("negative_hours", "hours", "hours worked must not be negative; correct the time entry");
            }
            return multiply(line, fields, "hours");
        case LineKind::part:
            line.quantity = fields.required_decimal("quantity");
            line.unit = fields.text("unit", id_max);
            line.price = fields.required_decimal("unit_cost");
            line.part = fields.text("part", id_max);
            line.storeroom = fields.text("storeroom", id_max);
            line.transaction = fields.text("transaction", id_max);
            return multiply(line, fields, "quantity");
        case LineKind::contractor:
            line.vendor = fields.text("vendor", id_max);
            line.invoice = fields.text("invoice", id_max);
            line.purchase_order = fields.text("purchase_order", id_max);
            line.amount = fields.required_decimal("amount");
            return;
        case LineKind::other:
            line.amount = fields.required_decimal("amount");
            return;
    }
}

Result<CostLine> line_from_json(const Json& json, const std::string& path) {
    Fields fields(json, path);
    CostLine line;
    line.kind = fields.choice("kind", line_kind_from, "labor, part, contractor, other");
    if (!fields.failed()) allow_members_of(line.kind, fields);
    line.id = fields.required_text("id", id_max);
    line.description = fields.text("description", text_max);
    line.currency = fields.currency("currency");
    if (!fields.failed()) read_cost(line, fields);
    line.tax_code = fields.text("tax_code", id_max);
    line.capital = fields.flag("capital");
    line.receiver = receiver_of(fields, path);
    if (fields.failed()) return fields.take_error();
    return line;
}

void read_lines(WorkOrder& order, Fields& fields) {
    const Json* const json = fields.find("lines");
    if (json == nullptr) return;
    if (!json->is_array()) return fields.fail("wrong_type", "lines", "a list is expected");
    if (json->items().size() > lines_max) {
        return fields.fail("too_many_lines", "lines", "at most 2000 cost lines are allowed; split the work order");
    }
    order.lines.reserve(json->items().size());
    for (std::size_t i = 0; i < json->items().size(); ++i) {
        const std::string path = "lines[" + std::to_string(i) + "].";
        auto line = line_from_json(json->items()[i], path);
        if (!line) return fields.fail(line.error());
        order.lines.push_back(std::move(*line));
    }
}

void check_line_ids(const WorkOrder& order, Fields& fields) {
    std::vector<std::size_t> by_id(order.lines.size());
    for (std::size_t i = 0; i < by_id.size(); ++i) by_id[i] = i;
    std::sort(by_id.begin(), by_id.end(), [&order](std::size_t a, std::size_t b) {
        const int compared = order.lines[a].id.compare(order.lines[b].id);
        return compared < 0 || (compared == 0 && a < b);
    });
    for (std::size_t i = 1; i < by_id.size(); ++i) {
        const CostLine& line = order.lines[by_id[i]];
        if (order.lines[by_id[i - 1]].id != line.id) continue;
        return fields.fail("duplicate_line", "lines[" + std::to_string(by_id[i]) + "].id",
                           "another cost line has the id '" + line.id + "' already; each cost counts once");
    }
}

void read_site(WorkOrder& order, Fields& fields) {
    order.site = fields.text("site", number_max);
    const bool clean = std::all_of(order.site.begin(), order.site.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!clean) fields.fail("bad_site", "site", "a site's name has small letters a-z, digits, _ and - only");
}

void read_planned_cost(WorkOrder& order, Fields& fields) {
    const bool planned = fields.find("planned_cost") != nullptr;
    if (planned || fields.find("currency") != nullptr) order.currency = fields.currency("currency");
    if (!planned) return;
    order.planned_cost = fields.required_decimal("planned_cost");
    if (order.planned_cost.is_negative()) fields.fail("negative_amount", "planned_cost", "it must not be negative");
}

void read_planning(WorkOrder& order, Fields& fields) {
    order.planned_parts = read_planned_parts(fields, "planned_parts");
    order.plan = fields.text("plan", id_max);
    order.plan_due = fields.date("plan_due");
    if (order.plan_due && order.plan.empty()) {
        fields.fail("missing_field", "plan", "a plan's due date needs the plan's number");
    }
    order.scheduled_start = fields.time("scheduled_start");
    order.meters = read_meters(fields, "meters");
    order.serials_installed = read_serials(fields, "serials_installed");
    order.serials_removed = read_serials(fields, "serials_removed");
}

}  // namespace

Result<WorkOrder> work_order_from_json(const Json& json) {
    Fields fields(json, "");
    fields.allow_only({"number",          "site",         "asset",
                       "title",           "order_type",   "status",
                       "company_code",    "receiver",     "currency",
                       "planned_cost",    "completed_at", "due_at",
                       "erp_order",       "batch",        "lines",
                       "planned_parts",   "plan",         "plan_due",
                       "scheduled_start", "meters",       "serials_installed",
                       "serials_removed"});
    WorkOrder order;
    order.number = fields.required_number("number", number_max);
    read_site(order, fields);
    order.asset = fields.text("asset", id_max);
    order.title = fields.text("title", text_max);
    order.order_type = fields.text("order_type", id_max);
    order.status = fields.choice("status", work_order_status_from, status_choices);
    order.company_code = fields.text("company_code", id_max);
    order.receiver = receiver_of(fields, "").value_or(Receiver{});
    read_planned_cost(order, fields);
    order.completed_at = fields.time("completed_at");
    order.due_at = fields.time("due_at");
    order.erp_order = fields.text("erp_order", id_max);
    order.batch = fields.text("batch", id_max);
    const bool done = order.status == WorkOrderStatus::completed || order.status == WorkOrderStatus::closed;
    if (done && !order.completed_at) {
        fields.fail("missing_field", "completed_at", "a completed or closed work order needs the time of completion");
    }
    read_lines(order, fields);
    check_line_ids(order, fields);
    read_planning(order, fields);
    if (fields.failed()) return fields.take_error();
    return order;
}

}  // namespace tieline::model
