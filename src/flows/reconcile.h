#pragma once
// Tells a person when the hub and its peers differ: one notice, renewed by each run, gone when they agree again.

#include "flows/flow.h"

namespace tieline::flows {

/// Reads "reconcile.done" events, which hold a report as conditions::to_json writes it.
std::unique_ptr<Flow> make_reconcile_flow();

}  // namespace tieline::flows
