// The rate limit of one peer.

#include "engine/channel.h"

#include <gtest/gtest.h>

#include <deque>

namespace tieline::engine {
namespace {

struct Counted {
    std::size_t most_in_a_second = 0, all = 0;
};

/// As much as may leave, whenever it may, for ten seconds that begin after a pause of a minute.
Counted send_all_that_may(double per_second_max) {
    connectors::Pace pace;
    pace.per_second_max = per_second_max;
    pace.in_flight_max = 10'000;
    Channel channel(pace);
    WallTime now = *parse_time("2026-11-26T08:00:00Z");
    channel.room(now, 0);
    now += Millis(60'000);
    std::deque<WallTime> left;
    Counted counted;
    for (int ms = 0; ms < 10'000; ++ms, now += Millis(1)) {
        while (!left.empty() && left.front() + Millis(1'000) <= now) left.pop_front();
        for (std::size_t room = channel.room(now, 0); room > 0; --room) {
            channel.leave(now);
            left.push_back(now);
            ++counted.all;
        }
        counted.most_in_a_second = std::max(counted.most_in_a_second, left.size());
    }
    return counted;
}

TEST(ChannelTest, NoSecondSeesMoreThanTheLimit) {
    for (const int limit : {1, 2, 7, 10, 25, 100, 500}) {
        const Counted counted = send_all_that_may(limit);
        EXPECT_LE(counted.most_in_a_second, static_cast<std::size_t>(limit)) << "a limit of " << limit;
        EXPECT_GE(counted.all, static_cast<std::size_t>(limit) * 9) << "and it is made use of: " << limit;
    }
}

TEST(ChannelTest, ItSaysWhenTheNextMayLeave) {
    connectors::Pace pace;
    pace.per_second_max = 10;
    Channel channel(pace);
    WallTime now = *parse_time("2026-11-26T08:00:00Z");
    ASSERT_EQ(channel.room(now, 0), 1U);
    channel.leave(now);
    ASSERT_EQ(channel.room(now, 0), 0U);
    const auto next = channel.next_change(now);
    ASSERT_TRUE(next);
    EXPECT_EQ((*next - now).count(), 111);
    EXPECT_EQ(channel.room(*next, 0), 1U);
}

}  // namespace
}  // namespace tieline::engine
