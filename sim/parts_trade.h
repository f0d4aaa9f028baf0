#pragma once
// Buyers, approvers, vendors and the stock taker of the parts simulation, and the person who answers exceptions.

#include "sim/hub.h"
#include "sim/parts_peers.h"

#include <set>
#include <string>

namespace tieline::sim {

class PartsTrade {
public:
    PartsTrade(World& world, PartsPeers& peers, SimHub& hub) : world_(world), peers_(peers), hub_(hub) {}
    void begin();
    /// Nobody says no, counts or errs any more.
    void calm() { calm_ = true; }
    bool done() const { return trips_ == 0 && quiet_rounds_ >= 2; }
    int approvals() const { return approvals_; }
    int rejections() const { return rejections_; }
    int deliveries() const { return deliveries_; }
    int cancelled_deliveries() const { return cancelled_; }
    int counts() const { return counts_; }

private:
    void round();
    bool decide(const Json& requisition);
    void order(const Json& requisition);
    void send(const std::string& number);
    void confirm(const std::string& number, bool again);
    void deliver(const std::string& number);
    bool receive(const std::string& number, const Json& item);
    void take_back(std::size_t place, const std::string& document, const Decimal& quantity, const std::string& lot,
                   const std::set<std::string>& serials);
    SimPlace* place_of(const Json& row, std::size_t* index);
    void take_stock();
    void look_at_exceptions();
    void act_on(const store::Exception& exception);
    Json posting() const;
    Millis hours(int low, int high) { return Millis(world_.between(low, high) * 3'600'000); }
    /// As World::in; the trade is not done before it has happened.
    void trip(Millis delay, std::function<void()> what);

    World& world_;
    PartsPeers& peers_;
    SimHub& hub_;
    bool calm_ = false;
    int trips_ = 0, quiet_rounds_ = 0, lot_ = 0;
    int approvals_ = 0, rejections_ = 0, deliveries_ = 0, cancelled_ = 0, counts_ = 0;
};

}  // namespace tieline::sim
