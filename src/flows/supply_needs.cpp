// Brings requisitions and orders in line with what is needed: at most one step per need and decision.
#include "flows/document.h"
#include "flows/planted.h"
#include "flows/supply_step.h"

#include <algorithm>

namespace tieline::flows {
namespace {

constexpr std::size_t work_orders_max = 20;
constexpr std::string_view demand_prefix = "demand/";

Date plus_days(Date date, int days) {
    using namespace std::chrono;
    const auto shifted = year_month_day{sys_days{year{date.year} / date.month / date.day} + std::chrono::days{days}};
    return Date{static_cast<int>(shifted.year()), static_cast<int>(static_cast<unsigned>(shifted.month())),
                static_cast<int>(static_cast<unsigned>(shifted.day()))};
}

std::string demand_facts(const SupplyDemand& demand) { return quantity_text(demand.quantity) + "|" + demand.needed_on; }

bool is_order_action(SupplyAction action) {
    return action == SupplyAction::order_change || action == SupplyAction::order_cancel;
}

struct ActionWords {
    const char* kind;
    const char* noun;
};
ActionWords words_of(SupplyAction action) {
    switch (action) {
        case SupplyAction::create:
            return {"requisition.create", "requisition"};
        case SupplyAction::change:
            return {"requisition.change", "requisition"};
        case SupplyAction::cancel:
            return {"requisition.cancel", "requisition"};
        case SupplyAction::order_change:
            return {"purchase_order.change", "purchase_order"};
        case SupplyAction::order_cancel:
            return {"purchase_order.cancel", "purchase_order"};
    }
    return {"", ""};
}

}  // namespace

std::string SupplyStep::date_in(int days) const { return plus_days(today_, days).str(); }

/// Whether the demand may cause a purchase: its job is released, or it is a due plan's, or its order's, and close
/// enough.
bool SupplyStep::eligible(const SupplyDemand& demand) const {
    if (demand.suggestion) return false;
    if (demand.released) return true;
    const bool plan = demand.work_order.empty() || demand.planned;
    if (!plan || demand.needed_on.empty()) return false;
    const int lead = state_.planning ? state_.planning->lead_days : 0;
    return demand.needed_on <= date_in(lead + config_.plan_lead_days);
}

/// What the need is now, in one text: a refusal and a refused command hold for one such text.
std::string SupplyStep::facts_of(std::string_view need_name) const {
    const std::string_view id = need_name.substr(need_name.find('/') + 1);
    for (const SupplyDemand& demand : state_.demands) {
        if (need_name != "stock" && demand.id == id) return demand_facts(demand);
    }
    if (need_name != "stock" || !state_.planning) return "none";
    const SupplyPlanning& planning = *state_.planning;
    return quantity_text(planning.reorder_point) + "|" + quantity_text(planning.order_up_to) + "|" +
           quantity_text(planning.lot_size);
}

WantedSupply SupplyStep::wanted_of(const std::string& name, const Allocation& most, const Allocation& least) const {
    WantedSupply wanted;
    wanted.facts = "none";
    if (!name.starts_with(demand_prefix)) return wanted;
    for (std::size_t index = 0; index < state_.demands.size(); ++index) {
        const SupplyDemand& demand = state_.demands[index];
        if (demand.id != std::string_view(name).substr(demand_prefix.size())) continue;
        if (!eligible(demand)) return wanted;
        wanted.least = most.covers[index].uncovered;  // most supply: least to buy
        wanted.most = larger(least.covers[index].uncovered, wanted.least);
        wanted.date = demand.needed_on;
        wanted.facts = demand_facts(demand);
        wanted.work_order = demand.work_order;
        return wanted;
    }
    return wanted;
}

/// Whether a step can be taken. A refused command that no longer fits is withdrawn. `exists`: what a change or a
/// cancellation is about is still there.
bool SupplyStep::unblock(SupplyNeed& need, const WantedSupply& wanted, bool exists) {
    if (!need.command) return true;
    SupplyCommand& command = *need.command;
    const bool same = command.facts == wanted.facts;
    if (command.stage == CommandStage::rejected) {
        const bool create = command.action == SupplyAction::create;
        const bool superseded = !same || (create ? exists || !positive(wanted.most) : !exists);
        if (!superseded) return false;
        decision_.withdrawals.push_back(key_of(need));
        need.reason.clear();
    } else if (command.stage == CommandStage::given_up) {
        if (same) need.refused = command.facts;
        if (same && need.reason.empty()) need.reason = "a person gave the request up";
    } else {
        return false;
    }
    need.command.reset();
    return true;
}

void SupplyStep::step(const std::string& name, const WantedSupply& wanted) {
    SupplyNeed* present = state_.need(name);
    if (present == nullptr && !positive(wanted.least)) return;
    SupplyNeed& need = present != nullptr ? *present : state_.need_or_new(name);
    if (!unblock(need, wanted, !need.requisition.empty())) return;
    if (need.refused != wanted.facts) {
        if (!need.refused.empty()) need.reason.clear();
        need.refused.clear();
    }
    if (!need.refused.empty()) return;
    const bool blind = planted(PlantedBug::reorder_twice) && name == "stock";
    if (need.requisition.empty() || blind) {
        if (positive(wanted.least) && !row_is_behind(state_)) send(need, SupplyAction::create, wanted, wanted.least);
        return;
    }
    if (wanted.keep) return;
    if (!positive(wanted.most)) return send(need, SupplyAction::cancel, wanted, Decimal());
    const Decimal quantity = larger(wanted.least, smaller(wanted.most, need.asked));
    if (quantity != need.asked || wanted.date != need.for_date) send(need, SupplyAction::change, wanted, quantity);
}

/// Place in the ERP's feed of what a change of this need would change.
std::int64_t SupplyStep::seq_of(const SupplyNeed& need) const {
    for (const SupplyRequisition& requisition : state_.requisitions) {
        if (requisition.number == need.requisition) return requisition.seq;
    }
    for (const SupplyOrder& order : state_.orders) {
        if (need.name == "order/" + order.number + "/" + order.item) return order.seq;
    }
    return 0;
}

void SupplyStep::send(SupplyNeed& need, SupplyAction action, const WantedSupply& wanted, const Decimal& quantity) {
    SupplyCommand& made = need.command.emplace();
    made.action = action;
    made.intent = ++state_.intent;
    made.quantity = quantity;
    made.facts = wanted.facts;
    made.for_date = wanted.date;
    made.seq = seq_of(need);
    const bool moved = action == SupplyAction::create || wanted.date != need.for_date;
    const std::string today = today_.str();
    if (moved && action != SupplyAction::cancel && action != SupplyAction::order_cancel) {
        const int lead = state_.planning ? state_.planning->lead_days : 0;
        made.date = wanted.date.empty() ? date_in(lead) : std::max(wanted.date, today);
    }
    model::Command command;
    command.intent = made.intent;
    command.key = command_key(supply_flow_name, envelope_.site, key_, need.name, made.intent);
    command.order_key = std::string(key_) + "/" + need.name;  // a refused need does not hold the others back
    command.connector = config_.connector;
    command.kind = words_of(action).kind;
    command.noun = words_of(action).noun;
    command.correlation = wanted.work_order;
    command.payload = payload(need, made, wanted, command.key);
    command.echo = "{";
    append_member(command.echo, "slot", need.name);
    append_if(command.echo, "work_order", wanted.work_order);
    append_member(command.echo, "part", state_.part);
    append_member(command.echo, "storeroom", state_.storeroom);
    append_member(command.echo, "quantity", quantity_text(quantity));
    command.echo += '}';
    decision_.commands.push_back(std::move(command));
}

std::string SupplyStep::text_of(const SupplyNeed& need, const WantedSupply& wanted) const {
    if (need.name == "stock") return order_text("Reorder", key_);
    if (!wanted.work_order.empty()) return order_text(wanted.work_order, key_);
    return order_text(std::string_view(need.name).substr(need.name.find('/') + 1), key_);
}

std::string SupplyStep::payload(const SupplyNeed& need, const SupplyCommand& command, const WantedSupply& wanted,
                                const std::string& reference) const {
    std::string out = "{";
    append_member(out, "reference", reference);
    append_member(out, "company_code", config_.company);
    append_member(out, "text", text_of(need, wanted));
    append_if(out, "work_order", wanted.work_order);
    if (is_order_action(command.action)) {
        const std::size_t item = need.name.rfind('/');
        append_member(out, "purchase_order", std::string_view(need.name).substr(6, item - 6));
        if (command.action == SupplyAction::order_change) {
            append_member(out, "item", std::string_view(need.name).substr(item + 1));
        }
    } else if (command.action != SupplyAction::create) {
        append_member(out, "requisition", need.requisition);
    }
    if (command.action == SupplyAction::cancel || command.action == SupplyAction::order_cancel) {
        const bool surplus = need.name.starts_with("orphan/");
        append_member(out, "reason", surplus ? "a second requisition for the same need" : "no longer needed");
        return out + "}";
    }
    if (command.action == SupplyAction::create) {
        append_member(out, "part", state_.part);
        append_member(out, "storeroom", state_.storeroom);
    }
    append_member(out, "quantity", quantity_text(command.quantity));
    append_if(out, "unit", state_.unit);
    append_if(out, "delivery_date", command.date);
    if (command.action != SupplyAction::create) return out + "}";
    if (state_.planning) append_if(out, "vendor", state_.planning->vendor);
    std::vector<std::string> orders;
    for (const SupplyDemand& demand : state_.demands) {
        const bool source = need.name == "stock" || demand.work_order == wanted.work_order;
        if (!source || demand.work_order.empty() || orders.size() == work_orders_max) continue;
        if (std::find(orders.begin(), orders.end(), demand.work_order) == orders.end())
            orders.push_back(demand.work_order);
    }
    append_raw(out, "work_orders", "[");
    for (const std::string& order : orders) {
        if (out.back() != '[') out += ',';
        append_json_string(out, order);
    }
    return out + "]}";
}

void SupplyStep::reconcile_demands() {
    const Allocation most = allocate(state_, Bound::most);
    const Allocation least = allocate(state_, Bound::least);
    std::vector<std::string> names;
    for (std::size_t index = 0; index < state_.demands.size(); ++index) {
        const SupplyDemand& demand = state_.demands[index];
        if (!demand.suggestion) names.push_back(std::string(demand_prefix) + demand.id);
    }
    for (const SupplyNeed& need : state_.needs) {
        const bool suggestion = need.name.starts_with("suggestion/") && state_.demand(need.name.substr(11)) != nullptr;
        const bool other = need.fading || need.name == "stock" || need.name.starts_with("order/") || suggestion;
        if (!other && std::find(names.begin(), names.end(), need.name) == names.end()) names.push_back(need.name);
    }
    for (const std::string& name : names) step(name, wanted_of(name, most, least));
}

void SupplyStep::reconcile_stock() {
    Decimal position = position_of(state_);
    if (planted(PlantedBug::reorder_twice)) position = difference(position, state_.stock->on_requisition);
    if (planted(PlantedBug::reorder_missed) && positive(position)) return;
    WantedSupply wanted;
    wanted.keep = true;
    wanted.facts = facts_of("stock");
    wanted.least = wanted.most = reorder_quantity(state_, position);
    SupplyNeed* need = state_.need("stock");
    // A no holds until the position has recovered: the next fall is a new need.
    const bool recovered =
        state_.planning && !(need != nullptr && need->command) && position >= state_.planning->reorder_point;
    if (need != nullptr && recovered && !row_is_behind(state_)) {
        need->refused.clear();
        need->reason.clear();
    }
    step("stock", wanted);
}

/// A suggestion asks for a purchase and claims no stock. The open reorder of the place serves it; where the part is
/// planned and not below its reorder point, nothing is bought.
void SupplyStep::reconcile_suggestion(SupplyDemand& suggestion) {
    const std::string name = "suggestion/" + suggestion.id;
    const SupplyNeed* own = state_.need(name);
    const SupplyNeed* stock = state_.planning ? state_.need("stock") : nullptr;
    const SupplyNeed* need = own != nullptr ? own : stock;
    if (!suggestion.follows.empty() || !suggestion.outcome.empty()) return;
    if (need != nullptr && !need->requisition.empty()) {
        suggestion.follows = need->requisition;
    } else if (need != nullptr && !need->refused.empty()) {
        suggestion.outcome = "rejected";
        suggestion.reason = need->reason;
    } else if (state_.planning && own == nullptr) {
        const Decimal position = position_of(state_);
        if (need != nullptr || position < state_.planning->reorder_point) return;  // the reorder is under way
        suggestion.outcome = "not_needed";
        suggestion.reason = "position " + quantity_text(position) + " is not below the reorder point " +
                            quantity_text(state_.planning->reorder_point);
    } else {
        WantedSupply wanted;
        wanted.least = wanted.most = suggestion.quantity;
        wanted.date = suggestion.needed_on;
        wanted.facts = demand_facts(suggestion);
        wanted.keep = true;
        step(name, wanted);
    }
}

void SupplyStep::reconcile_suggestions() {
    for (SupplyDemand& demand : state_.demands) {
        if (demand.suggestion) reconcile_suggestion(demand);
    }
}

/// What reductions of held orders that are under way will take away: all, or of those that one need's orders lose.
Decimal SupplyStep::leaving(std::string_view need_name) const {
    Decimal total;
    for (const SupplyOrder& order : state_.orders) {
        if (!need_name.empty() && order.need != need_name) continue;
        const SupplyNeed* need = state_.need("order/" + order.number + "/" + order.item);
        if (need == nullptr || !need->command || need->command->stage != CommandStage::open) continue;
        total = sum(total, larger(difference(order.quantity, need->command->quantity), Decimal()));
    }
    return total;
}

/// Orders that were made for a demand follow it while they are held. What is sent is a person's matter, unless the
/// stock or another job takes it anyway. One after the other: what the first gives up, the next one has not.
void SupplyStep::reconcile_orders() {
    const Allocation least = allocate(state_, Bound::least);
    for (SupplyOrder& order : state_.orders) {
        const SupplyNeed* owner = state_.need(order.need);
        if (!order.need.starts_with(demand_prefix) || (owner != nullptr && owner->fading)) continue;
        const SupplyDemand* demand = state_.demand(std::string_view(order.need).substr(demand_prefix.size()));
        Decimal surplus = leaving(order.need).negated();
        for (const SupplyOrder& other : state_.orders) {
            if (other.need == order.need) surplus = sum(surplus, other.open);
        }
        if (demand != nullptr) surplus = difference(surplus, demand->quantity);
        Decimal unused;
        for (const Incoming& incoming : least.incoming) {
            if (incoming.order == &order) unused = incoming.unused;
        }
        surplus = smaller(smaller(surplus, unused), order.open);
        if (state_.planning && positive(surplus)) {
            const Decimal position = difference(position_of(state_), leaving({}));
            if (difference(position, state_.planning->reorder_point) < surplus) surplus = Decimal();
        }
        reconcile_order(order, larger(surplus, Decimal()), demand);
    }
}

void SupplyStep::reconcile_order(SupplyOrder& order, const Decimal& surplus, const SupplyDemand* demand) {
    const std::string name = "order/" + order.number + "/" + order.item;
    WantedSupply wanted;
    wanted.facts = demand != nullptr ? demand_facts(*demand) : "none";
    wanted.date = demand != nullptr ? demand->needed_on : order.for_date;
    if (demand != nullptr) wanted.work_order = demand->work_order;
    wanted.most = order.quantity;
    if (SupplyNeed* need = state_.need(name)) {
        if (!unblock(*need, wanted, order.held)) return;
        if (need->refused != wanted.facts) need->refused.clear();
        if (!need->refused.empty()) return;
    }
    const bool moved = wanted.date != order.for_date;
    if (!positive(surplus) && !(moved && order.held)) return;
    const Decimal left = difference(order.quantity, surplus);
    const bool all = !positive(left);
    if (!order.held || (all && !order.alone)) {
        if (!positive(surplus)) return;
        const std::string job(std::string_view(order.need).substr(demand_prefix.size()));
        const std::string many = quantity_text(surplus) + " " + state_.unit;
        std::string details = "{";
        append_member(details, "part", state_.part);
        append_member(details, "storeroom", state_.storeroom);
        append_member(details, "purchase_order", order.number);
        append_member(details, "item", order.item);
        append_member(details, "quantity", quantity_text(surplus));
        append_raw(details, "choices", R"(["keep","cancel_with_vendor","other_job"]})");
        notice("already_ordered/" + order.number + "/" + order.item, "already_ordered", job,
               many + " of " + std::string(key_) + " on purchase order " + order.number + ", item " + order.item +
                   ", were ordered for " + job + ", which no longer needs them",
               "Keep them as stock, cancel them with the vendor and in the ERP, or plan them for another job.",
               std::move(details));
        return;
    }
    SupplyNeed& need = state_.need_or_new(name);
    need.for_date = order.for_date;
    send(need, all ? SupplyAction::order_cancel : SupplyAction::order_change, wanted, all ? Decimal() : left);
}

/// What was asked of an order that has ended meanwhile.
void SupplyStep::forget_ended_orders() {
    for (SupplyNeed& need : state_.needs) {
        if (!need.name.starts_with("order/")) continue;
        const bool live = std::any_of(state_.orders.begin(), state_.orders.end(), [&](const SupplyOrder& order) {
            return need.name == "order/" + order.number + "/" + order.item;
        });
        if (live) continue;
        need.refused.clear();
        unblock(need, WantedSupply{}, false);
        need.refused.clear();
    }
}

void SupplyStep::drop_idle_needs() {
    std::erase_if(state_.needs, [&](const SupplyNeed& need) {
        if (need.command || !need.requisition.empty() || !need.refused.empty() || need.fading) return false;
        return std::none_of(state_.requisitions.begin(), state_.requisitions.end(),
                            [&](const SupplyRequisition& requisition) { return requisition.need == need.name; });
    });
}

Result<void> SupplyStep::schedule() {
    std::string next;
    for (const SupplyDemand& demand : state_.demands) {
        const bool plan = demand.work_order.empty() || demand.planned;
        const bool waits = !demand.suggestion && plan && !demand.needed_on.empty();
        if (!waits || eligible(demand)) continue;
        if (next.empty() || demand.needed_on < next) next = demand.needed_on;
    }
    if (!next.empty()) {
        TIELINE_TRY(const Date date, parse_date(next));
        const int lead = state_.planning ? state_.planning->lead_days : 0;
        next = plus_days(date, -lead - config_.plan_lead_days).str();
    }
    if (next == state_.wake) return {};
    Wakeup wakeup{"plan", std::nullopt};
    if (!next.empty()) {
        TIELINE_TRY(const Date date, parse_date(next));
        TIELINE_TRY(wakeup.due, start_of_day(date, config_.zone));
    }
    state_.wake = next;
    decision_.wakeups.push_back(std::move(wakeup));
    return {};
}

Result<Decision> SupplyStep::finish(std::string_view before) {
    if (state_.stock) {
        reconcile_demands();
        reconcile_stock();
        reconcile_suggestions();
        reconcile_orders();
        tell_availability();
    }
    forget_ended_orders();
    publish_notices();
    drop_idle_needs();
    TIELINE_TRY_VOID(schedule());
    std::string after = to_json_text(state_);
    if (after != before) decision_.state = std::move(after);
    return std::move(decision_);
}

}  // namespace tieline::flows
