#pragma once
// Exact decimal numbers: money, quantities, rates. Never binary floating point.

#include "base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tieline::base {

enum class Rounding {
    half_even,  ///< to the nearest, ties to the even digit (ISO 80000-1:2022 B.3 rule A; the default everywhere)
    half_up,    ///< to the nearest, ties away from zero
    down,       ///< toward zero
};

/// value = coefficient × 10^-scale. 128-bit coefficient (38 digits), scale 0..18. Every operation that would not fit
/// returns an error of kind invalid, code "decimal_overflow"; nothing wraps, nothing rounds silently.
/// A value type; equality and order are numeric (1.50 == 1.5).
class Decimal {
public:
    static constexpr int scale_max = 18;

    Decimal() = default;
    static Decimal from_int(std::int64_t value) { return Decimal(value, 0); }
    /// `unscaled` × 10^-scale; scale must lie in 0..scale_max (checked).
    static Decimal from_unscaled(std::int64_t unscaled, int scale);
    /// Reads an optional '-', digits, and optionally '.' digits. No exponent, no '+', no blanks, no leading zeros
    /// ("01"), no lone point. At most 38 digits in all and scale_max after the point. Kind invalid, code "bad_decimal".
    static Result<Decimal> parse(std::string_view text);

    Result<Decimal> plus(const Decimal& other) const;
    Result<Decimal> minus(const Decimal& other) const;
    /// Exact product; the scales add up, trailing zeros are dropped where that is needed to stay within scale_max.
    Result<Decimal> times(const Decimal& other) const;
    /// Rounded to `scale` digits after the point; a smaller present scale is widened to `scale` with zeros.
    Result<Decimal> rounded(int scale, Rounding mode = Rounding::half_even) const;
    Decimal negated() const { return Decimal(-coefficient_, scale_); }
    Decimal abs() const { return coefficient_ < 0 ? negated() : *this; }

    bool is_zero() const { return coefficient_ == 0; }
    bool is_negative() const { return coefficient_ < 0; }
    int scale() const { return scale_; }
    /// Digits after the point once trailing zeros are dropped.
    int scale_needed() const;

    /// Plain notation with exactly scale() digits after the point: "-12.50", "0", "7". Never "-0".
    std::string str() const;

    bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }
    std::strong_ordering operator<=>(const Decimal& other) const;

private:
    Decimal(__int128 coefficient, int scale) : coefficient_(coefficient), scale_(scale) {}
    __int128 coefficient_ = 0;
    int scale_ = 0;
};

}  // namespace tieline::base
