#pragma once
// Writes the skeleton of a connector into a source tree, for `tieline connector new`.

#include "base/result.h"

#include <string>
#include <vector>

namespace tieline::app {

/// `name`: 2 to 31 of a-z, 0-9 and _, a letter first. `source`: the top of the source tree, which holds the skeleton in
/// templates/connector. Gives the files written and changed, relative to it. Nothing is written unless everything can
/// be: kind invalid for a bad name, conflict where the connector exists, not_found where the tree is no Tieline.
Result<std::vector<std::string>> new_connector(const std::string& name, const std::string& source);

}  // namespace tieline::app
