#pragma once
// The catalog's entry of the sandbox ERP: its settings, the commands it takes, how to make it.

#include "connectors/connector.h"

#include <string_view>

namespace tieline::connectors::sandbox_erp {

/// Settings: url, token, company_codes, accounts, kinds, timeout.
const ConnectorSpec& spec();
/// The connector's own field map, as in map.yaml.
std::string_view own_map();
/// What the peer says of its objects, as in metadata.yaml.
std::string_view own_metadata();

}  // namespace tieline::connectors::sandbox_erp
