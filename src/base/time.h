#pragma once
// Time, kept apart as the design asks: wall time is stored and shown, monotonic time is waited on and never stored.

#include "base/result.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tieline::base {

using Millis = std::chrono::milliseconds;
/// UTC, milliseconds since 1970. Stored, shown.
using WallTime = std::chrono::sys_time<Millis>;

/// The one seam to the machine's clock; rooms below app take it by reference. Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime now() const = 0;
};
/// The machine's clock.
Clock& system_clock();

/// "2026-11-24T03:16:49.120Z".
std::string format_time(WallTime time);
/// Reads RFC 3339 with 'Z' or an offset, fraction up to milliseconds kept. Kind invalid, code "bad_time".
Result<WallTime> parse_time(std::string_view text);

/// A day in the proleptic Gregorian calendar without a time zone.
struct Date {
    int year = 1970;
    int month = 1;  ///< 1..12
    int day = 1;    ///< 1..31
    auto operator<=>(const Date&) const = default;
    std::string str() const;        ///< "2026-11-24"
    std::string month_str() const;  ///< "2026-11"
    Date last_of_month() const;
    Date first_of_next_month() const;
    Date next_day() const;
};
/// Reads "2026-11-24"; a day that does not exist is an error (invalid, "bad_date").
Result<Date> parse_date(std::string_view text);
/// The calendar day at `time` in a zone of the tz database, e.g. "Europe/Berlin". Unknown zone: invalid, "bad_zone".
Result<Date> local_date(WallTime time, std::string_view zone);
/// The first instant of `date` in the zone.
Result<WallTime> start_of_day(Date date, std::string_view zone);

}  // namespace tieline::base
