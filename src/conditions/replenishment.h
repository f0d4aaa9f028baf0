#pragma once
// Advice on stock: from what was consumed, how long deliveries take and how often a part may be missing follows a
// reorder point and a lot. Pure. Statistics in floating point; money and quantities of the books never come from here.

#include "base/time.h"

#include <string>
#include <vector>

namespace tieline::conditions {

/// What is known of one part in one storeroom. Quantities in the base unit.
struct StockHistory {
    std::vector<double> demand;     ///< per month, oldest first, months without any as 0; the present month left out
    std::vector<double> lead_days;  ///< how long deliveries really took
    double planned_lead_days = 0;   ///< of the planning data; used while there are fewer than three deliveries
    double unit_price = 0;          ///< of one base unit; 0: unknown
    int decimals = 0;               ///< of the base unit: advice is rounded up to it
    double lot_size = 0;            ///< whole lots only; 0: any
    double reorder_point = 0;       ///< as planned now
    double order_up_to = 0;         ///< as planned now
};

struct AdviceOptions {
    double service_level = 0.95;    ///< share of replenishment cycles without a part missing
    double order_cost = 50;         ///< of one requisition, order and receipt, in the currency of the price
    double holding_rate = 0.20;     ///< cost of holding per year, as a share of the price
    double slow_mover_demand = 10;  ///< mean demand during the lead time below which single pieces count: Poisson
    int months_min = 6;             ///< of history; with fewer there is no advice
};

struct Advice {
    enum class Method { none, normal, poisson };
    Method method = Method::none;
    double monthly_mean = 0, monthly_deviation = 0;
    double lead_days = 0, lead_deviation_days = 0;
    double safety_stock = 0, reorder_point = 0;
    double lot = 0;          ///< economic order quantity in whole lots; 0 without a price
    double order_up_to = 0;  ///< reorder point + lot
    std::string reason;      ///< one plain sentence
};
const char* to_string(Advice::Method method);

/// Never fails: what is missing is said in `reason`, and the method is then `none`.
Advice advise(const StockHistory& history, const AdviceOptions& options);

/// Economic order quantity, √(2 · yearly demand · cost of an order ÷ cost of holding one unit for a year). 0 where one
/// of them is not above 0. Harris, F. W. (1913): How many parts to make at once. Factory 10, 135–136, 152.
double economic_lot(double yearly_demand, double order_cost, double holding_cost_per_unit);

/// What lies in a storeroom without need.
struct Idle {
    enum class Kind { none, excess, dead };
    Kind kind = Kind::none;
    double quantity = 0;         ///< too much of it
    double value = 0;            ///< of that quantity, by the value per unit that the ERP carries; for ranking and text
    double months_of_cover = 0;  ///< excess only
    std::string reason;
};
const char* to_string(Idle::Kind kind);
struct IdleOptions {
    double cover_months_max = 24;  ///< more cover than this is excess
    int dead_after_days = 365;     ///< no movement for longer is dead
};
struct StockNow {
    double on_hand = 0;
    double value = 0;    ///< of all of it
    double keep = 0;     ///< order-up-to level or safety stock: never called excess
    Date last_movement;  ///< or since when it is known
    std::string unit, currency;
};
/// Dead goes before excess: what never moves has no cover to speak of.
Idle idle_of(const StockNow& stock, double monthly_demand, Date today, const IdleOptions& options);

/// Days from one date to another; negative when it lies before.
int days_between(Date from, Date to);

}  // namespace tieline::conditions
