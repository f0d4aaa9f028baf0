#pragma once
// A part transaction of the CMMS, as the events part.consumed and part.returned carry it. Immutable at its source.

#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"
#include "model/work_order.h"

#include <optional>
#include <string>

namespace tieline::flows {

struct PartTransaction {
    std::string id, returns, work_order, asset, part, storeroom, unit, lot, planned_line, company_code, currency;
    Decimal quantity;  ///< in `unit`: the base unit where the source knows it; negative for a return
    std::optional<Decimal> unit_cost;
    std::optional<model::Receiver> receiver;
    WallTime at{};
    std::string serials;  ///< JSON array, or empty
};

/// Kind invalid: "missing_field", "bad_decimal", "bad_time". A quantity of zero or 10^12 is read: the ERP refuses it.
Result<PartTransaction> part_transaction_from(const Json& data, bool is_return);

/// Whose state it touches: its work order, else the issue that it returns, else itself.
std::string issue_key_of(const Json& data);

}  // namespace tieline::flows
