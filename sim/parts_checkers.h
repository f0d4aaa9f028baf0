#pragma once
// What must hold of parts and procurement once a run has come to rest. Each check says what is wrong, or "".

#include "engine/core.h"
#include "sim/parts_jobs.h"
#include "sim/parts_peers.h"

#include <functional>
#include <string>
#include <vector>

namespace tieline::sim {

struct PartsFacts {
    PartsPeers& peers;
    store::Store& store;
    std::map<std::string, Decimal> free_costs;
};

/// Stock of the ERP = sum of its movements, per place and per lot.
std::string check_movements(PartsFacts& facts);
/// Balance of the stock account = sum of all stock values.
std::string check_stock_account(PartsFacts& facts);
/// What lies on the shelf = ERP = CMMS = what the CMMS was told of the ERP, at each place.
std::string check_agreement(PartsFacts& facts);
/// Each transaction of the CMMS has exactly one live movement in the ERP, of its quantity, and the CMMS knows it; no
/// movement lacks its transaction.
std::string check_transactions(PartsFacts& facts);
/// Parts expense per work order = what its movements were valued at, and its lines that no transaction made.
std::string check_part_costs(PartsFacts& facts);
/// No reservation is open for a job that is over; none is doubled.
std::string check_reservations(PartsFacts& facts);
/// No place is below its reorder point without a requisition or an order: people have answered every no by then.
std::string check_shortages(PartsFacts& facts);
/// What the ERP decided and received is in the log, and in the CMMS: suggestions, parts states.
std::string check_news(PartsFacts& facts);
/// One document per key; no command is open, no exception, no parked key.
std::string check_keys(PartsFacts& facts);

struct PartsCheck {
    const char* name;
    std::string (*run)(PartsFacts&);
    /// Spoils something at a peer that this check, and no crash, must find. False: there was nothing to spoil.
    bool (*spoil)(PartsFacts&);
};
const std::vector<PartsCheck>& parts_checks();
std::string check_parts(PartsFacts& facts);

}  // namespace tieline::sim
