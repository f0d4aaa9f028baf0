#include "connectors/jsonrpc/jsonrpc.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace tieline::connectors::jsonrpc {
namespace {

std::int64_t part(std::string_view text, std::size_t at, std::size_t count) {
    return at + count <= text.size() ? std::strtoll(std::string(text.substr(at, count)).c_str(), nullptr, 10) : 0;
}

std::string two_digits(std::int64_t value) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%02d", static_cast<int>(value % 100));
    return text.data();
}

std::string date_text(const Json& value) {
    Date date;
    date.year = static_cast<int>(value.int_or("year", 0));
    date.month = static_cast<int>(value.int_or("month", 0));
    date.day = static_cast<int>(value.int_or("day", 0));
    return date.str();
}

std::string datetime_text(const Json& value) {
    std::array<char, 16> micro{};
    std::snprintf(micro.data(), micro.size(), ".%06d", static_cast<int>(value.int_or("microsecond", 0) % 1'000'000));
    return date_text(value) + "T" + two_digits(value.int_or("hour", 0)) + ":" + two_digits(value.int_or("minute", 0)) +
           ":" + two_digits(value.int_or("second", 0)) + micro.data();
}

/// Whole seconds of a duration; the server writes them as a floating-point number ("432000.0").
std::string seconds_text(const Json& value) {
    const Json* seconds = value.find("seconds");
    if (seconds == nullptr || !seconds->is_number()) return {};
    const Result<Decimal> whole = decimal_of_float(*seconds, 0);
    return whole ? whole->str() : std::string();
}

/// Digits without point, sign apart, and the power of ten that they count: "1.5e-3" is 15 and -4.
struct Scientific {
    bool negative = false;
    std::string digits;
    long exponent = 0;
};

Scientific taken_apart(std::string_view token) {
    Scientific number;
    std::size_t at = 0;
    if (!token.empty() && token[0] == '-') {
        number.negative = true;
        at = 1;
    }
    bool behind_point = false;
    for (; at < token.size() && token[at] != 'e' && token[at] != 'E'; ++at) {
        if (token[at] == '.') {
            behind_point = true;
            continue;
        }
        number.digits += token[at];
        if (behind_point) --number.exponent;
    }
    if (at < token.size()) number.exponent += std::strtol(std::string(token.substr(at + 1)).c_str(), nullptr, 10);
    return number;
}

}  // namespace

Json decimal_value(std::string_view text) { return Json::object({{"__class__", "Decimal"}, {"decimal", text}}); }

Json date_value(std::string_view iso) {
    return Json::object(
        {{"__class__", "date"}, {"year", part(iso, 0, 4)}, {"month", part(iso, 5, 2)}, {"day", part(iso, 8, 2)}});
}

Json datetime_value(std::string_view stamp) {
    Json value = date_value(stamp);
    value.set("__class__", "datetime");
    value.set("hour", part(stamp, 11, 2));
    value.set("minute", part(stamp, 14, 2));
    value.set("second", part(stamp, 17, 2));
    value.set("microsecond", part(stamp, 20, 6));
    return value;
}

Json float_value(const Decimal& value) { return Json::number(value.str()); }

Result<Decimal> decimal_of_float(const Json& number, int digits) {
    const Error bad =
        make_error(ErrorKind::invalid, "a quantity of the peer is no number of at most 18 digits", "bad_decimal");
    if (!number.is_number()) return bad;
    Scientific read = taken_apart(number.number_token());
    // More places than a Decimal holds say nothing: a double has 17 significant digits.
    while (read.exponent < -Decimal::scale_max && !read.digits.empty()) {
        read.digits.pop_back();
        ++read.exponent;
    }
    if (read.digits.empty()) return Decimal();
    if (read.exponent > Decimal::scale_max || read.digits.size() > 36) return bad;
    if (read.exponent > 0) read.digits.append(static_cast<std::size_t>(read.exponent), '0');
    const std::size_t places = read.exponent < 0 ? static_cast<std::size_t>(-read.exponent) : 0;
    if (read.digits.size() <= places) read.digits.insert(0, places + 1 - read.digits.size(), '0');
    std::string text = read.digits.substr(0, read.digits.size() - places);
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    if (places > 0) text += "." + read.digits.substr(read.digits.size() - places);
    TIELINE_TRY(const Decimal exact, Decimal::parse((read.negative ? "-" : "") + text));
    TIELINE_TRY(const Decimal rounded, exact.rounded(digits));
    return rounded.rounded(std::min(digits, rounded.scale_needed()));
}

Json plain(Json answer) {
    if (answer.is_array()) {
        for (Json& item : answer.items()) item = plain(std::move(item));
        return answer;
    }
    if (!answer.is_object()) return answer;
    const std::string type = answer.text_or("__class__");
    if (type == "Decimal") return answer.text_or("decimal");
    if (type == "date") return date_text(answer);
    if (type == "datetime") return datetime_text(answer);
    if (type == "timedelta") return seconds_text(answer);
    Json::Object members = std::move(answer.members());
    Json made = Json::object();
    for (auto& [name, value] : members) {
        const bool related = name.size() > 1 && name.back() == '.';
        made.set(related ? std::string_view(name).substr(0, name.size() - 1) : std::string_view(name),
                 plain(std::move(value)));
    }
    return made;
}

}  // namespace tieline::connectors::jsonrpc
