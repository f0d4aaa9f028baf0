#pragma once
// Settings of the flows that keep master data in step: sections "master_data", "equipment" and "labor_rates".

#include "base/json.h"
#include "base/result.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tieline::flows {

struct CompanyTable;
struct ReceiverTable;

/// One cross-reference table: the ERP's code → the CMMS's.
struct CodeTable {
    std::map<std::string, std::string, std::less<>> codes;
    bool rest_as_is = false;  ///< "*": "*": a code that is not listed is written as the ERP has it
};

/// What the CMMS wants of an asset and the ERP does not tell.
struct AssetDefaults {
    std::string plant, zone, criticality;
    std::string cost_center;                                              ///< of an asset that has none below
    std::map<std::string, std::string, std::less<>> by_asset;             ///< cost centers, from flows.receivers
    std::set<std::string, std::less<>> inactive{"inactive", "scrapped"};  ///< statuses of the ERP
};

struct MasterDataConfig {
    std::string connector = "cmms";
    std::string company;                                   ///< whose craft rates persons get
    std::string zone;                                      ///< its time zone: validity dates follow it
    std::set<std::string, std::less<>> kinds;              ///< part, vendor, person, craft, cost_center,
                                                           ///< internal_order, asset
    std::map<std::string, CodeTable, std::less<>> tables;  ///< by kind, and "unit"; no table: every code as it is
    AssetDefaults assets;

    bool has(std::string_view kind) const { return kinds.find(kind) != kinds.end(); }
};

struct EquipmentConfig {
    std::string connector = "erp";
    std::string status;  ///< status that a completed job gives to its asset; empty: left as it is
};

struct LaborRatesConfig {
    int keep_days = 400;  ///< a job completed longer ago than this is not valued again
};

/// A flow without a section is off.
struct MasterFlowsConfig {
    std::optional<MasterDataConfig> master_data;
    std::optional<EquipmentConfig> equipment;
    std::optional<LaborRatesConfig> labor_rates;
};

/// Reads the three sections of "flows"; errors as in flows_config_from_json().
Result<MasterFlowsConfig> master_config_from_json(const Json& flows, const std::string& path,
                                                  const CompanyTable& companies, const ReceiverTable& receivers);

}  // namespace tieline::flows
