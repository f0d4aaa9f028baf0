#pragma once
// Mirrors the ERP's stock of one place into the CMMS, and shows where the ERP, the hub and the CMMS disagree.

#include "flows/config_supply.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

std::unique_ptr<Flow> make_stock_mirror(WriteBackConfig config);

}  // namespace tieline::flows
