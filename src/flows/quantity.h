#pragma once
// Quantities of parts: exact, bounded on reading, so that sums of them cannot overflow.

#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace tieline::flows {

/// Reads a quantity; a missing or null member is zero. More than 15 digits before the point or 6 behind it: invalid,
/// "bad_quantity", with the object that carries it.
Result<Decimal> quantity_of(const Json& json, std::string_view name, std::string_view object);

/// Sum and difference of quantities that quantity_of() has read.
Decimal sum(const Decimal& a, const Decimal& b);
Decimal difference(const Decimal& a, const Decimal& b);
inline const Decimal& smaller(const Decimal& a, const Decimal& b) { return b < a ? b : a; }
inline const Decimal& larger(const Decimal& a, const Decimal& b) { return a < b ? b : a; }
inline bool positive(const Decimal& a) { return !a.is_zero() && !a.is_negative(); }

/// The smallest whole number of lots that is at least `quantity`; the quantity itself without a lot size.
Decimal whole_lots(const Decimal& quantity, const Decimal& lot);

/// Without trailing zeros: "10.000" gives "10".
std::string quantity_text(const Decimal& quantity);

}  // namespace tieline::flows
