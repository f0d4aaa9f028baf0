#pragma once
// The hub in the simulated world: the real core, flows, connectors and store code, which dies and comes back.

#include "engine/core.h"
#include "sim/network.h"
#include "sim/watched_store.h"
#include "sim/world.h"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace tieline::sim {

/// What survives the hub's death, and how its store is opened again.
class SimMachine : public DiskFaults {
public:
    virtual Result<std::unique_ptr<store::Store>> open() = 0;
    /// Power is gone: what was not synced may be lost or torn.
    virtual void crash() = 0;
};

class SimHub {
public:
    using Connectors = std::map<std::string, connectors::Connector*>;
    SimHub(World& world, Network& network, Matrix& matrix, SimMachine& machine, engine::SiteSetup setup,
           Connectors connectors);
    ~SimHub();

    bool up() const { return core_ != nullptr; }
    /// Opens store and core. A failure is an error of the run.
    Result<void> start();
    void crash();
    /// Flows from the next start on: a new configuration.
    void set_flows(const flows::FlowSet& flows) { setup_.flows = &flows; }
    /// The fate of the next commit.
    void arm(CommitFate fate) {
        if (watched_) watched_->arm(fate);
    }
    bool armed() const { return watched_ && watched_->armed() != CommitFate::well; }
    /// Arms one of the fates, by chance, as soon as the hub is up and no other waits; not once `over` says so, nor
    /// after some seconds.
    void arm_soon(std::span<const CommitFate> fates, std::function<bool()> over, int tries = 40);

    // As a client of the hub: false when it is down. `done` may never be called when it dies first.
    bool ingest(engine::Ingest item, engine::Done<engine::Ingested> done);
    bool hint(const std::string& connector, const std::string& object, std::function<void()> done);
    bool request(engine::PersonRequest request, engine::Done<void> done);
    bool query(std::function<void(store::Store&)> read);

    store::Store* store() { return store_.get(); }
    engine::Core* core() { return core_.get(); }
    int crashes() const { return crashes_; }
    int starts() const { return starts_; }
    /// Restart by itself this long after each death.
    void set_restart(Millis low, Millis high) {
        restart_low_ = low;
        restart_high_ = high;
    }
    /// Of the site; it is renewed after a third of it. From the next start on.
    void set_lease(Millis lease) { lease_ = lease; }
    /// Why a start failed, or which promise the hub broke while it ran; empty: fine.
    const std::string& trouble() const { return trouble_; }

private:
    template <class T>
    class Flight;

    void poke();
    void pump();
    Result<void> fold(engine::Turn& turn);
    void carry_out(const engine::Action& action);
    template <class T>
    void fly(Step step, const engine::Action& action, connectors::Exchange<T> exchange);

    World& world_;
    Network& network_;
    Matrix& matrix_;
    SimMachine& machine_;
    engine::SiteSetup setup_;
    Connectors connectors_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<WatchedStore> watched_;
    std::unique_ptr<engine::Core> core_;
    SeededRandom jitter_;
    std::map<std::pair<std::string, std::uint64_t>, std::uint64_t> flying_;  ///< (order key, command) → its push
    std::uint64_t life_ = 0;                                                 ///< answers to an earlier life are dropped
    bool poked_ = false;
    bool disk_works_ = false;  ///< on the group that a turn began to sync
    std::optional<WallTime> alarm_;
    int crashes_ = 0, starts_ = 0;
    Millis restart_low_{50}, restart_high_{1500}, lease_{10'000};
    std::string trouble_;
};

}  // namespace tieline::sim
