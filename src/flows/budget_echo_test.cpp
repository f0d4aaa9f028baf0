#include "flows/budget_echo.h"

#include <gtest/gtest.h>

namespace tieline::flows {
namespace {

std::string proportion_text(const char* value, const char* part, const char* whole, int scale) {
    return proportion(*Decimal::parse(value), *Decimal::parse(part), *Decimal::parse(whole), scale).str();
}

TEST(Proportion, IsExactAndHalfEven) {
    EXPECT_EQ(proportion_text("75000", "1200.00", "100000", 2), "900.00");
    EXPECT_EQ(proportion_text("-75000", "1200.00", "100000", 2), "-900.00");
    EXPECT_EQ(proportion_text("1", "1", "3", 2), "0.33");
    EXPECT_EQ(proportion_text("2", "1", "3", 2), "0.67");
    EXPECT_EQ(proportion_text("1", "0.25", "10", 2), "0.02");
    EXPECT_EQ(proportion_text("3", "0.25", "10", 2), "0.08");
    EXPECT_EQ(proportion_text("123456789012345.67", "999999999999.99", "999999999999.99", 2), "123456789012345.67");
}

TEST(BudgetEntries, CapitalCanBeLeftOut) {
    Receipt receipt;
    receipt.noun = "cost";
    receipt.data = std::make_shared<const Json>(
        *Json::parse(R"({"echo":{"slot":"journal/EUR","work_order":"WO-1","currency":"EUR","amount":"3",
        "posting_date":"2026-11-24","lines":[
        {"receiver":{"kind":"cost_center","code":"A"},"amount":"1","currency":"EUR"},
        {"receiver":{"kind":"cost_center","code":"A"},"amount":"2","currency":"EUR","capital":true}]}})"));
    EXPECT_EQ(budget_entries(receipt, true).size(), 2u);
    ASSERT_EQ(budget_entries(receipt, false).size(), 1u);
    EXPECT_EQ(budget_entries(receipt, false)[0].month, "2026-11");
}

}  // namespace
}  // namespace tieline::flows
