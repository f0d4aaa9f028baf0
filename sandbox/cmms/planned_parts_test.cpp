// Planned parts, the parts state that the hub writes, serial numbers, and what a poller sees of them.

#include "sandbox/cmms/test_parts.h"

namespace tieline::sandbox::cmms {
namespace {

const char* two_parts =
    R"(,"planned_materials":[{"item":"SEAL-9","quantity":"0.02","uom":"BOX","storeroom":"MAIN","needed_on":"2026-12-01",
"substitute_ok":true},{"item":"HOSE-3","quantity":"1.5","storeroom":"MAIN"}])";

const Json& planned(const Json& order, std::size_t index) { return order.find("planned_materials")->items().at(index); }

TEST(PlannedParts, AreAListOfTheirOwn) {
    PartsPlant plant;
    const std::string number = plant.make(two_parts), path = "/api/workorders/" + number;
    Json order = plant.order(number);
    EXPECT_EQ(planned(order, 0).text_or("line"), "P1");
    EXPECT_EQ(token_of(planned(order, 0), "base_quantity"), "2");
    EXPECT_EQ(planned(order, 0).text_or("description"), "Seal 9 mm");
    EXPECT_EQ(planned(order, 1).text_or("uom"), "M");
    EXPECT_EQ(token_of(planned(order, 1), "base_quantity"), "1.500");
    EXPECT_EQ(order.find("materials")->items().size(), 0U);
    EXPECT_TRUE(order.find("parts_state")->is_null());
    plant.good("POST", path + "/planned_materials", R"({"item":"SEAL-9B","quantity":1,"storeroom":"HALL-1"})");
    plant.good("DELETE", path + "/planned_materials/P2");
    EXPECT_EQ(plant.ask("DELETE", path + "/planned_materials/P2").code(), "unknown_line");
    order = plant.order(number);
    ASSERT_EQ(order.find("planned_materials")->items().size(), 2U);
    EXPECT_EQ(planned(order, 1).text_or("line"), "P3");
    // What is read can be written back: nothing but version and change moves.
    Json whole = Json::object();
    whole.set("planned_materials", *order.find("planned_materials"));
    EXPECT_EQ(*plant.good("PATCH", path, whole.dump()).find("planned_materials"), *order.find("planned_materials"));
}

TEST(PlannedParts, AreFixedOnceTheWorkIsDone) {
    PartsPlant plant;
    const std::string number = plant.make(two_parts), path = "/api/workorders/" + number;
    plant.move_to(number, {"APPR", "RELEASED", "INPRG"});
    EXPECT_EQ(plant.ask("PATCH", path, R"({"planned_materials":[]})").status, 200);
    plant.good("POST", path + "/planned_materials", R"({"item":"SEAL-9","quantity":1,"storeroom":"MAIN"})");
    plant.move_to(number, {"COMP"});
    EXPECT_EQ(plant.ask("PATCH", path, R"({"planned_materials":[],"correction":true})").code(), "wrong_state");
    EXPECT_EQ(plant.post(path + "/planned_materials", R"({"item":"SEAL-9","quantity":1,"storeroom":"MAIN"})").code(),
              "wrong_state");
    EXPECT_EQ(plant.ask("DELETE", path + "/planned_materials/P3").code(), "wrong_state");
    const std::string cancelled = plant.make(two_parts);
    plant.move_to(cancelled, {"CANC"});
    EXPECT_EQ(plant.order(cancelled).find("planned_materials")->items().size(), 2U);
}

TEST(PlannedParts, KitsAreTakenApartWhenAsked) {
    PartsPlant plant;
    const std::string kit = R"(,"planned_materials":[{"item":"KIT-1","quantity":"3","storeroom":"MAIN"}])";
    const Json whole = plant.order(plant.make(kit));
    ASSERT_EQ(whole.find("planned_materials")->items().size(), 1U);
    EXPECT_EQ(planned(whole, 0).text_or("item"), "KIT-1");
    const std::string number = plant.make(kit + R"(,"expand_kits":true)");
    const Json apart = plant.order(number);
    ASSERT_EQ(apart.find("planned_materials")->items().size(), 2U);
    EXPECT_EQ(token_of(planned(apart, 0), "base_quantity"), "6");
    EXPECT_EQ(token_of(planned(apart, 1), "base_quantity"), "3.750");
    EXPECT_EQ(planned(apart, 1).text_or("kit"), "KIT-1");
    EXPECT_EQ(planned(apart, 1).text_or("line"), "P2");
}

struct BadPlan {
    const char* line;
    const char* code;
    const char* field;
};

class RefusedPlans : public testing::TestWithParam<BadPlan> {};

TEST_P(RefusedPlans, NameTheFieldAndTheRule) {
    PartsPlant plant;
    plant.good("PUT", "/api/items/OLD-1", R"({"uom":"PC","active":false})");
    plant.good("PUT", "/api/storerooms/OLD", R"({"active":false})");
    const BadPlan& bad = GetParam();
    const auto answer = plant.post("/api/workorders", R"({"asset":"FILLER-01","summary":"x","planned_materials":[)" +
                                                          std::string(bad.line) + "]}");
    EXPECT_EQ(answer.status, 422) << answer.body.dump();
    EXPECT_EQ(answer.code(), bad.code) << answer.body.dump();
    EXPECT_EQ(answer.field(), bad.field);
    EXPECT_EQ(plant.get("/admin/stats").body.int_or("workorders", -1), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedPlans,
    testing::Values(
        BadPlan{R"({"item":"SEAL-8","quantity":1,"storeroom":"MAIN"})", "unknown_item", "planned_materials[0].item"},
        BadPlan{R"({"item":"OLD-1","quantity":1,"storeroom":"MAIN"})", "item_inactive", "planned_materials[0].item"},
        BadPlan{R"({"item":"SEAL-9","quantity":0,"storeroom":"MAIN"})", "bad_quantity",
                "planned_materials[0].quantity"},
        BadPlan{R"({"item":"SEAL-9","quantity":"0.001","uom":"BOX","storeroom":"MAIN"})", "fraction_of_unit",
                "planned_materials[0].quantity"},
        BadPlan{R"({"item":"SEAL-9","quantity":1,"uom":"KG","storeroom":"MAIN"})", "unknown_uom",
                "planned_materials[0].uom"},
        BadPlan{R"({"item":"SEAL-9","quantity":1})", "missing_field", "planned_materials[0].storeroom"},
        BadPlan{R"({"item":"SEAL-9","quantity":1,"storeroom":"OLD"})", "storeroom_inactive",
                "planned_materials[0].storeroom"},
        BadPlan{R"({"item":"SEAL-9","quantity":1,"storeroom":"MAIN","needed_on":"2026-02-30"})", "bad_date",
                "planned_materials[0].needed_on"},
        BadPlan{R"({"item":"SEAL-9","quantity":1,"storeroom":"MAIN","line":"A"},
                   {"item":"HOSE-3","quantity":1,"storeroom":"MAIN","line":"A"})",
                "duplicate_line", "planned_materials"}));

TEST(PlannedParts, CountWhatIsIssuedForThem) {
    PartsPlant plant;
    const std::string number = plant.released(two_parts), path = "/api/workorders/" + number;
    EXPECT_EQ(plant.book("ISSUE", number, "SEAL-9", "1", R"(,"line":"P1")").status, 201);
    EXPECT_EQ(plant.book("ISSUE", number, "SEAL-9B", "1", R"(,"line":"P1")").status, 201);  // stands in for it
    EXPECT_EQ(plant.book("ISSUE", number, "SEAL-9B", "1", R"(,"line":"P2")").code(), "not_the_planned_item");
    EXPECT_EQ(token_of(planned(plant.order(number), 0), "issued"), "2");
    EXPECT_EQ(plant.ask("DELETE", path + "/planned_materials/P1").code(), "line_in_use");
    EXPECT_EQ(plant.ask("PATCH", path, R"({"planned_materials":[]})").code(), "line_in_use");
    EXPECT_EQ(plant.book("RETURN", number, "SEAL-9", "1", R"(,"line":"P1")").status, 201);
    EXPECT_EQ(plant.book("RETURN", number, "SEAL-9B", "1", R"(,"line":"P1")").status, 201);
    EXPECT_EQ(plant.ask("DELETE", path + "/planned_materials/P1").status, 200);
}

TEST(PlannedParts, TheirStateIsWrittenByTheHubInAnyState) {
    PartsPlant plant;
    const std::string number = plant.released(two_parts), path = "/api/workorders/" + number + "/parts-state";
    const auto state = [](const std::string& word, int as_of) {
        return R"({"state":")" + word + R"(","ready_on":"2026-12-03","reference":"0123456789ABCDEF","as_of":)" +
               std::to_string(as_of) + R"(,"lines":[{"line":"P1","state":")" + word +
               R"(","on_hand":"1","reserved":"1","missing":"1","requisition":"10000007","due":"2026-12-03"},
{"line":"P9","state":"none"}]})";
    };
    const Json first = plant.good("PUT", path, state("due_on", 5));
    EXPECT_EQ(first.find("parts_state")->text_or("ready_on"), "2026-12-03");
    EXPECT_EQ(first.find("parts_state")->find("lines")->items().size(), 1U);  // P9 is gone
    plant.pass(Millis{1'000});
    EXPECT_EQ(plant.good("PUT", path, state("due_on", 5)), first);
    const Json older = plant.good("PUT", path, state("none", 4));
    EXPECT_TRUE(older.bool_or("ignored", false));
    EXPECT_EQ(plant.order(number), first);
    plant.move_to(number, {"CANC"});
    const Json later = plant.good("PUT", path, state("not_needed", 6));
    EXPECT_EQ(later.find("parts_state")->text_or("state"), "not_needed");
    EXPECT_GT(later.int_or("change", 0), first.int_or("change", 0));
    EXPECT_EQ(plant.ask("PUT", path, R"({"state":"soon","reference":"R"})").code(), "unknown_value");
    EXPECT_EQ(plant.ask("PUT", path, R"({"state":"due_on","reference":"R"})").field(), "ready_on");
    EXPECT_EQ(plant.ask("PUT", path, R"({"state":"late"})").field(), "reference");
}

TEST(PlannedParts, ReschedulingIsSeenByAPoller) {
    PartsPlant plant;
    const std::string number = plant.released(two_parts), path = "/api/workorders/" + number;
    const std::string cursor = token_of(plant.get("/api/workorders").body, "next_change");
    plant.good("PATCH", path, R"({"due":"2026-12-20T06:00:00Z","scheduled_start":"2026-12-19T06:00:00+01:00"})");
    const Json page = plant.get("/api/workorders?after_change=" + cursor).body;
    ASSERT_EQ(page.find("items")->items().size(), 1U);
    const Json& seen = page.find("items")->items()[0];
    EXPECT_EQ(seen.text_or("scheduled_start"), "2026-12-19T05:00:00.000Z");
    EXPECT_EQ(seen, plant.order(number));
    EXPECT_EQ(seen.find("planned_materials")->items().size(), 2U);
}

TEST(Serials, AreKeptOnTheAssetAndInTheOrder) {
    PartsPlant plant;
    const std::string number = plant.released(), other = plant.released();
    plant.good("PATCH", "/api/workorders/" + other, R"({"asset":"FILLER-02"})");
    const std::string path = "/api/workorders/" + number + "/serials";
    const std::string install = R"({"installed":[{"item":"DRIVE-1","serial":"A1"}],"by":"P-014"})";
    const Json first = plant.good("POST", path, install);
    EXPECT_EQ(first.find("serials")->find("installed")->items().size(), 1U);
    EXPECT_EQ(plant.good("POST", path, install), first);
    Json kept = plant.get("/api/assets/FILLER-01/serials").body;
    ASSERT_EQ(kept.find("items")->items().size(), 1U);
    EXPECT_EQ(kept.find("items")->items()[0].text_or("wonum"), number);
    const auto elsewhere = plant.post("/api/workorders/" + other + "/serials", install);
    EXPECT_EQ(elsewhere.code(), "serial_elsewhere");
    EXPECT_EQ(elsewhere.body.text_or("asset"), "FILLER-01");
    EXPECT_EQ(plant.post(path, R"({"removed":[{"item":"DRIVE-1","serial":"A9"}]})").code(), "serial_not_here");
    EXPECT_EQ(plant.post(path, R"({"installed":[{"item":"SEAL-9","serial":"A9"}]})").code(), "not_serial_tracked");
    const std::string exchange =
        R"({"removed":[{"item":"DRIVE-1","serial":"A1"}],"installed":[{"item":"DRIVE-1","serial":"A2"}]})";
    const Json exchanged = plant.good("POST", path, exchange);
    EXPECT_EQ(plant.good("POST", path, exchange), exchanged);
    kept = plant.get("/api/assets/FILLER-01/serials").body;
    EXPECT_EQ(kept.find("items")->items()[0].text_or("serial"), "A2");
    EXPECT_EQ(kept.find("removed")->items()[0].text_or("removed_by_order"), number);
    EXPECT_EQ(plant.post("/api/workorders/" + plant.make() + "/serials", install).code(), "wrong_state");
    EXPECT_EQ(plant.get("/api/assets/FILLER-09/serials").code(), "unknown_asset");
}

}  // namespace
}  // namespace tieline::sandbox::cmms
