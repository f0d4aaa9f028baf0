#pragma once
// Quantities and their value: whole ten-thousandths of the base unit, whole minor units, and the exact arithmetic
// between them. Pure.

#include "sandbox/erp/money.h"

namespace tieline::sandbox::erp {

using Quantity = std::int64_t;  ///< 1.5 KG = 15000
constexpr int quantity_scale = 4;
constexpr Quantity one_piece = 10'000;
constexpr Quantity quantity_max = 1'000'000'000LL * one_piece;

/// With `decimals` digits after the point; a stored quantity has no more.
std::string quantity_text(Quantity quantity, int decimals);
/// Whether `quantity` has at most `decimals` digits after the point.
bool fits_decimals(Quantity quantity, int decimals);
/// quantity × numerator / denominator, nullopt when that is no whole ten-thousandth or too large.
std::optional<Quantity> converted(Quantity quantity, std::int64_t numerator, std::int64_t denominator);
/// a × b / c rounded half to even; c > 0.
std::int64_t share(std::int64_t a, std::int64_t b, std::int64_t c);
/// price per unit × quantity in base units, where 1 unit = numerator/denominator base units; half even.
std::optional<Minor> worth(const Decimal& price, Quantity quantity, int units, std::int64_t numerator = 1,
                           std::int64_t denominator = 1);

struct StockValue {
    Quantity quantity = 0;
    Minor value = 0;  ///< has the sign of the quantity, 0 with it
};

/// What a movement does to the value: `moved` enters the stock (leaves it when negative), `difference` is what the
/// movement is worth besides and the stock cannot carry.
struct Valued {
    StockValue after;
    Minor moved = 0, difference = 0;
};
/// Adds `quantity` > 0 that is worth `value`. What fills a negative stock enters at the hole's own value.
Valued put(const StockValue& stock, Quantity quantity, Minor value);
/// Takes `quantity` > 0 at the moving average; what goes below zero is worth `below` in all.
Valued take(const StockValue& stock, Quantity quantity, Minor below);
/// Takes `quantity` > 0 at the value it was once booked with, as far as the stock carries it.
Valued take_back(const StockValue& stock, Quantity quantity, Minor value);

}  // namespace tieline::sandbox::erp
