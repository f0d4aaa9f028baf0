#pragma once
// What would most likely mend a refused movement: in a person's words, from the ERP's answer and what was sent.

#include "base/json.h"
#include "base/result.h"

#include <string>

namespace tieline::connectors::sandbox_erp {

/// "" where nothing better is known than what the ERP says itself.
std::string likely_fix(const Error& refusal, const Json& payload);

}  // namespace tieline::connectors::sandbox_erp
