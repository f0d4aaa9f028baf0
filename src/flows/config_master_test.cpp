#include "flows/config.h"
#include "flows/testing_mistakes.h"

#include <gtest/gtest.h>

namespace tieline::flows {
namespace {

const char* const good = R"({
  "companies": {"1000": {"zone": "Europe/Berlin"}, "2000": {"zone": "Asia/Tokyo"}},
  "default_company": "1000",
  "receivers": {"default": {"kind": "cost_center", "code": "CC-1"},
                "assets": {"PRESS-7": {"kind": "cost_center", "code": "CC-7"},
                           "PRESS-8": {"kind": "internal_order", "code": "IO-8"}}},
  "master_data": {"company": "2000", "kinds": ["part", "asset"], "assets": {"plant": "P1", "inactive": ["gone"]},
                  "xref": {"part": {"A": "1", "B": "2"}, "unit": {"PC": "EA", "PCE": "EA", "*": "*"}}},
  "equipment": {"status": "in_use"}, "labor_rates": {"keep_days": 30}})";

TEST(MasterConfig, ReadsItsSections) {
    const auto config = flows_config_from_json(*Json::parse(good));
    ASSERT_TRUE(config.has_value()) << config.error().message;
    const MasterDataConfig& master = *config->master_flows.master_data;
    EXPECT_EQ(master.connector, "cmms");
    EXPECT_EQ(master.zone, "Asia/Tokyo");
    EXPECT_TRUE(master.has("asset"));
    EXPECT_FALSE(master.has("vendor"));
    EXPECT_EQ(master.tables.at("part").codes.at("A"), "1");
    EXPECT_FALSE(master.tables.at("part").rest_as_is);
    EXPECT_TRUE(master.tables.at("unit").rest_as_is) << "two units may become one";
    EXPECT_EQ(master.assets.cost_center, "CC-1");
    EXPECT_EQ(master.assets.by_asset.size(), 1U) << "an internal order is no cost center";
    EXPECT_EQ(master.assets.inactive.count("gone"), 1U);
    EXPECT_EQ(config->master_flows.equipment->status, "in_use");
    EXPECT_EQ(config->master_flows.labor_rates->keep_days, 30);
}

TEST(MasterConfig, RefusesWithThePath) {
    const std::vector<testing::Mistake> mistakes = {
        {R"("company": "2000")", R"("company": "3000")", "flows.master_data.company", "unknown_company"},
        {R"(["part", "asset"])", R"(["part", "tool"])", "flows.master_data.kinds", "unknown_value"},
        {R"(["part", "asset"])", R"([])", "flows.master_data.kinds", "wrong_type"},
        {R"("B": "2")", R"("B": "1")", "flows.master_data.xref.part.B", "ambiguous"},
        {R"("B": "2")", R"("B": "*")", "flows.master_data.xref.part.B", "bad_code"},
        {R"("*": "*")", R"("*": "EA")", "flows.master_data.xref.unit.*", "bad_code"},
        {R"("unit": {)", R"("units": {)", "flows.master_data.xref.units", "unknown_key"},
        {R"({"A": "1", "B": "2"})", R"({})", "flows.master_data.xref.part", "wrong_type"},
        {R"(["gone"])", R"("gone")", "flows.master_data.assets.inactive", "wrong_type"},
        {R"("plant": "P1")", R"("plan": "P1")", "flows.master_data.assets.plan", "unknown_key"},
        {R"({"status": "in_use"})", R"({"state": "in_use"})", "flows.equipment.state", "unknown_key"},
        {R"("keep_days": 30)", R"("keep_days": 501)", "flows.labor_rates.keep_days", "out_of_range"},
    };
    testing::expect_refused(good, mistakes);
}

TEST(MasterConfig, AssetsAreMirroredOnlyWhenAskedFor) {
    const auto config =
        flows_config_from_json(*Json::parse(R"({"companies": {"1000": {"zone": "UTC"}}, "master_data": {}})"));
    ASSERT_TRUE(config.has_value()) << config.error().message;
    EXPECT_FALSE(config->master_flows.master_data->has("asset"));
    EXPECT_TRUE(config->master_flows.master_data->has("cost_center"));
    EXPECT_FALSE(config->master_flows.equipment || config->master_flows.labor_rates);
}

}  // namespace
}  // namespace tieline::flows
