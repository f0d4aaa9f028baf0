#pragma once
// The invariants of the design, asked of a run that has come to rest. Each returns what is wrong in plain words, or "".

#include "engine/core.h"
#include "sim/plant.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace tieline::sim {

/// Every event of the log, in order, until one gets a complaint.
std::string each_event(store::Store& store, const std::function<std::string(const model::StoredEvent&)>& visit);
/// 1: every acknowledged event is in the log; the log has no gap; every cause is in it.
std::string check_log(store::Store& store, std::set<std::string> acknowledged);
/// 2, 3: every command is settled; each key has at most one document in the ERP, and it is the one that we know.
std::string check_documents(store::Store& store, Plant& plant);
/// 4, 5: debit minus credit per work order, account, receiver and currency is what the newest snapshots cost.
std::string check_ledger(Plant& plant);
/// 1, 7: no exception and no parked key is left once the person has acted.
std::string check_rest(store::Store& store);
/// 8: read models folded again from the log equal the stored ones.
std::string check_projections(store::Store& store, const std::vector<const engine::Projection*>& projections);

/// All of them; the first complaint.
std::string check_all(store::Store& store, Plant& plant, const std::vector<const engine::Projection*>& projections);

}  // namespace tieline::sim
