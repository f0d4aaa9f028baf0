#pragma once
// Small readers of settings, and how a connector is made by another clock. Private to this room.

#include "base/time.h"
#include "connectors/connector.h"

#include <memory>
#include <string>
#include <vector>

namespace tieline::connectors::maximo {

/// "a, b,c" → a, b, c.
std::vector<std::string> split_names(const std::string& text);

/// As ConnectorSpec::make; the clock must outlive the connector.
Result<std::unique_ptr<Connector>> make_by(const Settings& given, const std::string& map_text, const Clock& clock);

}  // namespace tieline::connectors::maximo
