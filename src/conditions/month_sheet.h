#pragma once
// The month end on one sheet: what was booked, what waits and why, what moved, what the peers say.

#include "conditions/reconcile.h"

namespace tieline::conditions {

struct MonthEnd {
    std::string month;  ///< "2026-11"
    std::string site, printed;
    HubBooks hub;
    std::vector<Json> exceptions;  ///< open ones, with `amount` and `currency` where money is at stake
    std::vector<PeerList> peers;
    Report report;  ///< of the month
};

/// Plain text of at most 88 columns; lists are cut so that it stays one page of A4.
std::string month_sheet(const MonthEnd& month);

}  // namespace tieline::conditions
