#pragma once
// Supply of one place (a part in a storeroom): decides what is requisitioned, for whom, and follows every change.

#include "flows/config_supply.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

std::unique_ptr<Flow> make_supply(SupplyConfig config);

}  // namespace tieline::flows
