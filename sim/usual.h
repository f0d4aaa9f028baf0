#pragma once
// What the simulated plants have in common: how the hub paces its peers, and a company of theirs.

#include "connectors/connector.h"
#include "flows/cost_posting.h"

namespace tieline::sim {

/// Short enough that a run sees many attempts, look-ups and pauses.
inline connectors::Pace usual_pace() {
    connectors::Pace pace;
    pace.in_flight_max = 8;
    pace.deadline = Millis(3'000);
    pace.settle = Millis(1'000);
    pace.backoff_first = Millis(200);
    pace.backoff_max = Millis(4'000);
    pace.breaker_pause = Millis(800);
    pace.poll_every = Millis(2'500);
    pace.follow_every = Millis(400);
    return pace;
}

/// "1000", by the clock of Berlin.
inline flows::Company usual_company() {
    flows::Company company;
    company.code = "1000";
    company.zone = "Europe/Berlin";
    company.accounts.cost = {"610000", "620000", "630000", "640000"};
    company.accounts.clearing = {"181000", "182000", "183000", "184000"};
    company.accounts.capital = "015000";
    company.accounts.accrued = "190000";
    return company;
}

}  // namespace tieline::sim
