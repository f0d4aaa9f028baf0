#pragma once
// Labor rates of crafts: a rate that becomes known late, for days on which jobs used the craft already, is told to
// each of these jobs. Cost posting then has the ERP value their labor again.

#include "flows/config.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

std::unique_ptr<Flow> make_labor_rates(LaborRatesConfig config, CompanyTable companies);

}  // namespace tieline::flows
