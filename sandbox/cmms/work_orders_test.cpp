// The life of a work order, its lines and the counter that pollers rely on.

#include "sandbox/cmms/status.h"
#include "sandbox/cmms/test_plant.h"

#include <map>
#include <set>

namespace tieline::sandbox::cmms {
namespace {

const char* full_order = R"({"asset":"FILLER-01","summary":"Replace seal","work_type":"PM","planned_cost":"1500.00",
"labor":[{"person":"P-014","craft":"MECH","hours":2.50,"rate":"48.00"}],
"materials":[{"item":"P-1001","quantity":"2","uom":"EA","unit_cost":12.80,"storeroom":"MAIN"}],
"services":[{"vendor":"V-100","invoice":"R-77","po":"4500000001","cost":"450.00","currency":"USD"}],
"other_costs":[{"cost":"19.999","description":"Crane","charge_to":{"kind":"INTERNAL_ORDER","code":"IO-9001"}}]})";

TEST(WorkOrders, KeepsEveryAmountAsWrittenAndTakesDefaultsFromTheAsset) {
    TestPlant plant;
    const auto made = plant.post("/api/workorders", full_order);
    ASSERT_EQ(made.status, 201) << made.body.dump();
    const auto read = plant.get("/api/workorders/" + made.body.text_or("wonum"));
    EXPECT_EQ(read.body, made.body);
    EXPECT_EQ(read.body.text_or("company"), "1000");
    EXPECT_EQ(read.body.find("charge_to")->dump(), R"({"kind":"COST_CENTER","code":"CC-100","inherited":true})");
    EXPECT_EQ(read.body.find("labor")->items()[0].find("hours")->number_token(), "2.50");
    EXPECT_EQ(read.body.find("materials")->items()[0].find("unit_cost")->number_token(), "12.80");
    EXPECT_EQ(read.body.find("services")->items()[0].text_or("currency"), "USD");
    EXPECT_EQ(read.body.find("other_costs")->items()[0].text_or("currency"), "EUR");
    EXPECT_EQ(read.body.find("other_costs")->items()[0].find("cost")->number_token(), "19.999");
    std::set<std::string> lines;
    for (const char* list : {"labor", "materials", "services", "other_costs"}) {
        for (const Json& line : read.body.find(list)->items()) lines.insert(line.text_or("line"));
    }
    EXPECT_EQ(lines, (std::set<std::string>{"L1", "M2", "S3", "O4"}));
    EXPECT_EQ(net::header(made.headers, "ETag"), "\"1\"");
}

TEST(WorkOrders, GoesOnlyWhereTheTableAllows) {
    const std::set<std::string> allowed = {
        "REQ>APPR",   "REQ>CANC",    "APPR>RELEASED", "APPR>CANC",     "RELEASED>INPRG", "RELEASED>CANC", "INPRG>COMP",
        "INPRG>CANC", "COMP>CLOSED", "COMP>REOPEN",   "CLOSED>REOPEN", "REOPEN>COMP",    "REOPEN>CANC"};
    const std::map<std::string, std::vector<const char*>> ways = {
        {"REQ", {}},
        {"APPR", {"APPR"}},
        {"RELEASED", {"APPR", "RELEASED"}},
        {"INPRG", {"APPR", "RELEASED", "INPRG"}},
        {"COMP", {"APPR", "RELEASED", "INPRG", "COMP"}},
        {"CLOSED", {"APPR", "RELEASED", "INPRG", "COMP", "CLOSED"}},
        {"REOPEN", {"APPR", "RELEASED", "INPRG", "COMP", "REOPEN"}},
        {"CANC", {"CANC"}},
    };
    ASSERT_EQ(ways.size(), all_statuses().size());
    TestPlant plant;
    for (const auto& [from, way] : ways) {
        for (const std::string_view to : all_statuses()) {
            const std::string number = plant.make();
            for (const char* step : way) ASSERT_EQ(plant.move(number, step).status, 200);
            const auto answer = plant.move(number, std::string(to));
            if (allowed.contains(from + ">" + std::string(to))) {
                EXPECT_EQ(answer.status, 200) << from << " to " << to;
                EXPECT_EQ(answer.body.text_or("status"), to);
            } else {
                ASSERT_EQ(answer.status, 409) << from << " to " << to;
                EXPECT_EQ(answer.code(), "wrong_state");
                EXPECT_EQ(answer.body.text_or("present_status"), from);
                for (const Json& next : answer.body.find("allowed")->items()) {
                    EXPECT_TRUE(allowed.contains(from + ">" + next.string())) << from << " to " << next.string();
                }
                EXPECT_EQ(plant.get("/api/workorders/" + number).body.text_or("status"), from);
            }
        }
    }
}

TEST(WorkOrders, SetsTimesAsItMoves) {
    TestPlant plant;
    const std::string number = plant.make();
    plant.move_to(number, {"APPR", "RELEASED", "INPRG"});
    plant.pass(Millis{90'000});
    plant.move_to(number, {"COMP"});
    Json order = plant.get("/api/workorders/" + number).body;
    EXPECT_EQ(order.text_or("actual_start"), "2026-11-24T03:16:49.120Z");
    EXPECT_EQ(order.text_or("actual_finish"), "2026-11-24T03:18:19.120Z");
    plant.move_to(number, {"REOPEN"});
    order = plant.get("/api/workorders/" + number).body;
    EXPECT_EQ(order.text_or("actual_finish"), "");
    EXPECT_EQ(order.int_or("reopen_count", 0), 1);
    const auto early =
        plant.post("/api/workorders/" + number + "/status", R"({"status":"COMP","at":"2026-11-24T01:00:00Z"})");
    EXPECT_EQ(early.status, 422);
    EXPECT_EQ(early.field(), "at");
}

TEST(WorkOrders, LinesChangeOnlyWhereAllowed) {
    TestPlant plant;
    const std::string number = plant.make();
    const std::string path = "/api/workorders/" + number;
    const char* line = R"({"craft":"MECH","hours":"1","rate":"48"})";
    EXPECT_EQ(plant.post(path + "/labor", line).status, 201);
    plant.move_to(number, {"APPR", "RELEASED", "INPRG", "COMP"});
    const auto refused = plant.post(path + "/labor", line);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.code(), "wrong_state");
    EXPECT_EQ(plant.post(path + "/labor", R"({"craft":"MECH","hours":"1","rate":"48","correction":true})").status, 201);
    EXPECT_EQ(plant.ask("PATCH", path, R"({"labor":[]})").status, 409);
    const auto corrected = plant.ask(
        "PATCH", path, R"({"labor":[{"line":"L1","craft":"MECH","hours":"3","rate":"48"}],"correction":true})");
    EXPECT_EQ(corrected.status, 200) << corrected.body.dump();
    EXPECT_EQ(corrected.body.find("labor")->items().size(), 1U);
    EXPECT_EQ(plant.ask("DELETE", path + "/lines/L1").status, 409);
    EXPECT_EQ(plant.ask("DELETE", path + "/lines/L1?correction=true").status, 200);
    EXPECT_EQ(plant.ask("DELETE", path + "/lines/L1?correction=true").status, 404);
    plant.move_to(number, {"CLOSED"});
    EXPECT_EQ(plant.ask("PATCH", path, R"({"labor":[],"correction":true})").status, 409);
    plant.move_to(number, {"REOPEN"});
    EXPECT_EQ(plant.post(path + "/labor", line).status, 201);
    plant.move_to(number, {"CANC"});
    EXPECT_EQ(plant.ask("PATCH", path, R"({"summary":"x","correction":true})").status, 409);
}

TEST(WorkOrders, AnOldVersionIsRefused) {
    TestPlant plant;
    const std::string number = plant.make();
    const std::string path = "/api/workorders/" + number;
    EXPECT_EQ(plant.ask("PATCH", path, R"({"priority":1})", {{"If-Match", "\"1\""}}).status, 200);
    const auto stale = plant.ask("PATCH", path, R"({"priority":2})", {{"If-Match", "\"1\""}});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.body.int_or("present_version", 0), 2);
    EXPECT_EQ(plant.get(path).body.int_or("priority", 0), 1);
    EXPECT_EQ(plant.ask("PATCH", path, R"({"priority":2})", {{"If-Match", "soon"}}).code(), "bad_if_match");
}

TEST(WorkOrders, TheLinkIsWrittenOnceInAnyState) {
    TestPlant plant;
    const std::string number = plant.make();
    plant.move_to(number, {"CANC"});
    const std::string body = R"({"erp_order":"800001","erp_reference":"0123456789ABCDEF"})";
    const auto first = plant.ask("PUT", "/api/workorders/" + number + "/erp-link", body);
    EXPECT_EQ(first.status, 200);
    const auto again = plant.ask("PUT", "/api/workorders/" + number + "/erp-link", body);
    EXPECT_EQ(again.body, first.body);  // same version, same change number
    EXPECT_EQ(plant.get("/api/workorders?erp_reference=0123456789ABCDEF").body.find("items")->items().size(), 1U);
    EXPECT_EQ(plant.get("/api/workorders?erp_reference=other").body.find("items")->items().size(), 0U);
}

TEST(WorkOrders, OwnNumbersAreTakenOnceAndSkippedByTheCounter) {
    TestPlant plant;
    EXPECT_EQ(plant.make(R"(,"wonum":"WO-000002")"), "WO-000002");
    EXPECT_EQ(plant.make(), "WO-000001");
    EXPECT_EQ(plant.make(), "WO-000003");
    const auto twice = plant.post("/api/workorders", R"({"asset":"PUMP-01","summary":"x","wonum":"WO-000002"})");
    EXPECT_EQ(twice.status, 409);
    EXPECT_EQ(twice.code(), "already_exists");
}

TEST(WorkOrders, PollingByChangeSkipsNothingThoughTimesAreEqual) {
    TestPlant plant;  // the clock stands still: all objects share one timestamp
    std::map<std::string, std::int64_t> versions;
    std::vector<std::string> numbers;
    for (int count = 0; count < 25; ++count) numbers.push_back(plant.make());
    std::int64_t cursor = 0;
    bool more = true;
    for (int page = 0; more && page < 100; ++page) {
        const auto answer = plant.get("/api/workorders?limit=7&after_change=" + std::to_string(cursor));
        for (const Json& item : answer.body.find("items")->items()) {
            versions[item.text_or("wonum")] = item.int_or("version", 0);
        }
        cursor = answer.body.int_or("next_change", -1);
        more = answer.body.bool_or("more", false);
        if (page == 1) {  // one already read and one not yet read change under the reader
            plant.ask("PATCH", "/api/workorders/" + numbers[2], R"({"priority":1})");
            plant.ask("PATCH", "/api/workorders/" + numbers[20], R"({"priority":1})");
        }
    }
    EXPECT_EQ(versions.size(), 25U);
    EXPECT_EQ(versions[numbers[2]], 2);
    EXPECT_EQ(versions[numbers[20]], 2);
    EXPECT_EQ(plant.get("/api/workorders?after_change=" + std::to_string(cursor)).body.int_or("next_change", -1),
              cursor);
}

TEST(WorkOrders, PollingByTimeAndNumberPagesWithinOneTimestamp) {
    TestPlant plant;
    for (int count = 0; count < 9; ++count) plant.make();
    std::string after = "1970-01-01T00:00:00Z", number;
    std::set<std::string> seen;
    bool more = true;
    for (int page = 0; more && page < 20; ++page) {
        const auto answer = plant.get("/api/workorders?limit=4&updated_after=" + after + "&after_wonum=" + number);
        for (const Json& item : answer.body.find("items")->items()) {
            EXPECT_TRUE(seen.insert(item.text_or("wonum")).second);
        }
        after = answer.body.text_or("next_updated_after");
        number = answer.body.text_or("next_after_wonum");
        more = answer.body.bool_or("more", false);
    }
    EXPECT_EQ(seen.size(), 9U);
}

TEST(WorkOrders, ABatchTakesTheGoodOnesAndNamesTheBad) {
    TestPlant plant;
    const auto answer = plant.post("/api/workorders:batch",
                                   R"({"items":[{"asset":"PUMP-01","summary":"a","wonum":"X-1"},
{"asset":"PUMP-O1","summary":"b"},{"asset":"PUMP-01","summary":"c","wonum":"X-1"},
{"asset":"PUMP-01","summary":"d","status":"COMP","actual_finish":"2026-10-01T00:00:00Z"}]})");
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.int_or("created", 0), 2);
    const auto& results = answer.body.find("results")->items();
    EXPECT_EQ(results[0].text_or("wonum"), "X-1");
    EXPECT_EQ(results[1].find("problem")->text_or("code"), "unknown_asset");
    EXPECT_EQ(results[1].find("problem")->text_or("did_you_mean"), "PUMP-01");
    EXPECT_EQ(results[2].find("problem")->text_or("code"), "already_exists");
    EXPECT_EQ(results[3].int_or("status", 0), 201);
    EXPECT_EQ(plant.post("/api/workorders:batch", R"({"items":[]})").code(), "bad_batch");
}

TEST(WorkOrders, ChecklistsAreTypedAndHoldCompletionBack) {
    TestPlant plant;
    const std::string number = plant.make(R"(,"checklist":[{"text":"Locked out","type":"CHECK","required":true},
{"text":"Torque","type":"NUMBER","unit":"Nm","min":"20","max":"25"},
{"text":"Result","type":"CHOICE","choices":["ok","replaced"]}])");
    const std::string step = "/api/workorders/" + number + "/checklist/";
    EXPECT_EQ(plant.ask("PUT", step + "1", R"({"value":true})").status, 409);  // not started
    plant.move_to(number, {"APPR", "RELEASED", "INPRG"});
    EXPECT_EQ(plant.move(number, "COMP").code(), "checklist_incomplete");
    EXPECT_EQ(plant.ask("PUT", step + "1", R"({"value":"yes"})").status, 422);
    EXPECT_EQ(plant.ask("PUT", step + "2", R"({"value":"26"})").code(), "out_of_range");
    EXPECT_EQ(plant.ask("PUT", step + "2", R"({"value":"22.5","by":"P-014"})").status, 200);
    EXPECT_EQ(plant.ask("PUT", step + "3", R"({"value":"broken"})").code(), "unknown_value");
    EXPECT_EQ(plant.ask("PUT", step + "9", R"({"value":true})").status, 404);
    EXPECT_EQ(plant.ask("PUT", step + "1", R"({"value":true,"by":"P-014"})").status, 200);
    EXPECT_EQ(plant.move(number, "COMP").status, 200);
}

TEST(WorkOrders, HistoryShowsEveryStep) {
    TestPlant plant;
    const std::string number = plant.make();
    plant.move_to(number, {"APPR", "CANC"});
    const Json history = plant.get("/api/workorders/" + number + "/history").body;
    ASSERT_EQ(history.find("items")->items().size(), 3U);
    EXPECT_EQ(history.find("items")->items()[2].text_or("action"), "APPR -> CANC");
}

}  // namespace
}  // namespace tieline::sandbox::cmms
