#pragma once
// Parts of shape.cpp and labor.cpp. Private to this room.

#include "connectors/maximo/lists.h"
#include "connectors/maximo/shape.h"

namespace tieline::connectors::maximo {

/// The list of that name; an empty one where there is none.
Json list_of(const Json& body, std::string_view name);
/// cost_center, from the GL account in member `account`.
void add_cost_center(const Shaping& shaping, Json& object, std::string_view account);
/// labtrans → labor, premium, outside_labor.
Result<void> split_labor(const Shaping& shaping, Json& body);

}  // namespace tieline::connectors::maximo
