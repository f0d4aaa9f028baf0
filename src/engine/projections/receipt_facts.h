#pragma once
// What the read models take from a receipt's event. For this sub-room only.

#include "base/json.h"
#include "model/event.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace tieline::engine::projections {

/// The event's data, parsed; lives as long as the caller has the event. Null when it is no JSON, which the log does not
/// contain.
const Json& data_of(const model::StoredEvent& event);

/// "cost.booked" → {"cost", "booked"}; both empty when there is no point.
struct TypeParts {
    std::string_view noun, outcome;
};
TypeParts split_type(std::string_view type);

/// Whether the type is that of a document's fate: noun cost, reversal, accrual, accrual_reversal, order, link, issue or
/// issue_reversal. Reservations and requisitions are not about a work order alone and stand elsewhere.
bool is_receipt(const TypeParts& parts);

/// Whether the event is the fate of a command of ours. Peers' own events may have the same type: "requisition.rejected"
/// says that the command was refused, or that an approver refused the requisition.
bool is_own_receipt(const Json& data);

/// A stored row as JSON; an object with nothing in it when there is none.
Json row_of(const std::string& stored);
/// Copies the named members that are given; the others stay as they are.
void copy(Json& row, const Json& data, std::initializer_list<std::string_view> names);
/// Place of a part in a storeroom: "SEAL-9/MAIN"; "" when one of them is missing.
std::string place_of(const Json& data);
/// "2026-11-24" of a time in UTC.
inline std::string day_of(WallTime time) { return format_time(time).substr(0, 10); }
/// Whether `data` is older than what the row took before: both carry `seq`, the place in the ERP's changes.
bool is_older(const Json& row, const Json& data);

/// What a booked document is worth: the ERP's own figure where it values, else the flow's. nullopt without an amount.
struct Valued {
    Decimal amount;
    std::string currency;
};
std::optional<Valued> valued(const Json& receipt);

/// sum + amount, both as texts; the sum as it was where one of them is no decimal.
std::string add_text(std::string_view sum, const Decimal& amount);

}  // namespace tieline::engine::projections
