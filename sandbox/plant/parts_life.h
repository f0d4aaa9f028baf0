#pragma once
// What people in the demo plant do about parts: a technician takes them from a storeroom, an approver decides on
// requisitions, a buyer orders, a vendor confirms and delivers. Pure: what the systems show goes in, one action comes
// out.

#include "base/json.h"
#include "base/random.h"
#include "base/time.h"
#include "sandbox/plant/plant_life.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tieline::sandbox::plant {

class PartsLife {
public:
    explicit PartsLife(std::uint64_t seed) : random_(seed) {}

    /// The CMMS's part master and the balances of the storeroom, {"items":[…]} as its lists give them. People take what
    /// the storeroom keeps; parts with lots or serials and kits are left alone.
    void see_items(const Json& list, const Json& inventory);
    bool has_parts() const { return !parts_.empty(); }
    /// The storekeeper counts, once, what the storeroom keeps and the CMMS has no balance of; nullopt: all is counted.
    std::optional<Action> take_stock();
    /// A list of planned parts for a new job, or null.
    Json plan();
    /// A technician takes a part for this job.
    Action use(const std::string& order);
    /// What purchasing does next with what is open in the ERP: {"items":[…]} of requisitions and of purchase orders.
    std::optional<Action> buy(const Json& requisitions, const Json& orders, WallTime now);

private:
    struct Part {
        std::string item, uom;
    };
    bool chance(int percent) { return static_cast<int>(random_.below(100)) < percent; }
    const Part& any_part() { return parts_[random_.below(parts_.size())]; }
    std::optional<Action> decide(const Json& requisition);
    std::optional<Action> deliver(const Json& order, WallTime now);
    Action receive(const std::string& order, const Json& item, WallTime now);

    SeededRandom random_;
    std::vector<Part> parts_;
    std::vector<std::pair<std::string, std::string>> uncounted_;  ///< "MAIN/P-2011" and what lies there
    std::uint64_t deliveries_ = 0;
};

}  // namespace tieline::sandbox::plant
