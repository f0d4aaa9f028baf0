#pragma once
// Money inside the ERP: whole minor units in 64 bits, exact; conversions round half to even.

#include "base/decimal.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tieline::sandbox::erp {

using Minor = std::int64_t;  ///< 12.50 EUR = 1250

constexpr int amount_digits_max = 13;  ///< before the point

/// Digits after the point that the currency has; nullopt for one that this ERP does not know.
std::optional<int> currency_units(std::string_view currency);
/// `amount` must have no more digits than `units` after the point.
Minor to_minor(const Decimal& amount, int units);
std::string minor_text(Minor amount, int units);
Decimal minor_decimal(Minor amount, int units);
/// Rounded half to even; nullopt when it does not fit into 13 digits before the point.
std::optional<Minor> rounded_minor(const Decimal& exact, int units);
std::optional<Minor> times_minor(const Decimal& a, const Decimal& b, int units);

}  // namespace tieline::sandbox::erp
