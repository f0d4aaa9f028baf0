#include "flows/config_supply.h"

#include "flows/config.h"
#include "flows/config_reader.h"

#include <utility>

namespace tieline::flows {
namespace {

constexpr int plan_lead_days_max = 365;

Result<SupplyConfig> read_supply(const Json& json, const std::string& path, const CompanyTable& companies) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"connector", "company", "plan_lead_days", "change_orders"}));
    SupplyConfig config;
    config.company = companies.default_code;
    TIELINE_TRY_VOID(reader.text("connector", config.connector));
    TIELINE_TRY_VOID(reader.text("company", config.company));
    TIELINE_TRY_VOID(reader.whole("plan_lead_days", config.plan_lead_days, 0, plan_lead_days_max));
    TIELINE_TRY_VOID(reader.flag("change_orders", config.change_orders));
    const auto company = companies.of(config.company, "");
    if (!company) {
        return config_error("unknown_company", reader.path_of("company"),
                            config.company.empty()
                                ? "name the company code of requisitions, since there is no default_company"
                                : "\"" + config.company + "\" is not among companies");
    }
    config.zone = (*company)->zone;
    return config;
}

}  // namespace

Result<SupplyFlowsConfig> supply_config_from_json(const Json& flows, const std::string& path,
                                                  const CompanyTable& companies) {
    SupplyFlowsConfig config;
    const ConfigReader reader(flows, path);
    if (const Json* section = reader.find("supply")) {
        TIELINE_TRY(config.supply, read_supply(*section, reader.path_of("supply"), companies));
    }
    const std::pair<const char*, std::optional<WriteBackConfig>*> writers[] = {{"parts_state", &config.parts_state},
                                                                               {"stock_mirror", &config.stock_mirror},
                                                                               {"suggestion", &config.suggestion}};
    for (const auto& [name, into] : writers) {
        const Json* section = reader.find(name);
        if (section == nullptr) continue;
        const ConfigReader inner(*section, reader.path_of(name));
        TIELINE_TRY_VOID(inner.only({"connector"}));
        TIELINE_TRY_VOID(inner.text("connector", into->emplace().connector));
    }
    return config;
}

}  // namespace tieline::flows
