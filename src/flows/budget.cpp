#include "flows/budget.h"

#include "base/json.h"
#include "flows/budget_echo.h"
#include "flows/document.h"
#include "flows/receipt.h"

#include <algorithm>
#include <map>
#include <set>

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "budget";

struct Committed {
    Decimal planned, actual;
};

struct BudgetState {
    Decimal actual;
    std::map<std::string, Committed> orders;  ///< work orders with a commitment
    std::set<int> told;                       ///< thresholds whose alert was given
    bool forecast_told = false;
};

Decimal decimal_or_zero(const Json& json, std::string_view name) {
    const auto value = json.decimal(name);
    return value ? *value : Decimal();
}

Result<BudgetState> state_from(std::string_view text) {
    BudgetState state;
    if (text.empty()) return state;
    TIELINE_TRY(const Json json, Json::parse(text, JsonLimits{64u << 20, 64, 2'000'000}));
    state.actual = decimal_or_zero(json, "actual");
    state.forecast_told = json.bool_or("forecast", false);
    if (const Json* told = json.find("told"); told != nullptr && told->is_object()) {
        for (const auto& [threshold, ignored] : told->members()) state.told.insert(std::atoi(threshold.c_str()));
    }
    if (const Json* orders = json.find("orders"); orders != nullptr && orders->is_object()) {
        for (const auto& [number, amounts] : orders->members()) {
            state.orders[number] = {decimal_or_zero(amounts, "planned"), decimal_or_zero(amounts, "actual")};
        }
    }
    return state;
}

std::string to_text(const BudgetState& state) {
    Json json = Json::object({{"actual", state.actual.str()}});
    Json told = Json::object();
    for (const int threshold : state.told) told.set(std::to_string(threshold), true);
    if (!state.told.empty()) json.set("told", std::move(told));
    if (state.forecast_told) json.set("forecast", true);
    Json::Object orders;
    for (const auto& [number, amounts] : state.orders) {
        orders.emplace_back(number,
                            Json::object({{"planned", amounts.planned.str()}, {"actual", amounts.actual.str()}}));
    }
    if (!orders.empty()) json.set("orders", Json(std::move(orders)));
    return json.dump();
}

class BudgetFlow final : public Flow {
public:
    explicit BudgetFlow(BudgetConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const std::string_view type = event.envelope.type;
        const bool cost = type == "cost.booked" || type == "reversal.booked";
        const bool issue = type == "issue.booked" || type == "issue_reversal.booked";
        if (!cost && !issue && type != "order.booked") return {};
        const auto receipt = read_receipt(event.envelope);
        if (!receipt) return {};
        std::vector<std::string> keys;
        for (const BudgetEntry& entry : budget_entries(*receipt, config_.include_capital)) {
            std::string key = key_of(entry);
            if (budget_of(key) == nullptr || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
            keys.push_back(std::move(key));
        }
        return keys;
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view text,
                            WallTime now) const override {
        TIELINE_TRY(BudgetState state, state_from(text));
        TIELINE_TRY(const Receipt receipt, read_receipt(event.envelope));
        for (const BudgetEntry& entry : budget_entries(receipt, config_.include_capital)) {
            if (key_of(entry) == key) TIELINE_TRY_VOID(fold(state, entry));
        }
        Decision decision;
        TIELINE_TRY_VOID(alert(state, key, now, decision));
        std::string after = to_text(state);
        if (after != text) decision.state = std::move(after);
        return decision;
    }

private:
    static std::string key_of(const BudgetEntry& entry) {
        return entry.receiver + "|" + entry.month + "|" + entry.currency;
    }

    static Result<void> fold(BudgetState& state, const BudgetEntry& entry) {
        const auto order = state.orders.find(entry.work_order);
        if (entry.commitment) {
            if (entry.amount.is_zero()) {
                state.orders.erase(entry.work_order);
            } else {
                state.orders[entry.work_order].planned = entry.amount;
            }
            return {};
        }
        TIELINE_TRY(state.actual, state.actual.plus(entry.amount));
        if (order != state.orders.end()) {
            TIELINE_TRY(order->second.actual, order->second.actual.plus(entry.amount));
        }
        return {};
    }

    /// "cost_center:CC-100|2026-11|EUR" → the budget of that receiver, or nullptr.
    const Budget* budget_of(std::string_view key) const {
        const std::size_t last = key.rfind('|');
        const std::size_t middle = last == std::string_view::npos ? last : key.rfind('|', last - 1);
        if (middle == std::string_view::npos) return nullptr;
        for (const Budget& budget : config_.budgets) {
            const std::string receiver =
                std::string(model::to_string(budget.receiver.kind)) + ":" + budget.receiver.code;
            if (receiver == key.substr(0, middle) && budget.currency == key.substr(last + 1)) return &budget;
        }
        return nullptr;
    }

    Result<void> alert(BudgetState& state, std::string_view key, WallTime now, Decision& decision) const {
        const Budget* budget = budget_of(key);
        if (budget == nullptr) return {};
        const std::string month(key.substr(key.rfind('|') - 7, 7));
        const auto named = budget->by_month.find(month);
        if (named == budget->by_month.end() && !budget->monthly) return {};
        const Decimal limit = named != budget->by_month.end() ? named->second : *budget->monthly;
        const auto tell = [&](int threshold, const Decimal& amount, std::string_view kind) {
            NewEvent event;
            event.type = "budget.alerted";
            event.subject = std::string(key.substr(0, key.find('|')));
            event.data = "{";
            append_raw(event.data, "receiver", receiver_json(budget->receiver));
            append_member(event.data, "month", month);
            append_raw(event.data, "threshold", std::to_string(threshold));
            append_member(event.data, "actual", amount.str());
            append_member(event.data, "budget", limit.str());
            append_member(event.data, "currency", budget->currency);
            append_member(event.data, "kind", kind);
            event.data += '}';
            decision.events.push_back(std::move(event));
        };
        TIELINE_TRY(const Decimal hundredfold, state.actual.times(Decimal::from_int(100)));
        for (const int threshold : config_.thresholds) {
            TIELINE_TRY(const Decimal bar, limit.times(Decimal::from_int(threshold)));
            if (hundredfold >= bar && state.actual > Decimal()) {
                if (state.told.insert(threshold).second) tell(threshold, state.actual, "actual");
            } else if (config_.hysteresis) {
                TIELINE_TRY(const Decimal low, limit.times(Decimal::from_int(threshold - *config_.hysteresis)));
                if (hundredfold < low) state.told.erase(threshold);
            }
        }
        if (!config_.forecast || state.forecast_told || state.actual > limit) return {};
        TIELINE_TRY(const bool passes, forecast_passes(state, month, limit, now));
        if (!passes) return {};
        state.forecast_told = true;
        tell(100, state.actual, "forecast");
        return {};
    }

    /// actual / days gone × days of the month + commitments > budget, without a division.
    Result<bool> forecast_passes(const BudgetState& state, const std::string& month, const Decimal& limit,
                                 WallTime now) const {
        TIELINE_TRY(const Date first, parse_date(month + "-01"));
        TIELINE_TRY(const Date today, local_date(now, config_.zone));
        if (today < first) return false;
        const int days = first.last_of_month().day;
        const int gone = today < first.first_of_next_month() ? today.day : days;
        if (gone < config_.forecast_from_day && gone < days) return false;
        Decimal committed;
        for (const auto& [number, amounts] : state.orders) {
            TIELINE_TRY(const Decimal open, amounts.planned.minus(amounts.actual));
            if (open.is_negative()) continue;
            TIELINE_TRY(committed, committed.plus(open));
        }
        TIELINE_TRY(const Decimal trend, state.actual.times(Decimal::from_int(days)));
        TIELINE_TRY(const Decimal headroom, limit.minus(committed));
        TIELINE_TRY(const Decimal bar, headroom.times(Decimal::from_int(gone)));
        return trend > bar;
    }

    BudgetConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_budget(BudgetConfig config) { return std::make_unique<BudgetFlow>(std::move(config)); }

}  // namespace tieline::flows
