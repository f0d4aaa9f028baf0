#pragma once
// A late rate of a craft against a labor confirmation that the ERP valued by the rate before: the confirmation is
// reversed and posted again, unless its amount is already what the new rate gives.

#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"
#include "flows/slot.h"

#include <string_view>
#include <vector>

namespace tieline::flows {

/// From the data of "labor.rate_changed".
Result<RateChange> rate_change_from(const Json& data);

/// Puts the change into the confirmations of its craft and this company whose posting date it covers.
void take_rate_change(std::vector<Slot>& slots, std::string_view company, const RateChange& change);

/// Once nothing is under way: what was booked at another amount than the rate gives becomes outdated, which makes
/// reconcile() reverse it and post it anew. What is posted after the change was told is valued by it already.
void hold_against_rate(Slot& slot, Rounding rounding);

/// Whether what is booked was found outdated.
bool is_outdated(const Slot& slot);

}  // namespace tieline::flows
