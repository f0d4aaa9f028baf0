#pragma once
// The outside systems that a connector of the catalog talks to, as this process plays them. A new connector gets its
// peer here, or its reason in `peers.cpp`; the run fails until it has one of them.

#include "connectors/connector.h"
#include "sim/connectors/jobs.h"
#include "sim/world.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tieline::sim {

/// How a dishonest peer is made, to show that the checkers can fail.
enum class Lie {
    none,
    blind,    ///< whoever looks for a key finds nothing: a peer that does not keep it
    forgets,  ///< now and then a posting that was answered well is gone
};

/// What both sides have in common. One thread; times are the run's.
class SimPeer {
public:
    virtual ~SimPeer() = default;
    /// Authority of its addresses: "s4.example".
    virtual std::string host() const = 0;
    virtual std::unique_ptr<connectors::Connector> make_connector(const Clock& clock) = 0;
    /// An error: the connection broke without an answer.
    virtual Result<net::HttpResponse> answer(const net::HttpRequest& request, WallTime now) = 0;
    /// Names of its pitfalls, at most 16.
    virtual std::vector<std::string> pitfalls() const = 0;
    /// One of its pitfalls begins; some end by themselves a while later. Returns its place among `pitfalls`; nullopt
    /// where none could begin.
    virtual std::optional<std::size_t> begin_trouble(World& world) = 0;
    /// No pitfall is left, nor will one begin.
    virtual void calm() = 0;
    /// A mistake of the run itself; "" for none.
    virtual std::string error() const { return {}; }
};

/// A hint for the hub; `taken` once the hub has it.
using Tell = std::function<void(const std::string& object, std::function<void()> taken)>;

class CmmsPeer : public SimPeer {
public:
    virtual JobRules rules() const = 0;
    virtual void play(const Job& job, std::size_t stage, WallTime now) = 0;
    /// What its webhooks have to tell.
    virtual void deliver(connectors::Connector& connector, WallTime now, const Tell& tell) = 0;
    /// Nothing is left to be told.
    virtual bool has_told(WallTime now) = 0;
    /// By transaction: each that was taken names its document in the ERP, once; "" where all do.
    virtual std::string check_links(const std::vector<Job>& jobs, const Books& books, WallTime now) = 0;
};

class ErpPeer : public SimPeer {
public:
    virtual Books books(WallTime now) = 0;
    /// Whether this plant mirrors its jobs in the ERP.
    virtual bool mirrors_jobs() const { return false; }
    /// Whether hours are confirmed on these orders.
    virtual bool confirms_hours() const { return false; }
    /// A person looks after an exception of that code.
    virtual void mend(const std::string& code, WallTime now) = 0;
    /// From now on.
    void set_lie(Lie lie) { lie_ = lie; }

protected:
    Lie lie_ = Lie::none;
};

struct PeerEntry {
    std::string system;  ///< as in the catalog
    std::function<std::unique_ptr<CmmsPeer>(World&)> cmms;
    std::function<std::unique_ptr<ErpPeer>(World&)> erp;
    std::string elsewhere;  ///< neither of them: where this connector is tried instead
};
const std::vector<PeerEntry>& peer_entries();

std::unique_ptr<CmmsPeer> make_sandbox_cmms_peer(World& world);
std::unique_ptr<ErpPeer> make_sandbox_erp_peer(World& world);
std::unique_ptr<CmmsPeer> make_maximo_peer(World& world);
std::unique_ptr<CmmsPeer> make_sap_maintenance_peer(World& world);
std::unique_ptr<ErpPeer> make_sap_s4_peer(World& world);

/// Path and query of an address.
std::string path_of(const std::string& url);

}  // namespace tieline::sim
