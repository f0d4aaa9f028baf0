#pragma once
// Carries requests between the hub and the peers, late, in vain, or not at all. What a fault does to the sender is what
// net's client reports: transient only when nothing can have arrived, else unknown_outcome.

#include "net/http.h"
#include "sim/matrix.h"
#include "sim/world.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace tieline::sim {

using Handle = std::function<net::HttpResponse(const net::HttpRequest&, WallTime)>;

class Network {
public:
    Network(World& world, Matrix& matrix) : world_(world), matrix_(matrix) {}
    /// `host` is the authority of its URLs: "erp.sim".
    void add_peer(const std::string& host, Handle handle) { peers_[host].handle = std::move(handle); }
    /// Percent of messages that meet a fault; 0 = peace.
    void set_fault_percent(int percent) { fault_percent_ = percent; }
    /// How long after the sender gave up a late request may still arrive.
    void set_late_max(Millis late_max) { late_max_ = late_max; }
    void take_away(const std::string& host, Millis duration);
    /// Calls `done` once. `step` says what the message is for, for the matrix.
    void send(Step step, net::HttpRequest request, std::function<void(Result<net::HttpResponse>)> done);
    std::uint64_t delivered() const { return delivered_; }

private:
    struct Peer {
        Handle handle;
        WallTime away_until{};
    };
    struct Message;
    std::optional<Fault> draw(Step step);
    void deliver(const std::shared_ptr<Message>& message, bool reply_arrives, int forced_status);

    World& world_;
    Matrix& matrix_;
    std::map<std::string, Peer> peers_;
    int fault_percent_ = 0;
    Millis late_max_{0};
    std::uint64_t delivered_ = 0;
};

}  // namespace tieline::sim
