#pragma once
// Parts state of one job: folds the availability of its planned parts, and writes it into the CMMS when it changes.

#include "flows/config_supply.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

std::unique_ptr<Flow> make_parts_state(WriteBackConfig config);

}  // namespace tieline::flows
