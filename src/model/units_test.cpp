#include "model/units.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tieline::model {
namespace {

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

UnitTable pieces() {
    return UnitTable::from_json(*Json::parse(R"({"unit":"PC","decimals":0,"units":[)"
                                             R"({"unit":"BOX","numerator":"100","denominator":"1"},)"
                                             R"({"unit":"PAIR","numerator":"2","denominator":"1"},)"
                                             R"({"unit":"THIRD","numerator":"1","denominator":"3"}]})"))
        .value();
}

std::string to_base(std::string_view quantity, std::string_view unit, const UnitTable& table) {
    const auto result = to_base_unit(decimal(quantity), unit, table);
    return result ? result->str() : result.error().code;
}

TEST(Units, convert_exactly_or_say_why_not) {
    const UnitTable table = pieces();
    EXPECT_EQ(to_base("1", "BOX", table), "100");
    EXPECT_EQ(to_base("0.05", "BOX", table), "5");
    EXPECT_EQ(to_base("0.005", "BOX", table), "fraction_of_unit");
    EXPECT_EQ(to_base("7", "PC", table), "7");
    EXPECT_EQ(to_base("1.5", "PC", table), "fraction_of_unit");
    EXPECT_EQ(to_base("1.50", "PAIR", table), "3");
    EXPECT_EQ(to_base("6", "THIRD", table), "2");
    EXPECT_EQ(to_base("7", "THIRD", table), "fraction_of_unit");
    EXPECT_EQ(to_base("-2", "BOX", table), "-200");
    EXPECT_EQ(to_base("0", "BOX", table), "0");
    EXPECT_EQ(to_base("1", "KG", table), "unknown_unit");
    EXPECT_EQ(to_base("1000000000000000000", "PC", table), "decimal_overflow");
    EXPECT_EQ(to_base("100000000000000000", "BOX", table), "decimal_overflow");
    const auto unknown = to_base_unit(decimal("1"), "KG", table);
    EXPECT_NE(unknown.error().message.find("PC, BOX, PAIR, THIRD"), std::string::npos) << unknown.error().message;
}

TEST(Units, litres_have_their_decimals) {
    const UnitTable table =
        UnitTable::from_json(*Json::parse(R"({"unit":"L","decimals":3,"units":[)"
                                          R"({"unit":"DRUM","numerator":"208.2","denominator":"1"},)"
                                          R"({"unit":"ML","numerator":"1","denominator":"1000"}]})"))
            .value();
    EXPECT_EQ(to_base("0.5", "DRUM", table), "104.1");
    EXPECT_EQ(to_base("1", "ML", table), "0.001");
    EXPECT_EQ(to_base("0.5", "ML", table), "fraction_of_unit");
    EXPECT_EQ(from_base_unit(decimal("104.1"), "DRUM", table, 3)->str(), "0.5");
    EXPECT_EQ(from_base_unit(decimal("1"), "DRUM", table, 3).error().code, "fraction_of_unit");
}

TEST(Units, tables_are_checked) {
    const auto code = [](const char* text) { return UnitTable::from_json(*Json::parse(text)).error().code; };
    EXPECT_EQ(code(R"({"decimals":0})"), "missing_field");
    EXPECT_EQ(code(R"({"unit":"PC","decimals":12})"), "bad_decimals");
    EXPECT_EQ(code(R"({"unit":"PC","units":[{"unit":"BOX","numerator":"0","denominator":"1"}]})"), "bad_ratio");
    EXPECT_EQ(code(R"({"unit":"PC","units":[{"unit":"BOX","numerator":"1","denominator":"-1"}]})"), "bad_ratio");
    EXPECT_EQ(code(R"({"unit":"PC","units":[{"unit":"PC","numerator":"1","denominator":"1"}]})"), "duplicate_unit");
    EXPECT_EQ(code(R"({"unit":"PC","units":[{"unit":"BOX","numerator":"1"}]})"), "missing_field");
}

/// A reckoning in whole numbers: thousandths of the unit given, millionths of the base unit.
TEST(Units, agree_with_whole_numbers_and_come_back) {
    SeededRandom random(7);
    for (int round = 0; round < 20'000; ++round) {
        const auto numerator = static_cast<std::int64_t>(1 + random.below(1000));
        const auto denominator = static_cast<std::int64_t>(1 + random.below(50));
        UnitTable table;
        table.base = "PC";
        table.decimals = static_cast<int>(random.below(4));
        table.units.push_back({"BOX", Decimal::from_int(numerator), Decimal::from_int(denominator)});
        const auto thousandths = static_cast<std::int64_t>(random.below(2'000'000)) - 1'000'000;
        const Decimal quantity = Decimal::from_unscaled(thousandths, 3);
        std::int64_t scale = 1;
        for (int i = 0; i < table.decimals; ++i) scale *= 10;
        const bool whole = (thousandths * numerator * scale) % (denominator * 1000) == 0;
        const auto base = to_base_unit(quantity, "BOX", table);
        ASSERT_EQ(base.has_value(), whole) << quantity.str() << " × " << numerator << "/" << denominator;
        if (!whole) {
            ASSERT_EQ(base.error().code, "fraction_of_unit");
            continue;
        }
        ASSERT_EQ(*base,
                  Decimal::from_unscaled(thousandths * numerator * scale / (denominator * 1000), table.decimals));
        const auto back = from_base_unit(*base, "BOX", table, 3);
        ASSERT_TRUE(back.has_value());
        ASSERT_EQ(*back, quantity);
    }
}

}  // namespace
}  // namespace tieline::model
