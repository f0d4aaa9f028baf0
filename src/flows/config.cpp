#include "flows/config.h"

#include "base/time.h"
#include "flows/config_reader.h"

namespace tieline::flows {
namespace {

using model::LineKind;
constexpr std::array<LineKind, 4> kinds{LineKind::labor, LineKind::part, LineKind::contractor, LineKind::other};

/// What sections share, read before them.
struct Shared {
    CompanyTable companies;
    ReceiverTable receivers;
};

Result<void> read_accounts(const Json& json, const std::string& path, Accounts& accounts) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"labor", "part", "contractor", "other", "capital", "accrued"}));
    TIELINE_TRY_VOID(reader.text("capital", accounts.capital));
    TIELINE_TRY_VOID(reader.text("accrued", accounts.accrued));
    for (const LineKind kind : kinds) {
        const std::string name = model::to_string(kind);
        const Json* pair = reader.find(name);
        if (pair == nullptr) continue;
        const ConfigReader inner(*pair, reader.path_of(name));
        TIELINE_TRY_VOID(inner.only({"cost", "clearing"}));
        const auto index = static_cast<std::size_t>(kind);
        TIELINE_TRY_VOID(inner.text("cost", accounts.cost[index]));
        TIELINE_TRY_VOID(inner.text("clearing", accounts.clearing[index]));
    }
    return {};
}

Result<std::string> read_zone(const ConfigReader& reader) {
    std::string zone;
    TIELINE_TRY_VOID(reader.required_text("zone", zone));
    if (!local_date(WallTime{}, zone)) {
        return config_error("bad_zone", reader.path_of("zone"),
                            "\"" + zone + "\" is no time zone; write it like \"Europe/Berlin\"");
    }
    return zone;
}

Result<CompanyTable> read_companies(const Json& json, const ConfigReader& reader) {
    CompanyTable table;
    Accounts general;
    if (const Json* accounts = reader.find("accounts")) {
        TIELINE_TRY_VOID(read_accounts(*accounts, reader.path_of("accounts"), general));
    }
    const std::string path = reader.path_of("companies");
    const Json* companies = json.find("companies");
    if (companies == nullptr || !companies->is_object() || companies->members().empty()) {
        return config_error("missing_field", path, "name at least one company code with its time zone");
    }
    for (const auto& [code, settings] : companies->members()) {
        const ConfigReader inner(settings, path + "." + code);
        TIELINE_TRY_VOID(inner.only({"zone", "accounts"}));
        Company company;
        company.code = code;
        TIELINE_TRY(company.zone, read_zone(inner));
        company.accounts = general;
        if (const Json* own = inner.find("accounts")) {
            TIELINE_TRY_VOID(read_accounts(*own, inner.path_of("accounts"), company.accounts));
        }
        table.companies.push_back(std::move(company));
    }
    table.default_code = table.companies.size() == 1 ? table.companies.front().code : std::string();
    TIELINE_TRY_VOID(reader.text("default_company", table.default_code));
    if (!table.default_code.empty() && !table.of(table.default_code, "")) {
        return config_error("unknown_company", reader.path_of("default_company"),
                            "\"" + table.default_code + "\" is not among companies");
    }
    return table;
}

Result<model::Receiver> read_receiver(const Json& json, const std::string& path) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"kind", "code"}));
    model::Receiver receiver;
    if (reader.find("kind") == nullptr)
        return config_error("missing_field", reader.path_of("kind"), "is missing; add it");
    using model::ReceiverKind;
    TIELINE_TRY_VOID(reader.choice<ReceiverKind>("kind", receiver.kind,
                                                 {{"cost_center", ReceiverKind::cost_center},
                                                  {"internal_order", ReceiverKind::internal_order},
                                                  {"asset", ReceiverKind::asset}}));
    TIELINE_TRY_VOID(reader.required_text("code", receiver.code));
    return receiver;
}

Result<ReceiverTable> read_receivers(const ConfigReader& outer) {
    ReceiverTable table;
    const Json* json = outer.find("receivers");
    if (json == nullptr) return table;
    const ConfigReader reader(*json, outer.path_of("receivers"));
    TIELINE_TRY_VOID(reader.only({"default", "assets"}));
    if (const Json* fallback = reader.find("default")) {
        TIELINE_TRY(table.fallback, read_receiver(*fallback, reader.path_of("default")));
    }
    const Json* assets = reader.find("assets");
    if (assets == nullptr) return table;
    const std::string path = reader.path_of("assets");
    if (!assets->is_object()) return config_error("wrong_type", path, "must be a table: asset number to receiver");
    for (const auto& [asset, receiver] : assets->members()) {
        TIELINE_TRY(table.by_asset[asset], read_receiver(receiver, path + "." + asset));
    }
    return table;
}

Result<void> read_rounding(const ConfigReader& reader, Rounding& rounding) {
    return reader.choice<Rounding>("rounding", rounding,
                                   {{"half_even", Rounding::half_even}, {"half_up", Rounding::half_up}});
}

Result<void> read_closed_period(const ConfigReader& reader, ClosedPeriod& policy) {
    return reader.choice<ClosedPeriod>(
        "closed_period", policy, {{"exception", ClosedPeriod::exception}, {"next_open", ClosedPeriod::next_open}});
}

/// Every account that the carriers need must be there, so that no job finds out at month end.
Result<void> check_accounts(const CostPostingConfig& config, const std::string& path) {
    for (const Company& company : config.companies.companies) {
        for (const LineKind kind : kinds) {
            const auto index = static_cast<std::size_t>(kind);
            Carrier carrier = config.carrier[index];
            if (carrier == Carrier::service_receipt) carrier = config.contractor_without_order;
            if (carrier == Carrier::transaction) carrier = config.part_without_transaction;
            const bool journal = carrier == Carrier::journal;
            const bool accrual = carrier == Carrier::accrual;
            const std::string name = model::to_string(kind);
            if ((journal || accrual) && company.accounts.cost[index].empty()) {
                return config_error("no_account", path + ".accounts." + name + ".cost",
                                    "company " + company.code + " needs the cost element of " + name + " lines");
            }
            if (journal && company.accounts.clearing[index].empty()) {
                return config_error("no_account", path + ".accounts." + name + ".clearing",
                                    "company " + company.code + " needs the clearing account of " + name + " lines");
            }
            if (accrual && company.accounts.accrued.empty()) {
                return config_error("no_account", path + ".accounts.accrued",
                                    "company " + company.code + " needs the account of accrued liabilities");
            }
        }
    }
    return {};
}

Result<CostPostingConfig> read_cost_posting(const Json& json, const std::string& path, const std::string& outer,
                                            const Shared& shared) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"connector", "labor", "part", "part_without_transaction", "contractor",
                                  "contractor_without_purchase_order", "other", "rounding", "closed_period",
                                  "reversal_date", "post_to_order", "invoice_first_carries_cost"}));
    CostPostingConfig config;
    config.companies = shared.companies;
    config.receivers = shared.receivers;
    TIELINE_TRY_VOID(reader.text("connector", config.connector));
    const auto carrier_of = [&](LineKind kind) -> Carrier& { return config.carrier[static_cast<std::size_t>(kind)]; };
    const std::pair<std::string_view, Carrier> journal{"journal", Carrier::journal};
    const std::pair<std::string_view, Carrier> accrual{"accrual", Carrier::accrual};
    TIELINE_TRY_VOID(reader.choice<Carrier>("labor", carrier_of(LineKind::labor),
                                            {journal, {"confirmation", Carrier::confirmation}}));
    const std::pair<std::string_view, Carrier> goods_issue{"goods_issue", Carrier::goods_issue};
    TIELINE_TRY_VOID(reader.choice<Carrier>("part", carrier_of(LineKind::part),
                                            {journal, goods_issue, {"transaction", Carrier::transaction}}));
    TIELINE_TRY_VOID(
        reader.choice<Carrier>("part_without_transaction", config.part_without_transaction, {journal, goods_issue}));
    TIELINE_TRY_VOID(reader.choice<Carrier>("contractor", carrier_of(LineKind::contractor),
                                            {journal, accrual, {"service_receipt", Carrier::service_receipt}}));
    TIELINE_TRY_VOID(reader.choice<Carrier>("contractor_without_purchase_order", config.contractor_without_order,
                                            {journal, accrual}));
    TIELINE_TRY_VOID(reader.choice<Carrier>("other", carrier_of(LineKind::other), {journal, accrual}));
    TIELINE_TRY_VOID(read_rounding(reader, config.rounding));
    TIELINE_TRY_VOID(read_closed_period(reader, config.closed_period));
    TIELINE_TRY_VOID(reader.choice<ReversalDate>(
        "reversal_date", config.reversal_date, {{"event", ReversalDate::event}, {"original", ReversalDate::original}}));
    TIELINE_TRY_VOID(reader.flag("post_to_order", config.post_to_order));
    TIELINE_TRY_VOID(reader.flag("invoice_first_carries_cost", config.invoice_first_carries_cost));
    TIELINE_TRY_VOID(check_accounts(config, outer));
    return config;
}

Result<OrderMirrorConfig> read_order_mirror(const Json& json, const std::string& path, const Shared& shared) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"erp", "cmms", "create_late", "link_back"}));
    OrderMirrorConfig config;
    config.companies = shared.companies;
    config.receivers = shared.receivers;
    TIELINE_TRY_VOID(reader.text("erp", config.erp));
    TIELINE_TRY_VOID(reader.text("cmms", config.cmms));
    TIELINE_TRY_VOID(reader.flag("create_late", config.create_late));
    TIELINE_TRY_VOID(reader.flag("link_back", config.link_back));
    return config;
}

Result<Decimal> read_amount(const Json& json, std::string_view key, const std::string& path) {
    const auto amount = json.decimal(key);
    if (!amount || amount->is_negative()) {
        return config_error("bad_amount", path, "must be an amount of zero or more, e.g. \"12000.00\"");
    }
    return *amount;
}

Result<Budget> read_budget_line(const Json& json, const std::string& path) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"receiver", "currency", "monthly", "months"}));
    Budget budget;
    const Json* receiver = reader.find("receiver");
    if (receiver == nullptr) return config_error("missing_field", reader.path_of("receiver"), "is missing; add it");
    TIELINE_TRY(budget.receiver, read_receiver(*receiver, reader.path_of("receiver")));
    TIELINE_TRY_VOID(reader.required_text("currency", budget.currency));
    if (!model::minor_units(budget.currency)) {
        return config_error("unknown_currency", reader.path_of("currency"), "must be an ISO 4217 code, e.g. EUR");
    }
    if (reader.find("monthly") != nullptr) {
        TIELINE_TRY(budget.monthly, read_amount(json, "monthly", reader.path_of("monthly")));
    }
    const Json* months = reader.find("months");
    if (months == nullptr) return budget;
    if (!months->is_object()) return config_error("wrong_type", reader.path_of("months"), "must be a table of months");
    for (const auto& [month, ignored] : months->members()) {
        const std::string month_path = reader.path_of("months") + "." + month;
        if (!parse_date(month + "-01")) return config_error("bad_month", month_path, "write months like \"2026-11\"");
        TIELINE_TRY(budget.by_month[month], read_amount(*months, month, month_path));
    }
    return budget;
}

Result<void> read_thresholds(const ConfigReader& reader, std::vector<int>& thresholds) {
    const Json* json = reader.find("thresholds");
    if (json == nullptr) return {};
    const auto refuse = [&] {
        return config_error("bad_thresholds", reader.path_of("thresholds"),
                            "must be percentages from 1 to 1000 in ascending order, e.g. [80, 100, 120]");
    };
    if (!json->is_array() || json->items().size() > 20) return refuse();
    thresholds.clear();
    for (const Json& item : json->items()) {
        const auto value = Json::object({{"value", item}}).integer("value");
        if (!value || *value < 1 || *value > 1000) return refuse();
        if (!thresholds.empty() && *value <= thresholds.back()) return refuse();
        thresholds.push_back(static_cast<int>(*value));
    }
    return {};
}

Result<BudgetConfig> read_budget(const Json& json, const std::string& path, const Shared& shared) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only(
        {"zone", "thresholds", "hysteresis", "forecast", "forecast_from_day", "include_capital", "budgets"}));
    BudgetConfig config;
    config.zone = shared.companies.companies.front().zone;
    if (reader.find("zone") != nullptr) {
        TIELINE_TRY(config.zone, read_zone(reader));
    }
    TIELINE_TRY_VOID(read_thresholds(reader, config.thresholds));
    if (reader.find("hysteresis") != nullptr) {
        TIELINE_TRY_VOID(reader.whole("hysteresis", config.hysteresis.emplace(), 1, 100));
    }
    TIELINE_TRY_VOID(reader.flag("forecast", config.forecast));
    TIELINE_TRY_VOID(reader.whole("forecast_from_day", config.forecast_from_day, 1, 31));
    TIELINE_TRY_VOID(reader.flag("include_capital", config.include_capital));
    const Json* budgets = reader.find("budgets");
    if (budgets == nullptr) return config;
    if (!budgets->is_array()) return config_error("wrong_type", reader.path_of("budgets"), "must be a list of budgets");
    for (std::size_t index = 0; index < budgets->items().size(); ++index) {
        const std::string line_path = reader.path_of("budgets") + "[" + std::to_string(index) + "]";
        TIELINE_TRY(Budget budget, read_budget_line(budgets->items()[index], line_path));
        for (const Budget& present : config.budgets) {
            if (present.receiver != budget.receiver || present.currency != budget.currency) continue;
            return config_error("duplicate", line_path, "this receiver already has a budget in this currency");
        }
        config.budgets.push_back(std::move(budget));
    }
    return config;
}

Result<AccrualConfig> read_accrual(const Json& json, const std::string& path, const std::string& outer,
                                   const Shared& shared) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"connector", "rounding", "mode"}));
    AccrualConfig config;
    config.companies = shared.companies;
    config.receivers = shared.receivers;
    TIELINE_TRY_VOID(reader.text("connector", config.connector));
    TIELINE_TRY_VOID(read_rounding(reader, config.rounding));
    TIELINE_TRY_VOID(reader.choice<bool>("mode", config.post, {{"post", true}, {"propose", false}}));
    for (const Company& company : config.companies.companies) {
        if (!company.accounts.accrued.empty()) continue;
        return config_error("no_account", outer + ".accounts.accrued",
                            "company " + company.code + " needs the account of accrued liabilities");
    }
    return config;
}

Result<PartsIssueConfig> read_parts_issue(const Json& json, const std::string& path, const Shared& shared) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"connector", "cmms", "closed_period", "post_to_order", "link_back"}));
    PartsIssueConfig config;
    config.companies = shared.companies;
    config.receivers = shared.receivers;
    TIELINE_TRY_VOID(reader.text("connector", config.connector));
    TIELINE_TRY_VOID(reader.text("cmms", config.cmms));
    TIELINE_TRY_VOID(read_closed_period(reader, config.closed_period));
    TIELINE_TRY_VOID(reader.flag("post_to_order", config.post_to_order));
    TIELINE_TRY_VOID(reader.flag("link_back", config.link_back));
    return config;
}

Result<ReservationConfig> read_reservation(const Json& json, const std::string& path, const Shared& shared) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"connector", "from"}));
    ReservationConfig config;
    config.companies = shared.companies;
    TIELINE_TRY_VOID(reader.text("connector", config.connector));
    TIELINE_TRY_VOID(reader.choice<bool>("from", config.from_released, {{"approved", false}, {"released", true}}));
    return config;
}

/// A part line that its transaction carries needs the flow that posts the transaction: else nobody would.
Result<void> check_carriers(const FlowsConfig& config, const std::string& path) {
    if (!config.cost_posting || config.parts_issue) return {};
    const auto part = static_cast<std::size_t>(LineKind::part);
    if (config.cost_posting->carrier[part] != Carrier::transaction) return {};
    return config_error("carrier_without_flow", path + ".cost_posting.part",
                        "\"transaction\" needs the section flows.parts_issue, which posts the part transactions");
}

}  // namespace

Result<const Company*> CompanyTable::of(std::string_view code, std::string_view work_order) const {
    const std::string_view wanted = code.empty() ? std::string_view(default_code) : code;
    for (const Company& company : companies) {
        if (company.code == wanted) return &company;
    }
    const std::string what = wanted.empty() ? "names no company code and there is no default_company"
                                            : "company code \"" + std::string(wanted) + "\" is not configured";
    return make_error(ErrorKind::invalid,
                      "work order " + std::string(work_order) + ": " + what +
                          ". Add it under flows.companies, or mend the work order's company code.",
                      "unknown_company", "company_code");
}

Result<FlowsConfig> flows_config_from_json(const Json& json) {
    const std::string path = "flows";
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(
        reader.only({"companies", "default_company", "accounts", "receivers", "cost_posting", "order_mirror", "budget",
                     "accrual", "supply", "parts_state", "stock_mirror", "suggestion", "parts_issue", "reservation",
                     "master_data", "equipment", "labor_rates"}));
    FlowsConfig config;
    Shared shared;
    TIELINE_TRY(shared.companies, read_companies(json, reader));
    TIELINE_TRY(shared.receivers, read_receivers(reader));
    if (const Json* section = reader.find("cost_posting")) {
        TIELINE_TRY(config.cost_posting, read_cost_posting(*section, reader.path_of("cost_posting"), path, shared));
    }
    if (const Json* section = reader.find("order_mirror")) {
        TIELINE_TRY(config.order_mirror, read_order_mirror(*section, reader.path_of("order_mirror"), shared));
    }
    if (const Json* section = reader.find("budget")) {
        TIELINE_TRY(config.budget, read_budget(*section, reader.path_of("budget"), shared));
    }
    if (const Json* section = reader.find("accrual")) {
        TIELINE_TRY(config.accrual, read_accrual(*section, reader.path_of("accrual"), path, shared));
    }
    TIELINE_TRY(config.supply_flows, supply_config_from_json(json, path, shared.companies));
    TIELINE_TRY(config.master_flows, master_config_from_json(json, path, shared.companies, shared.receivers));
    config.companies = shared.companies;
    if (const Json* section = reader.find("parts_issue")) {
        TIELINE_TRY(config.parts_issue, read_parts_issue(*section, reader.path_of("parts_issue"), shared));
    }
    if (const Json* section = reader.find("reservation")) {
        TIELINE_TRY(config.reservation, read_reservation(*section, reader.path_of("reservation"), shared));
    }
    TIELINE_TRY_VOID(check_carriers(config, path));
    if (config.accrual && config.cost_posting) {
        const auto part = static_cast<std::size_t>(LineKind::part);
        config.accrual->transactions_carry_parts = config.cost_posting->carrier[part] == Carrier::transaction;
    }
    return config;
}

}  // namespace tieline::flows
