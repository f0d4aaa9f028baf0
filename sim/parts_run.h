#pragma once
// One run of parts and procurement from a seed: a plant works for months while everything fails, then peace, then the
// checks. Real engine, flows, store and connectors; the two sandboxes behind a simulated network.

#include "connectors/connector.h"
#include "flows/planted.h"
#include "sim/machine.h"
#include "sim/parts_checkers.h"
#include "sim/parts_jobs.h"
#include "sim/parts_peers.h"
#include "sim/parts_trade.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tieline::sim {

struct PartsReport {
    std::string complaint;  ///< "" = everything holds
    std::uint64_t trace_hash = 0, faults = 0;
    int crashes = 0, issues = 0, refused = 0, approvals = 0, rejections = 0, deliveries = 0, cancelled = 0, counts = 0;
    std::size_t jobs = 0;
    std::uint64_t events = 0;
    std::int64_t simulated_days = 0;
    Matrix matrix;
    std::vector<std::string> trace;
};

/// Hub, network, peers and people of one run, wired together.
class PartsRun {
public:
    PartsRun(const PartsOptions& options, flows::PlantedBug planted, bool keep_trace);
    PartsReport play();

    /// The hub starts; the peers hold what the caller put there. An error is a complaint.
    std::string start();
    /// Ends early once something has gone wrong: a planted bug may flood both systems.
    void run_for(Millis time);
    World& world() { return world_; }
    Network& network() { return network_; }
    PartsPeers& peers() { return peers_; }
    SimHub& hub() { return *hub_; }
    PartsFacts facts() { return {peers_, *hub_->store(), jobs_->free_costs()}; }

private:
    void make_hub();
    void arm_crash();
    void take_peers_away();
    bool failed() const { return !peers_.error.empty() || !hub_->trouble().empty(); }
    bool settled();
    std::string rest();
    void decide_later();
    void tell(PartsReport& report, WallTime begin) const;
    void judge(PartsReport& report, std::uint64_t errors_before);

    PartsOptions options_;
    Matrix matrix_;
    World world_;
    Network network_;
    Machine machine_;
    PartsPeers peers_;
    flows::FlowSet flows_;
    std::vector<std::unique_ptr<engine::Projection>> owned_projections_;
    std::vector<const engine::Projection*> projections_;
    std::unique_ptr<connectors::Connector> erp_, cmms_;
    std::unique_ptr<SimHub> hub_;
    std::unique_ptr<PartsJobs> jobs_;
    std::unique_ptr<PartsTrade> trade_;
    bool stormy_ = true;
};

/// Steps of the chain, each from its cause in the log to its effect booked, in hub time.
struct ChainStep {
    std::string name;
    std::int64_t most_ms = 0;
    int count = 0;
};
std::vector<ChainStep> chain_steps(store::Store& store);
/// The configuration of the flows of a run, as JSON.
const char* parts_flows_config();

}  // namespace tieline::sim
