#pragma once
// The "connectors" part of the configuration. For app's readers only.

#include "app/config.h"
#include "app/config_section.h"

namespace tieline::app {

/// A secret given as {env: NAME} or {file: PATH}; resolved. Errors never quote it.
Result<std::string> read_secret(const Section& section, std::string_view name, const std::string& folder);
Result<ConnectorConfig> read_connector(const Section& section, Config& config, const std::string& folder);
/// `path` as it is, or in `folder` when it is relative.
std::string path_in(const std::string& folder, const std::string& path);

}  // namespace tieline::app
