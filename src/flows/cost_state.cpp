#include "flows/cost_state.h"

#include "base/json.h"
#include "flows/document.h"

namespace tieline::flows {
namespace {

void append_invoices(std::string& out, const Invoices& invoices) {
    append_raw(out, "invoices", "{");
    for (const auto& [line, invoiced] : invoices) {
        if (out.back() != '{') out += ',';
        append_json_string(out, line);
        out += ":{";
        append_raw(out, "amounts", "{");
        for (const auto& [number, amount] : invoiced.amounts) {
            if (out.back() != '{') out += ',';
            append_json_string(out, number);
            out += ':';
            append_json_string(out, amount);
        }
        out += '}';
        append_if(out, "currency", invoiced.currency);
        if (invoiced.carries_cost) append_raw(out, "carries", "true");
        append_if(out, "expected", invoiced.expected);
        append_if(out, "reported", invoiced.reported);
        out += '}';
    }
    out += '}';
}

InvoicedLine invoiced_from(const Json& json) {
    InvoicedLine invoiced;
    if (const Json* amounts = json.find("amounts"); amounts != nullptr && amounts->is_object()) {
        for (const auto& [number, amount] : amounts->members()) {
            if (amount.is_string()) invoiced.amounts[number] = amount.string();
        }
    }
    invoiced.currency = json.text_or("currency");
    invoiced.carries_cost = json.bool_or("carries", false);
    invoiced.expected = json.text_or("expected");
    invoiced.reported = json.text_or("reported");
    return invoiced;
}

}  // namespace

Slot* CostState::find(std::string_view name) {
    for (Slot& slot : slots) {
        if (slot.name == name) return &slot;
    }
    return nullptr;
}

Slot& CostState::find_or_add(std::string_view name) {
    if (Slot* present = find(name)) return *present;
    slots.emplace_back().name = name;
    return slots.back();
}

std::string to_json_text(const CostState& state) {
    std::string out;
    out.reserve(4096);
    out = "{";
    append_if(out, "order", state.order);
    append_if(out, "dead_order", state.dead_order);
    append_if(out, "asset", state.asset);
    append_if(out, "status", state.status);
    if (state.unsettled) append_raw(out, "unsettled", "true");
    if (state.told_nothing) append_raw(out, "nothing", "true");
    if (!state.slots.empty()) {
        append_raw(out, "slots", "[");
        for (const Slot& slot : state.slots) {
            if (out.back() != '[') out += ',';
            append_slot(out, slot);
        }
        out += ']';
    }
    if (!state.invoices.empty()) append_invoices(out, state.invoices);
    out += '}';
    return out;
}

Result<CostState> cost_state_from(std::string_view text) {
    CostState state;
    if (text.empty()) return state;
    auto json = parse_slots(text);
    if (!json) {
        return make_error(ErrorKind::internal, "the state of cost posting cannot be read: " + json.error().message,
                          "state_unreadable");
    }
    state.order = json->text_or("order");
    state.dead_order = json->text_or("dead_order");
    state.asset = json->text_or("asset");
    state.status = json->text_or("status");
    state.unsettled = json->bool_or("unsettled", false);
    state.told_nothing = json->bool_or("nothing", false);
    if (const Json* slots = json->find("slots"); slots != nullptr && slots->is_array()) {
        state.slots.reserve(slots->items().size());
        for (const Json& slot : slots->items()) state.slots.push_back(slot_from_json(slot));
    }
    if (const Json* invoices = json->find("invoices"); invoices != nullptr && invoices->is_object()) {
        for (const auto& [line, invoiced] : invoices->members()) {
            state.invoices.emplace(line, invoiced_from(invoiced));
        }
    }
    return state;
}

}  // namespace tieline::flows
