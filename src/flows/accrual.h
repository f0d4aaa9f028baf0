#pragma once
// Accrual: at month end the cost of jobs still being worked is accrued, dated the last day of the month, and taken
// back on the first of the next.

#include "flows/config.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

/// Key: work order number. Wakes up at the start of the next month in the company's zone ("accrual/<YYYY-MM>").
std::unique_ptr<Flow> make_accrual(AccrualConfig config);

}  // namespace tieline::flows
