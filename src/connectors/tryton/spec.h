#pragma once
// The entry of Tryton in the catalog. Door of this room.

#include "connectors/connector.h"

#include <string_view>

namespace tieline::connectors::tryton {

/// Settings: url, database, user, password, journal, consumption_location, accounts, kinds, timeout.
const ConnectorSpec& spec();
/// The connector's own field map, as in map.yaml.
std::string_view own_map();

}  // namespace tieline::connectors::tryton
