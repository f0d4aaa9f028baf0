#pragma once
// The one thing that a field map cannot say: readings of meters are a list of pairs in the canonical model and an
// object with the meters' names as members at the ERP. Shape only; values are left alone. Private to this room.

#include "base/json.h"

namespace tieline::connectors::sandbox_erp {

/// "meters": [{"meter","value"}] → {"<meter>": "<value>"}. Anything else stays as it is, for the ERP or the map to
/// refuse.
Json wire_shape(Json payload);
/// The other way.
Json canonical_shape(Json body);

}  // namespace tieline::connectors::sandbox_erp
