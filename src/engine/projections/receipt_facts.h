#pragma once
// What the read models take from a receipt's event. For this sub-room only.

#include "base/json.h"
#include "model/event.h"

#include <optional>
#include <string>
#include <string_view>

namespace tieline::engine::projections {

/// The event's data, parsed; lives as long as the event. Null when it is no JSON, which the log does not contain.
const Json& data_of(const model::StoredEvent& event);

/// "cost.booked" → {"cost", "booked"}; both empty when there is no point.
struct TypeParts {
    std::string_view noun, outcome;
};
TypeParts split_type(std::string_view type);

/// Whether the type is that of a document's fate: noun cost, reversal, accrual, accrual_reversal, order or link.
bool is_receipt(const TypeParts& parts);

/// What a booked document is worth: the ERP's own figure where it values, else the flow's. nullopt without an amount.
struct Valued {
    Decimal amount;
    std::string currency;
};
std::optional<Valued> valued(const Json& receipt);

/// sum + amount, both as texts; the sum as it was where one of them is no decimal.
std::string add_text(std::string_view sum, const Decimal& amount);

}  // namespace tieline::engine::projections
