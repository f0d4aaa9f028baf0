// Tells what supply has found out: availability to the jobs, notices to people. Also the flow itself.
#include "base/hash.h"
#include "flows/document.h"
#include "flows/supply.h"
#include "flows/supply_step.h"

#include <algorithm>
#include <array>

namespace tieline::flows {
namespace {

constexpr std::string_view demand_prefix = "demand/";

bool is_asked_for(const SupplyNeed& need) {
    if (!need.command || need.command->action != SupplyAction::create || need.command->seen) return false;
    return need.command->stage == CommandStage::open || need.command->stage == CommandStage::parked;
}

NewEvent availability(std::string subject, std::string data) {
    NewEvent event;
    event.type = "availability.changed";
    event.correlation = subject;
    event.subject = std::move(subject);
    event.data = std::move(data);
    return event;
}

}  // namespace

void SupplyStep::tell_availability() {
    const Allocation most = allocate(state_, Bound::most);
    for (std::size_t index = 0; index < state_.demands.size(); ++index) {
        SupplyDemand& demand = state_.demands[index];
        if (demand.suggestion) {
            tell_suggestion(demand);
        } else if (!demand.work_order.empty()) {
            tell_demand(demand, most.covers[index], most);
        }
    }
    notice_needs(most);
    notice_late(most);
}

void SupplyStep::tell_demand(SupplyDemand& demand, const Cover& found, const Allocation& allocation) {
    Cover cover = found;
    const SupplyNeed* need = state_.need(std::string(demand_prefix) + demand.id);
    Decimal left = cover.uncovered;
    std::string date;
    if (need != nullptr) {
        const SupplyRequisition* own = state_.requisition(need->requisition);
        const bool asked = own == nullptr && is_asked_for(*need);
        if (own != nullptr) date = own->date;
        if (asked) date = need->command->date;
        if (own != nullptr) cover.requisition = own->number;
        left = difference(left, own != nullptr ? own->quantity : asked ? need->command->quantity : Decimal());
    }
    if (date > cover.due) cover.due = date;
    const Decimal missing = sum(cover.uncovered, cover.on_requisition);
    std::string state = "due_on";
    if (!positive(missing) && !positive(cover.on_order)) {
        state = "available";
        cover.due.clear();
    } else if (positive(left)) {
        state = "none";
        cover.due.clear();
    } else if (!cover.dated) {
        cover.due.clear();
    } else if (!demand.needed_on.empty() && cover.due > demand.needed_on) {
        state = "late";
    }
    const std::string line = demand.id.substr(demand.id.find('/') + 1);
    std::string data = "{";
    append_member(data, "work_order", demand.work_order);
    append_member(data, "line", line);
    append_member(data, "part", state_.part);
    append_member(data, "storeroom", state_.storeroom);
    append_member(data, "quantity", quantity_text(demand.quantity));
    append_if(data, "unit", state_.unit);
    append_if(data, "needed_on", demand.needed_on);
    append_member(data, "on_hand", quantity_text(cover.on_hand));
    append_member(data, "on_order", quantity_text(cover.on_order));
    append_if(data, "due", cover.due);
    append_member(data, "missing", quantity_text(missing));
    append_member(data, "state", state);
    append_if(data, "requisition", cover.requisition);
    append_if(data, "order", cover.order);
    if (need != nullptr && state == "none") append_if(data, "reason", need->reason);
    // What others hold and how new this is go along, but are no news of their own.
    std::string fingerprint = short_key(data);
    if (fingerprint == demand.told) return;
    demand.told = std::move(fingerprint);
    Decimal others = allocation.foreign;
    for (const Cover& other : allocation.covers) others = sum(others, other.on_hand);
    append_member(data, "reserved_for_others", quantity_text(difference(others, cover.on_hand)));
    append_raw(data, "as_of", std::to_string(state_.newest));
    decision_.events.push_back(availability(demand.work_order, data + "}"));
}

void SupplyStep::tell_suggestion(SupplyDemand& suggestion) {
    std::string status = suggestion.outcome.empty() ? "open" : suggestion.outcome;
    std::string order;
    std::string due;
    if (suggestion.outcome.empty() && !suggestion.follows.empty()) {
        const SupplyRequisition* requisition = state_.requisition(suggestion.follows);
        const bool open = requisition != nullptr && requisition->stage == RequisitionStage::open;
        status = open ? "requested" : "ordered";
        if (requisition != nullptr) due = requisition->date;
        for (const SupplyOrder& item : state_.orders) {
            if (item.requisition != suggestion.follows) continue;
            order = item.number;
            due = item.due;
        }
    }
    std::string data = "{";
    append_member(data, "suggestion", suggestion.id);
    append_member(data, "part", state_.part);
    append_member(data, "storeroom", state_.storeroom);
    append_member(data, "quantity", quantity_text(suggestion.quantity));
    append_member(data, "status", status);
    append_if(data, "requisition", suggestion.follows);
    append_if(data, "order", order);
    append_if(data, "due", due);
    append_if(data, "reason", suggestion.reason);
    std::string fingerprint = short_key(data);
    if (fingerprint == suggestion.told) return;
    suggestion.told = std::move(fingerprint);
    append_raw(data, "as_of", std::to_string(state_.newest));
    decision_.events.push_back(availability(suggestion.id, data + "}"));
}

void SupplyStep::notice(std::string id, std::string code, std::string subject, std::string reason, std::string fix,
                        std::string details) {
    Notice made;
    made.id = std::move(id);
    made.code = std::move(code);
    made.subject = std::move(subject);
    made.reason = std::move(reason);
    made.fix = std::move(fix);
    made.details = std::move(details);
    notices_.push_back(std::move(made));
}

void SupplyStep::notice_needs(const Allocation& most) {
    const auto details_of = [&](const SupplyNeed& need, const Decimal& quantity) {
        std::string details = "{";
        append_member(details, "part", state_.part);
        append_member(details, "storeroom", state_.storeroom);
        append_member(details, "need", need.name);
        append_member(details, "quantity", quantity_text(quantity));
        append_if(details, "requisition", need.requisition);
        append_raw(details, "choices", R"(["order_again","leave"]})");
        return details;
    };
    const auto look = [&](const SupplyNeed& need, const Decimal& quantity, const std::string& subject) {
        if (!positive(quantity) || need.command) return;
        const std::string many = quantity_text(quantity) + " " + state_.unit + " of " + std::string(key_);
        const SupplyRequisition* own = state_.requisition(need.requisition);
        if (own == nullptr && !need.refused.empty()) {
            // The quantity of a reorder moves with each issue: that is no news.
            const std::string what = need.name == "stock" ? subject + " is below its reorder point and is not ordered: "
                                                          : many + " are needed for " + subject + " and not ordered: ";
            notice("requisition_rejected/" + need.name, "requisition_rejected", subject, what + need.reason,
                   "Choose order_again to ask once more, leave to do without, or change the need: its quantity, its "
                   "date or the planning of the part.",
                   details_of(need, quantity));
        }
        if (own != nullptr && own->quantity < need.asked && own->quantity < quantity) {
            notice("requisition_short/" + need.name, "requisition_short", subject,
                   "requisition " + own->number + " was reduced in the ERP to " + quantity_text(own->quantity) + "; " +
                       many + " are needed for " + subject,
                   "Choose order_again to raise it to what is needed, or leave it as it is.",
                   details_of(need, quantity));
        }
    };
    for (std::size_t index = 0; index < state_.demands.size(); ++index) {
        const SupplyDemand& demand = state_.demands[index];
        const SupplyNeed* need = state_.need(std::string(demand_prefix) + demand.id);
        const std::string& subject = demand.work_order.empty() ? demand.id : demand.work_order;
        if (need != nullptr && eligible(demand)) look(*need, most.covers[index].uncovered, subject);
    }
    const SupplyNeed* stock = state_.need("stock");
    const Decimal wanted = reorder_quantity(state_, position_of(state_));
    if (stock != nullptr && stock->requisition.empty()) look(*stock, wanted, std::string(key_));
}

void SupplyStep::notice_late(const Allocation& most) {
    for (std::size_t index = 0; index < state_.demands.size(); ++index) {
        const SupplyDemand& demand = state_.demands[index];
        const Cover& cover = most.covers[index];
        if (demand.suggestion || demand.needed_on.empty() || cover.unconfirmed || !cover.dated) continue;
        if (cover.due <= demand.needed_on || !positive(cover.on_order)) continue;
        const std::string& subject = demand.work_order.empty() ? demand.id : demand.work_order;
        std::string details = "{";
        append_member(details, "part", state_.part);
        append_member(details, "storeroom", state_.storeroom);
        append_member(details, "demand", demand.id);
        append_member(details, "purchase_order", cover.order);
        append_member(details, "due", cover.due);
        append_member(details, "needed_on", demand.needed_on);
        append_raw(details, "choices", R"(["accept"]})");
        notice("late/" + demand.id, "late", subject,
               "the vendor has confirmed " + std::string(key_) + " on purchase order " + cover.order + " for " +
                   cover.due + "; " + subject + " needs it on " + demand.needed_on,
               "Move the job, speed the order up with the vendor, or buy the part elsewhere.", std::move(details));
    }
}

/// Opens what is new or reads differently now, closes what holds no longer. What a person has answered stays closed
/// while it reads the same.
void SupplyStep::publish_notices() {
    if (state_.stock_missing && !state_.demands.empty()) {
        notice("stock_unknown", "stock_unknown", std::string(key_),
               "jobs need " + std::string(key_) + ", but the ERP has told of no stock there",
               "Check that the ERP keeps this part in this storage location, or correct the storeroom of the planned "
               "part.",
               "");
    }
    std::map<std::string, std::string> open;
    std::map<std::string, std::string> answered;
    for (Notice& made : notices_) {
        const std::string text = short_key(made.reason);
        const auto silenced = state_.answered.find(made.id);
        if (silenced != state_.answered.end() && silenced->second == text) {
            answered[made.id] = text;
            continue;
        }
        open[made.id] = text;
        const auto present = state_.notices.find(made.id);
        if (present == state_.notices.end() || present->second != text) decision_.notices.push_back(std::move(made));
    }
    for (const auto& [id, text] : state_.notices) {
        if (open.find(id) == open.end()) decision_.closed_notices.push_back(id);
    }
    state_.notices = std::move(open);
    state_.answered = std::move(answered);
}

namespace {

class Supply final : public Flow {
public:
    explicit Supply(SupplyConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return supply_flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        const std::string_view type = envelope.type;
        if (type == "stock.changed" || type == "planning.published" || type == "demand.changed") {
            return {envelope.subject};
        }
        const bool requisition = type.starts_with("requisition.");
        const bool order = type.starts_with("purchase_order.");
        const bool told = type == "timer.fired" || type == "notice.answered";
        if (!requisition && !order && !told) return {};
        if (std::string key = receipt_key_of(envelope, supply_flow_name); !key.empty()) return {std::move(key)};
        const std::shared_ptr<const Json> data = envelope.json_or_null();
        if (!data) return {};
        if (told) {
            if (data->text_or("flow") != supply_flow_name) return {};
            return {data->text_or(type == "timer.fired" ? "key" : "flow_key")};
        }
        if (order) return type == "purchase_order.changed" ? order_places(*data) : std::vector<std::string>{};
        constexpr std::array<std::string_view, 6> states{"requested", "approved", "ordered",
                                                         "closed",    "rejected", "cancelled"};
        const bool state = std::find(states.begin(), states.end(), type.substr(12)) != states.end();
        if (!state || data->find("requisition") == nullptr || data->text_or("storeroom").empty()) return {};
        return {data->text_or("part") + "/" + data->text_or("storeroom")};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                            WallTime now) const override {
        TIELINE_TRY(const std::shared_ptr<const Json> parsed, event.envelope.json());
        const Json& data = *parsed;
        TIELINE_TRY(SupplyState before, supply_state_from(state));
        TIELINE_TRY(const Date today, local_date(now, config_.zone));
        const bool timer = event.envelope.type == "timer.fired" || event.envelope.type == "notice.answered";
        const bool receipt = !timer && data.text_or("flow") == supply_flow_name && data.find("key") != nullptr;
        SupplyStep step(config_, event, key, std::move(before), today);
        TIELINE_TRY_VOID(step.take(data, receipt, now));
        return step.finish(state);
    }

private:
    static std::vector<std::string> order_places(const Json& data) {
        std::vector<std::string> places;
        const Json* items = data.find("items");
        if (items == nullptr || !items->is_array()) return places;
        for (const Json& item : items->items()) {
            if (item.text_or("part").empty() || item.text_or("storeroom").empty()) continue;
            std::string place = item.text_or("part") + "/" + item.text_or("storeroom");
            if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(std::move(place));
        }
        return places;
    }

    SupplyConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_supply(SupplyConfig config) { return std::make_unique<Supply>(std::move(config)); }

}  // namespace tieline::flows
