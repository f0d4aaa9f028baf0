#pragma once
// Everybody around the hub in a simulated run: the CMMS and its users, a system that pushes work orders, the
// ERP and its controller, and the person who looks after exceptions.

#include "connectors/connector.h"
#include "sandbox/cmms/cmms.h"
#include "sandbox/erp/erp.h"
#include "sim/hub.h"
#include "sim/orders.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tieline::sim {

struct PlantOptions {
    bool erp_ignores_key = false;  ///< a peer that stores no reference: the checker must find it out
    bool webhooks = true;          ///< false: the hub learns of changes by polling alone
    Millis span{25'000};           ///< in which jobs begin
    int orders = 50;
};

class Plant {
public:
    Plant(World& world, Matrix& matrix, SimHub& hub, connectors::Connector& cmms_connector, PlantOptions options);

    net::HttpResponse ask_cmms(const net::HttpRequest& request, WallTime now) { return cmms_.handle(request, now); }
    net::HttpResponse ask_erp(const net::HttpRequest& request, WallTime now);

    /// Puts everything that will happen into the world's queue.
    void begin();
    /// Faults are over: messages get through from now on.
    void calm() { calm_ = true; }
    /// New configuration for the hub's next start ("company 2000 is set up"); called by the person.
    void on_new_configuration(std::function<void()> apply) { apply_configuration_ = std::move(apply); }

    const std::vector<SimOrder>& orders() const { return orders_; }
    /// Event ids that the hub acknowledged to the pushing system.
    const std::set<std::string>& acknowledged() const { return acknowledged_; }
    /// Nothing of the plant's life is left to happen or to be told.
    bool done();
    std::string error() const { return error_; }
    /// Peers' own requests, outside of the network, for the checkers.
    Json erp_get(const std::string& path);

private:
    struct Push {
        std::vector<Json> waiting;                            ///< newest last
        std::vector<std::pair<std::string, WallTime>> facts;  ///< status and time of each
        bool busy = false;
        int sent = 0;  ///< acknowledged so far: the version of the next is one more
    };

    void seed_erp();
    void subscribe();
    void play(const SimOrder& order, std::size_t stage);
    void play_cmms(const SimOrder& order, const SimStage& stage, bool first);
    void push_next(const std::string& number);
    void push_try(const std::string& number, std::uint64_t attempt);
    void deliver_webhooks();
    void close_a_period();
    void look_at_exceptions();
    void act_on(const store::Exception& exception);
    void erp_post(const std::string& path, const Json& body);
    Json cmms_call(const std::string& method, const std::string& path, const Json& body);
    std::size_t pushes_waiting() const;

    World& world_;
    Matrix& matrix_;
    SimHub& hub_;
    connectors::Connector& cmms_connector_;
    PlantOptions options_;
    sandbox::cmms::Cmms cmms_;
    sandbox::erp::Erp erp_;
    std::vector<SimOrder> orders_;
    std::map<std::string, Push> pushes_;
    std::set<std::string> acknowledged_;
    std::size_t stages_left_ = 0;
    WallTime start_;
    bool calm_ = false;
    std::function<void()> apply_configuration_;
    std::string error_;
};

}  // namespace tieline::sim
