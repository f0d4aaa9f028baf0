#pragma once
// What this program knows: connectors and flows. One line each.

#include "connectors/connector.h"
#include "flows/config.h"
#include "flows/flow.h"

#include <string_view>
#include <vector>

namespace tieline::app {

const std::vector<const connectors::ConnectorSpec*>& connector_catalog();
/// nullptr for an unknown system.
const connectors::ConnectorSpec* find_connector(std::string_view system);

flows::FlowSet make_flows(const flows::FlowsConfig& config);
/// A connector that a flow writes to, and where the configuration says so ("cost_posting/connector").
struct FlowTarget {
    std::string connector;
    std::string pointer;
    std::vector<std::string> kinds;  ///< commands that the flow may send there
};
std::vector<FlowTarget> flow_targets(const flows::FlowsConfig& config);

}  // namespace tieline::app
