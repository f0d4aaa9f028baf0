// Takes events into the state of supply. Snapshots replace what is known, never add to it: a repeated or late one
// changes nothing.
#include "flows/document.h"
#include "flows/supply_step.h"

#include <algorithm>
#include <limits>

namespace tieline::flows {
namespace {

constexpr std::size_t gone_max = 64;
/// What we have cancelled never comes back: any news of it is older than the cancellation, or the cancellation itself.
constexpr std::int64_t final_seq = std::numeric_limits<std::int64_t>::max();
constexpr Millis stock_wait{15 * 60 * 1000};
constexpr Millis fading_wait{60 * 1000};

/// A row is as new as the feed's head at its reading, where the connector knows it.
std::int64_t row_seq(const Json& data) { return std::max(data.int_or("seq", 0), data.int_or("as_of", 0)); }

std::string_view after_point(std::string_view type) { return type.substr(type.find('.') + 1); }

}  // namespace

Result<void> SupplyStep::take(const Json& data, bool is_receipt, WallTime now) {
    const std::string_view type = envelope_.type;
    if (state_.part.empty()) {
        const std::size_t slash = key_.rfind('/');
        state_.part = key_.substr(0, slash);
        state_.storeroom = slash == std::string_view::npos ? std::string_view() : key_.substr(slash + 1);
    }
    state_.newest = std::max(state_.newest, row_seq(data));
    if (is_receipt) return on_receipt();
    if (type == "stock.changed") return on_stock(data);
    if (type == "planning.published") return on_planning(data);
    if (type == "demand.changed") return on_demand(data, now);
    if (type.starts_with("requisition.")) return on_requisition(data);
    if (type == "purchase_order.changed") return on_order(data);
    if (type == "timer.fired") on_timer(data);
    if (type == "notice.answered") on_answer(data);
    return {};
}

Result<void> SupplyStep::on_stock(const Json& data) {
    SupplyStock stock;
    stock.seq = row_seq(data);
    if (state_.stock && stock.seq < state_.stock->seq) return {};
    TIELINE_TRY(stock.on_hand, quantity_of(data, "on_hand", key_));
    TIELINE_TRY(stock.reserved, quantity_of(data, "reserved", key_));
    TIELINE_TRY(stock.on_order, quantity_of(data, "on_order", key_));
    TIELINE_TRY(stock.on_requisition, quantity_of(data, "on_requisition", key_));
    state_.unit = data.text_or("unit", state_.unit);
    state_.stock = stock;
    state_.stock_missing = false;
    for (SupplyDemand& demand : state_.demands) {
        if (!demand.reservation.empty()) demand.held = demand.quantity;
    }
    return {};
}

Result<void> SupplyStep::on_planning(const Json& data) {
    SupplyPlanning planning;
    TIELINE_TRY(planning.reorder_point, quantity_of(data, "reorder_point", key_));
    TIELINE_TRY(planning.order_up_to, quantity_of(data, "order_up_to", key_));
    TIELINE_TRY(planning.lot_size, quantity_of(data, "lot_size", key_));
    planning.lead_days = static_cast<int>(std::clamp<std::int64_t>(data.int_or("lead_days", 0), 0, 3650));
    planning.vendor = data.text_or("vendor");
    state_.planning = std::move(planning);
    return {};
}

Result<void> SupplyStep::on_demand(const Json& data, WallTime now) {
    TIELINE_TRY(const std::string id, data.text("demand"));
    TIELINE_TRY(const Decimal quantity, quantity_of(data, "quantity", id));
    const std::string need_name = "demand/" + id;
    if (!positive(quantity)) {
        const SupplyDemand* ended = state_.demand(id);
        if (ended != nullptr && ended->work_order.empty() && !ended->suggestion) let_fade(need_name, now);
        std::erase_if(state_.demands, [&](const SupplyDemand& demand) { return demand.id == id; });
        return {};
    }
    SupplyDemand* present = state_.demand(id);
    SupplyDemand& demand = present != nullptr ? *present : state_.demands.emplace_back();
    demand.id = id;
    demand.quantity = quantity;
    demand.work_order = data.text_or("work_order");
    demand.needed_on = data.text_or("needed_on");
    demand.reservation = data.text_or("reservation");
    demand.held = demand.reservation.empty() ? Decimal() : smaller(demand.held, quantity);
    demand.released = data.bool_or("released", false);
    demand.suggestion = data.bool_or("suggestion", false);
    const std::string replaces = data.text_or("replaces");
    demand.planned = !replaces.empty();
    if (demand.planned) take_over("demand/" + replaces, need_name);
    if (SupplyNeed* need = state_.need(need_name)) need->fading = false;
    if (state_.unit.empty()) state_.unit = data.text_or("unit");
    if (!state_.stock && !state_.stock_awaited) {
        state_.stock_awaited = true;
        decision_.wakeups.push_back(Wakeup{"stock", now + stock_wait});
    }
    return {};
}

/// A plan's round ends when its order comes, a moment before that order tells its own need.
void SupplyStep::let_fade(std::string_view need_name, WallTime now) {
    const bool ordered = std::any_of(state_.orders.begin(), state_.orders.end(),
                                     [&](const SupplyOrder& order) { return order.need == need_name; });
    if (!ordered && state_.need(need_name) == nullptr) return;
    state_.need_or_new(need_name).fading = true;
    decision_.wakeups.push_back(Wakeup{"faded", now + fading_wait});
}

/// What was bought for the plan's round is the order's from now on. One that has its own already leaves it to fade.
void SupplyStep::take_over(std::string_view from, std::string_view to) {
    SupplyNeed* need = state_.need(from);
    if (need == nullptr || !need->fading || state_.need(to) != nullptr) return;
    need->fading = false;
    if (need->command && need->command->slot.empty()) need->command->slot = need->name;
    need->name = to;
    for (SupplyRequisition& requisition : state_.requisitions) {
        if (requisition.need == from) requisition.need = to;
    }
    for (SupplyOrder& order : state_.orders) {
        if (order.need == from) order.need = to;
    }
    for (SupplyGone& buried : state_.gone) {
        if (buried.need == from) buried.need = to;
    }
}

/// Key of the command under way.
std::string SupplyStep::key_of(const SupplyNeed& need) const {
    const std::string& slot = need.command->slot.empty() ? need.name : need.command->slot;
    return command_key(supply_flow_name, envelope_.site, key_, slot, need.command->intent);
}

const SupplyGone* SupplyStep::gone(std::string_view name) const {
    const auto found = std::find_if(state_.gone.rbegin(), state_.gone.rend(),
                                    [&](const SupplyGone& entry) { return entry.name == name; });
    return found == state_.gone.rend() ? nullptr : &*found;
}

void SupplyStep::bury(std::string name, std::string need, std::int64_t seq) {
    if (const SupplyGone* buried = gone(name)) seq = std::max(seq, buried->seq);
    std::erase_if(state_.gone, [&](const SupplyGone& entry) { return entry.name == name; });
    state_.gone.push_back({std::move(name), std::move(need), seq});
    if (state_.gone.size() > gone_max) state_.gone.erase(state_.gone.begin());
}

/// The need that a requisition was made for, or "": known by its number, or by the reference that is our key.
std::string SupplyStep::owner_of(const std::string& number, const std::string& reference) const {
    for (const SupplyRequisition& requisition : state_.requisitions) {
        if (requisition.number == number) return requisition.need;
    }
    if (const SupplyGone* buried = gone("R" + number)) return buried->need;
    if (reference.empty()) return {};
    for (const SupplyNeed& need : state_.needs) {
        if (!need.command || need.command->action != SupplyAction::create) continue;
        if (key_of(need) == reference) return need.name;
    }
    return {};
}

/// Makes the requisition the one that serves the need. A second one for the same need is in surplus: it is cancelled.
void SupplyStep::serve(const std::string& need_name, const std::string& number) {
    SupplyRequisition* requisition = state_.requisition(number);
    SupplyNeed& need = state_.need_or_new(need_name);
    if (need.requisition == number) return;
    if (!need.requisition.empty()) {
        requisition->need = "orphan/" + number;
        SupplyNeed& orphan = state_.need_or_new(requisition->need);
        orphan.requisition = number;
        orphan.asked = requisition->quantity;
        return;
    }
    need.requisition = number;
    const bool made_now = need.command && need.command->action == SupplyAction::create;
    if (made_now) need.command->seen = true;
    need.asked = made_now ? need.command->quantity : requisition->quantity;
    need.for_date = made_now ? need.command->for_date : requisition->date;
    need.facts = made_now ? need.command->facts : facts_of(need_name);
}

void SupplyStep::requisition_open(const SupplyRequisition& seen) {
    SupplyRequisition* present = state_.requisition(seen.number);
    if (present != nullptr) {
        *present = seen;
    } else {
        state_.requisitions.push_back(seen);
    }
    if (!seen.need.empty() && seen.stage == RequisitionStage::open) serve(seen.need, seen.number);
}

Result<void> SupplyStep::on_requisition(const Json& data) {
    const std::string_view status = after_point(envelope_.type);
    SupplyRequisition seen;
    TIELINE_TRY(seen.number, data.text("requisition"));
    TIELINE_TRY(seen.quantity, quantity_of(data, "quantity", "requisition " + seen.number));
    seen.seq = data.int_or("seq", 0);
    const SupplyRequisition* present = state_.requisition(seen.number);
    if (present != nullptr && seen.seq < present->seq) return {};
    const SupplyGone* buried = gone("R" + seen.number);
    if (buried != nullptr && seen.seq <= buried->seq) return {};
    seen.need = owner_of(seen.number, data.text_or("reference"));
    seen.date = data.text_or("delivery_date");
    const bool was_open = present != nullptr && present->stage == RequisitionStage::open;
    const Decimal before = was_open ? present->quantity : Decimal();
    const bool open = status == "requested" || status == "approved";
    // What only a receipt has told is news: the stock row may be older than it.
    const bool by_receipt = present != nullptr && present->seq == known_by_receipt;
    if (by_receipt || before != (open ? seen.quantity : Decimal())) state_.seq = std::max(state_.seq, seen.seq);
    const Json* orders = data.find("work_orders");
    if (seen.need.empty() && orders != nullptr && orders->is_array()) {
        for (const Json& order : orders->items()) {
            if (order.is_string()) seen.work_orders.push_back(order.string());
        }
    }
    if (open) {
        requisition_open(seen);
        return {};
    }
    if (status != "ordered") {
        requisition_ended(seen.number, data, seen.seq);
        return {};
    }
    seen.stage = RequisitionStage::ordered;
    if (seen.need.empty()) {
        requisition_ended(seen.number, data, seen.seq);
        return {};
    }
    for (SupplyOrder& order : state_.orders) {
        if (order.requisition != seen.number) continue;
        if (order.need.empty()) order.need = seen.need;
        requisition_ended(seen.number, data, seen.seq);
        return {};
    }
    if (SupplyNeed* need = state_.need(seen.need); need != nullptr && need->requisition == seen.number) {
        need->requisition.clear();
    }
    requisition_open(seen);
    return {};
}

void SupplyStep::requisition_ended(const std::string& number, const Json& data, std::int64_t seq) {
    const std::string_view status = after_point(envelope_.type);
    const std::string owner = owner_of(number, data.text_or("reference"));
    std::erase_if(state_.requisitions, [&](const auto& requisition) { return requisition.number == number; });
    bury("R" + number, owner, seq);
    const bool refused = status == "rejected" || status == "cancelled";
    std::string by = data.text_or("rejected_by");
    if (!by.empty()) by = " by " + by;
    const std::string why = data.text_or("reason", "no reason was given");
    const std::string reason = "requisition " + number + " was " + std::string(status) + by + ": " + why;
    for (SupplyDemand& suggestion : state_.demands) {
        if (suggestion.follows != number || !suggestion.outcome.empty() || status == "ordered") continue;
        suggestion.outcome = refused ? "rejected" : "received";
        if (refused) suggestion.reason = reason;
    }
    SupplyNeed* need = state_.need(owner);
    if (need == nullptr) return;
    // The ERP may tell of a requisition and its end before our own request has its receipt.
    const bool made_now = need->command && need->command->action == SupplyAction::create;
    if (need->requisition != number && !made_now) return;
    if (made_now) need->command->seen = true;
    const bool by_us = need->command && need->command->action == SupplyAction::cancel && status == "cancelled";
    if (refused && !by_us) {
        need->refused = need->requisition == number ? need->facts : need->command->facts;
        need->reason = reason;
    }
    if (need->requisition == number) need->requisition.clear();
}

Result<void> SupplyStep::on_order(const Json& data) {
    TIELINE_TRY(const std::string number, data.text("purchase_order"));
    const std::int64_t seq = data.int_or("seq", 0);
    const Json* items = data.find("items");
    std::vector<std::string> present;
    if (items != nullptr && items->is_array()) {
        for (const Json& item : items->items()) {
            if (item.text_or("part") + "/" + item.text_or("storeroom") != key_) continue;
            present.push_back(item.text_or("item"));
            TIELINE_TRY_VOID(on_order_item(data, item, seq));
        }
    }
    std::vector<std::string> left_out;
    for (const SupplyOrder& order : state_.orders) {
        const bool listed = std::find(present.begin(), present.end(), order.item) != present.end();
        if (order.number == number && !listed && order.seq <= seq) left_out.push_back(order.item);
    }
    for (const std::string& item : left_out) order_ended(number, item, seq, false);
    return {};
}

Result<void> SupplyStep::on_order_item(const Json& data, const Json& item, std::int64_t seq) {
    SupplyOrder seen;
    seen.number = data.text_or("purchase_order");
    TIELINE_TRY(seen.item, item.text("item"));
    const std::string what = "order " + seen.number + "/" + seen.item;
    TIELINE_TRY(seen.quantity, quantity_of(item, "quantity", what));
    TIELINE_TRY(seen.open, quantity_of(item, "open", what));
    seen.seq = seq;
    const auto same = [&](const SupplyOrder& order) { return order.number == seen.number && order.item == seen.item; };
    const auto present = std::find_if(state_.orders.begin(), state_.orders.end(), same);
    if (present != state_.orders.end() && seq < present->seq) return {};
    const SupplyGone* buried = gone("O" + seen.number + "/" + seen.item);
    if (buried != nullptr && seq <= buried->seq) return {};
    const std::string status = data.text_or("status");
    if (status == "cancelled" || status == "closed" || item.bool_or("final", false)) {
        order_ended(seen.number, seen.item, seq, status != "cancelled");
        return {};
    }
    if (seen.open.is_negative()) seen.open = Decimal();  // more came than was ordered
    seen.requisition = item.text_or("requisition");
    const std::string confirmed = item.text_or("confirmed_date");
    seen.confirmed = !confirmed.empty();
    seen.due = seen.confirmed ? confirmed : item.text_or("delivery_date");
    seen.held = config_.change_orders && status == "held";
    seen.alone = data.find("items")->items().size() == 1;
    const Decimal before = present == state_.orders.end() ? Decimal() : present->open;
    if (before != seen.open) state_.seq = std::max(state_.seq, seq);
    if (present != state_.orders.end()) {
        seen.need = present->need;
        seen.for_date = present->for_date;
        *present = seen;
        return {};
    }
    became_order(seen);
    state_.orders.push_back(std::move(seen));
    return {};
}

/// The order item takes the place of the requisition that it was made from.
void SupplyStep::became_order(SupplyOrder& order) {
    order.for_date = order.due;
    if (order.requisition.empty()) return;
    order.need = owner_of(order.requisition, {});
    SupplyNeed* need = state_.need(order.need);
    if (need != nullptr && !need->for_date.empty()) order.for_date = need->for_date;
    if (need != nullptr && need->requisition == order.requisition) need->requisition.clear();
    std::int64_t seq = order.seq;
    if (const SupplyRequisition* requisition = state_.requisition(order.requisition)) {
        seq = std::max(seq, requisition->seq);
        std::erase_if(state_.requisitions, [&](const auto& other) { return other.number == order.requisition; });
    } else if (gone("R" + order.requisition) == nullptr) {
        return;  // never seen, so nothing is ours; a requisition event that follows finds the item
    }
    bury("R" + order.requisition, order.need, seq);
}

void SupplyStep::order_ended(const std::string& number, const std::string& item, std::int64_t seq, bool received) {
    const auto found = std::find_if(state_.orders.begin(), state_.orders.end(), [&](const SupplyOrder& order) {
        return order.number == number && order.item == item;
    });
    std::string need;
    if (found != state_.orders.end()) {
        need = found->need;
        if (!found->open.is_zero()) state_.seq = std::max(state_.seq, seq);
        for (SupplyDemand& suggestion : state_.demands) {
            if (received && !suggestion.follows.empty() && suggestion.follows == found->requisition) {
                if (suggestion.outcome.empty()) suggestion.outcome = "received";
            }
        }
        state_.orders.erase(found);
    }
    bury("O" + number + "/" + item, need, seq);
}

Result<void> SupplyStep::on_receipt() {
    TIELINE_TRY(const Receipt receipt, read_receipt(envelope_));
    for (SupplyNeed& need : state_.needs) {
        if (!need.command) continue;
        if (key_of(need) != receipt.key) continue;
        switch (receipt.outcome) {
            case Outcome::accepted:
                break;
            case Outcome::booked: {
                const SupplyCommand command = *need.command;
                booked(need, command, receipt.document);
                break;
            }
            case Outcome::rejected:
                need.command->stage = CommandStage::rejected;
                need.reason = receipt.reason;
                break;
            case Outcome::parked:
                need.command->stage = CommandStage::parked;
                break;
            case Outcome::replayed:
                need.command->stage = CommandStage::open;
                need.reason.clear();
                break;
            case Outcome::withdrawn:
            case Outcome::given_up:
                need.command->stage = CommandStage::given_up;
                break;
        }
        return {};
    }
    return {};
}

void SupplyStep::booked(SupplyNeed& need, const SupplyCommand& command, const std::string& document) {
    const std::string name = need.name;
    if (command.action == SupplyAction::create) {
        // The ERP's own news of it may have come first, its end included.
        if (state_.requisition(document) == nullptr && gone("R" + document) == nullptr) {
            SupplyRequisition made;
            made.number = document;
            made.need = name;
            made.date = command.date;
            made.quantity = command.quantity;
            made.seq = known_by_receipt;
            requisition_open(made);
        }
        state_.need(name)->command.reset();
        return;
    }
    need.command.reset();
    need.facts = command.facts;
    if (command.action == SupplyAction::change) {
        need.asked = command.quantity;
        need.for_date = command.for_date;
        // A snapshot that came since then is the truth: a person may have changed it again.
        SupplyRequisition* requisition = state_.requisition(need.requisition);
        if (requisition != nullptr && requisition->seq == command.seq) {
            if (requisition->quantity != command.quantity) requisition->seq = known_by_receipt;
            requisition->quantity = command.quantity;
            if (!command.date.empty()) requisition->date = command.date;
        }
        return;
    }
    if (command.action == SupplyAction::cancel) {
        const std::string number = std::move(need.requisition);
        need.requisition.clear();
        const SupplyRequisition* requisition = state_.requisition(number);
        if (requisition == nullptr) return;
        bury("R" + number, requisition->need, final_seq);
        std::erase_if(state_.requisitions, [&](const auto& other) { return other.number == number; });
        return;
    }
    for (SupplyOrder& order : state_.orders) {
        if (name != "order/" + order.number + "/" + order.item) continue;
        if (command.action == SupplyAction::order_cancel) {
            bury("O" + order.number + "/" + order.item, order.need, final_seq);
            order_ended(order.number, order.item, order.seq, false);
            return;
        }
        order.for_date = command.for_date;
        if (order.seq != command.seq) continue;
        order.open = sum(order.open, difference(command.quantity, order.quantity));
        order.quantity = command.quantity;
    }
}

void SupplyStep::on_timer(const Json& data) {
    const std::string name = data.text_or("name");
    if (name == "stock") state_.stock_missing = !state_.stock;
    if (name == "plan") state_.wake.clear();
    for (SupplyNeed& need : state_.needs) {
        if (name == "faded") need.fading = false;
    }
}

void SupplyStep::on_answer(const Json& data) {
    const std::string id = data.text_or("notice");
    const auto open = state_.notices.find(id);
    const bool is_open = open != state_.notices.end();
    const std::string_view need_name = std::string_view(id).substr(id.find('/') + 1);
    SupplyNeed* need = state_.need(need_name);
    if (data.text_or("choice") != "order_again" || need == nullptr) {
        if (is_open) state_.answered[id] = open->second;
        return;
    }
    // What a person said of a refusal counts, also where another order made the notice needless a moment before.
    if (!is_open && !id.starts_with("requisition_rejected/")) return;
    need->refused.clear();
    need->reason.clear();
    if (const SupplyRequisition* requisition = state_.requisition(need->requisition)) {
        need->asked = requisition->quantity;
    }
}

}  // namespace tieline::flows
