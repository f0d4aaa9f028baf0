#include "model/work_order.h"

#include <gtest/gtest.h>

namespace tieline::model {
namespace {

constexpr const char* planned_order =
    R"({"number":"WO-17","status":"released",)"
    R"("lines":[{"kind":"part","id":"L1","currency":"EUR","quantity":"1","unit":"PC","unit_cost":"0.00",)"
    R"("part":"SEAL-9","storeroom":"MAIN","transaction":"PT-000001"}],)"
    R"("planned_parts":[{"id":"P1","part":"BOLT-8","quantity":"0.5","unit":"BOX","base_quantity":"50",)"
    R"("base_unit":"PC","storeroom":"MAIN","needed_on":"2026-12-01","substitute_ok":true,"issued":"10","kit":"KIT-1"},)"
    R"({"id":"P2","quantity":"2","unit":"M"}],)"
    R"("plan":"PM-7","plan_due":"2026-12-01","scheduled_start":"2026-12-01T06:00:00.000Z",)"
    R"("meters":[{"meter":"RUN-H","value":"1250.5"}],)"
    R"("serials_installed":[{"part":"SEAL-9","serial":"S-1"}],"serials_removed":[{"part":"SEAL-9","serial":"S-0"}]})";

Json order_json() { return Json::parse(planned_order).value(); }

std::string verdict(const Json& json) {
    const auto order = work_order_from_json(json);
    return order ? "accepted" : order.error().code + " " + order.error().field;
}
std::string with_part(std::size_t index, std::string_view key, Json value) {
    Json json = order_json();
    json.find("planned_parts")->items()[index].set(key, std::move(value));
    return verdict(json);
}
std::string with(std::string_view key, Json value) {
    Json json = order_json();
    json.set(key, std::move(value));
    return verdict(json);
}

TEST(PlannedPart, canonical_json_comes_back_to_the_byte) {
    const auto order = work_order_from_json(order_json());
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(to_json(*order).dump(), planned_order);
    ASSERT_EQ(order->planned_parts.size(), 2u);
    EXPECT_EQ(order->planned_parts[0].base().str(), "50");
    EXPECT_EQ(order->planned_parts[0].unit_of_base(), "PC");
    EXPECT_EQ(order->planned_parts[0].issued.str(), "10");
    EXPECT_EQ(order->planned_parts[1].base().str(), "2");
    EXPECT_EQ(order->planned_parts[1].unit_of_base(), "M");
    EXPECT_EQ(order->lines[0].transaction, "PT-000001");
    EXPECT_EQ(order->plan_due->str(), "2026-12-01");
    EXPECT_EQ(order->meters[0].value.str(), "1250.5");
}

TEST(PlannedPart, names_what_is_wrong) {
    EXPECT_EQ(with_part(0, "id", ""), "missing_field planned_parts[0].id");
    EXPECT_EQ(with_part(1, "id", "P1"), "duplicate_line planned_parts[1].id");
    EXPECT_EQ(with_part(0, "quantity", "1,5"), "bad_decimal planned_parts[0].quantity");
    EXPECT_EQ(with_part(0, "quantity", "-1"), "negative_quantity planned_parts[0].quantity");
    EXPECT_EQ(with_part(0, "needed_on", "01.12.2026"), "bad_date planned_parts[0].needed_on");
    EXPECT_EQ(with_part(0, "qty", "1"), "unknown_member planned_parts[0].qty");
    EXPECT_EQ(with_part(0, "substitute_ok", "yes"), "wrong_type planned_parts[0].substitute_ok");
    EXPECT_EQ(with_part(0, "part", std::string(65, 'x')), "too_long planned_parts[0].part");
    EXPECT_EQ(with("planned_parts", "none"), "wrong_type planned_parts");
    EXPECT_EQ(with("plan", ""), "missing_field plan");
    EXPECT_EQ(with("plan_due", "soon"), "bad_date plan_due");
    EXPECT_EQ(with("scheduled_start", "soon"), "bad_time scheduled_start");
    EXPECT_EQ(with("meters", *Json::parse(R"([{"meter":"RUN-H"}])")), "missing_field meters[0].value");
    EXPECT_EQ(with("serials_installed", *Json::parse(R"([{"part":"X","serial":""}])")),
              "missing_field serials_installed[0].serial");
    EXPECT_EQ(with("serials_removed", *Json::parse(R"([{"part":"X","serial":"1","at":""}])")),
              "unknown_member serials_removed[0].at");
}

TEST(PlannedPart, has_bounds) {
    Json::Array parts;
    for (int i = 0; i < 501; ++i) parts.push_back(Json::object({{"id", std::to_string(i)}, {"quantity", "1"}}));
    EXPECT_EQ(with("planned_parts", parts), "too_many_entries planned_parts");
    parts.pop_back();
    EXPECT_EQ(with("planned_parts", parts), "accepted");
}

TEST(PlannedPart, only_part_lines_are_made_by_a_transaction) {
    Json json = order_json();
    Json& line = json.find("lines")->items()[0];
    line = *Json::parse(R"({"kind":"other","id":"L1","currency":"EUR","amount":"1","transaction":"PT-1"})");
    EXPECT_EQ(verdict(json), "unknown_member lines[0].transaction");
}

}  // namespace
}  // namespace tieline::model
