#include "flows/journal.h"

#include "flows/document.h"

#include <gtest/gtest.h>

namespace tieline::flows {
namespace {

std::vector<Decimal> decimals(std::initializer_list<const char*> texts) {
    std::vector<Decimal> out;
    for (const char* text : texts) out.push_back(*Decimal::parse(text));
    return out;
}

std::string joined(const std::vector<Decimal>& amounts) {
    std::string out;
    for (const Decimal& amount : amounts) out += amount.str() + " ";
    return out;
}

TEST(RoundTogether, DifferenceGoesToTheLargestAndTheFirstOnTies) {
    EXPECT_EQ(joined(*round_together(decimals({"0.335", "0.335", "0.335", "0.004"}), 2, Rounding::half_even)),
              "0.33 0.34 0.34 0.00 ");
    EXPECT_EQ(joined(*round_together(decimals({"0.004", "0.004", "5.00"}), 2, Rounding::half_even)), "0.00 0.00 5.01 ");
    EXPECT_EQ(joined(*round_together(decimals({"1.004", "-9.006"}), 2, Rounding::half_even)), "1.00 -9.00 ");
}

TEST(RoundTogether, EmptyAndWholeUnits) {
    EXPECT_TRUE(round_together({}, 2, Rounding::half_even)->empty());
    EXPECT_EQ(joined(*round_together(decimals({"0.5", "1.5", "2.5"}), 0, Rounding::half_even)), "0 2 2 ");
    EXPECT_EQ(joined(*round_together(decimals({"0.5", "1.5", "2.5"}), 0, Rounding::half_up)), "1 2 2 ");
}

TEST(Document, TextsAreCutBetweenCharacters) {
    EXPECT_EQ(first_characters("größer", 3), "grö");
    EXPECT_EQ(first_characters("größer", 50), "größer");
    EXPECT_EQ(first_characters("", 5), "");
    EXPECT_EQ(order_text("WO-1", ""), "WO-1");
    const std::string long_title(60, 'x');
    EXPECT_EQ(order_text("WO-1", long_title).size(), 50u);
}

TEST(Document, KeysDependOnEveryPart) {
    const std::string key = command_key("f", "s", "o", "l", 1);
    EXPECT_EQ(key.size(), 16u);
    EXPECT_EQ(key, command_key("f", "s", "o", "l", 1));
    EXPECT_NE(key, command_key("g", "s", "o", "l", 1));
    EXPECT_NE(key, command_key("f", "t", "o", "l", 1));
    EXPECT_NE(key, command_key("f", "s", "p", "l", 1));
    EXPECT_NE(key, command_key("f", "s", "o", "m", 1));
    EXPECT_NE(key, command_key("f", "s", "o", "l", 2));
}

}  // namespace
}  // namespace tieline::flows
