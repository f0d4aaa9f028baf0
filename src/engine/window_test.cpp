#include "engine/window.h"

#include <gtest/gtest.h>

namespace tieline::engine {
namespace {

/// A peer that works on `workers` requests at a time, each `ms` long, and is asked as much as the window allows.
struct Peer {
    Window window;
    WallTime now{Millis(1'000'000)};

    std::size_t settled(std::size_t most, double workers, double ms, int seconds) {
        double due = 0;
        for (int passed = 0; passed < seconds * 1000; ++passed) {
            now += Millis(1);
            const auto on_their_way = static_cast<double>(window.size(most));
            const double rate = std::min(on_their_way, workers) / ms;  // answers in a millisecond
            const Millis took(static_cast<std::int64_t>(on_their_way / rate));
            for (due += rate; due >= 1; due -= 1) window.answered(now, took);
        }
        return window.size(most);
    }
};

TEST(Window, NothingKnownIsAnEighth) { EXPECT_EQ(Window().size(256), 32U); }

TEST(Window, APeerThatIsBusyIsNotGivenMoreThanItAnswersInAShortTime) {
    Peer peer;
    EXPECT_NEAR(static_cast<double>(peer.settled(256, 1, 0.05, 3)), 160, 15);  // 20,000/s for 8 ms
    EXPECT_NEAR(static_cast<double>(peer.settled(256, 1, 0.05, 60)), 160, 15);
}

TEST(Window, APeerThatIsSlowButNotBusyGetsAll) {
    EXPECT_EQ(Peer().settled(256, 10'000, 50, 4), 256U);
    EXPECT_EQ(Peer().settled(32, 10'000, 400, 4), 32U);
}

TEST(Window, FromALowRateItGrowsByItself) {
    Peer peer;
    for (int i = 0; i < 600; ++i) {  // 100/s, each in 2 ms
        peer.now += Millis(10);
        peer.window.answered(peer.now, Millis(2));
    }
    EXPECT_EQ(peer.window.size(256), 32U);
    EXPECT_NEAR(static_cast<double>(peer.settled(256, 1, 0.05, 3)), 160, 15);
}

TEST(Window, AfterAPauseItLooksAgainAndThePauseIsNotTakenForALowRate) {
    Peer peer;
    EXPECT_NEAR(static_cast<double>(peer.settled(256, 1, 0.05, 3)), 160, 15);
    peer.now += Millis(65'000);
    peer.window.answered(peer.now, Millis(40));
    EXPECT_EQ(peer.window.size(256), 32U);
    EXPECT_NEAR(static_cast<double>(peer.settled(256, 1, 0.05, 1)), 160, 15);
}

TEST(Window, APeerThatWorksOnOneAtATimeKeepsFew) { EXPECT_LE(Peer().settled(32, 1, 100, 10), 12U); }

}  // namespace
}  // namespace tieline::engine
