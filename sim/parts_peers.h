#pragma once
// The two outside systems of the parts simulation, in this process, and the goods that really lie on the shelves.

#include "base/decimal.h"
#include "base/json.h"
#include "sandbox/cmms/cmms.h"
#include "sandbox/erp/erp.h"
#include "sim/world.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tieline::sim {

struct PartsOptions {
    std::uint64_t seed = 1;
    int assets = 8, materials = 24, orders = 60, days = 60;
    int fault_percent = 3;      ///< of messages; 0: peace
    int crashes_per_month = 6;  ///< deaths of the hub
    Millis poll{10 * 60'000};   ///< how often the hub asks both systems
    bool people = true;         ///< false: nothing happens but what a test does
};

struct SimMaterial {
    std::string code, unit, box;  ///< `box`: alternative unit of `box_of` base units, or empty
    int decimals = 0, box_of = 0;
    bool lots = false, serials = false;
    std::string price;
};

/// A material in a storeroom: what lies there in truth, whatever the books say.
struct SimPlace {
    int material = 0;
    std::string storeroom;
    Decimal physical;
    std::map<std::string, Decimal> lots;
    std::set<std::string> serials;
    Decimal reorder_point, order_up_to, lot_size;
    int lead_days = 0;
};

struct Answer {
    int status = 0;
    Json body;
    bool ok() const { return status / 100 == 2; }
};

class PartsPeers {
public:
    explicit PartsPeers(World& world) : world_(world), cmms_(":memory:"), erp_(":memory:") {}

    /// Companies, accounts and levels in the ERP; storerooms in both.
    void seed_base();
    /// Materials with planning and stock, mirrored by hand as master data would; assets.
    void seed_plant(const PartsOptions& options);
    /// One more place with stock in both systems.
    void add_place(SimMaterial material, SimPlace place);

    /// A message of the hub.
    net::HttpResponse handle_erp(const net::HttpRequest& request, WallTime now);
    net::HttpResponse handle_cmms(const net::HttpRequest& request, WallTime now) { return cmms_.handle(request, now); }
    /// People's own requests, which no fault touches.
    Answer erp(const std::string& method, const std::string& path, const Json& body = Json());
    Answer cmms(const std::string& method, const std::string& path, const Json& body = Json());
    /// As above; a refusal is an error of the run.
    Answer must_erp(const std::string& method, const std::string& path, const Json& body);
    Answer must_cmms(const std::string& method, const std::string& path, const Json& body);
    /// Every row of a list of the ERP ("/api/stock?").
    std::vector<Json> erp_rows(const std::string& path, const char* list = "items");

    /// Every row of a list of the CMMS ("/api/inventory?").
    std::vector<Json> cmms_rows(const std::string& path);

    /// From now on what erp_rows() gives for this path goes through `change`: an ERP whose books are wrong.
    void distort(std::string path, std::function<void(std::vector<Json>&)> change) {
        distorted_ = std::move(path);
        distortion_ = std::move(change);
    }

    /// The storekeeper counts: the CMMS gets what lies there.
    void count(const SimPlace& place, const std::string& note);
    void set_erp_faults(std::vector<sandbox::erp::FaultRule> rules) {
        erp_.set_faults(world_.random.next(), std::move(rules));
    }
    std::string today() const;

    std::vector<SimMaterial> materials;
    std::vector<SimPlace> places;
    std::vector<std::string> assets;
    std::string error;  ///< what went wrong while the run went on; empty: nothing

    /// Two open requisitions, neither ordered, for one need: watched at every request that makes one.
    void watch_requisitions(const std::string& filter);
    /// A buyer took this order back: its requisitions are open again, beside those that the hub has asked for since. It
    /// needs time to hear of it.
    void note_revived(const Json& order);

private:
    World& world_;
    std::string distorted_;
    std::function<void(std::vector<Json>&)> distortion_;
    sandbox::cmms::Cmms cmms_;
    sandbox::erp::Erp erp_;
    std::map<std::string, WallTime> revived_;
};

}  // namespace tieline::sim
