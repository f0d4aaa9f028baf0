#pragma once
// Pure arithmetic of one place: its position, and who gets which supply. The ERP's stock row and its requisitions and
// orders are read one after the other, so they can be apart for a moment, e.g. a delivery is out of the order but not
// yet on hand. Then two answers bound the truth: `most` supply, for whether more must be bought, and `least`, for
// whether less may be. At rest both are the same.

#include "flows/supply_state.h"

#include <string>
#include <vector>

namespace tieline::flows {

enum class Bound { most, least };

/// Supply that is under way.
struct Incoming {
    const SupplyOrder* order = nullptr;
    const SupplyRequisition* requisition = nullptr;
    std::string due;  ///< empty: unknown
    Decimal quantity;
    Decimal unused;  ///< what no demand counts on
};

/// What a demand can count on.
struct Cover {
    Decimal on_hand, on_order, on_requisition;
    Decimal uncovered;
    std::string due;          ///< the last of its dates
    bool dated = true;        ///< false: part of it comes on an unknown date
    bool unconfirmed = true;  ///< its last date is not one that a vendor confirmed
    std::string order, requisition;
};

struct Allocation {
    std::vector<Cover> covers;  ///< of each demand, in the state's order; none for suggestions
    std::vector<Incoming> incoming;
    Decimal foreign;  ///< on hand that somebody else has reserved
};

/// Demands take what is on hand, then orders by date, then requisitions that no demand owns, in order of need-by date
/// (none: last), ties by id. A demand's own requisition is left out: `uncovered` is what it should be for.
Allocation allocate(const SupplyState& state, Bound bound);

/// On hand + on order + on requisition − reserved − demands that are not reserved yet. Only with a stock row.
Decimal position_of(const SupplyState& state);

/// Whether requisitions or orders are known that the stock row is too old for: what was delivered of them may be in
/// neither. Nothing is bought until the row has caught up.
bool row_is_behind(const SupplyState& state);

/// Quantity in whole lots that lifts the position to the order-up-to level; zero when it is not below the reorder
/// point.
Decimal reorder_quantity(const SupplyState& state, const Decimal& position);

}  // namespace tieline::flows
