#include "base/time.h"

#include <date/date.h>

#include <optional>

namespace tieline::base {

namespace {

class SystemClock final : public Clock {
public:
    WallTime now() const override { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }
};

date::year_month_day calendar(const Date& day) {
    return date::year(day.year) / date::month(static_cast<unsigned>(day.month)) /
           date::day(static_cast<unsigned>(day.day));
}

Date from_calendar(const date::year_month_day& day) {
    return Date{static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
                static_cast<int>(static_cast<unsigned>(day.day()))};
}

void append_number(std::string& out, long long value, int width) {
    if (value < 0) {
        out += '-';
        value = -value;
    }
    const std::string digits = std::to_string(value);
    for (auto missing = width - static_cast<int>(digits.size()); missing > 0; --missing) out += '0';
    out += digits;
}

// Reads exactly `width` digits at `at` and moves on.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t width) {
    if (text.size() < at + width) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        const char c = text[at + i];
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    at += width;
    return value;
}

bool skip(std::string_view text, std::size_t& at, char expected) {
    if (at >= text.size() || text[at] != expected) return false;
    ++at;
    return true;
}

std::optional<Date> date_at(std::string_view text, std::size_t& at) {
    Date day;
    const auto year = digits(text, at, 4);
    if (!year || !skip(text, at, '-')) return std::nullopt;
    const auto month = digits(text, at, 2);
    if (!month || !skip(text, at, '-')) return std::nullopt;
    const auto day_number = digits(text, at, 2);
    if (!day_number || *year == 0) return std::nullopt;
    day = Date{*year, *month, *day_number};
    if (!calendar(day).ok()) return std::nullopt;
    return day;
}

std::optional<Millis> time_of_day_at(std::string_view text, std::size_t& at) {
    const auto hour = digits(text, at, 2);
    if (!hour || *hour > 23 || !skip(text, at, ':')) return std::nullopt;
    const auto minute = digits(text, at, 2);
    if (!minute || *minute > 59 || !skip(text, at, ':')) return std::nullopt;
    const auto second = digits(text, at, 2);
    if (!second || *second > 59) return std::nullopt;
    int millis = 0;
    if (skip(text, at, '.')) {
        const std::size_t start = at;
        int weight = 100;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, weight /= 10) {
            millis += (text[at] - '0') * weight;
        }
        if (at == start) return std::nullopt;
    }
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) + Millis(millis);
}

std::optional<std::chrono::minutes> offset_at(std::string_view text, std::size_t& at) {
    if (skip(text, at, 'Z') || skip(text, at, 'z')) return std::chrono::minutes(0);
    const bool west = at < text.size() && text[at] == '-';
    if (!west && (at >= text.size() || text[at] != '+')) return std::nullopt;
    ++at;
    const auto hours = digits(text, at, 2);
    if (!hours || *hours > 23 || !skip(text, at, ':')) return std::nullopt;
    const auto minutes = digits(text, at, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    const auto offset = std::chrono::minutes(*hours * 60 + *minutes);
    return west ? -offset : offset;
}

}  // namespace

Clock& system_clock() {
    static SystemClock instance;
    return instance;
}

std::string format_time(WallTime time) {
    const auto day = std::chrono::floor<date::days>(time);
    const auto millis = (time - day).count();
    std::string out = from_calendar(date::year_month_day(day)).str();
    out += 'T';
    append_number(out, millis / 3'600'000, 2);
    out += ':';
    append_number(out, millis / 60'000 % 60, 2);
    out += ':';
    append_number(out, millis / 1000 % 60, 2);
    out += '.';
    append_number(out, millis % 1000, 3);
    out += 'Z';
    return out;
}

Result<WallTime> parse_time(std::string_view text) {
    const auto bad = [text] {
        return make_error(ErrorKind::invalid,
                          "'" + std::string(text.substr(0, 60)) +
                              "' is not a time. Write it like 2026-11-24T03:16:49Z or 2026-11-24T04:16:49+01:00.",
                          "bad_time");
    };
    std::size_t at = 0;
    const auto day = date_at(text, at);
    if (!day || (!skip(text, at, 'T') && !skip(text, at, 't'))) return bad();
    const auto time_of_day = time_of_day_at(text, at);
    if (!time_of_day) return bad();
    const auto offset = offset_at(text, at);
    if (!offset || at != text.size()) return bad();
    const WallTime time = WallTime(date::sys_days(calendar(*day))) + *time_of_day - *offset;
    // An offset may carry the first or last day out of the years that can be written back.
    const int year = from_calendar(date::year_month_day(std::chrono::floor<date::days>(time))).year;
    if (year < 1 || year > 9999) return bad();
    return time;
}

std::string Date::str() const {
    std::string out = month_str();
    out += '-';
    append_number(out, day, 2);
    return out;
}

std::string Date::month_str() const {
    std::string out;
    out.reserve(24);
    append_number(out, year, 4);
    out += '-';
    append_number(out, month, 2);
    return out;
}

Date Date::last_of_month() const {
    const auto last = date::year(year) / date::month(static_cast<unsigned>(month)) / date::last;
    return from_calendar(date::year_month_day(last));
}

Date Date::first_of_next_month() const { return month == 12 ? Date{year + 1, 1, 1} : Date{year, month + 1, 1}; }

Date Date::next_day() const {
    return from_calendar(date::year_month_day(date::sys_days(calendar(*this)) + date::days(1)));
}

Result<Date> parse_date(std::string_view text) {
    std::size_t at = 0;
    const auto day = date_at(text, at);
    if (!day || at != text.size()) {
        return make_error(
            ErrorKind::invalid,
            "'" + std::string(text.substr(0, 60)) + "' is not a day of the calendar. Write it like 2026-11-24.",
            "bad_date");
    }
    return *day;
}

}  // namespace tieline::base
