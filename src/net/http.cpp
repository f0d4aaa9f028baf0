#include "net/http.h"

#include <array>
#include <charconv>

namespace tieline::net {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_text(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    for (std::size_t index = 0; index < left.size(); ++index) {
        if (lower(left[index]) != lower(right[index])) return false;
    }
    return true;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool unreserved(char c) {
    const char small = lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

/// Takes one number of at most `digits_max` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits_max) {
    int value = 0;
    std::size_t count = 0;
    while (count < text.size() && count < digits_max && text[count] >= '0' && text[count] <= '9') {
        value = value * 10 + (text[count++] - '0');
    }
    text.remove_prefix(count);
    if (count == 0) return std::nullopt;
    return value;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<int> take_month(std::string_view& text) {
    static constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (!text.starts_with(names[index])) continue;
        text.remove_prefix(names[index].size());
        return static_cast<int>(index) + 1;
    }
    return std::nullopt;
}

std::optional<std::chrono::seconds> take_clock(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::seconds(*hour * 3600 + *minute * 60 + *second);
}

std::optional<WallTime> instant(int year, int month, int day, std::chrono::seconds clock) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return WallTime(std::chrono::sys_days(date)) + clock;
}

/// The three forms of RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
/// "Sun Nov  6 08:49:37 1994".
std::optional<WallTime> http_date(std::string_view text, WallTime now) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) {
        if (text.size() < 4) return std::nullopt;
        text.remove_prefix(4);
        const auto month = take_month(text);
        while (take(text, ' ')) {
        }
        const auto day = take_number(text, 2);
        if (!month || !day || !take(text, ' ')) return std::nullopt;
        const auto clock = take_clock(text);
        if (!clock || !take(text, ' ')) return std::nullopt;
        const auto year = take_number(text, 4);
        if (!year || !text.empty()) return std::nullopt;
        return instant(*year, *month, *day, *clock);
    }
    text.remove_prefix(comma + 1);
    if (!take(text, ' ')) return std::nullopt;
    const auto day = take_number(text, 2);
    const bool dashes = take(text, '-');
    if (!day || (!dashes && !take(text, ' '))) return std::nullopt;
    const auto month = take_month(text);
    if (!month || !take(text, dashes ? '-' : ' ')) return std::nullopt;
    auto year = take_number(text, 4);
    if (!year || !take(text, ' ')) return std::nullopt;
    if (*year < 100) {  // a two-digit year more than 50 years ahead means the past (RFC 9110 5.6.7)
        const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
        const int this_year = static_cast<int>(today.year());
        *year += this_year - this_year % 100;
        if (*year > this_year + 50) *year -= 100;
    }
    const auto clock = take_clock(text);
    if (!clock || text != " GMT") return std::nullopt;
    return instant(*year, *month, *day, *clock);
}

}  // namespace

std::string_view header(const std::vector<Header>& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (same_text(key, name)) return value;
    }
    return {};
}

std::string url_encode(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size() + 8);
    for (const char c : text) {
        if (unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

Result<std::string> url_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index] != '%') {
            out += text[index];
            continue;
        }
        const int high = index + 1 < text.size() ? hex_value(text[index + 1]) : -1;
        const int low = index + 2 < text.size() ? hex_value(text[index + 2]) : -1;
        if (high < 0 || low < 0) {
            return make_error(ErrorKind::invalid,
                              "The address has a '%' at position " + std::to_string(index) +
                                  " that is not followed by two hexadecimal digits; write a plain '%' as '%25'.",
                              "bad_escape");
        }
        out += static_cast<char>(high * 16 + low);
        index += 2;
    }
    return out;
}

std::string_view Target::query_value(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return {};
}

Result<Target> parse_target(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {  // absolute form, as sent to proxies
        if (!same_text(target.substr(0, scheme.size()), scheme)) continue;
        const auto end = target.find_first_of("/?", scheme.size());
        target = end == std::string_view::npos ? std::string_view("/") : target.substr(end);
    }
    const auto question = target.find('?');
    Target result;
    result.path = std::string(target.substr(0, question));
    if (result.path.empty()) result.path = "/";
    if (result.path.front() != '/' || result.path.find('#') != std::string::npos) {
        return make_error(ErrorKind::invalid,
                          "The request's path '" + result.path.substr(0, 80) +
                              "' cannot be used: it must begin with '/' and hold no '#'.",
                          "bad_target");
    }
    if (question == std::string_view::npos) return result;
    std::string_view rest = target.substr(question + 1);
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        TIELINE_TRY(auto name, url_decode(pair.substr(0, equals)));
        std::string value;
        if (equals != std::string_view::npos) {
            TIELINE_TRY(value, url_decode(pair.substr(equals + 1)));
        }
        result.query.emplace_back(std::move(name), std::move(value));
    }
    return result;
}

std::optional<Millis> retry_after(const std::vector<Header>& headers, WallTime now) {
    constexpr Millis longest = std::chrono::hours(1);
    std::string_view text = header(headers, "retry-after");
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    if (text.empty()) return std::nullopt;
    if (text.find_first_not_of("0123456789") == std::string_view::npos) {
        if (text.size() > 9) return longest;
        long seconds = 0;
        std::from_chars(text.data(), text.data() + text.size(), seconds);
        return std::min<Millis>(std::chrono::seconds(seconds), longest);
    }
    const auto at = http_date(text, now);
    if (!at) return std::nullopt;
    return std::clamp<Millis>(*at - now, Millis(0), longest);
}

}  // namespace tieline::net
