#pragma once
// A reorder suggestion of the CMMS: asks supply for it and writes back what became of it.

#include "flows/config_supply.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

std::unique_ptr<Flow> make_suggestion(WriteBackConfig config);

}  // namespace tieline::flows
