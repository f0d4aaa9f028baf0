#include "sandbox/erp/money.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tieline::sandbox::erp {

std::optional<int> currency_units(std::string_view currency) {
    static constexpr std::array<std::pair<std::string_view, int>, 22> known{{
        {"EUR", 2}, {"USD", 2}, {"GBP", 2}, {"CHF", 2}, {"JPY", 0}, {"KWD", 3}, {"BHD", 3}, {"TND", 3},
        {"CNY", 2}, {"SEK", 2}, {"NOK", 2}, {"DKK", 2}, {"PLN", 2}, {"CZK", 2}, {"HUF", 2}, {"KRW", 0},
        {"INR", 2}, {"BRL", 2}, {"MXN", 2}, {"CAD", 2}, {"AUD", 2}, {"NZD", 2},
    }};
    const auto* found =
        std::find_if(known.begin(), known.end(), [&](const auto& pair) { return pair.first == currency; });
    if (found == known.end()) return std::nullopt;
    return found->second;
}

Minor to_minor(const Decimal& amount, int units) {
    const auto widened = amount.rounded(units);
    if (!widened) return 0;
    std::string digits = widened->str();
    std::erase(digits, '.');
    Minor value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::string minor_text(Minor amount, int units) { return minor_decimal(amount, units).str(); }

Decimal minor_decimal(Minor amount, int units) { return Decimal::from_unscaled(amount, units); }

std::optional<Minor> rounded_minor(const Decimal& exact, int units) {
    const auto rounded = exact.rounded(units);
    if (!rounded || rounded->abs() >= Decimal::from_int(10'000'000'000'000)) return std::nullopt;
    return to_minor(*rounded, units);
}

std::optional<Minor> times_minor(const Decimal& a, const Decimal& b, int units) {
    const auto product = a.times(b);
    if (!product) return std::nullopt;
    return rounded_minor(*product, units);
}

}  // namespace tieline::sandbox::erp
