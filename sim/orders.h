#pragma once
// The jobs of a simulated plant: what happens to each work order, and what must stand in the ledger at the end. The
// reckoning here shares no code with the flows.

#include "base/decimal.h"
#include "base/json.h"
#include "sim/world.h"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace tieline::sim {

struct SimLine {
    std::string kind;  ///< "labor", "part", "contractor", "other"
    std::string currency;
    Decimal quantity, price;  ///< labor: hours, rate; part: pieces, unit cost
    Decimal amount;           ///< contractor, other
    Decimal exact() const;
};

/// One snapshot in a job's life, in order.
struct SimStage {
    Millis at{};         ///< after the start of the run
    std::string status;  ///< canonical: "released", "completed", "reopened", "cancelled", ...
    std::vector<SimLine> lines;
    bool correction = false;  ///< same status, other lines
};

struct SimOrder {
    std::string number;
    std::string asset, cost_center, company;
    bool pushed = false;  ///< comes through the API as the truth, not through the CMMS
    std::vector<SimStage> stages;
};

/// `count` jobs spread over `span`; their lives depend on the world's seed only.
std::vector<SimOrder> plan_orders(World& world, int count, Millis span);

/// (work order, account side "cost:<kind>" or "clearing:<kind>", cost center or "", currency) → debit minus credit.
using Ledger = std::map<std::tuple<std::string, std::string, std::string, std::string>, Decimal>;
/// What must be in the ERP once everything has settled: the newest snapshot of each order, rounded as the design says.
Ledger expected_ledger(const std::vector<SimOrder>& orders);

/// Body of a sandbox CMMS request with these lines ("labor": [...], ...).
Json cmms_lines(const std::vector<SimLine>& lines);
/// Canonical work order for a push.
Json canonical_order(const SimOrder& order, const SimStage& stage, WallTime completed);

}  // namespace tieline::sim
