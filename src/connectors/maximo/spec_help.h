#pragma once
// Small readers of settings. Private to this room.

#include <string>
#include <vector>

namespace tieline::connectors::maximo {

/// "a, b,c" → a, b, c.
std::vector<std::string> split_names(const std::string& text);

}  // namespace tieline::connectors::maximo
