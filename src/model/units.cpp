#include "model/units.h"

#include <optional>

namespace tieline::model {

namespace {

using Wide = __int128;

constexpr int digits_max = 18;  ///< of a factor: two of them fit into 128 bits

Wide greatest_common_divisor(Wide a, Wide b) {
    while (b != 0) {
        const Wide rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/// numerator / denominator, lowest terms, denominator > 0.
struct Fraction {
    Wide numerator = 0, denominator = 1;

    void reduce() {
        const Wide common = greatest_common_divisor(numerator, denominator);
        if (common > 1) numerator /= common, denominator /= common;
    }
    bool times(Wide factor, Wide divisor) {
        const Wide left = greatest_common_divisor(numerator, divisor);
        if (left > 1) numerator /= left, divisor /= left;
        const Wide right = greatest_common_divisor(factor, denominator);
        if (right > 1) factor /= right, denominator /= right;
        return !__builtin_mul_overflow(numerator, factor, &numerator) &&
               !__builtin_mul_overflow(denominator, divisor, &denominator);
    }
};

/// The decimal as a fraction; nullopt where it has more than 18 digits.
std::optional<Fraction> fraction_of(const Decimal& value) {
    const auto shortest = value.rounded(value.scale_needed());
    if (!shortest) return std::nullopt;
    Fraction fraction;
    int digits = 0;
    for (const char c : shortest->abs().str()) {
        if (c < '0' || c > '9') continue;
        fraction.numerator = fraction.numerator * 10 + (c - '0');
        if (fraction.numerator != 0 && ++digits > digits_max) return std::nullopt;
    }
    for (int scale = shortest->scale(); scale > 0; --scale) fraction.denominator *= 10;
    if (value.is_negative()) fraction.numerator = -fraction.numerator;
    fraction.reduce();
    return fraction;
}

Error overflow(const Decimal& quantity, std::string_view unit) {
    return make_error(
        ErrorKind::invalid,
        "A quantity of " + quantity.str() + " " + std::string(unit) + " has too many digits to be converted.",
        "decimal_overflow", "quantity");
}

/// quantity × ratio with at most `decimals` digits after the point. `unit` and `target` are for the error's words.
Result<Decimal> converted(const Decimal& quantity, std::string_view unit, const Decimal& numerator,
                          const Decimal& denominator, std::string_view target, int decimals) {
    auto value = fraction_of(quantity);
    const auto up = fraction_of(numerator);
    const auto down = fraction_of(denominator);
    if (!value || !up || !down) return overflow(quantity, unit);
    if (!value->times(up->numerator, up->denominator) || !value->times(down->denominator, down->numerator)) {
        return overflow(quantity, unit);
    }
    Wide scaled = 1;
    for (int i = 0; i < decimals; ++i) scaled *= 10;
    if (!value->times(scaled, 1)) return overflow(quantity, unit);
    if (value->denominator != 1) {
        const std::string given = quantity.str() + " " + std::string(unit);
        const std::string rule = decimals == 0
                                     ? " cannot be divided; enter a quantity that makes whole "
                                     : " has at most " + std::to_string(decimals) +
                                           " digits after the point; enter a quantity that makes whole parts of ";
        return make_error(ErrorKind::invalid,
                          given + " is no whole quantity in " + std::string(target) + ": " + std::string(target) +
                              rule + std::string(target) + ".",
                          "fraction_of_unit", "quantity");
    }
    constexpr Wide bound = 1'000'000'000'000'000'000;
    if (value->numerator >= bound || value->numerator <= -bound) return overflow(quantity, unit);
    const Decimal exact = Decimal::from_unscaled(static_cast<std::int64_t>(value->numerator), decimals);
    return exact.rounded(exact.scale_needed());
}

Result<UnitRatio> ratio_of(std::string_view unit, const UnitTable& table) {
    if (unit == table.base) return UnitRatio{table.base, Decimal::from_int(1), Decimal::from_int(1)};
    std::string known = table.base;
    for (const UnitRatio& ratio : table.units) {
        if (ratio.unit == unit) return ratio;
        known += ", " + ratio.unit;
    }
    return make_error(
        ErrorKind::invalid,
        "Unit '" + std::string(unit.substr(0, 60)) + "' is not one of this part; use one of: " + known + ".",
        "unknown_unit", "unit");
}

}  // namespace

Result<UnitTable> UnitTable::from_json(const Json& json) {
    UnitTable table;
    TIELINE_TRY(table.base, json.text("unit"));
    table.decimals = static_cast<int>(json.int_or("decimals", 0));
    if (table.decimals < 0 || table.decimals > 9) {
        return make_error(ErrorKind::invalid, "A unit has 0 to 9 decimals.", "bad_decimals", "decimals");
    }
    const Json* units = json.find("units");
    if (units == nullptr || !units->is_array()) return table;
    for (const Json& entry : units->items()) {
        UnitRatio ratio;
        TIELINE_TRY(ratio.unit, entry.text("unit"));
        TIELINE_TRY(ratio.numerator, entry.decimal("numerator"));
        TIELINE_TRY(ratio.denominator, entry.decimal("denominator"));
        const Decimal zero;
        if (!(ratio.numerator > zero) || !(ratio.denominator > zero)) {
            return make_error(ErrorKind::invalid,
                              "Unit " + ratio.unit + ": numerator and denominator must be above zero.", "bad_ratio",
                              "units");
        }
        if (ratio_of(ratio.unit, table)) {
            return make_error(ErrorKind::invalid, "Unit " + ratio.unit + " is named twice.", "duplicate_unit", "units");
        }
        table.units.push_back(std::move(ratio));
    }
    return table;
}

Result<Decimal> to_base_unit(const Decimal& quantity, std::string_view unit, const UnitTable& table) {
    TIELINE_TRY(const UnitRatio ratio, ratio_of(unit, table));
    return converted(quantity, unit, ratio.numerator, ratio.denominator, table.base, table.decimals);
}

Result<Decimal> from_base_unit(const Decimal& quantity, std::string_view unit, const UnitTable& table,
                               int decimals_max) {
    TIELINE_TRY(const UnitRatio ratio, ratio_of(unit, table));
    return converted(quantity, table.base, ratio.denominator, ratio.numerator, unit, decimals_max);
}

}  // namespace tieline::model
