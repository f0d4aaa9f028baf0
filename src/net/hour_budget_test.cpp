#include "net/hour_budget.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <deque>

namespace tieline::net {
namespace {

using Steady = HourBudget::Steady;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(HourBudget, NoHourSeesMoreAndReadingLeavesAFifthToOthers) {
    HourBudget budget(50);
    SeededRandom chance(7);
    Steady::time_point now{seconds(1'000'000)};
    std::deque<Steady::time_point> all, reads;
    std::size_t let = 0, most = 0, most_reads = 0;
    for (int i = 0; i < 5'000; ++i) {
        now += seconds(chance.below(40));
        const bool is_read = chance.below(3) != 0;
        const auto wait = budget.take(now, is_read);
        if (wait) {
            EXPECT_GT(wait->count(), 0);
            EXPECT_LE(*wait, minutes(61));
        } else {
            ++let;
            all.push_back(now);
            if (is_read) reads.push_back(now);
        }
        while (!all.empty() && all.front() <= now - minutes(60)) all.pop_front();
        while (!reads.empty() && reads.front() <= now - minutes(60)) reads.pop_front();
        most = std::max(most, all.size());
        most_reads = std::max(most_reads, reads.size());
    }
    EXPECT_EQ(most, 50U) << "and it is used";
    EXPECT_LE(most_reads, 40U);
    EXPECT_GT(let, 1'200U) << "some 28 hours";
}

TEST(HourBudget, WhoWaitsAsToldMayGo) {
    HourBudget budget(3);
    Steady::time_point now{seconds(12'345)};
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(budget.take(now, false));
    const auto wait = budget.take(now, false);
    ASSERT_TRUE(wait);
    EXPECT_GE(*wait, minutes(60));
    EXPECT_TRUE(budget.take(now + *wait - Millis(1), false));
    EXPECT_FALSE(budget.take(now + *wait, false));
}

TEST(HourBudget, ReadingStopsFirst) {
    HourBudget budget(10);
    const Steady::time_point now{seconds(12'345)};
    for (int i = 0; i < 8; ++i) EXPECT_FALSE(budget.take(now, true)) << i;
    EXPECT_TRUE(budget.take(now, true));
    EXPECT_FALSE(budget.take(now, false));
    EXPECT_FALSE(budget.take(now, false));
    EXPECT_TRUE(budget.take(now, false));
}

}  // namespace
}  // namespace tieline::net
