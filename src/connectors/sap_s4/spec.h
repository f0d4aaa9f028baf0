#pragma once
// Entry of SAP S/4HANA in the catalog.

#include "connectors/connector.h"

#include <string_view>

namespace tieline::connectors::sap_s4 {

const ConnectorSpec& spec();
/// YAML of the field map that travels inside the program.
std::string_view own_map();
/// What SAP says of its objects, as in metadata.yaml.
std::string_view own_metadata();

}  // namespace tieline::connectors::sap_s4
