#include "flows/config_master.h"

#include "flows/config.h"
#include "flows/config_reader.h"

#include <array>

namespace tieline::flows {
namespace {

constexpr std::array<std::string_view, 7> object_kinds{"part",        "vendor",         "person", "craft",
                                                       "cost_center", "internal_order", "asset"};
constexpr int keep_days_max = 500;  // a late rate looks at each of these days

std::string kinds_text() {
    std::string text;
    for (const std::string_view kind : object_kinds) text.append(text.empty() ? "" : ", ").append(kind);
    return text;
}

bool is_object_kind(std::string_view name) {
    return std::find(object_kinds.begin(), object_kinds.end(), name) != object_kinds.end();
}

Result<CodeTable> read_table(const Json& json, const std::string& path, bool objects) {
    if (!json.is_object() || json.members().empty()) {
        return config_error("wrong_type", path, "must be a table: the ERP's code to the CMMS's code");
    }
    CodeTable table;
    std::map<std::string, std::string> erp_code;  // CMMS → ERP
    for (const auto& [from, value] : json.members()) {
        if (!value.is_string() && !value.is_number())
            return config_error("wrong_type", path + "." + from, "must be a code");
        const std::string to = value.is_string() ? value.string() : value.number_token();
        if (from == "*") {
            if (to != "*") {
                return config_error("bad_code", path + ".*",
                                    R"(can only be "*": codes not listed are written as they are)");
            }
            table.rest_as_is = true;
            continue;
        }
        if (from.empty() || to.empty() || to == "*") {
            return config_error("bad_code", path + "." + from,
                                "both codes must be there, and \"*\" stands for itself only");
        }
        const auto [other, first] = erp_code.emplace(to, from);
        if (objects && !first) {
            return config_error("ambiguous", path + "." + from,
                                "\"" + other->second + "\" already becomes \"" + to +
                                    "\" in the CMMS; two objects of the ERP would overwrite each other there");
        }
        table.codes.emplace(from, to);
    }
    return table;
}

Result<void> read_kinds(const ConfigReader& reader, std::set<std::string, std::less<>>& kinds) {
    const Json* json = reader.find("kinds");
    if (json == nullptr) {
        kinds = {"part", "vendor", "person", "craft", "cost_center", "internal_order"};
        return {};
    }
    const std::string path = reader.path_of("kinds");
    if (!json->is_array() || json->items().empty()) {
        return config_error("wrong_type", path, "must be a list of: " + kinds_text());
    }
    for (const Json& item : json->items()) {
        if (!item.is_string() || !is_object_kind(item.string())) {
            const std::string named = item.is_string() ? item.string() : item.dump();
            return config_error("unknown_value", path, "\"" + named + "\" is none of: " + kinds_text());
        }
        kinds.insert(item.string());
    }
    return {};
}

Result<void> read_assets(const ConfigReader& outer, const ReceiverTable& receivers, AssetDefaults& assets) {
    for (const auto& [asset, receiver] : receivers.by_asset) {
        if (receiver.kind == model::ReceiverKind::cost_center) assets.by_asset.emplace(asset, receiver.code);
    }
    if (receivers.fallback && receivers.fallback->kind == model::ReceiverKind::cost_center) {
        assets.cost_center = receivers.fallback->code;
    }
    const Json* json = outer.find("assets");
    if (json == nullptr) return {};
    const ConfigReader reader(*json, outer.path_of("assets"));
    TIELINE_TRY_VOID(reader.only({"plant", "zone", "criticality", "cost_center", "inactive"}));
    TIELINE_TRY_VOID(reader.text("plant", assets.plant));
    TIELINE_TRY_VOID(reader.text("zone", assets.zone));
    TIELINE_TRY_VOID(reader.text("criticality", assets.criticality));
    TIELINE_TRY_VOID(reader.text("cost_center", assets.cost_center));
    const Json* inactive = reader.find("inactive");
    if (inactive == nullptr) return {};
    assets.inactive.clear();
    const auto refuse = [&] {
        return config_error("wrong_type", reader.path_of("inactive"), "must be a list of the ERP's statuses");
    };
    if (!inactive->is_array()) return refuse();
    for (const Json& status : inactive->items()) {
        if (!status.is_string()) return refuse();
        assets.inactive.insert(status.string());
    }
    return {};
}

Result<MasterDataConfig> read_master_data(const Json& json, const std::string& path, const CompanyTable& companies,
                                          const ReceiverTable& receivers) {
    const ConfigReader reader(json, path);
    TIELINE_TRY_VOID(reader.only({"cmms", "company", "kinds", "xref", "assets"}));
    MasterDataConfig config;
    config.company = companies.default_code;
    TIELINE_TRY_VOID(reader.text("cmms", config.connector));
    TIELINE_TRY_VOID(reader.text("company", config.company));
    const auto company = companies.of(config.company, "");
    if (!company) {
        return config_error("unknown_company", reader.path_of("company"),
                            config.company.empty()
                                ? "name the company whose rates persons get, since there is no default_company"
                                : "\"" + config.company + "\" is not among companies");
    }
    config.company = (*company)->code;
    config.zone = (*company)->zone;
    TIELINE_TRY_VOID(read_kinds(reader, config.kinds));
    TIELINE_TRY_VOID(read_assets(reader, receivers, config.assets));
    const Json* tables = reader.find("xref");
    if (tables == nullptr) return config;
    const std::string tables_path = reader.path_of("xref");
    if (!tables->is_object()) return config_error("wrong_type", tables_path, "must be a table of tables");
    for (const auto& [kind, table] : tables->members()) {
        const std::string table_path = tables_path + "." + kind;
        if (kind != "unit" && !is_object_kind(kind)) {
            return config_error("unknown_key", table_path, "unknown table; known here are: " + kinds_text() + ", unit");
        }
        TIELINE_TRY(config.tables[kind], read_table(table, table_path, kind != "unit"));
    }
    return config;
}

}  // namespace

Result<MasterFlowsConfig> master_config_from_json(const Json& flows, const std::string& path,
                                                  const CompanyTable& companies, const ReceiverTable& receivers) {
    MasterFlowsConfig config;
    const ConfigReader reader(flows, path);
    if (const Json* section = reader.find("master_data")) {
        TIELINE_TRY(config.master_data,
                    read_master_data(*section, reader.path_of("master_data"), companies, receivers));
    }
    if (const Json* section = reader.find("equipment")) {
        const ConfigReader inner(*section, reader.path_of("equipment"));
        EquipmentConfig& equipment = config.equipment.emplace();
        TIELINE_TRY_VOID(inner.only({"connector", "status"}));
        TIELINE_TRY_VOID(inner.text("connector", equipment.connector));
        TIELINE_TRY_VOID(inner.text("status", equipment.status));
    }
    if (const Json* section = reader.find("labor_rates")) {
        const ConfigReader inner(*section, reader.path_of("labor_rates"));
        TIELINE_TRY_VOID(inner.only({"keep_days"}));
        LaborRatesConfig& rates = config.labor_rates.emplace();
        TIELINE_TRY_VOID(inner.whole("keep_days", rates.keep_days, 1, keep_days_max));
    }
    return config;
}

}  // namespace tieline::flows
