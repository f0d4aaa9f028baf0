#pragma once
// Equipment in the ERP follows the work done on it: last job and date, meter readings, serial numbers.

#include "flows/config.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

std::unique_ptr<Flow> make_equipment(EquipmentConfig config, CompanyTable companies);

}  // namespace tieline::flows
