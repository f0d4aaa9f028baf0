#include "conditions/replenishment.h"

#include "conditions/normal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tieline::conditions {
namespace {

constexpr double days_per_month = 365.25 / 12.0;
constexpr std::size_t deliveries_min = 3;  ///< fewer say nothing of a spread

struct Spread {
    double mean = 0, variance = 0;
};

Spread spread_of(const std::vector<double>& values) {
    Spread spread;
    if (values.empty()) return spread;
    const auto count = static_cast<double>(values.size());
    spread.mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    if (values.size() < 2) return spread;
    for (const double value : values) spread.variance += (value - spread.mean) * (value - spread.mean);
    spread.variance /= count - 1.0;
    return spread;
}

/// To the unit's decimals, upwards: a point that is too low misses its service level.
double rounded_up(double value, int decimals) {
    const double step = std::pow(10.0, std::clamp(decimals, 0, 6));
    return std::ceil(value * step - 1e-9) / step;
}

double in_lots(double quantity, double lot_size, int decimals) {
    if (lot_size > 0) return std::ceil(quantity / lot_size - 1e-9) * lot_size;
    return rounded_up(quantity, decimals);
}

/// Up to `digits` after the point, without zeros at the end.
std::string number(double value, int digits = 1) {
    const double step = std::pow(10.0, digits);
    const auto whole = static_cast<long long>(std::llround(value * step));
    std::string text = std::to_string(std::llabs(whole));
    if (text.size() <= static_cast<std::size_t>(digits)) {
        text.insert(0, static_cast<std::size_t>(digits) + 1 - text.size(), '0');
    }
    if (digits > 0) {
        text.insert(text.size() - static_cast<std::size_t>(digits), ".");
        while (text.back() == '0') text.pop_back();
        if (text.back() == '.') text.pop_back();
    }
    return whole < 0 ? "-" + text : text;
}

Advice none(std::string reason) {
    Advice advice;
    advice.reason = std::move(reason);
    return advice;
}

void set_lead(Advice& advice, const StockHistory& history) {
    const bool observed = history.lead_days.size() >= deliveries_min;
    const Spread lead = spread_of(history.lead_days);
    advice.lead_days = observed ? lead.mean : history.planned_lead_days;
    advice.lead_deviation_days = observed ? std::sqrt(lead.variance) : 0;
}

/// Demand during the lead time: mean d·L, variance L·σd² + d²·σL², where demand per day and lead time are independent.
/// Safety stock = z·√(L·σd² + d²·σL²), reorder point = d·L + safety stock. Silver, E. A., Pyke, D. F., Thomas, D. J.
/// (2017): Inventory and Production Management in Supply Chains, 4th ed., sections 6.7 and 6.10.
void set_point(Advice& advice, const StockHistory& history, const AdviceOptions& options) {
    const double daily_mean = advice.monthly_mean / days_per_month;
    const double daily_variance = advice.monthly_deviation * advice.monthly_deviation / days_per_month;
    const double expected = daily_mean * advice.lead_days;
    const double lead_part = daily_mean * daily_mean * advice.lead_deviation_days * advice.lead_deviation_days;
    const double deviation = std::sqrt(advice.lead_days * daily_variance + lead_part);
    // Single pieces at random moments are Poisson: their variance equals their mean. A lead time that spreads or demand
    // that comes in clumps has more, and then the normal form with the larger variance is the safe one.
    const bool slow = expected < options.slow_mover_demand;
    const bool clumped = deviation * deviation > 1.5 * std::max(expected, 1.0);
    if (slow && !clumped) {
        advice.method = Advice::Method::poisson;
        const int point = expected > 0 ? poisson_quantile(expected, options.service_level) : 0;
        advice.reorder_point = rounded_up(point, history.decimals);
    } else {
        advice.method = Advice::Method::normal;
        const double z = std::max(0.0, normal_quantile(options.service_level));
        advice.reorder_point = rounded_up(expected + z * deviation, history.decimals);
    }
    advice.safety_stock = std::max(0.0, advice.reorder_point - expected);
}

std::string reason_of(const Advice& advice, const StockHistory& history, const AdviceOptions& options) {
    std::string text = "Consumption of " + number(advice.monthly_mean) + " a month";
    if (advice.method == Advice::Method::normal) text += " (± " + number(advice.monthly_deviation) + ")";
    text += " and " + number(advice.lead_days) + " days until delivery";
    if (advice.lead_deviation_days > 0.05) text += " (± " + number(advice.lead_deviation_days) + ")";
    if (history.lead_days.size() < deliveries_min) text += ", as planned,";
    text += " ask for " + number(advice.reorder_point, history.decimals) + " at the moment of ordering, so that " +
            number(options.service_level * 100) + " of 100 orders arrive before the part runs out";
    const double change = advice.reorder_point - history.reorder_point;
    if (std::abs(change) < 1e-9) {
        text += "; the present reorder point is right.";
    } else {
        text += "; the present reorder point of " + number(history.reorder_point, history.decimals) +
                (change > 0 ? " is too low." : " holds more than that.");
    }
    return text;
}

}  // namespace

const char* to_string(Advice::Method method) {
    switch (method) {
        case Advice::Method::normal:
            return "normal";
        case Advice::Method::poisson:
            return "poisson";
        case Advice::Method::none:
            break;
    }
    return "none";
}

const char* to_string(Idle::Kind kind) {
    switch (kind) {
        case Idle::Kind::excess:
            return "excess";
        case Idle::Kind::dead:
            return "dead";
        case Idle::Kind::none:
            break;
    }
    return "none";
}

double economic_lot(double yearly_demand, double order_cost, double holding_cost_per_unit) {
    if (!(yearly_demand > 0) || !(order_cost > 0) || !(holding_cost_per_unit > 0)) return 0;
    return std::sqrt(2.0 * yearly_demand * order_cost / holding_cost_per_unit);
}

Advice advise(const StockHistory& history, const AdviceOptions& options) {
    const auto months = static_cast<int>(history.demand.size());
    if (months < options.months_min) {
        return none("Only " + std::to_string(months) + " months of consumption are known; advice needs " +
                    std::to_string(options.months_min) + ".");
    }
    Advice advice;
    const Spread demand = spread_of(history.demand);
    advice.monthly_mean = std::max(0.0, demand.mean);
    advice.monthly_deviation = std::sqrt(demand.variance);
    set_lead(advice, history);
    if (advice.lead_days <= 0) {
        return none("No lead time is known: neither planned nor from three deliveries. Add it to the planning data.");
    }
    if (advice.monthly_mean <= 0) {
        advice.reason = "Nothing was used in " + std::to_string(months) +
                        " months: hold it only if the machine cannot wait for it.";
        return advice;
    }
    set_point(advice, history, options);
    const double lot =
        economic_lot(advice.monthly_mean * 12.0, options.order_cost, options.holding_rate * history.unit_price);
    if (lot > 0) advice.lot = std::max(in_lots(lot, history.lot_size, history.decimals), history.lot_size);
    advice.order_up_to = advice.reorder_point + advice.lot;
    advice.reason = reason_of(advice, history, options);
    return advice;
}

int days_between(Date from, Date to) {
    const auto day_of = [](Date date) {
        return std::chrono::sys_days(std::chrono::year(date.year) / date.month / date.day).time_since_epoch().count();
    };
    return static_cast<int>(day_of(to) - day_of(from));
}

Idle idle_of(const StockNow& stock, double monthly_demand, Date today, const IdleOptions& options) {
    Idle idle;
    if (stock.on_hand <= 0) return idle;
    const double value_of_one = stock.value / stock.on_hand;
    const int quiet_days = days_between(stock.last_movement, today);
    const std::string worth = " worth " + number(stock.value, 2) + " " + stock.currency;
    if (quiet_days > options.dead_after_days) {
        idle.kind = Idle::Kind::dead;
        idle.quantity = stock.on_hand;
        idle.value = stock.value;
        idle.reason = number(stock.on_hand, 3) + " " + stock.unit + worth + " have not moved since " +
                      stock.last_movement.str() + ", " + std::to_string(quiet_days) + " days.";
        return idle;
    }
    if (monthly_demand <= 0) return idle;
    idle.months_of_cover = stock.on_hand / monthly_demand;
    const double enough = std::max(monthly_demand * options.cover_months_max, stock.keep);
    if (stock.on_hand <= enough) return idle;
    idle.kind = Idle::Kind::excess;
    idle.quantity = stock.on_hand - enough;
    idle.value = idle.quantity * value_of_one;
    idle.reason = number(stock.on_hand, 3) + " " + stock.unit + " last " + number(idle.months_of_cover) +
                  " months at " + number(monthly_demand) + " a month; " + number(idle.quantity, 3) +
                  " of them, worth " + number(idle.value, 2) + " " + stock.currency + ", are more than " +
                  number(options.cover_months_max) + " months need.";
    return idle;
}

}  // namespace tieline::conditions
