#pragma once
// Cost posting: the cost of a completed work order reaches the ERP once, exactly, and is taken back when the job is
// reopened, corrected or cancelled.

#include "flows/config.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

/// Key: work order number. A reconciling controller: what the newest snapshot wants against what is booked, slot by
/// slot; see README.md.
std::unique_ptr<Flow> make_cost_posting(CostPostingConfig config);

}  // namespace tieline::flows
