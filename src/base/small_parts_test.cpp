// Result, Random, hashes and log lines.

#include "base/hash.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "base/suggest.h"

#include <gtest/gtest.h>

#include <set>

namespace tieline::base {
namespace {

Result<int> half(int value) {
    if (value % 2 != 0) return make_error(ErrorKind::invalid, "odd", "odd", "value");
    return value / 2;
}
Result<int> quarter(int value) {
    TIELINE_TRY(const int once, half(value));
    TIELINE_TRY(const int twice, half(once));
    return twice;
}
Result<> check_even(int value) {
    TIELINE_TRY_VOID(half(value));
    return {};
}

TEST(ResultMacros, hand_errors_up) {
    EXPECT_EQ(*quarter(8), 2);
    EXPECT_EQ(quarter(6).error().code, "odd");
    EXPECT_TRUE(check_even(2));
    EXPECT_EQ(check_even(3).error().field, "value");
}

TEST(ErrorKinds, have_stable_names) {
    for (const char* name : {"transient", "rate_limited", "unauthorized", "not_found", "conflict", "invalid",
                             "unsupported", "unknown_outcome", "internal"}) {
        ASSERT_TRUE(error_kind_from(name)) << name;
        EXPECT_STREQ(to_string(*error_kind_from(name)), name);
    }
    EXPECT_FALSE(error_kind_from("Transient"));
}

TEST(ResultDeathTest, broken_invariants_end_the_process) {
    EXPECT_DEATH(TIELINE_CHECK(1 == 2, "one is not two"), "one is not two");
}

TEST(Result, value_of_an_error_throws_and_is_logged) {
    const auto before = error_lines_logged();
    EXPECT_THROW((void)half(3).value(), std::logic_error);
    EXPECT_EQ(error_lines_logged(), before + 1);
}

TEST(Random, same_seed_same_numbers) {
    // First words of xoshiro256** seeded by SplitMix64 with 0, as the reference implementations give them.
    SeededRandom zero(0);
    EXPECT_EQ(zero.next(), 0x99ec5f36cb75f2b4U);
    EXPECT_EQ(zero.next(), 0xbf6e1f784956452aU);
    SeededRandom a(42);
    SeededRandom b(42);
    SeededRandom c(43);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const auto value = a.next();
        EXPECT_EQ(value, b.next());
        differs = differs || value != c.next();
    }
    EXPECT_TRUE(differs);
    EXPECT_EQ(a.below(0), 0U);
    for (int i = 0; i < 100; ++i) EXPECT_LT(a.below(3), 3U);
}

TEST(Random, the_system_does_not_repeat_itself) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100; ++i) seen.insert(system_random().next());
    EXPECT_EQ(seen.size(), 100U);
}

TEST(Hash, agrees_with_published_vectors) {
    EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, test cases 1 and 2.
    EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hash, short_keys_are_the_first_80_bits) {
    const std::string alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const auto digest = sha256("abc");
    std::string bits;
    for (int i = 0; i < 10; ++i) {
        for (int bit = 7; bit >= 0; --bit) bits += (digest[static_cast<std::size_t>(i)] >> bit & 1) != 0 ? '1' : '0';
    }
    std::string expected;
    for (std::size_t i = 0; i < 80; i += 5) expected += alphabet[std::stoul(bits.substr(i, 5), nullptr, 2)];
    EXPECT_EQ(short_key("abc"), expected);
    EXPECT_EQ(short_key("abc").size(), 16U);
    EXPECT_NE(short_key("abc"), short_key("abd"));
}

TEST(Hash, compares_in_constant_time_and_rightly) {
    EXPECT_TRUE(equal_constant_time("", ""));
    EXPECT_TRUE(equal_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_constant_time("secret", "secre"));
}

TEST(Log, writes_one_line_that_outside_texts_cannot_forge) {
    testing::internal::CaptureStderr();
    log(LogLevel::warn, "posting refused", {{"order", "WO-1"}, {"reason", "closed\nfake=\"1\""}, {"empty", ""}});
    const std::string line = testing::internal::GetCapturedStderr();
    EXPECT_NE(line.find("warning posting refused order=WO-1 reason=\"closed\\nfake=\\\"1\\\"\" empty=\"\"\n"),
              std::string::npos)
        << line;
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(Log, counts_errors_and_keeps_to_its_level) {
    const auto before = error_lines_logged();
    testing::internal::CaptureStderr();
    set_log_level(LogLevel::error);
    log(LogLevel::info, "not shown");
    log(LogLevel::error, "shown {} %s");
    set_log_level(LogLevel::info);
    const std::string out = testing::internal::GetCapturedStderr();
    EXPECT_EQ(out.find("not shown"), std::string::npos);
    EXPECT_NE(out.find("shown {} %s"), std::string::npos);
    EXPECT_EQ(error_lines_logged(), before + 1);
}

TEST(Suggest, near_words_only) {
    const std::vector<std::string> words = {"required", "rule", "rows", "CC-100", "CC-200"};
    EXPECT_EQ(closest("reqired", words), "required");
    EXPECT_EQ(closest("rlue", words), "rule");
    EXPECT_EQ(closest("cc-100", words), "CC-100");
    EXPECT_EQ(closest("CC-300", words), "CC-100");
    EXPECT_EQ(closest("elephant", words), "");
    EXPECT_EQ(closest("", words), "");
    EXPECT_EQ(closest(std::string(100'000, 'x'), words), "");
}

}  // namespace
}  // namespace tieline::base
