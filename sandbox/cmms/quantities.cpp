#include "sandbox/cmms/quantities.h"

#include <algorithm>
#include <chrono>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::int64_t quantity_max = 999'999'999;
constexpr int places_max = 6;

__int128 power_of_ten(int exponent) {
    __int128 power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

struct Ratio {
    Decimal numerator = Decimal::from_int(1);
    Decimal denominator = Decimal::from_int(1);
};

std::optional<Ratio> ratio_of(const Json& item, const std::string& uom) {
    if (uom == item.text_or("uom")) return Ratio{};
    for (const Json& unit : item.find("alternative_units")->items()) {
        if (unit.text_or("unit") == uom) return Ratio{decimal_of(unit, "numerator"), decimal_of(unit, "denominator")};
    }
    return std::nullopt;
}

Problem unknown_unit(const Json& item, const std::string& uom, std::string field) {
    Json known = Json::array();
    std::string names = item.text_or("uom");
    known.push_back(names);
    for (const Json& unit : item.find("alternative_units")->items()) {
        known.push_back(unit.text_or("unit"));
        names += ", " + unit.text_or("unit");
    }
    Problem problem = invalid("unknown_uom", std::move(field),
                              "item " + item.text_or("itemnum") + " has no unit " + uom + "; it has " + names);
    problem.extra.set("known_units", std::move(known));
    return problem;
}

std::string member_path(const std::string& path, const char* key) { return path.empty() ? key : path + "." + key; }

}  // namespace

Json number_of(const Decimal& value) { return Json::number(value.str()); }

Decimal decimal_of(const Json& record, std::string_view key) {
    if (record.find(key) == nullptr) return {};
    const Result<Decimal> value = record.decimal(key);
    return value ? *value : Decimal();
}

Decimal sum(const Decimal& a, const Decimal& b) {
    const Result<Decimal> value = a.plus(b);
    TIELINE_CHECK(value.has_value(), "kept quantities are bounded");
    return *value;
}

Decimal difference(const Decimal& a, const Decimal& b) { return sum(a, b.negated()); }

__int128 unscaled(const Decimal& value, int scale) {
    const Result<Decimal> widened = value.rounded(scale);
    TIELINE_CHECK(widened.has_value(), "kept quantities are bounded");
    __int128 number = 0;
    for (const char c : widened->str()) {
        if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
    }
    return widened->is_negative() ? -number : number;
}

Decimal from_unscaled(__int128 unscaled, int scale) {
    const bool is_negative = unscaled < 0;
    if (is_negative) unscaled = -unscaled;
    std::string digits;
    for (; unscaled > 0 || static_cast<int>(digits.size()) <= scale; unscaled /= 10) {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(unscaled % 10)));
    }
    if (scale > 0) digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
    const Result<Decimal> value = Decimal::parse(digits);
    TIELINE_CHECK(value.has_value(), "digits make a decimal");
    return is_negative ? value->negated() : *value;
}

Outcome<Amount> amount_of(const Json& item, const Decimal& quantity, const std::string& uom, const std::string& path) {
    Amount amount;
    amount.given = quantity;
    amount.base_uom = item.text_or("uom");
    amount.uom = uom.empty() ? amount.base_uom : uom;
    const std::optional<Ratio> ratio = ratio_of(item, amount.uom);
    if (!ratio) return unknown_unit(item, amount.uom, member_path(path, "uom"));
    const int decimals = static_cast<int>(item.int_or("decimals", 0));
    // quantity × numerator / denominator, all as whole numbers of millionths: fits, since each has bounds.
    const __int128 dividend = unscaled(quantity, places_max) * unscaled(ratio->numerator, places_max);
    const __int128 divisor = unscaled(ratio->denominator, places_max) * power_of_ten(places_max);
    const __int128 scaled = dividend * power_of_ten(decimals);
    if (scaled % divisor != 0) {
        return invalid(
            "fraction_of_unit", member_path(path, "quantity"),
            quantity.str() + " " + amount.uom + " of item " + item.text_or("itemnum") + " is not a whole " +
                (decimals == 0 ? "number" : "number of 1/" + from_unscaled(power_of_ten(decimals), 0).str()) + " of " +
                amount.base_uom + "; give a quantity that can be divided so");
    }
    amount.base = from_unscaled(scaled / divisor, decimals);
    return amount;
}

Outcome<Amount> read_amount(Reader& reader, const Json& item, bool zero_too) {
    const Decimal quantity = reader.decimal("quantity", Reader::Sign::any, Reader::Need::required);
    const std::string uom = reader.code("uom", 6);
    if (reader.failed()) return reader.problem();
    const bool is_wrong = quantity.is_negative() || (quantity.is_zero() && !zero_too);
    if (is_wrong || quantity > Decimal::from_int(quantity_max)) {
        return invalid("bad_quantity", reader.path_of("quantity"),
                       "a quantity is more than 0 and at most 999999999, found " + quantity.str());
    }
    std::string path = reader.path_of("quantity");
    path.resize(path.size() - std::min(path.size(), std::string_view(".quantity").size()));
    return amount_of(item, quantity, uom, path);
}

std::int64_t day_of(WallTime time) { return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count(); }

std::int64_t day_of(std::string_view date) {
    const Result<Date> read = parse_date(date);
    TIELINE_CHECK(read.has_value(), "kept dates are checked");
    const std::chrono::year_month_day day{std::chrono::year(read->year),
                                          std::chrono::month(static_cast<unsigned>(read->month)),
                                          std::chrono::day(static_cast<unsigned>(read->day))};
    return std::chrono::sys_days(day).time_since_epoch().count();
}

std::string day_text(std::int64_t day) {
    constexpr std::int64_t last = 2'932'896;  // 9999-12-31
    const std::chrono::sys_days days{std::chrono::days(std::min(day, last))};
    const std::chrono::year_month_day date{days};
    return Date{static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
                static_cast<int>(static_cast<unsigned>(date.day()))}
        .str();
}

std::string ratio(std::int64_t part, std::int64_t whole) {
    const std::int64_t scaled = part * 10'000;
    std::int64_t quotient = scaled / whole;
    const std::int64_t twice = (scaled % whole) * 2;
    if (twice > whole || (twice == whole && quotient % 2 == 1)) ++quotient;
    return from_unscaled(quotient, 4).str();
}

}  // namespace tieline::sandbox::cmms
