#pragma once
// Quantities and amounts of SAP's rows, read and added up. What cannot be read or is too large is never taken for a
// number: it is remembered as wrong, and what it belongs to becomes an exception. Private to this room.

#include "base/decimal.h"
#include "base/json.h"

#include <string>
#include <string_view>

namespace tieline::connectors::sap_s4 {

/// Zeros behind the point taken away.
inline Decimal shortened(const Decimal& quantity) {
    const Result<Decimal> short_one = quantity.rounded(quantity.scale_needed());
    return short_one ? *short_one : quantity;
}
inline std::string plain(const Decimal& quantity) { return shortened(quantity).str(); }

/// One reckoning. Value type.
class Reckoning {
public:
    /// The number of a field, given as text or as a number; zero where the field is missing, null or empty.
    Decimal of(const Json& row, std::string_view field) {
        const Json* value = row.find(field);
        if (value == nullptr || value->is_null() || (value->is_string() && value->string().empty())) return {};
        const std::string text = value->is_string() ? value->string() : value->dump();
        const Result<Decimal> read = Decimal::parse(text);
        if (read) return shortened(*read);
        fail("SAP's " + std::string(field) + " is \"" + text.substr(0, 40) + "\", which is no number that can be kept");
        return {};
    }
    Decimal sum(const Decimal& a, const Decimal& b) {
        const Result<Decimal> both = a.plus(b);
        if (both) return *both;
        fail("SAP's numbers " + a.str() + " and " + b.str() + " are too large to be added up");
        return a;
    }
    Decimal difference(const Decimal& a, const Decimal& b) { return sum(a, b.negated()); }

    void fail(std::string why) {
        if (wrong_.empty()) wrong_ = std::move(why);
    }
    const std::string& wrong() const { return wrong_; }  ///< "" where all went well
    /// Into the row's member `wrong`, which makes a refused object of it; one that it has already stays.
    void tell(Json& row) const {
        if (!wrong_.empty() && row.text_or("wrong").empty()) row.set("wrong", wrong_);
    }

private:
    std::string wrong_;
};

}  // namespace tieline::connectors::sap_s4
