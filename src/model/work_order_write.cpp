// The work order's canonical JSON.

#include "model/planned_part_json.h"
#include "model/work_order.h"

namespace tieline::model {

namespace {

class Writer {
public:
    explicit Writer(std::size_t members) { object_.reserve(members); }
    void always(const char* key, Json value) { object_.emplace_back(key, std::move(value)); }
    void text(const char* key, const std::string& value) {
        if (!value.empty()) always(key, value);
    }
    void amount(const char* key, const Decimal& value) { always(key, value.str()); }
    void time(const char* key, const std::optional<WallTime>& value) {
        if (value) always(key, format_time(*value));
    }
    void receiver(const Receiver& receiver) {
        if (receiver.code.empty()) return;
        Writer inner(2);
        inner.always("kind", to_string(receiver.kind));
        inner.always("code", receiver.code);
        always("receiver", inner.take());
    }
    Json take() { return Json(std::move(object_)); }

private:
    Json::Object object_;
};

Json line_to_json(const CostLine& line) {
    Writer out(15);
    out.always("kind", to_string(line.kind));
    out.always("id", line.id);
    out.text("description", line.description);
    out.always("currency", line.currency);
    switch (line.kind) {
        case LineKind::labor:
            out.amount("hours", line.quantity);
            out.amount("rate", line.price);
            out.text("person", line.person);
            out.text("craft", line.craft);
            break;
        case LineKind::part:
            out.amount("quantity", line.quantity);
            out.text("unit", line.unit);
            out.amount("unit_cost", line.price);
            out.text("part", line.part);
            out.text("storeroom", line.storeroom);
            out.text("transaction", line.transaction);
            break;
        case LineKind::contractor:
            out.amount("amount", line.amount);
            out.text("vendor", line.vendor);
            out.text("invoice", line.invoice);
            out.text("purchase_order", line.purchase_order);
            break;
        case LineKind::other:
            out.amount("amount", line.amount);
            break;
    }
    out.text("tax_code", line.tax_code);
    if (line.capital) out.always("capital", true);
    if (line.receiver) out.receiver(*line.receiver);
    return out.take();
}

}  // namespace

Json to_json(const WorkOrder& order) {
    Writer out(23);
    out.always("number", order.number);
    out.text("site", order.site);
    out.text("asset", order.asset);
    out.text("title", order.title);
    out.text("order_type", order.order_type);
    out.always("status", to_string(order.status));
    out.text("company_code", order.company_code);
    out.receiver(order.receiver);
    out.text("currency", order.currency);
    if (!order.planned_cost.is_zero()) out.amount("planned_cost", order.planned_cost);
    out.time("completed_at", order.completed_at);
    out.time("due_at", order.due_at);
    out.text("erp_order", order.erp_order);
    out.text("batch", order.batch);
    if (!order.lines.empty()) {
        Json::Array lines;
        lines.reserve(order.lines.size());
        for (const auto& line : order.lines) lines.push_back(line_to_json(line));
        out.always("lines", Json(std::move(lines)));
    }
    if (!order.planned_parts.empty()) out.always("planned_parts", to_json(order.planned_parts));
    out.text("plan", order.plan);
    if (order.plan_due) out.always("plan_due", order.plan_due->str());
    out.time("scheduled_start", order.scheduled_start);
    if (!order.meters.empty()) out.always("meters", to_json(order.meters));
    if (!order.serials_installed.empty()) out.always("serials_installed", to_json(order.serials_installed));
    if (!order.serials_removed.empty()) out.always("serials_removed", to_json(order.serials_removed));
    return out.take();
}

}  // namespace tieline::model
