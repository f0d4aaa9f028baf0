#pragma once
// Exact arithmetic of this system: units of measure, days, ratios. No floating point, nothing rounds silently.

#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"
#include "sandbox/cmms/problem.h"
#include "sandbox/cmms/reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tieline::sandbox::cmms {

/// A quantity in the unit it was given in, and in base units of its item.
struct Amount {
    Decimal given;
    std::string uom;
    Decimal base;
    std::string base_uom;
};

/// Reads "quantity" and "uom" of something of `item`: bad_quantity unless 0 < quantity <= 999999999 (zero is fine where
/// `zero_too`), unknown_uom, fraction_of_unit.
Outcome<Amount> read_amount(Reader& reader, const Json& item, bool zero_too = false);
/// As read_amount() for a quantity that is known already. `path`: of the object that "quantity" and "uom" stand in.
Outcome<Amount> amount_of(const Json& item, const Decimal& quantity, const std::string& uom, const std::string& path);

Json number_of(const Decimal& value);
/// The member as a decimal; zero when absent.
Decimal decimal_of(const Json& record, std::string_view key);
/// Sums and differences of kept values: all are bounded far below overflow.
Decimal sum(const Decimal& a, const Decimal& b);
Decimal difference(const Decimal& a, const Decimal& b);
/// value × 10^scale as a whole number; `value` has at most `scale` digits after the point.
__int128 unscaled(const Decimal& value, int scale);
Decimal from_unscaled(__int128 unscaled, int scale);

/// Days since 1970-01-01. The text is a checked date.
std::int64_t day_of(std::string_view date);
std::int64_t day_of(WallTime time);
/// Within the years 1 to 9999; later days become 9999-12-31.
std::string day_text(std::int64_t day);
/// part / whole with 4 digits after the point, half-even. `whole` > 0.
std::string ratio(std::int64_t part, std::int64_t whole);

}  // namespace tieline::sandbox::cmms
