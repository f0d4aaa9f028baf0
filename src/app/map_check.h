#pragma once
// A connector's field map, compared with what is known of its peer, before anything runs.

#include "connectors/connector.h"

#include <string>

namespace tieline::app {

/// `map_text` empty: the connector's own map. Kind invalid, code and field of the first mistake; the message names all
/// of them, each with file and line. Nothing is compared where the connector has no metadata.
Result<void> check_field_map(const connectors::ConnectorSpec& spec, const std::string& map_text,
                             const std::string& map_file);

}  // namespace tieline::app
