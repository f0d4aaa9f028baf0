#include "flows/supply_position.h"

#include <algorithm>
#include <numeric>

namespace tieline::flows {
namespace {

bool counts(const SupplyDemand& demand) { return !demand.suggestion && positive(demand.quantity); }

/// What the ERP reserves beyond the reservations that we know of, and what is not reserved as far as we know.
struct Claims {
    Decimal beyond;      ///< negative: an issue is in the stock row already, and its job's own news is to come
    Decimal unreserved;  ///< of our demands
};

Claims claims_of(const SupplyState& state) {
    Claims claims;
    claims.beyond = state.stock->reserved;
    for (const SupplyDemand& demand : state.demands) {
        if (!counts(demand)) continue;
        claims.unreserved = sum(claims.unreserved, difference(demand.quantity, demand.held));
        claims.beyond = difference(claims.beyond, demand.held);
    }
    return claims;
}

/// Reservations beyond ours may be ours already: their number is told a moment after the stock row.
Decimal unexplained(const Claims& claims) {
    const Decimal beyond = larger(claims.beyond, Decimal());
    return larger(difference(beyond, claims.unreserved), Decimal());
}

/// What is requisitioned or ordered, as the objects say.
Decimal known_incoming(const SupplyState& state) {
    Decimal total;
    for (const SupplyRequisition& requisition : state.requisitions) {
        total = sum(total, requisition.quantity);
    }
    for (const SupplyOrder& order : state.orders) total = sum(total, order.open);
    return total;
}

/// Whether the stock row is at least as new as each requisition and order that is known.
bool row_is_newest(const SupplyState& state) {
    const bool unseen =
        std::any_of(state.requisitions.begin(), state.requisitions.end(),
                    [](const SupplyRequisition& requisition) { return requisition.seq == known_by_receipt; });
    return !unseen && !row_is_behind(state);
}

/// Whether a requisition was asked for of which nothing is known yet.
bool is_asked_for(const SupplyNeed& need) {
    if (!need.command || need.command->action != SupplyAction::create || need.command->seen) return false;
    return need.command->stage == CommandStage::open || need.command->stage == CommandStage::parked;
}

Decimal asked_for(const SupplyState& state) {
    Decimal total;
    for (const SupplyNeed& need : state.needs) {
        if (is_asked_for(need)) total = sum(total, need.command->quantity);
    }
    return total;
}

void by_date(std::vector<Incoming>& incoming) {
    std::stable_sort(incoming.begin(), incoming.end(), [](const Incoming& a, const Incoming& b) {
        const bool a_requisition = a.order == nullptr;
        const bool b_requisition = b.order == nullptr;
        if (a_requisition != b_requisition) return b_requisition;
        if (a.due.empty() != b.due.empty()) return b.due.empty();
        return a.due < b.due;
    });
}

/// Least supply: what is not ordered yet may still be refused.
std::vector<Incoming> pool_of(const SupplyState& state, Bound bound) {
    std::vector<Incoming> pool;
    for (const SupplyOrder& order : state.orders) {
        if (positive(order.open)) pool.push_back({&order, nullptr, order.due, order.open, order.open});
    }
    for (const SupplyRequisition& requisition : state.requisitions) {
        const bool owned = requisition.need.starts_with("demand/") || requisition.need.starts_with("orphan/");
        const bool open = requisition.stage == RequisitionStage::open;
        if (open && (owned || bound == Bound::least)) continue;
        pool.push_back({nullptr, &requisition, requisition.date, requisition.quantity, requisition.quantity});
    }
    by_date(pool);
    const SupplyNeed* stock = state.need("stock");
    if (bound == Bound::least || stock == nullptr || !is_asked_for(*stock)) return pool;
    pool.push_back({nullptr, nullptr, stock->command->date, stock->command->quantity, stock->command->quantity});
    return pool;
}

/// Takes away, the earliest first: what the stock row does not count any more has come in.
void trim(std::vector<Incoming>& pool, Decimal quantity) {
    for (Incoming& incoming : pool) {
        const Decimal part = smaller(incoming.unused, quantity);
        if (!positive(part)) continue;
        incoming.unused = difference(incoming.unused, part);
        incoming.quantity = incoming.unused;
        quantity = difference(quantity, part);
    }
}

/// The pool, made to agree with what the stock row says of it.
void agree(std::vector<Incoming>& pool, const SupplyState& state, Bound bound) {
    const Decimal in_row = sum(state.stock->on_order, state.stock->on_requisition);
    const Decimal gap = difference(known_incoming(state), in_row);
    if (positive(gap)) {
        if (bound == Bound::least || row_is_newest(state)) trim(pool, gap);
    } else if (gap.is_negative() && bound == Bound::most) {
        Incoming unknown;
        unknown.quantity = unknown.unused = gap.negated();
        pool.push_back(std::move(unknown));
    }
}

bool may_use(const Incoming& incoming, const SupplyDemand& demand) {
    if (incoming.requisition == nullptr || incoming.requisition->work_orders.empty()) return true;
    const auto& orders = incoming.requisition->work_orders;
    return std::find(orders.begin(), orders.end(), demand.work_order) != orders.end();
}

Decimal take(Decimal& from, Decimal& wanted) {
    if (!positive(from) || !positive(wanted)) return {};
    const Decimal part = smaller(from, wanted);
    from = difference(from, part);
    wanted = difference(wanted, part);
    return part;
}

void note_source(Cover& cover, const Incoming& incoming) {
    if (incoming.due.empty()) cover.dated = false;
    if (incoming.due >= cover.due) {
        cover.due = incoming.due;
        cover.unconfirmed = incoming.order == nullptr || !incoming.order->confirmed;
    }
    if (incoming.order != nullptr) cover.order = incoming.order->number;
    if (incoming.requisition != nullptr) cover.requisition = incoming.requisition->number;
}

void cover_demand(const SupplyDemand& demand, Decimal& on_hand, std::vector<Incoming>& pool, Cover& cover) {
    Decimal wanted = demand.quantity;
    cover.on_hand = take(on_hand, wanted);
    for (Incoming& incoming : pool) {
        if (!positive(wanted)) break;
        if (!may_use(incoming, demand)) continue;
        const Decimal part = take(incoming.unused, wanted);
        if (!positive(part)) continue;
        Decimal& kind = incoming.order != nullptr ? cover.on_order : cover.on_requisition;
        kind = sum(kind, part);
        note_source(cover, incoming);
    }
    cover.uncovered = wanted;
}

}  // namespace

Allocation allocate(const SupplyState& state, Bound bound) {
    Allocation allocation;
    allocation.covers.resize(state.demands.size());
    Decimal on_hand;
    if (state.stock) {
        const Claims claims = claims_of(state);
        const Decimal beyond = larger(claims.beyond, Decimal());
        allocation.foreign = bound == Bound::most ? unexplained(claims) : beyond;
        on_hand = difference(state.stock->on_hand, allocation.foreign);
        // An issue that the stock row has and the job's own news has not: its demand still claims what is gone.
        if (bound == Bound::most && claims.beyond.is_negative()) on_hand = difference(on_hand, claims.beyond);
    }
    allocation.incoming = pool_of(state, bound);
    if (state.stock) agree(allocation.incoming, state, bound);
    Decimal owed = on_hand.is_negative() ? on_hand.negated() : Decimal();  // the first that comes in fills the hole
    for (Incoming& incoming : allocation.incoming) take(incoming.unused, owed);

    std::vector<std::size_t> order(state.demands.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const SupplyDemand& left = state.demands[a];
        const SupplyDemand& right = state.demands[b];
        if (left.needed_on.empty() != right.needed_on.empty()) return right.needed_on.empty();
        if (left.needed_on != right.needed_on) return left.needed_on < right.needed_on;
        return left.id < right.id;
    });
    for (const std::size_t index : order) {
        const SupplyDemand& demand = state.demands[index];
        if (counts(demand)) cover_demand(demand, on_hand, allocation.incoming, allocation.covers[index]);
    }
    return allocation;
}

Decimal position_of(const SupplyState& state) {
    const SupplyStock& stock = *state.stock;
    const Claims claims = claims_of(state);
    const Decimal explained = larger(claims.beyond, Decimal());
    const Decimal unreserved = larger(difference(claims.unreserved, explained), Decimal());
    Decimal incoming = sum(stock.on_order, stock.on_requisition);
    if (!row_is_newest(state)) incoming = larger(incoming, known_incoming(state));
    incoming = sum(incoming, asked_for(state));
    return difference(difference(sum(stock.on_hand, incoming), stock.reserved), unreserved);
}

bool row_is_behind(const SupplyState& state) { return state.stock->seq < state.seq; }

Decimal reorder_quantity(const SupplyState& state, const Decimal& position) {
    if (!state.planning || position >= state.planning->reorder_point) return {};
    const Decimal target = larger(state.planning->order_up_to, state.planning->reorder_point);
    return whole_lots(difference(target, position), state.planning->lot_size);
}

}  // namespace tieline::flows
