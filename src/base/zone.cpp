// Time zones: which calendar day a moment belongs to at a plant.

#include "base/time.h"

#include <date/tz.h>

#include <optional>

namespace tieline::base {

namespace {

struct CachedZone {
    std::string name;
    const date::time_zone* zone = nullptr;
    date::sys_info info{};  ///< the span of constant offset that was asked for last
};

// Almost every call of a thread asks for the same zone as the one before it.
thread_local CachedZone last_zone;

Error bad_zone(std::string_view name) {
    return make_error(ErrorKind::invalid,
                      "'" + std::string(name.substr(0, 60)) +
                          "' is no time zone of this machine. Use a name like Europe/Berlin, and see that the "
                          "package tzdata is installed.",
                      "bad_zone");
}

const date::time_zone* find_zone(std::string_view name) {
    if (last_zone.zone != nullptr && last_zone.name == name) return last_zone.zone;
    try {
        const date::time_zone* const zone = date::locate_zone(name);
        last_zone = CachedZone{std::string(name), zone, {}};
        return zone;
    } catch (const std::exception&) {
        return nullptr;  // the library throws for an unknown name and for a missing database alike
    }
}

}  // namespace

Result<Date> local_date(WallTime time, std::string_view zone_name) {
    const date::time_zone* const zone = find_zone(zone_name);
    if (zone == nullptr) return bad_zone(zone_name);
    try {
        if (time < last_zone.info.begin || time >= last_zone.info.end) last_zone.info = zone->get_info(time);
    } catch (const std::exception&) {
        return bad_zone(zone_name);  // the zone's file is read on first use
    }
    const date::year_month_day day(std::chrono::floor<date::days>(time + last_zone.info.offset));
    return Date{static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
                static_cast<int>(static_cast<unsigned>(day.day()))};
}

Result<WallTime> start_of_day(Date day, std::string_view zone_name) {
    const date::time_zone* const zone = find_zone(zone_name);
    if (zone == nullptr) return bad_zone(zone_name);
    const date::local_days midnight(date::year(day.year) / date::month(static_cast<unsigned>(day.month)) /
                                    date::day(static_cast<unsigned>(day.day)));
    try {
        const date::local_info info = zone->get_info(midnight);
        // Midnight falls into a gap where the clock skips it: the day then starts where the gap ends.
        if (info.result == date::local_info::nonexistent) return WallTime(info.first.end);
        // Where midnight comes twice, the day starts with the first one.
        return WallTime(date::sys_seconds(midnight.time_since_epoch()) - info.first.offset);
    } catch (const std::exception&) {
        return bad_zone(zone_name);
    }
}

}  // namespace tieline::base
