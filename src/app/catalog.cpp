#include "app/catalog.h"

#include "connectors/maximo/spec.h"
#include "connectors/sandbox_cmms/spec.h"
#include "connectors/sandbox_erp/spec.h"
#include "connectors/sap_maintenance/spec.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/tryton/spec.h"
#include "flows/accrual.h"
#include "flows/budget.h"
#include "flows/cost_posting.h"
#include "flows/equipment.h"
#include "flows/labor_rates.h"
#include "flows/master_data.h"
#include "flows/order_mirror.h"
#include "flows/parts_issue.h"
#include "flows/parts_state.h"
#include "flows/reservation.h"
#include "flows/stock_mirror.h"
#include "flows/suggestion.h"
#include "flows/supply.h"

namespace tieline::app {

const std::vector<const connectors::ConnectorSpec*>& connector_catalog() {
    static const std::vector<const connectors::ConnectorSpec*> all{
        &connectors::sandbox_cmms::spec(), &connectors::sandbox_erp::spec(), &connectors::maximo::spec(),
        &connectors::tryton::spec(),       &connectors::sap_s4::spec(),      &connectors::sap_maintenance::spec(),
    };
    return all;
}

const connectors::ConnectorSpec* find_connector(std::string_view system) {
    for (const connectors::ConnectorSpec* spec : connector_catalog()) {
        if (spec->system == system) return spec;
    }
    return nullptr;
}

flows::FlowSet make_flows(const flows::FlowsConfig& config) {
    flows::FlowSet flows;
    if (config.order_mirror) flows.push_back(flows::make_order_mirror(*config.order_mirror));
    if (config.cost_posting) flows.push_back(flows::make_cost_posting(*config.cost_posting));
    if (config.budget) flows.push_back(flows::make_budget(*config.budget));
    if (config.accrual) flows.push_back(flows::make_accrual(*config.accrual));
    const flows::SupplyFlowsConfig& supply = config.supply_flows;
    if (supply.supply) flows.push_back(flows::make_supply(*supply.supply));
    if (supply.parts_state) flows.push_back(flows::make_parts_state(*supply.parts_state));
    if (supply.stock_mirror) flows.push_back(flows::make_stock_mirror(*supply.stock_mirror));
    if (supply.suggestion) flows.push_back(flows::make_suggestion(*supply.suggestion));
    if (config.parts_issue) flows.push_back(flows::make_parts_issue(*config.parts_issue));
    if (config.reservation) flows.push_back(flows::make_reservation(*config.reservation));
    const flows::MasterFlowsConfig& master = config.master_flows;
    if (master.master_data) flows.push_back(flows::make_master_data(*master.master_data));
    if (master.equipment) flows.push_back(flows::make_equipment(*master.equipment, config.companies));
    if (master.labor_rates) flows.push_back(flows::make_labor_rates(*master.labor_rates, config.companies));
    return flows;
}

namespace {

void add_supply_targets(const flows::SupplyFlowsConfig& config, std::vector<FlowTarget>& targets) {
    if (config.supply) {
        FlowTarget target{config.supply->connector,
                          "supply/connector",
                          {"requisition.create", "requisition.change", "requisition.cancel"}};
        if (config.supply->change_orders)
            target.kinds.insert(target.kinds.end(), {"purchase_order.change", "purchase_order.cancel"});
        targets.push_back(std::move(target));
    }
    if (config.parts_state) {
        targets.push_back({config.parts_state->connector, "parts_state/connector", {"workorder.parts_state"}});
    }
    if (config.stock_mirror) {
        targets.push_back({config.stock_mirror->connector, "stock_mirror/connector", {"inventory.mirror"}});
    }
    if (config.suggestion) {
        targets.push_back({config.suggestion->connector, "suggestion/connector", {"suggestion.link"}});
    }
}

void add_master_targets(const flows::MasterFlowsConfig& config, std::vector<FlowTarget>& targets) {
    if (config.master_data) {
        FlowTarget target{config.master_data->connector, "master_data/cmms", {}};
        const std::pair<const char*, const char*> puts[] = {{"part", "item.put"},        {"vendor", "vendor.put"},
                                                            {"person", "person.put"},    {"craft", "code.put"},
                                                            {"cost_center", "code.put"}, {"internal_order", "code.put"},
                                                            {"asset", "asset.put"}};
        for (const auto& [kind, put] : puts) {
            if (config.master_data->has(kind)) target.kinds.push_back(put);
        }
        targets.push_back(std::move(target));
    }
    if (config.equipment) {
        targets.push_back({config.equipment->connector, "equipment/connector", {"equipment.change"}});
    }
}

}  // namespace

std::vector<FlowTarget> flow_targets(const flows::FlowsConfig& config) {
    std::vector<FlowTarget> targets;
    if (config.order_mirror) {
        targets.push_back({config.order_mirror->erp, "order_mirror/erp", {"order.create", "order.change"}});
        if (config.order_mirror->link_back) {
            targets.push_back({config.order_mirror->cmms, "order_mirror/cmms", {"workorder.link"}});
        }
    }
    if (config.cost_posting) {
        FlowTarget target{config.cost_posting->connector, "cost_posting/connector", {}};
        for (flows::Carrier carrier : config.cost_posting->carrier) {
            if (carrier == flows::Carrier::transaction) carrier = config.cost_posting->part_without_transaction;
            const char* kind = carrier == flows::Carrier::goods_issue       ? "goods_issue"
                               : carrier == flows::Carrier::confirmation    ? "confirmation"
                               : carrier == flows::Carrier::service_receipt ? "service_receipt"
                                                                            : "journal";
            target.kinds.push_back(std::string(kind) + ".post");
            target.kinds.push_back(std::string(kind) + ".reverse");
        }
        targets.push_back(std::move(target));
    }
    if (config.accrual && config.accrual->post) {
        targets.push_back({config.accrual->connector, "accrual/connector", {"journal.post", "journal.reverse"}});
    }
    add_supply_targets(config.supply_flows, targets);
    add_master_targets(config.master_flows, targets);
    if (config.parts_issue) {
        targets.push_back(
            {config.parts_issue->connector, "parts_issue/connector", {"goods_issue.post", "goods_issue.reverse"}});
        if (config.parts_issue->link_back) {
            targets.push_back({config.parts_issue->cmms, "parts_issue/cmms", {"part_transaction.link"}});
        }
    }
    if (config.reservation) {
        targets.push_back({config.reservation->connector,
                           "reservation/connector",
                           {"reservation.create", "reservation.change", "reservation.cancel"}});
    }
    return targets;
}

}  // namespace tieline::app
