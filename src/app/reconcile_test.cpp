#include "app/reconcile.h"

#include "app/nightly.h"

#include <gtest/gtest.h>

namespace tieline::app {
namespace {

Json parsed(const std::string& text) { return *Json::parse(text); }

TEST(Reconcile, ListsAreReadToTheirEnd) {
    std::vector<std::string> asked;
    const Ask ask = [&](const std::string& path) -> Result<Json> {
        asked.push_back(path);
        if (asked.size() == 1) return parsed(R"({"stock":[{"part":"A"}],"next":"A/MAIN STORE"})");
        return parsed(R"({"stock":[{"part":"B"}]})");
    };
    const auto rows = all_rows(ask, "stock?limit=1", "stock");
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->size(), 2U);
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(asked[1], "stock?limit=1&after=A%2FMAIN%20STORE");
    const Ask stuck = [](const std::string&) -> Result<Json> { return parsed(R"({"stock":[],"next":"A"})"); };
    EXPECT_TRUE(all_rows(stuck, "stock?limit=1", "stock")) << "a hub that repeats itself does not hold us for ever";
}

TEST(Reconcile, ExceptionsCarryTheAmountOfTheirPayload) {
    const Ask ask = [](const std::string& path) -> Result<Json> {
        if (path == "exceptions/EX-1") return parsed(R"({"payload":{"amount":"5.00","currency":"EUR"}})");
        if (path == "exceptions/EX-2") {
            return parsed(R"({"payload":{"currency":"EUR","lines":[{"side":"debit","amount":"1.10"},)"
                          R"({"side":"debit","amount":"2.20"},{"side":"credit","amount":"3.30"}]}})");
        }
        if (path == "exceptions/EX-3") return make_error(ErrorKind::not_found, "gone");
        return parsed(R"({"exceptions":[{"id":"EX-1"},{"id":"EX-2"},{"id":"EX-3"}]})");
    };
    const auto all = read_exceptions(ask);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 3U);
    EXPECT_EQ((*all)[0].text_or("amount"), "5.00");
    EXPECT_EQ((*all)[1].text_or("amount"), "3.30");
    EXPECT_EQ((*all)[2].find("amount"), nullptr);
}

TEST(Reconcile, WhatIsOnItsWayIsNoDifference) {
    conditions::Report report;
    report.topics.resize(1);
    const auto difference = [&](const char* code, const char* key, const char* subject) {
        conditions::Difference one;
        one.code = code;
        one.key = key;
        one.subject = subject;
        report.topics[0].result.differences.push_back(one);
    };
    difference("missing_here", "K1", "WO-1");
    difference("missing_here", "K2", "WO-1");
    difference("missing_here", "K3", "WO-9");
    difference("missing_there", "K1", "WO-1");
    const Ask ask = [](const std::string& path) -> Result<Json> {
        if (path != "trace/WO-1") return make_error(ErrorKind::not_found, "unknown");
        return parsed(R"({"commands":[{"key":"K1","state":"unknown"},{"key":"K2","state":"booked"}]})");
    };
    EXPECT_EQ(leave_out_under_way(ask, report), 1U);
    EXPECT_EQ(report.differences(), 3U);
    EXPECT_EQ(report.topics[0].result.differences[0].key, "K2") << "booked long ago and yet not in the books";
}

TEST(Nightly, RunsAtTheTimeOfTheZone) {
    const auto at = [](const char* time) { return *parse_time(time); };
    const auto next = [](WallTime now) { return format_time(*next_run(now, "02:30", "Europe/Berlin")).substr(0, 16); };
    EXPECT_EQ(next(at("2026-11-24T01:29:00Z")), "2026-11-24T01:30");
    EXPECT_EQ(next(at("2026-11-24T01:30:00Z")), "2026-11-25T01:30") << "not twice in one night";
    EXPECT_EQ(next(at("2026-06-30T23:00:00Z")), "2026-07-01T00:30") << "summer time";
    EXPECT_FALSE(next_run(at("2026-11-24T01:29:00Z"), "02:30", "Mars/Olympus"));
}

}  // namespace
}  // namespace tieline::app
