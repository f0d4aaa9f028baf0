#include "flows/config.h"
#include "flows/testing_mistakes.h"

#include <gtest/gtest.h>

namespace tieline::flows {
namespace {

const char* const good = R"({
  "companies": {"1000": {"zone": "Europe/Berlin"},
                "2000": {"zone": "Asia/Tokyo", "accounts": {"labor": {"cost": 710000}}}},
  "default_company": "1000",
  "accounts": {"labor": {"cost": 610000, "clearing": "910000"}, "part": {"cost": "620000", "clearing": "920000"},
               "contractor": {"cost": "630000", "clearing": "930000"}, "other": {"cost": "640000", "clearing": "940000"},
               "capital": "110000", "accrued": "290000"},
  "receivers": {"default": {"kind": "cost_center", "code": "CC-1"},
                "assets": {"FILLER-01": {"kind": "internal_order", "code": "IO-1"}}},
  "cost_posting": {"part": "goods_issue", "closed_period": "next_open", "rounding": "half_up", "post_to_order": true},
  "order_mirror": {}, "accrual": {"mode": "propose"},
  "budget": {"thresholds": [50, 90], "budgets": [
     {"receiver": {"kind": "asset", "code": "A"}, "currency": "EUR", "monthly": "10.00",
      "months": {"2026-11": 12}}]}})";

TEST(FlowsConfig, ReadsEverySection) {
    const auto config = flows_config_from_json(*Json::parse(good));
    ASSERT_TRUE(config.has_value()) << config.error().message;
    const CostPostingConfig& posting = *config->cost_posting;
    EXPECT_EQ(posting.companies.of("", "WO-1").value()->code, "1000");
    EXPECT_EQ(posting.companies.of("2000", "WO-1").value()->accounts.cost[0], "710000");
    EXPECT_EQ(posting.companies.of("2000", "WO-1").value()->accounts.cost[1], "620000");
    EXPECT_EQ(posting.carrier[1], Carrier::goods_issue);
    EXPECT_EQ(posting.rounding, Rounding::half_up);
    EXPECT_TRUE(posting.post_to_order);
    EXPECT_EQ(posting.receivers.by_asset.at("FILLER-01").code, "IO-1");
    EXPECT_FALSE(config->accrual->post);
    EXPECT_EQ(config->budget->thresholds, (std::vector<int>{50, 90}));
    EXPECT_EQ(config->budget->budgets[0].by_month.at("2026-11"), Decimal::from_int(12));
    EXPECT_EQ(posting.companies.of("9999", "WO-1").error().code, "unknown_company");
}

TEST(FlowsConfig, RefusesWithThePath) {
    const std::vector<testing::Mistake> mistakes = {
        {R"("post_to_order": true)", R"("post_to_orders": true)", "flows.cost_posting.post_to_orders", "unknown_key"},
        {R"("rounding": "half_up")", R"("rounding": "up")", "flows.cost_posting.rounding", "unknown_value"},
        {R"("part": "goods_issue")", R"("part": "confirmation")", "flows.cost_posting.part", "unknown_value"},
        {R"("post_to_order": true)", R"("post_to_order": "yes")", "flows.cost_posting.post_to_order", "wrong_type"},
        {"Asia/Tokyo", "Asia/Nowhere", "flows.companies.2000.zone", "bad_zone"},
        {R"("default_company": "1000")", R"("default_company": "3000")", "flows.default_company", "unknown_company"},
        {R"("clearing": "930000")", R"("clearings": "1")", "flows.accounts.contractor.clearings", "unknown_key"},
        {R"(, "clearing": "930000")", "", "flows.accounts.contractor.clearing", "no_account"},
        {R"(, "accrued": "290000")", "", "flows.accounts.accrued", "no_account"},
        {"[50, 90]", "[90, 50]", "flows.budget.thresholds", "bad_thresholds"},
        {R"("2026-11": 12)", R"("2026-13": 12)", "flows.budget.budgets[0].months.2026-13", "bad_month"},
        {R"("monthly": "10.00")", R"("monthly": "-10")", "flows.budget.budgets[0].monthly", "bad_amount"},
        {R"("currency": "EUR")", R"("currency": "EURO")", "flows.budget.budgets[0].currency", "unknown_currency"},
        {R"("kind": "internal_order")", R"("kind": "order")", "flows.receivers.assets.FILLER-01.kind", "unknown_value"},
        {R"("order_mirror": {})", R"("order_mirror": [])", "flows.order_mirror", "wrong_type"},
        {R"("mode": "propose")", R"("mode": "maybe")", "flows.accrual.mode", "unknown_value"},
        {R"("part": "goods_issue")", R"("part": "transaction")", "flows.cost_posting.part", "carrier_without_flow"},
        {R"("order_mirror": {})", R"("parts_issue": {"erp": "sap"})", "flows.parts_issue.erp", "unknown_key"},
        {R"("order_mirror": {})", R"("reservation": {"from": "requested"})", "flows.reservation.from", "unknown_value"},
    };
    testing::expect_refused(good, mistakes);
}

TEST(FlowsConfig, NoSectionMeansOff) {
    const auto config = flows_config_from_json(*Json::parse(R"({"companies": {"1000": {"zone": "UTC"}}})"));
    ASSERT_TRUE(config.has_value()) << config.error().message;
    EXPECT_FALSE(config->cost_posting || config->order_mirror || config->budget || config->accrual);
    EXPECT_EQ(flows_config_from_json(Json::object()).error().field, "flows.companies");
}

TEST(FlowsConfig, ReadsPartsIssueAndReservation) {
    std::string text = good;
    const std::string carrier = R"("part": "goods_issue")";
    text.replace(text.find(carrier), carrier.size(),
                 R"("part": "transaction", "part_without_transaction": "goods_issue")");
    const std::string mirror = R"("order_mirror": {})";
    text.replace(text.find(mirror), mirror.size(),
                 R"("parts_issue": {"connector": "sap", "cmms": "maximo", "closed_period": "next_open",)"
                 R"("link_back": false},)"
                 R"("reservation": {"connector": "sap", "from": "released"})");
    const auto config = flows_config_from_json(*Json::parse(text));
    ASSERT_TRUE(config.has_value()) << config.error().message;
    EXPECT_EQ(config->cost_posting->carrier[1], Carrier::transaction);
    EXPECT_EQ(config->cost_posting->part_without_transaction, Carrier::goods_issue);
    EXPECT_TRUE(config->accrual->transactions_carry_parts);
    EXPECT_EQ(config->parts_issue->connector, "sap");
    EXPECT_EQ(config->parts_issue->cmms, "maximo");
    EXPECT_EQ(config->parts_issue->closed_period, ClosedPeriod::next_open);
    EXPECT_FALSE(config->parts_issue->link_back);
    EXPECT_EQ(config->parts_issue->receivers.by_asset.at("FILLER-01").code, "IO-1");
    EXPECT_EQ(config->reservation->connector, "sap");
    EXPECT_TRUE(config->reservation->from_released);
}

}  // namespace
}  // namespace tieline::flows
