#include "flows/quantity.h"

#include <vector>

namespace tieline::flows {
namespace {

constexpr int scale_max = 6;

/// Only quantities that were read within bounds come here: a sum that does not fit is our own fault.
Decimal checked(Result<Decimal> value) {
    TIELINE_CHECK(value.has_value(), "quantities are bounded when they are read");
    return *value;
}

}  // namespace

Result<Decimal> quantity_of(const Json& json, std::string_view name, std::string_view object) {
    const Json* found = json.find(name);
    if (found == nullptr || found->is_null()) return Decimal();
    static const Decimal limit = Decimal::from_int(1'000'000'000'000'000);
    const auto value = json.decimal(name);
    if (value && value->abs() < limit && value->scale_needed() <= scale_max) return *value;
    return make_error(ErrorKind::invalid,
                      std::string(object) + ": " + std::string(name) + " is " + found->dump() +
                          ", which is no quantity of at most 15 digits with 6 decimals. Correct it in the system that "
                          "sent it.",
                      "bad_quantity", std::string(name));
}

Decimal sum(const Decimal& a, const Decimal& b) { return checked(a.plus(b)); }
Decimal difference(const Decimal& a, const Decimal& b) { return checked(a.minus(b)); }

Decimal whole_lots(const Decimal& quantity, const Decimal& lot) {
    if (!positive(quantity)) return Decimal();
    if (!positive(lot)) return quantity;
    // Multiples by doubling stand in for a division, which decimals do not have.
    std::vector<Decimal> multiples{lot};
    while (multiples.back() < quantity) multiples.push_back(sum(multiples.back(), multiples.back()));
    Decimal total;
    for (auto multiple = multiples.rbegin(); multiple != multiples.rend(); ++multiple) {
        const Decimal more = sum(total, *multiple);
        if (more <= quantity) total = more;
    }
    return total < quantity ? sum(total, lot) : total;
}

std::string quantity_text(const Decimal& quantity) { return checked(quantity.rounded(quantity.scale_needed())).str(); }

}  // namespace tieline::flows
