#include "identity/lockout.h"

#include <gtest/gtest.h>

namespace tieline::identity {
namespace {

const WallTime start{Millis(1'795'000'000'000)};

TEST(Lockout, FiveWrongPasswordsBeginAPauseThatDoublesUpTo15Minutes) {
    Lockout lockout;
    WallTime now = start;
    for (int index = 0; index < 5; ++index) EXPECT_FALSE(lockout.begin("anna", "192.0.2.1", now)) << index;
    Millis expected(1000);
    for (int index = 0; index < 12; ++index) {
        const std::optional<Millis> wait = lockout.begin("anna", "192.0.2." + std::to_string(index), now);
        ASSERT_TRUE(wait) << index;
        EXPECT_EQ(*wait, std::min(expected, Lockout::pause_max)) << index;
        now += *wait;
        EXPECT_FALSE(lockout.begin("anna", "192.0.2." + std::to_string(index), now)) << "then one more try";
        expected *= 2;
    }
}

TEST(Lockout, ManyTriesAtOnceGainNothing) {
    Lockout lockout;
    int allowed = 0;
    for (int index = 0; index < 100; ++index) allowed += lockout.begin("anna", "192.0.2.1", start) ? 0 : 1;
    EXPECT_EQ(allowed, Lockout::name_failures_max);
}

TEST(Lockout, AnAddressIsSlowedDownOverAllNamesAndOneSuccessDoesNotWashItClean) {
    Lockout lockout;
    for (int index = 0; index < 19; ++index) {
        EXPECT_FALSE(lockout.begin("person" + std::to_string(index), "192.0.2.1", start));
    }
    EXPECT_FALSE(lockout.begin("own", "192.0.2.1", start));
    lockout.succeeded("own", "192.0.2.1");
    EXPECT_FALSE(lockout.begin("x", "192.0.2.1", start));
    EXPECT_TRUE(lockout.begin("y", "192.0.2.1", start));
    EXPECT_FALSE(lockout.begin("y", "192.0.2.2", start)) << "another address goes on";
}

TEST(Lockout, SuccessAndAQuietHourForget) {
    Lockout lockout;
    for (int index = 0; index < 5; ++index) (void)lockout.begin("anna", "a" + std::to_string(index), start);
    EXPECT_TRUE(lockout.begin("anna", "b", start));
    EXPECT_FALSE(lockout.begin("anna", "b", start + Lockout::forgotten_after + Millis(1)));
    for (int index = 0; index < 4; ++index) (void)lockout.begin("bert", "c", start);
    lockout.succeeded("bert", "c");
    for (int index = 0; index < 5; ++index) EXPECT_FALSE(lockout.begin("bert", "c", start));
}

TEST(Lockout, StaysBounded) {
    Lockout lockout;
    for (int index = 0; index < 10'500; ++index) {
        const std::string word = std::to_string(index);
        EXPECT_FALSE(lockout.begin("n" + word, "2001:db8:" + word + "::1", start));
    }
    EXPECT_FALSE(lockout.begin("last", "192.0.2.9", start));
    EXPECT_LE(lockout.size(), 2 * Lockout::entries_max);
}

TEST(Lockout, MadeUpNamesDoNotCrowdOutTheOneThatIsGuessedAt) {
    Lockout lockout;
    for (int index = 0; index < 5; ++index) (void)lockout.begin("anna", "a" + std::to_string(index), start);
    WallTime now = start + Millis(1001);  // her pause is over, what was counted is not
    for (int index = 0; index < 10'500; ++index) {
        const std::string word = std::to_string(index);
        (void)lockout.begin("n" + word, "b" + word, now);
    }
    EXPECT_FALSE(lockout.begin("anna", "c", now)) << "one more try";
    EXPECT_TRUE(lockout.begin("anna", "d", now + Millis(1500))) << "then the pause is longer";
}

TEST(Lockout, WhoeverIsRefusedLeavesNoTrace) {
    Lockout lockout;
    for (int index = 0; index < Lockout::address_failures_max; ++index) {
        (void)lockout.begin("n" + std::to_string(index), "192.0.2.1", start);
    }
    const std::size_t before = lockout.size();
    EXPECT_TRUE(lockout.begin("never seen", "192.0.2.1", start));
    EXPECT_EQ(lockout.size(), before);
}

TEST(Lockout, ATryThatIsTakenBackDoesNotCount) {
    Lockout lockout;
    for (int index = 0; index < 50; ++index) {
        EXPECT_FALSE(lockout.begin("anna", "192.0.2.1", start)) << index;
        lockout.take_back("anna", "192.0.2.1");
    }
    EXPECT_EQ(lockout.size(), 0U);
}

TEST(Lockout, OneSubscribersIPv6AddressesAreOne) {
    EXPECT_EQ(address_group("2001:db8:1:2:3:4:5:6"), address_group("2001:db8:1:2:ffff:4:5:7"));
    EXPECT_NE(address_group("2001:db8:1:2:3:4:5:6"), address_group("2001:db8:1:3:3:4:5:6"));
    EXPECT_EQ(address_group("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(address_group("fe80::a:b:c:d%eth0"), address_group("fe80::1"));
    EXPECT_EQ(address_group("2001:db8::abcd"), address_group("2001:db8::1:2:3:4"));
    EXPECT_NE(address_group("2001:db8:0:1::1"), address_group("2001:db8:0:2::1"));
    EXPECT_EQ(address_group("::ffff:192.0.2.7"), "192.0.2.7");
}

}  // namespace
}  // namespace tieline::identity
