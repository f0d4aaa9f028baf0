#pragma once
// What the cost posting flow remembers of a work order, as compact JSON.

#include "base/result.h"
#include "flows/cost_plan.h"
#include "flows/slot.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

struct CostState {
    std::string order;       ///< the ERP order's number, once known
    std::string dead_order;  ///< an ERP order that was cancelled: nothing is posted to it any more
    std::string asset;
    std::string status;         ///< of the newest snapshot seen
    bool unsettled = false;     ///< something was asked for since the last cost.settled
    bool told_nothing = false;  ///< cost.nothing_to_post was said for the present completion
    std::vector<Slot> slots;
    Invoices invoices;

    Slot* find(std::string_view name);
    Slot& find_or_add(std::string_view name);
};

std::string to_json_text(const CostState& state);
/// "" gives an empty state. An unreadable one is our own fault: kind internal.
Result<CostState> cost_state_from(std::string_view text);

}  // namespace tieline::flows
