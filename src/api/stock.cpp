// Stock by each side's books, and advice on it.

#include "api/context.h"
#include "conditions/replenishment.h"

#include <cmath>
#include <cstdlib>

namespace tieline::api {
namespace {

constexpr std::uint64_t limit_max = 1000;
constexpr int months_back = 24;

/// For statistics only: shown quantities stay the texts that came in.
double number_of(const Json& row, std::string_view name) {
    return std::strtod(row.text_or(name, "0").c_str(), nullptr);
}

int decimals_of(const std::string& quantity) {
    const Result<Decimal> exact = Decimal::parse(quantity);
    return exact ? std::min(exact->scale(), 6) : 0;
}

std::string text_of(double value, int decimals) {
    const auto scaled = static_cast<std::int64_t>(std::llround(value * std::pow(10.0, decimals)));
    return Decimal::from_unscaled(scaled, decimals).str();
}

bool is_zero_text(const std::string& text) {
    const Result<Decimal> value = text.empty() ? Result<Decimal>(Decimal()) : Decimal::parse(text);
    return value && value->is_zero();
}

bool differs(const Json& row) {
    const Json* compared = row.find("compared");
    if (compared == nullptr) return false;
    return !is_zero_text(compared->text_or("difference")) || !is_zero_text(compared->text_or("cmms_difference"));
}

/// on hand + on order + requested − reserved, exact.
std::string position_of(const Json& row) {
    Decimal sum;
    const auto add = [&](std::string_view name, bool minus) {
        const Result<Decimal> value = Decimal::parse(row.text_or(name, "0"));
        if (!value) return;
        if (const Result<Decimal> next = minus ? sum.minus(*value) : sum.plus(*value)) sum = *next;
    };
    add("on_hand", false);
    add("on_order", false);
    add("on_requisition", false);
    add("reserved", true);
    return sum.str();
}

Date month_before(Date month) {
    if (month.month > 1) return Date{month.year, month.month - 1, 1};
    return Date{month.year - 1, 12, 1};
}

/// Whole months before `today`, oldest first, from the first one that the hub has seen the part in.
std::vector<double> demand_of(const Json& row, Date today) {
    const Json* consumption = row.find("consumption");
    std::string first = row.text_or("since", "9999").substr(0, 7);
    if (consumption != nullptr && !consumption->members().empty()) {
        first = std::min(first, consumption->members().front().first);
    }
    std::vector<double> demand;
    Date month = month_before(Date{today.year, today.month, 1});
    for (int back = 0; back < months_back && month.month_str() >= first; ++back, month = month_before(month)) {
        demand.push_back(consumption != nullptr ? number_of(*consumption, month.month_str()) : 0.0);
    }
    return {demand.rbegin(), demand.rend()};
}

conditions::StockHistory history_of(const Json& row, Date today) {
    conditions::StockHistory history;
    history.demand = demand_of(row, today);
    if (const Json* leads = row.find("lead_days_seen"); leads != nullptr && leads->is_array()) {
        for (const Json& days : leads->items()) {
            if (days.is_number()) history.lead_days.push_back(std::strtod(days.number_token().c_str(), nullptr));
        }
    }
    if (const Json* planning = row.find("planning")) {
        const std::string days = planning->text_or("lead_days", std::to_string(planning->int_or("lead_days", 0)));
        history.planned_lead_days = std::strtod(days.c_str(), nullptr);
        history.lot_size = number_of(*planning, "lot_size");
        history.reorder_point = number_of(*planning, "reorder_point");
        history.order_up_to = number_of(*planning, "order_up_to");
    }
    const double on_hand = number_of(row, "on_hand");
    history.unit_price = on_hand > 0 ? number_of(row, "value") / on_hand : 0;
    history.decimals = decimals_of(row.text_or("on_hand", "0"));
    return history;
}

Json advice_json(const conditions::Advice& advice, int decimals) {
    Json json = Json::object({{"method", conditions::to_string(advice.method)}, {"reason", advice.reason}});
    if (advice.method == conditions::Advice::Method::none) return json;
    json.set("reorder_point", text_of(advice.reorder_point, decimals));
    json.set("safety_stock", text_of(advice.safety_stock, decimals));
    if (advice.lot > 0) json.set("lot", text_of(advice.lot, decimals));
    json.set("order_up_to", text_of(advice.order_up_to, decimals));
    json.set("monthly_mean", text_of(advice.monthly_mean, 2));
    json.set("monthly_deviation", text_of(advice.monthly_deviation, 2));
    json.set("lead_days", text_of(advice.lead_days, 1));
    json.set("lead_deviation_days", text_of(advice.lead_deviation_days, 1));
    return json;
}

struct AdviceQuery {
    conditions::AdviceOptions advice;
    conditions::IdleOptions idle;
    std::string storeroom, only;
    Date today;
};

std::optional<Json> advise(const AdviceQuery& query, const Json& row) {
    if (!query.storeroom.empty() && row.text_or("storeroom") != query.storeroom) return std::nullopt;
    const conditions::StockHistory history = history_of(row, query.today);
    const conditions::Advice advice = conditions::advise(history, query.advice);
    conditions::StockNow now;
    now.on_hand = number_of(row, "on_hand");
    now.value = number_of(row, "value");
    now.keep = history.order_up_to;
    now.unit = row.text_or("unit");
    now.currency = row.text_or("currency");
    const Result<Date> moved = parse_date(row.text_or("last_movement", row.text_or("since")));
    now.last_movement = moved ? *moved : query.today;
    const conditions::Idle idle = conditions::idle_of(now, advice.monthly_mean, query.today, query.idle);
    const bool reorder = advice.method != conditions::Advice::Method::none &&
                         std::abs(advice.reorder_point - history.reorder_point) > 1e-9;
    if (query.only == "reorder" && !reorder) return std::nullopt;
    if ((query.only == "excess" || query.only == "dead") && query.only != conditions::to_string(idle.kind)) {
        return std::nullopt;
    }
    Json shown = Json::object();
    for (const char* name : {"part", "storeroom", "unit", "on_hand", "value", "currency", "planning", "consumption"}) {
        if (const Json* value = row.find(name)) shown.set(name, *value);
    }
    shown.set("advice", advice_json(advice, history.decimals));
    Json idle_json = Json::object({{"kind", conditions::to_string(idle.kind)}});
    if (idle.kind != conditions::Idle::Kind::none) {
        idle_json.set("quantity", text_of(idle.quantity, history.decimals));
        idle_json.set("value", text_of(idle.value, 2));
        idle_json.set("reason", idle.reason);
    }
    shown.set("idle", std::move(idle_json));
    return shown;
}

Result<AdviceQuery> advice_query(const Context& context, const Call& call) {
    AdviceQuery query;
    TIELINE_TRY(query.advice.service_level, query_decimal(call, "service_level", 0.95, 0.5, 0.9999));
    TIELINE_TRY(query.advice.order_cost, query_decimal(call, "order_cost", query.advice.order_cost, 0, 1e6));
    TIELINE_TRY(query.advice.holding_rate, query_decimal(call, "holding_rate", query.advice.holding_rate, 0, 10));
    TIELINE_TRY(query.idle.cover_months_max, query_decimal(call, "cover_months", 24, 1, 1200));
    TIELINE_TRY(const std::uint64_t days, query_number(call, "dead_after_days", 365, 36500));
    query.idle.dead_after_days = static_cast<int>(days);
    query.storeroom = call.target.query_value("storeroom");
    query.only = call.target.query_value("only");
    if (!query.only.empty() && query.only != "reorder" && query.only != "excess" && query.only != "dead") {
        return make_error(ErrorKind::invalid, "'only' must be reorder, excess or dead.", "unknown_value", "only");
    }
    TIELINE_TRY(query.today, parse_date(format_time(context.clock.now()).substr(0, 10)));
    return query;
}

/// Rows of one part, or of all.
Result<Listing> listing_of(const Context& context, const Call& call) {
    TIELINE_TRY(const std::uint64_t limit, query_number(call, "limit", 100, limit_max));
    const std::string part(call.target.query_value("part"));
    return Listing{context.view("stock"),
                   part.empty() ? "" : part + "/",
                   std::string(call.target.query_value("after")),
                   "",
                   limit,
                   "stock"};
}

}  // namespace

void get_stock(Context& context, const CallPtr& call) {
    Result<Listing> listing = listing_of(context, *call);
    if (!listing) return call->fail(listing.error());
    const Result<std::optional<bool>> different = query_flag(*call, "only_different");
    if (!different) return call->fail(different.error());
    const std::string storeroom(call->target.query_value("storeroom"));
    answer_from_store(context, call,
                      [storeroom, only_different = different->value_or(false), listing = std::move(*listing)](
                          store::Store& store, const Call& asked) {
                          return list_rows(store, asked, listing,
                                           [&](const std::string&, Json row) -> std::optional<Json> {
                                               if (!storeroom.empty() && row.text_or("storeroom") != storeroom)
                                                   return std::nullopt;
                                               if (only_different && !differs(row)) return std::nullopt;
                                               row.set("position", position_of(row));
                                               for (const char* name : {"ordered", "consumption", "lead_days_seen"})
                                                   row.erase(name);
                                               return row;
                                           });
                      });
}

void get_stock_advice(Context& context, const CallPtr& call) {
    Result<Listing> listing = listing_of(context, *call);
    if (!listing) return call->fail(listing.error());
    Result<AdviceQuery> query = advice_query(context, *call);
    if (!query) return call->fail(query.error());
    answer_from_store(
        context, call,
        [listing = std::move(*listing), query = std::move(*query)](store::Store& store, const Call& asked) {
            return list_rows(store, asked, listing,
                             [&](const std::string&, const Json& row) { return advise(query, row); });
        });
}

}  // namespace tieline::api
