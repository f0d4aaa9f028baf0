#include "base/time.h"

#include <gtest/gtest.h>

#include <thread>

namespace tieline::base {
namespace {

WallTime at(std::string_view text) { return parse_time(text).value(); }
std::string day(std::string_view time, std::string_view zone) {
    const auto date = local_date(at(time), zone);
    return date ? date->str() : date.error().code;
}
std::string start(std::string_view date, std::string_view zone) {
    const auto time = start_of_day(*parse_date(date), zone);
    return time ? format_time(*time) : time.error().code;
}

TEST(Time, reads_rfc_3339) {
    EXPECT_EQ(format_time(at("2026-11-24T03:16:49Z")), "2026-11-24T03:16:49.000Z");
    EXPECT_EQ(format_time(at("2026-11-24T03:16:49.12Z")), "2026-11-24T03:16:49.120Z");
    EXPECT_EQ(format_time(at("2026-11-24T03:16:49.1239999Z")), "2026-11-24T03:16:49.123Z");
    EXPECT_EQ(format_time(at("2026-11-24T00:30:00+01:00")), "2026-11-23T23:30:00.000Z");
    EXPECT_EQ(format_time(at("2026-11-24t00:30:00-05:30")), "2026-11-24T06:00:00.000Z");
    EXPECT_EQ(at("1970-01-01T00:00:00Z").time_since_epoch().count(), 0);
    EXPECT_EQ(at("2026-11-24T03:16:49.120Z").time_since_epoch().count(), 1795490209120);
    EXPECT_EQ(format_time(at("1969-12-31T23:59:59.999Z")), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(format_time(at("2024-02-29T00:00:00Z")), "2024-02-29T00:00:00.000Z");
}

TEST(Time, refuses_other_texts) {
    for (const char* text :
         {"", "2026-11-24", "2026-11-24T03:16:49", "2026-11-24 03:16:49Z", "2026-13-24T03:16:49Z",
          "2026-02-29T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T03:60:00Z", "2026-11-24T03:16:60Z",
          "2026-11-24T03:16:49.Z", "2026-11-24T03:16:49+0100", "2026-11-24T03:16:49+01:00x", "2026-11-24T03:16:49Z ",
          "26-11-24T03:16:49Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+01:00",
          "2026-11-24T3:16:49Z"}) {
        const auto parsed = parse_time(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, "bad_time");
    }
}

TEST(Time, writing_and_reading_agree) {
    for (std::int64_t millis = -62'135'596'800'000; millis < 253'402'300'800'000; millis += 987'654'321'987) {
        const WallTime time{Millis(millis)};
        ASSERT_EQ(at(format_time(time)), time);
    }
}

TEST(Date, knows_the_calendar) {
    EXPECT_EQ(parse_date("2024-02-29")->next_day().str(), "2024-03-01");
    EXPECT_EQ(parse_date("2026-12-31")->next_day().str(), "2027-01-01");
    EXPECT_EQ(parse_date("2026-02-10")->last_of_month().str(), "2026-02-28");
    EXPECT_EQ(parse_date("2028-02-10")->last_of_month().day, 29);
    EXPECT_EQ(parse_date("2026-12-10")->first_of_next_month().str(), "2027-01-01");
    EXPECT_EQ(parse_date("2026-01-31")->first_of_next_month().str(), "2026-02-01");
    EXPECT_EQ(parse_date("2026-11-24")->month_str(), "2026-11");
    EXPECT_LT(*parse_date("2026-09-30"), *parse_date("2026-10-01"));
    for (const char* text :
         {"", "2026-02-29", "2026-00-01", "2026-01-00", "2026-1-1", "2026-01-01T", "20260101", "1900-02-29"}) {
        EXPECT_EQ(parse_date(text).error().code, "bad_date") << text;
    }
}

TEST(Zones, give_the_day_of_the_place) {
    EXPECT_EQ(day("2026-01-31T22:59:59Z", "Europe/Berlin"), "2026-01-31");
    EXPECT_EQ(day("2026-01-31T23:00:00Z", "Europe/Berlin"), "2026-02-01");
    EXPECT_EQ(day("2026-06-30T21:59:59Z", "Europe/Berlin"), "2026-06-30");
    EXPECT_EQ(day("2026-06-30T22:00:00Z", "Europe/Berlin"), "2026-07-01");
    EXPECT_EQ(day("2026-07-01T04:59:59Z", "America/Chicago"), "2026-06-30");
    EXPECT_EQ(day("2026-06-30T22:00:00Z", "Europe/Berlin"), "2026-07-01");  // back to the zone of before
    EXPECT_EQ(day("2026-01-31T18:30:00Z", "Asia/Kolkata"), "2026-02-01");
    EXPECT_EQ(day("2026-01-31T23:59:59.999Z", "UTC"), "2026-01-31");
    EXPECT_EQ(day("2026-01-31T23:59:59Z", "Mars/Olympus"), "bad_zone");
    EXPECT_EQ(day("2026-01-31T23:59:59Z", ""), "bad_zone");
    EXPECT_EQ(day("2026-01-31T23:59:59Z", "../../etc/passwd"), "bad_zone");
}

TEST(Zones, change_of_clocks_is_seen_within_the_cache) {
    // 2026-03-29 01:00 UTC: Berlin goes from +1 to +2.
    EXPECT_EQ(day("2026-03-28T22:59:59Z", "Europe/Berlin"), "2026-03-28");
    EXPECT_EQ(day("2026-03-29T22:00:00Z", "Europe/Berlin"), "2026-03-30");
    EXPECT_EQ(day("2026-03-28T22:00:00Z", "Europe/Berlin"), "2026-03-28");
}

TEST(Zones, days_start_once) {
    EXPECT_EQ(start("2026-03-29", "Europe/Berlin"), "2026-03-28T23:00:00.000Z");
    EXPECT_EQ(start("2026-03-30", "Europe/Berlin"), "2026-03-29T22:00:00.000Z");
    EXPECT_EQ(start("2018-11-04", "America/Sao_Paulo"), "2018-11-04T03:00:00.000Z");  // midnight was skipped
    EXPECT_EQ(start("2025-11-02", "America/Havana"), "2025-11-02T04:00:00.000Z");     // midnight came twice
    // The clock went from 23:30 to 00:30, so that the day began with its first half hour missing.
    EXPECT_EQ(start("1919-03-31", "America/Toronto"), "1919-03-31T04:30:00.000Z");
    EXPECT_EQ(start("2026-03-29", "Nowhere"), "bad_zone");
    for (const char* zone :
         {"Europe/Berlin", "America/Havana", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Kiritimati"}) {
        for (Date date{2016, 1, 1}; date < Date{2030, 1, 1}; date = date.next_day()) {
            const WallTime first = *start_of_day(date, zone);
            ASSERT_EQ(*local_date(first, zone), date) << zone << ' ' << date.str();
            ASSERT_LT(*local_date(first - Millis(1), zone), date) << zone << ' ' << date.str();
        }
    }
}

TEST(Zones, threads_share_nothing_wrong) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([i] {
            for (int round = 0; round < 500; ++round) {
                const bool east = (i + round) % 2 == 0;
                EXPECT_EQ(day("2026-06-30T20:00:00Z", east ? "Asia/Tokyo" : "America/Denver"),
                          east ? "2026-07-01" : "2026-06-30");
            }
        });
    }
}

}  // namespace
}  // namespace tieline::base
