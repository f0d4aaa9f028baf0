#pragma once
// From a completed work order to the documents that carry its cost: each cost once.

#include "flows/config.h"
#include "flows/slot.h"
#include "model/work_order.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tieline::flows {

/// Vendors' invoices that the ERP booked for one contractor line.
struct InvoicedLine {
    std::map<std::string, std::string> amounts;  ///< invoice number → amount
    std::string currency;
    bool carries_cost = false;  ///< booked before our service receipt: the invoice itself is the cost
    std::string expected;       ///< the line's own amount, once known
    std::string reported;       ///< total for which a variance was told
};
using Invoices = std::map<std::string, InvoicedLine, std::less<>>;  // by line id

struct CostPlan {
    std::vector<std::pair<std::string, WantedDocument>> documents;          ///< by slot name
    std::map<std::string, std::pair<std::string, std::string>> contractor;  ///< line → amount, currency; only lines
                                                                            ///< whose invoice can differ from it
    std::string nothing_because;                                            ///< set when there are no documents
};

/// The documents of a completed or closed order. Errors are kind invalid: "no_receiver", "no_account",
/// "unknown_company", "decimal_overflow".
Result<CostPlan> plan_costs(const model::WorkOrder& order, const CostPostingConfig& config, const Invoices& invoices);

}  // namespace tieline::flows
