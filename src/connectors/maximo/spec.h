#pragma once
// The catalog's entry of IBM Maximo Manage: its settings, the commands it takes, how to make it.

#include "connectors/connector.h"

#include <string_view>

namespace tieline::connectors::maximo {

/// Settings: url, sign_in and what it needs, site, maximo_site, currency, …; README.md explains them.
const ConnectorSpec& spec();
/// The connector's own field map, as in map.yaml.
std::string_view own_map();
/// What the peer says of its objects, as in metadata.yaml.
std::string_view own_metadata();

}  // namespace tieline::connectors::maximo
