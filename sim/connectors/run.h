#pragma once
// One run: the hub between a simulated CMMS and a simulated ERP of the catalog, while everything fails; then peace,
// then the checks.

#include "sim/connectors/peers.h"
#include "sim/matrix.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tieline::sim {

struct PeerPair {
    const PeerEntry* cmms = nullptr;
    const PeerEntry* erp = nullptr;
    std::string name() const { return cmms->system + " + " + erp->system; }
};

/// Each CMMS of the catalog with each ERP of the catalog. `lacking`: connectors of the catalog that have no entry.
std::vector<PeerPair> peer_pairs(std::vector<std::string>& lacking);

struct PairRunOptions {
    std::uint64_t seed = 1;
    PeerPair pair;
    int jobs = 30;
    Lie lie = Lie::none;
    bool keep_trace = false;
    Millis patience{600'000};  ///< at rest by then, or it never will be; a hub that was lied to may never be
};
struct PairRunReport {
    std::string complaint;  ///< "" = everything holds
    std::uint64_t trace_hash = 0, faults = 0;
    int crashes = 0;
    std::size_t documents = 0;   ///< in the ERP's books at the end
    std::size_t exceptions = 0;  ///< that people looked after
    std::int64_t simulated_ms = 0;
    std::vector<std::string> trace;
    std::set<std::string> kinds;                             ///< of commands whose documents are in the ERP's books
    std::map<std::size_t, int> cmms_pitfalls, erp_pitfalls;  ///< how often each began
};

PairRunReport run_pair(const PairRunOptions& options);

}  // namespace tieline::sim
