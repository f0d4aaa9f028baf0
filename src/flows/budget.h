#pragma once
// Budget: what was booked on a receiver in a month, and what is committed, against its budget; alerts once each.

#include "flows/config.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

/// Key: "<receiver kind>:<code>|<YYYY-MM>|<currency>", only for receivers that have a budget. A work order's asset
/// counts as a receiver of its own, so that assets can have budgets beside cost centers.
std::unique_ptr<Flow> make_budget(BudgetConfig config);

}  // namespace tieline::flows
