#pragma once
// Order mirror: a released job gets its order in the ERP, and the order follows the job: planned cost, receiver,
// technically complete, cancelled, released again. Its number goes back to the CMMS.

#include "flows/config.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

/// Key: work order number. One command to the ERP under way at a time.
std::unique_ptr<Flow> make_order_mirror(OrderMirrorConfig config);

}  // namespace tieline::flows
