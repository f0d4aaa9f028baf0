#pragma once
// Exact conversion between the units of a part: a box of 100, a drum of 208.2 litres. Rational numbers, never rounded.

#include "base/decimal.h"
#include "base/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::model {

/// 1 `unit` = numerator / denominator base units.
struct UnitRatio {
    std::string unit;
    Decimal numerator, denominator;
};

struct UnitTable {
    std::string base;
    int decimals = 0;  ///< digits after the point that a quantity in the base unit may have
    std::vector<UnitRatio> units;

    /// Reads {"unit","decimals","units":[{"unit","numerator","denominator"}]}, as part.published has it. Kind invalid:
    /// "missing_field", "bad_ratio" (not above zero), "duplicate_unit".
    static Result<UnitTable> from_json(const Json& json);
};

/// The quantity in the base unit. Kind invalid: "unknown_unit" (names those that are known), "fraction_of_unit" where
/// the result is no whole multiple of what the base unit allows, "decimal_overflow".
Result<Decimal> to_base_unit(const Decimal& quantity, std::string_view unit, const UnitTable& table);
/// The base quantity in another unit with at most `decimals_max` digits after the point; errors as above.
Result<Decimal> from_base_unit(const Decimal& quantity, std::string_view unit, const UnitTable& table,
                               int decimals_max);

}  // namespace tieline::model
