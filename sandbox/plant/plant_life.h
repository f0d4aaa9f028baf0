#pragma once
// What people in the demo plant decide to do next. Pure: views of work orders in, one action out; no I/O, no clock.
// The same seed and the same views give the same life.

#include "base/json.h"
#include "base/random.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tieline::sandbox::plant {

/// One request to one of the two systems.
struct Action {
    enum class Target { cmms, erp };
    Target target = Target::cmms;
    std::string method;
    std::string path;
    Json body;
    std::string says;   ///< for people: "WO-000012: work is done"
    std::string order;  ///< the work order it is about; empty for a new one
};

struct LifeOptions {
    std::uint64_t seed = 1;
    bool has_erp = false;          ///< contractor lines with a purchase order, and vendors' invoices
    std::size_t open_orders = 12;  ///< about so many are under way at a time
};

class PartsLife;

class PlantLife {
public:
    explicit PlantLife(LifeOptions options);

    /// A work order as the CMMS shows it now. `is_old`: it was there before this life began; nobody invoices it again.
    void see(const Json& work_order, bool is_old);
    /// What happens next. `now` gives the posting date of invoices.
    Action next(WallTime now);
    /// The action was refused for good or is done: an invoice is not posted again.
    void settled(const Action& action);
    /// There was no answer to it: an invoice is tried again after a while, so that other work goes on.
    void postponed(const Action& action);
    std::size_t orders_known() const { return orders_.size(); }
    /// Planned parts for new jobs and parts taken for jobs under way; without it people write free lines.
    void set_parts(PartsLife* parts) { parts_ = parts; }

private:
    struct Invoice {
        std::string line, vendor, purchase_order, number, amount, currency;
    };
    struct Order {
        std::string number, status, asset;
        int lines = 0;
        int wanted_lines = 0;                     ///< lines that it gets before it is done
        int rests = 0;                            ///< decisions since it was finished
        bool reviewed = false;                    ///< somebody has decided whether it is reopened or corrected
        Json labor;                               ///< as shown, for corrections
        std::map<std::string, Invoice> invoices;  ///< by line, not yet posted
    };

    bool chance(int percent) { return static_cast<int>(random_.below(100)) < percent; }
    std::size_t open_count() const;
    Action request();
    Action move(const Order& order, std::string_view status, std::string says) const;
    Action advance(Order& order);
    Action work(const Order& order);
    Action add_labor(const Order& order);
    Action add_material(const Order& order);
    Action add_service(const Order& order);
    Action add_other(const Order& order);
    std::optional<Action> review(Order& order);
    std::optional<Action> invoice(WallTime now);
    Action correct(const Order& order);
    void learn_invoices(Order& order, const Json& work_order, bool is_old);
    void forget_done();

    LifeOptions options_;
    SeededRandom random_;
    PartsLife* parts_ = nullptr;  ///< not owned
    std::map<std::string, Order> orders_;
    int invoice_pause_ = 0;                 ///< decisions before the next invoice, after the ERP gave no answer
    std::map<std::string, bool> invoiced_;  ///< "WO-000012/S3" once its invoice is settled
};

}  // namespace tieline::sandbox::plant
