#pragma once
// Settings of the flows that join stock, requisitions and orders to the work: sections "supply", "parts_state",
// "stock_mirror" and "suggestion".

#include "base/json.h"
#include "base/result.h"

#include <optional>
#include <string>

namespace tieline::flows {

struct CompanyTable;

struct SupplyConfig {
    std::string connector = "erp";
    std::string company;  ///< company code of requisitions
    std::string zone;     ///< its time zone: delivery dates follow it
    /// Days added to a part's lead time: so long before its date the work of a preventive plan may cause a purchase.
    int plan_lead_days = 7;
    /// Orders that are held in the ERP are changed and cancelled there as the work changes. False, for an ERP whose
    /// connector cannot do that: they count as sent, and a person is told what is too much.
    bool change_orders = true;
};

/// Settings of a flow that only writes to one system.
struct WriteBackConfig {
    std::string connector = "cmms";
};

/// A flow without a section is off.
struct SupplyFlowsConfig {
    std::optional<SupplyConfig> supply;
    std::optional<WriteBackConfig> parts_state, stock_mirror, suggestion;
};

/// Reads the four sections of "flows"; errors as in flows_config_from_json().
Result<SupplyFlowsConfig> supply_config_from_json(const Json& flows, const std::string& path,
                                                  const CompanyTable& companies);

}  // namespace tieline::flows
