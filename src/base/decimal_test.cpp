#include "base/decimal.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <limits>

namespace tieline::base {
namespace {

Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }
std::string sum(std::string_view a, std::string_view b) {
    const auto result = dec(a).plus(dec(b));
    return result ? result->str() : result.error().code;
}
std::string product(std::string_view a, std::string_view b) {
    const auto result = dec(a).times(dec(b));
    return result ? result->str() : result.error().code;
}
std::string rounded(std::string_view text, int scale, Rounding mode = Rounding::half_even) {
    const auto result = dec(text).rounded(scale, mode);
    return result ? result->str() : result.error().code;
}

const std::string nines_38(38, '9');

TEST(Decimal, reads_and_writes_plain_notation) {
    for (const char* text :
         {"0", "7", "-12.50", "0.5", "-0.05", "100", "0.000000000000000001", "1234567890.123456789"}) {
        EXPECT_EQ(dec(text).str(), text);
    }
    EXPECT_EQ(dec("-0").str(), "0");
    EXPECT_EQ(dec("-0.00").str(), "0.00");
    EXPECT_EQ(dec(nines_38).str(), nines_38);
    EXPECT_EQ(dec("-" + nines_38).str(), "-" + nines_38);
    EXPECT_EQ(Decimal::from_unscaled(-1250, 2).str(), "-12.50");
    EXPECT_EQ(Decimal::from_int(std::numeric_limits<std::int64_t>::min()).str(), "-9223372036854775808");
    EXPECT_EQ(Decimal().str(), "0");
}

TEST(Decimal, refuses_other_notations) {
    const std::string digits_39 = "1" + std::string(38, '0');
    for (const std::string& text : {std::string(""),    std::string("-"),      std::string("."),
                                    std::string("1."),  std::string(".5"),     std::string("01"),
                                    std::string("00"),  std::string("-01.5"),  std::string("+1"),
                                    std::string("1e5"), std::string(" 1"),     std::string("1 "),
                                    std::string("1,5"), std::string("1.2.3"),  std::string("--1"),
                                    std::string("0x1"), std::string("1\0", 2), std::string("0.0000000000000000001"),
                                    digits_39,          std::string("-.5"),    std::string("NaN")}) {
        const auto parsed = Decimal::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, "bad_decimal");
        EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
    }
}

TEST(Decimal, adds_exactly_or_says_that_it_cannot) {
    EXPECT_EQ(sum("0.1", "0.2"), "0.3");
    EXPECT_EQ(sum("1.50", "-1.5"), "0.00");
    EXPECT_EQ(sum(nines_38, "1"), "decimal_overflow");
    EXPECT_EQ(sum(nines_38, nines_38), "decimal_overflow");
    EXPECT_EQ(sum("-" + nines_38, "-" + nines_38), "decimal_overflow");
    EXPECT_EQ(sum(nines_38, "-1"), std::string(37, '9') + "8");
    EXPECT_EQ(sum(nines_38, "0.1"), "decimal_overflow");
    EXPECT_EQ(sum(nines_38, "0.000"), nines_38);  // zeros behind the point must not make it fail
    EXPECT_EQ(dec("5").minus(dec("7.25"))->str(), "-2.25");
}

TEST(Decimal, multiplies_exactly_or_says_that_it_cannot) {
    EXPECT_EQ(product("1.5", "42.00"), "63.000");
    EXPECT_EQ(product("-0.5", "0.5"), "-0.25");
    EXPECT_EQ(product("0.000000001", "0.0000000001"), "decimal_overflow");
    EXPECT_EQ(product("0.000000005", "0.0000000002"), "0.000000000000000001");
    EXPECT_EQ(product("0.500000000000000000", "2.000000000000000000"), "1.000000000000000000");
    EXPECT_EQ(product(nines_38, "10"), "decimal_overflow");
    EXPECT_EQ(product(nines_38, "-1"), "-" + nines_38);
    EXPECT_EQ(product("0.00", "0.000"), "0.00000");
    // 2^100 times 5^27: powers of two and five make tens that may be dropped, as far as they stand behind the point.
    EXPECT_EQ(product("1267650600228229401496703205376", "7450580596.923828125"), "decimal_overflow");
    EXPECT_EQ(product("1237940039285380274.899124224", "298023223.876953125"),
              "368934881474191032320000000.00000000000");  // 2^90 times 5^25
}

TEST(Decimal, rounds_by_the_named_rule) {
    EXPECT_EQ(rounded("2.345", 2), "2.34");
    EXPECT_EQ(rounded("2.355", 2), "2.36");
    EXPECT_EQ(rounded("2.3451", 2), "2.35");
    EXPECT_EQ(rounded("-2.345", 2), "-2.34");
    EXPECT_EQ(rounded("-0.005", 2), "0.00");
    EXPECT_EQ(rounded("0.5", 0), "0");
    EXPECT_EQ(rounded("1.5", 0), "2");
    EXPECT_EQ(rounded("2.345", 2, Rounding::half_up), "2.35");
    EXPECT_EQ(rounded("-2.345", 2, Rounding::half_up), "-2.35");
    EXPECT_EQ(rounded("2.3449", 2, Rounding::half_up), "2.34");
    EXPECT_EQ(rounded("-2.349", 2, Rounding::down), "-2.34");
    EXPECT_EQ(rounded("7", 2), "7.00");
    EXPECT_EQ(rounded("9.999", 2), "10.00");
    EXPECT_EQ(rounded(nines_38, 1), "decimal_overflow");
}

TEST(Decimal, compares_by_value) {
    EXPECT_EQ(dec("1.50"), dec("1.5"));
    EXPECT_EQ(dec("-0.0"), dec("0"));
    EXPECT_LT(dec("-1.5"), dec("-1.49"));
    EXPECT_LT(dec("-0.1"), dec("0"));
    EXPECT_LT(dec("-0.1"), dec("0.1"));
    EXPECT_LT(dec("0.999999999999999999"), dec("1"));
    EXPECT_GT(dec(nines_38), dec("0.000000000000000001"));
    EXPECT_GT(dec("99999999999999999999.999999999999999999"), dec("99999999999999999999.999999999999999998"));
    EXPECT_EQ(dec("1.500").scale_needed(), 1);
    EXPECT_EQ(dec("0.000").scale_needed(), 0);
    EXPECT_EQ(dec("1.500").scale(), 3);
}

TEST(DecimalDeathTest, wrong_scale_ends_the_process) {
    EXPECT_DEATH(Decimal::from_unscaled(1, 19), "scale");
    EXPECT_DEATH((void)Decimal().rounded(-1), "scale");
}

// The reference of the properties is plain 64-bit arithmetic on numbers that cannot leave it.
class DecimalProperties : public ::testing::Test {
protected:
    std::int64_t value(std::int64_t below) {
        const auto bound = static_cast<std::uint64_t>(below);
        return static_cast<std::int64_t>(random_.below(2 * bound)) - below;
    }
    int scale(int most) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(most) + 1)); }
    SeededRandom random_{20261124};
};

TEST_F(DecimalProperties, text_and_sums_come_back) {
    for (int round = 0; round < 50'000; ++round) {
        const auto a = Decimal::from_unscaled(value(std::int64_t{1} << (1 + round % 62)), scale(18));
        const auto b = Decimal::from_unscaled(value(std::int64_t{1} << (1 + round % 59)), scale(18));
        const auto again = Decimal::parse(a.str());
        ASSERT_TRUE(again);
        EXPECT_EQ(again->str(), a.str());
        const auto added = a.plus(b);
        ASSERT_TRUE(added);
        EXPECT_EQ(*added, *b.plus(a));
        EXPECT_EQ(*added->minus(b), a);
        EXPECT_EQ(a < b, a.minus(b)->is_negative());
        EXPECT_EQ(a.negated().negated(), a);
    }
}

TEST_F(DecimalProperties, products_agree_with_whole_numbers) {
    for (int round = 0; round < 50'000; ++round) {
        const std::int64_t x = value(2'000'000'000);
        const std::int64_t y = value(2'000'000'000);
        const int x_scale = scale(9);
        const int y_scale = scale(9);
        const auto multiplied = Decimal::from_unscaled(x, x_scale).times(Decimal::from_unscaled(y, y_scale));
        ASSERT_TRUE(multiplied);
        EXPECT_EQ(multiplied->str(), Decimal::from_unscaled(x * y, x_scale + y_scale).str());
    }
}

TEST_F(DecimalProperties, rounding_agrees_with_long_hand) {
    std::int64_t powers[19] = {1};
    for (int i = 1; i < 19; ++i) powers[i] = powers[i - 1] * 10;
    for (int round = 0; round < 50'000; ++round) {
        const int from = scale(9);
        const int to = static_cast<int>(random_.below(static_cast<std::uint64_t>(from) + 1));
        const std::int64_t divisor = powers[from - to];
        // Half of the rounds hit a tie on purpose.
        const std::int64_t x =
            round % 2 == 0 ? value(1'000'000'000'000) : value(1'000'000) * divisor + (divisor > 1 ? divisor / 2 : 0);
        const std::int64_t floor = x >= 0 ? x / divisor : -((-x + divisor - 1) / divisor);
        const std::int64_t above = x - floor * divisor;  // 0 .. divisor-1
        std::int64_t expected = floor;
        if (2 * above > divisor || (2 * above == divisor && floor % 2 != 0)) ++expected;
        const auto number = Decimal::from_unscaled(x, from);
        EXPECT_EQ(number.rounded(to)->str(), Decimal::from_unscaled(expected, to).str())
            << number.str() << " to " << to;
        EXPECT_EQ(number.rounded(to, Rounding::down)->str(), Decimal::from_unscaled(x / divisor, to).str());
    }
}

}  // namespace
}  // namespace tieline::base
