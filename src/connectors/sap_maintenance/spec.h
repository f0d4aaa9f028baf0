#pragma once
// Entry of SAP's plant maintenance in the catalog.

#include "base/time.h"
#include "connectors/connector.h"

#include <memory>
#include <string>
#include <string_view>

namespace tieline::connectors::sap_maintenance {

const ConnectorSpec& spec();
/// As spec().make, by another clock, which must outlive the connector: for tests.
Result<std::unique_ptr<Connector>> make_by(const Settings& given, const std::string& map_text, const Clock& clock);
/// YAML of the field map that travels inside the program.
std::string_view own_map();
/// What SAP says of its objects, as in metadata.yaml.
std::string_view own_metadata();

}  // namespace tieline::connectors::sap_maintenance
