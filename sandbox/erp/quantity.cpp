#include "sandbox/erp/quantity.h"

#include <algorithm>

namespace tieline::sandbox::erp {

namespace {

using Wide = __int128;

constexpr std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
}

/// a / b rounded half to even; b > 0.
Wide divided(Wide a, Wide b) {
    const bool negative = a < 0;
    if (negative) a = -a;
    Wide result = a / b;
    const Wide twice = (a % b) * 2;
    if (twice > b || (twice == b && result % 2 != 0)) ++result;
    return negative ? -result : result;
}

}  // namespace

std::string quantity_text(Quantity quantity, int decimals) {
    const auto text = Decimal::from_unscaled(quantity, quantity_scale).rounded(decimals);
    return text ? text->str() : "0";
}

bool fits_decimals(Quantity quantity, int decimals) { return quantity % power_of_ten(quantity_scale - decimals) == 0; }

std::optional<Quantity> converted(Quantity quantity, std::int64_t numerator, std::int64_t denominator) {
    const Wide product = static_cast<Wide>(quantity) * numerator;
    if (product % denominator != 0) return std::nullopt;
    const Wide result = product / denominator;
    if (result > quantity_max || result < -quantity_max) return std::nullopt;
    return static_cast<Quantity>(result);
}

std::int64_t share(std::int64_t a, std::int64_t b, std::int64_t c) {
    return static_cast<std::int64_t>(divided(static_cast<Wide>(a) * b, c));
}

std::optional<Minor> worth(const Decimal& price, Quantity quantity, int units, std::int64_t numerator,
                           std::int64_t denominator) {
    const Wide product = static_cast<Wide>(to_minor(price, quantity_scale)) * quantity * denominator;
    const Wide below = static_cast<Wide>(numerator) * power_of_ten(2 * quantity_scale - units);
    const Wide result = divided(product, below);
    constexpr Wide most = 10'000'000'000'000'000LL;
    if (result >= most || result <= -most) return std::nullopt;
    return static_cast<Minor>(result);
}

Valued put(const StockValue& stock, Quantity quantity, Minor value) {
    Valued valued;
    valued.moved = value;
    if (stock.quantity < 0) {
        const Quantity hole = std::min(quantity, -stock.quantity), rest = quantity - hole;
        const Minor filling = hole == -stock.quantity ? -stock.value : share(-stock.value, hole, -stock.quantity);
        valued.moved = filling + share(value, rest, quantity);
        valued.difference = value - valued.moved;
    }
    valued.after = StockValue{stock.quantity + quantity, stock.value + valued.moved};
    return valued;
}

Valued take(const StockValue& stock, Quantity quantity, Minor below) {
    Valued valued;
    if (stock.quantity <= 0) {
        valued.moved = -below;
    } else if (quantity >= stock.quantity) {
        valued.moved = -(stock.value + below);
    } else {
        valued.moved = -share(stock.value, quantity, stock.quantity);
    }
    valued.after = StockValue{stock.quantity - quantity, stock.value + valued.moved};
    return valued;
}

Valued take_back(const StockValue& stock, Quantity quantity, Minor value) {
    Valued valued;
    if (stock.quantity <= 0) {
        valued.moved = -value;
    } else if (quantity >= stock.quantity) {
        valued.moved = -(stock.value + value - share(value, stock.quantity, quantity));
    } else if (value <= stock.value) {
        valued.moved = -value;
    } else {
        valued.moved = -share(stock.value, quantity, stock.quantity);
    }
    valued.difference = -value - valued.moved;
    valued.after = StockValue{stock.quantity - quantity, stock.value + valued.moved};
    return valued;
}

}  // namespace tieline::sandbox::erp
