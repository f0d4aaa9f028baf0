#pragma once
// What the ERP booked is not what the source expected: shown, never corrected silently.

#include "flows/flow.h"

#include <string>
#include <string_view>

namespace tieline::flows {

/// Equal as numbers; false where one is no number.
bool equal_amounts(const std::string& a, const std::string& b);

/// Event cost.variance: difference = valued − expected.
NewEvent variance_event(std::string_view work_order, std::string_view slot, const std::string& expected,
                        const std::string& valued, std::string_view currency);

}  // namespace tieline::flows
