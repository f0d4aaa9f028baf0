// Reading gives back what was written; arithmetic either is exact or says that it cannot be.

#include "base/decimal.h"

#include <cstdlib>

using tieline::base::Decimal;
using tieline::base::Rounding;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_pair(const Decimal& a, const Decimal& b) {
    if (const auto sum = a.plus(b)) {
        const auto back = sum->minus(b);
        require(back && *back == a);
        require(*sum == *b.plus(a));
    }
    if (const auto product = a.times(b)) require(*product == *b.times(a));
    require((a < b) == (b > a) && (a == b) == (b == a));
    if (const auto difference = a.minus(b)) require(difference->is_negative() == (a < b));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = text.find('|');
    const auto a = Decimal::parse(text.substr(0, cut));
    if (!a) return 0;
    const auto again = Decimal::parse(a->str());
    require(again && again->str() == a->str() && *again == *a);
    const auto cents = a->rounded(2);
    if (cents) {
        require(cents->scale() == 2);
        const auto off = cents->minus(*a);
        if (off) require(off->abs() <= Decimal::from_unscaled(5, 3));
    }
    const auto down = a->rounded(0, Rounding::down);
    require(down && down->abs() <= a->abs());
    if (cut == std::string_view::npos) return 0;
    if (const auto b = Decimal::parse(text.substr(cut + 1))) check_pair(*a, *b);
    return 0;
}
