#pragma once
// What a receipt means for budgets: amounts by receiver, month and currency.

#include "base/decimal.h"
#include "flows/receipt.h"
#include "model/work_order.h"

#include <string>
#include <vector>

namespace tieline::flows {

/// One amount for one budget.
struct BudgetEntry {
    std::string receiver;  ///< "cost_center:CC-100"
    std::string month, currency, work_order;
    Decimal amount;
    bool commitment = false;  ///< replaces the work order's commitment; else it is added to the actual cost
};

/// `value` × `part` / `whole`, rounded half-even to `scale`; zero where it does not fit. `whole` must not be zero.
Decimal proportion(const Decimal& value, const Decimal& part, const Decimal& whole, int scale);

/// The entries of cost.booked, reversal.booked (company currency where the ERP returned it) and order.booked.
std::vector<BudgetEntry> budget_entries(const Receipt& receipt, bool include_capital);

}  // namespace tieline::flows
