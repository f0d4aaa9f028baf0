#include "base/decimal.h"

#include <algorithm>
#include <array>

namespace tieline::base {

namespace {

constexpr int digits_max = 38;

constexpr std::array<__int128, digits_max + 1> make_powers() {
    std::array<__int128, digits_max + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}
constexpr auto power_of_ten = make_powers();

__int128 power(int exponent) { return power_of_ten[static_cast<std::size_t>(exponent)]; }

// The bound is 38 nines rather than the type's own limit, so that a negation always fits.
bool fits(__int128 coefficient) { return coefficient < power(digits_max) && coefficient > -power(digits_max); }

bool scale_up(__int128& coefficient, int by) {
    __int128 scaled = 0;
    if (__builtin_mul_overflow(coefficient, power(by), &scaled) || !fits(scaled)) return false;
    coefficient = scaled;
    return true;
}

void drop_zeros(__int128& coefficient, int& scale, int scale_target) {
    while (scale > scale_target && coefficient % 10 == 0) {
        coefficient /= 10;
        --scale;
    }
}

Error overflow(const char* operation) {
    return make_error(ErrorKind::invalid,
                      std::string("A number grew beyond 38 digits (or 18 after the point) in ") + operation +
                          ". Check the amounts and quantities for typing errors.",
                      "decimal_overflow");
}

Error bad_decimal(std::string_view text, const char* rule) {
    return make_error(ErrorKind::invalid,
                      "'" + std::string(text.substr(0, 60)) + "' is not a decimal number: " + rule +
                          ". Write it like 1234.50 or -0.5.",
                      "bad_decimal");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Decimal Decimal::from_unscaled(std::int64_t unscaled, int scale) {
    TIELINE_CHECK(scale >= 0 && scale <= scale_max, "a decimal's scale lies in 0..18");
    return Decimal(unscaled, scale);
}

Result<Decimal> Decimal::parse(std::string_view text) {
    std::size_t at = 0;
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) ++at;
    const std::size_t whole_start = at;
    __int128 coefficient = 0;
    int digit_count = 0;
    int scale = 0;
    bool after_point = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !after_point && at > whole_start) {
            after_point = true;
            continue;
        }
        if (!is_digit(c)) return bad_decimal(text, "only digits, one point and a leading minus are allowed");
        if (++digit_count > digits_max) return bad_decimal(text, "at most 38 digits are allowed");
        if (after_point && ++scale > scale_max)
            return bad_decimal(text, "at most 18 digits after the point are allowed");
        coefficient = coefficient * 10 + (c - '0');
    }
    if (digit_count == 0) return bad_decimal(text, "it has no digits");
    if (after_point && scale == 0) return bad_decimal(text, "no digit follows the point");
    if (digit_count - scale > 1 && text[whole_start] == '0') return bad_decimal(text, "leading zeros are not allowed");
    return Decimal(negative ? -coefficient : coefficient, scale);
}

Result<Decimal> Decimal::plus(const Decimal& other) const {
    Decimal a = *this;
    Decimal b = other;
    const int wide = std::max(a.scale_, b.scale_);
    if (!scale_up(a.coefficient_, wide - a.scale_) || !scale_up(b.coefficient_, wide - b.scale_)) {
        // Zeros behind the point may be what does not fit: try once more without them.
        a = *this;
        b = other;
        drop_zeros(a.coefficient_, a.scale_, 0);
        drop_zeros(b.coefficient_, b.scale_, 0);
        const int needed = std::max(a.scale_, b.scale_);
        if (!scale_up(a.coefficient_, needed - a.scale_) || !scale_up(b.coefficient_, needed - b.scale_)) {
            return overflow("an addition");
        }
        a.scale_ = needed;
    } else {
        a.scale_ = wide;
    }
    // Both are below 10^38, so the sum is below 2 × 10^38 and may leave the type: check before, not after.
    __int128 sum = 0;
    if (__builtin_add_overflow(a.coefficient_, b.coefficient_, &sum)) return overflow("an addition");
    if (!fits(sum)) drop_zeros(sum, a.scale_, 0);
    if (!fits(sum)) return overflow("an addition");
    return Decimal(sum, a.scale_);
}

Result<Decimal> Decimal::minus(const Decimal& other) const { return plus(other.negated()); }

Result<Decimal> Decimal::times(const Decimal& other) const {
    __int128 a = coefficient_;
    __int128 b = other.coefficient_;
    int scale = scale_ + other.scale_;
    if (a == 0 || b == 0) return Decimal(0, std::min(scale, scale_max));
    __int128 product = 0;
    // A ten that is a factor of the product stands for a trailing zero; dropping it keeps the product exact.
    while (__builtin_mul_overflow(a, b, &product) || !fits(product)) {
        if (scale == 0) return overflow("a multiplication");
        if (a % 10 == 0) {
            a /= 10;
        } else if (b % 10 == 0) {
            b /= 10;
        } else if (a % 2 == 0 && b % 5 == 0) {
            a /= 2;
            b /= 5;
        } else if (a % 5 == 0 && b % 2 == 0) {
            a /= 5;
            b /= 2;
        } else {
            return overflow("a multiplication");
        }
        --scale;
    }
    drop_zeros(product, scale, scale_max);
    if (scale > scale_max) return overflow("a multiplication");
    return Decimal(product, scale);
}

Result<Decimal> Decimal::rounded(int scale, Rounding mode) const {
    TIELINE_CHECK(scale >= 0 && scale <= scale_max, "a decimal's scale lies in 0..18");
    if (scale >= scale_) {
        __int128 widened = coefficient_;
        if (!scale_up(widened, scale - scale_)) return overflow("a rounding");
        return Decimal(widened, scale);
    }
    const __int128 divisor = power(scale_ - scale);
    __int128 quotient = coefficient_ / divisor;
    const __int128 rest = coefficient_ % divisor;
    const __int128 twice = (rest < 0 ? -rest : rest) * 2;
    const bool odd = quotient % 2 != 0;
    bool away = false;
    switch (mode) {
        case Rounding::half_even:
            away = twice > divisor || (twice == divisor && odd);
            break;
        case Rounding::half_up:
            away = twice >= divisor;
            break;
        case Rounding::down:
            break;
    }
    if (away) quotient += coefficient_ < 0 ? -1 : 1;
    return Decimal(quotient, scale);
}

int Decimal::scale_needed() const {
    __int128 coefficient = coefficient_;
    int scale = scale_;
    drop_zeros(coefficient, scale, 0);
    return scale;
}

std::string Decimal::str() const {
    std::array<char, 48> buffer{};
    std::size_t at = buffer.size();
    __int128 rest = coefficient_ < 0 ? -coefficient_ : coefficient_;
    int written = 0;
    while (rest != 0 || written <= scale_) {
        if (written == scale_ && scale_ > 0) buffer[--at] = '.';
        buffer[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
        ++written;
    }
    if (coefficient_ < 0) buffer[--at] = '-';
    return std::string(buffer.data() + at, buffer.size() - at);
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
    // Whole parts first, then the fractions widened to 18 digits: nothing here can leave 128 bits.
    const __int128 whole = coefficient_ / power(scale_);
    const __int128 other_whole = other.coefficient_ / power(other.scale_);
    if (whole != other_whole) return whole < other_whole ? std::strong_ordering::less : std::strong_ordering::greater;
    const __int128 part = coefficient_ % power(scale_) * power(scale_max - scale_);
    const __int128 other_part = other.coefficient_ % power(other.scale_) * power(scale_max - other.scale_);
    if (part == other_part) return std::strong_ordering::equal;
    return part < other_part ? std::strong_ordering::less : std::strong_ordering::greater;
}

}  // namespace tieline::base
