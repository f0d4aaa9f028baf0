#pragma once
// Master data in: by POST /admin/seed, and the built-in demo plant.

#include "sandbox/erp/posting.h"

namespace tieline::sandbox::erp {

/// Inserts or updates; all or nothing.
Reply seed(Call& call);
Reply set_period(Call& call);
Reply set_rate(Call& call);

/// A bottling and packaging plant: company 1000 in EUR. The same JSON that POST /admin/seed takes.
extern const char* const demo_plant;

}  // namespace tieline::sandbox::erp
