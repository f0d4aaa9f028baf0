#pragma once
// Master data: what the ERP publishes of parts, vendors, persons, crafts, cost centers and assets goes into the CMMS,
// under the CMMS's own codes.

#include "flows/config_master.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

std::unique_ptr<Flow> make_master_data(MasterDataConfig config);

}  // namespace tieline::flows
