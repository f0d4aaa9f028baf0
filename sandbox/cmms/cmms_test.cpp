// The door: who may come in, what is refused with which words, misbehaviour on request, and what survives.

#include "sandbox/cmms/cmms.h"

#include "sandbox/cmms/test_plant.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace tieline::sandbox::cmms {
namespace {

TEST(Cmms, AsksForAToken) {
    TestPlant plant;
    net::HttpRequest request;
    request.url = "/api/workorders";
    EXPECT_EQ(plant.cmms.handle(request, plant.now).status, 401);
    request.headers = {{"Authorization", "Bearer wrong"}};
    EXPECT_EQ(plant.cmms.handle(request, plant.now).status, 401);
    request.headers = {{"Authorization", "Bearer reader"}};
    EXPECT_EQ(plant.cmms.handle(request, plant.now).status, 200);
    request.method = "POST";
    request.body = R"({"asset":"PUMP-01","summary":"x"})";
    EXPECT_EQ(plant.cmms.handle(request, plant.now).status, 403);
    EXPECT_EQ(plant.get("/admin/stats").body.int_or("workorders", -1), 0);
    request.url = "/health";
    request.headers.clear();
    EXPECT_EQ(plant.cmms.handle(request, plant.now).status, 200);
}

struct BadOrder {
    const char* members;
    const char* code;
    const char* field;
};

class RefusedOrders : public testing::TestWithParam<BadOrder> {};

TEST_P(RefusedOrders, NameTheFieldAndTheRule) {
    TestPlant plant;
    const BadOrder& bad = GetParam();
    const auto answer = plant.post("/api/workorders", R"({"summary":"x",)" + std::string(bad.members) + "}");
    EXPECT_EQ(answer.status, 422) << answer.body.dump();
    EXPECT_EQ(answer.code(), bad.code) << answer.body.dump();
    EXPECT_EQ(answer.field(), bad.field);
    EXPECT_FALSE(answer.body.text_or("message").empty());
    EXPECT_EQ(plant.get("/admin/stats").body.int_or("workorders", -1), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedOrders,
    testing::Values(
        BadOrder{R"("work_type":"PM")", "missing_field", "asset"},
        BadOrder{R"("asset":"FILLER-1")", "unknown_asset", "asset"},
        BadOrder{R"("asset":"FILLER-01","colour":"red")", "unknown_field", "colour"},
        BadOrder{R"("asset":"FILLER-01","priority":9)", "bad_number", "priority"},
        BadOrder{R"("asset":"FILLER-01","priority":"1")", "bad_number", "priority"},
        BadOrder{R"("asset":"FILLER-01","currency":"EUX")", "unknown_currency", "currency"},
        BadOrder{R"("asset":"FILLER-01","due":"2026-02-30T00:00:00Z")", "bad_time", "due"},
        BadOrder{R"("asset":"FILLER-01","due":"tomorrow")", "bad_time", "due"},
        BadOrder{R"("asset":"FILLER-01","status":"DONE")", "unknown_value", "status"},
        BadOrder{R"("asset":"FILLER-01","status":"COMP")", "missing_field", "actual_finish"},
        BadOrder{R"("asset":"FILLER-01","planned_cost":"-1")", "negative_planned_cost", "planned_cost"},
        BadOrder{R"("asset":"FILLER-01","planned_cost":1e3)", "bad_amount", "planned_cost"},
        BadOrder{R"("asset":"FILLER-01","planned_cost":"1234567890123456789012345678901234567890")", "bad_amount",
                 "planned_cost"},
        BadOrder{R"("asset":"FILLER-01","planned_cost":1234567890123456)", "bad_amount", "planned_cost"},
        BadOrder{R"("asset":"FILLER-01","planned_cost":"0.1234567")", "bad_amount", "planned_cost"},
        BadOrder{R"("asset":"FILLER-01","charge_to":{"kind":"PROJECT","code":"1"})", "unknown_value", "charge_to.kind"},
        BadOrder{R"("asset":"FILLER-01","charge_to":{"kind":"ASSET"})", "missing_field", "charge_to.code"},
        BadOrder{R"("asset":"FILLER-01","labor":{})", "wrong_type", "labor"},
        BadOrder{R"("asset":"FILLER-01","labor":[{"craft":"MECH","hours":"-1","rate":"48"}])", "negative_hours",
                 "labor[0].hours"},
        BadOrder{R"("asset":"FILLER-01","labor":[{"craft":"MECH","hours":"10000","rate":"48"}])", "too_many_hours",
                 "labor[0].hours"},
        BadOrder{R"("asset":"FILLER-01","labor":[{"craft":"MECH","hours":1,"rate":2},{"craft":"MECH","rate":"48"}])",
                 "missing_field", "labor[1].hours"},
        BadOrder{R"("asset":"FILLER-01","labor":[{"line":"A","craft":"M","hours":1,"rate":2}],
                    "services":[{"line":"A","vendor":"V-100","cost":"1"}])",
                 "duplicate_line", "services"},
        BadOrder{R"("asset":"FILLER-01","materials":[{"item":"P 1","quantity":1,"unit_cost":1}])", "bad_code",
                 "materials[0].item"},
        BadOrder{R"("asset":"FILLER-01","services":[{"vendor":"V-100","cost":true}])", "wrong_type",
                 "services[0].cost"},
        BadOrder{R"("asset":"FILLER-01","actual_start":"2026-01-02T00:00:00Z","actual_finish":"2026-01-01T00:00:00Z")",
                 "bad_time", "actual_finish"},
        BadOrder{R"("asset":"FILLER-01","checklist":[{"text":"a","type":"CHOICE"}])", "missing_field",
                 "checklist[0].choices"}));

TEST(Cmms, RefusesWhatIsNoJson) {
    TestPlant plant;
    EXPECT_EQ(plant.post("/api/workorders", "{\"asset\":").status, 400);
    EXPECT_EQ(plant.post("/api/workorders", R"({"asset":"A","asset":"B"})").code(), "json_duplicate_key");
    EXPECT_EQ(plant.post("/api/workorders", "[]").status, 422);
    EXPECT_EQ(plant.get("/api/nothing").status, 404);
    EXPECT_EQ(plant.get("/api/workorders?limit=0").code(), "bad_number");
    EXPECT_EQ(plant.get("/api/workorders?limit=501").code(), "bad_number");
    EXPECT_EQ(plant.get("/api/workorders?colour=red").code(), "unknown_parameter");
    EXPECT_EQ(plant.get("/api/workorders?updated_after=soon").code(), "bad_time");
}

TEST(Cmms, AssetsAreKeptAndCounted) {
    TestPlant plant;
    EXPECT_EQ(plant.get("/api/assets").body.find("items")->items().size(), 16U);
    const auto put = plant.ask("PUT", "/api/assets/MIXER-01",
                               R"({"company":"1000","plant":"PLANT1","cost_center":"CC-100","criticality":"A"})");
    EXPECT_EQ(put.status, 200) << put.body.dump();
    EXPECT_EQ(plant.get("/api/assets/MIXER-01").body.text_or("cost_center"), "CC-100");
    EXPECT_EQ(plant.get("/api/assets/MIXER-02").code(), "unknown_asset");
    plant.cmms.seed_demo(plant.now);
    EXPECT_EQ(plant.get("/api/assets").body.find("items")->items().size(), 17U);
}

TEST(Cmms, MisbehavesAsAsked) {
    TestPlant plant;
    const std::string order = R"({"asset":"PUMP-01","summary":"x"})";
    const auto faults = [&plant](const std::string& rules) {
        ASSERT_EQ(plant.post("/admin/faults", R"({"seed":7,"rules":[)" + rules + "]}").status, 200);
    };
    const auto count = [&plant] { return plant.get("/admin/stats").body.int_or("workorders", -1); };

    faults(R"({"fault":"drop_before","count":1})");
    EXPECT_EQ(plant.post("/api/workorders", order).status, 0);
    EXPECT_EQ(count(), 0);
    faults(R"({"fault":"drop_after","count":1,"method":"POST"})");
    plant.get("/api/workorders");
    const auto lost = plant.post("/api/workorders", order);
    EXPECT_EQ(lost.status, 0);
    EXPECT_EQ(net::header(lost.headers, drop_header), "after");
    EXPECT_EQ(count(), 1);
    faults(R"({"fault":"error_before","count":1})");
    EXPECT_EQ(plant.post("/api/workorders", order).status, 500);
    EXPECT_EQ(count(), 1);
    faults(R"({"fault":"error_after","count":1})");
    EXPECT_EQ(plant.post("/api/workorders", order).status, 500);
    EXPECT_EQ(count(), 2);
    faults(R"({"fault":"rate_limit","count":1,"ms":2500})");
    const auto limited = plant.post("/api/workorders", order);
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(net::header(limited.headers, "Retry-After"), "3");
    faults(R"({"fault":"slow","count":1,"skip":1,"ms":250})");
    EXPECT_EQ(net::header(plant.get("/api/assets").headers, delay_header), "");
    EXPECT_EQ(net::header(plant.get("/api/assets").headers, delay_header), "250");
    faults(R"({"fault":"away","count":1,"ms":5000})");
    EXPECT_EQ(plant.get("/api/assets").status, 0);
    plant.pass(Millis{4'999});
    EXPECT_EQ(plant.get("/api/assets").status, 0);
    plant.pass(Millis{1});
    EXPECT_EQ(plant.get("/api/assets").status, 200);
    EXPECT_EQ(plant.get("/admin/faults").body.find("rules")->items()[0].int_or("fired", 0), 1);
    EXPECT_EQ(plant.post("/admin/faults", R"({"rules":[{"fault":"fire","count":1}]})").code(), "unknown_value");
    EXPECT_EQ(plant.post("/admin/faults", R"({"rules":[{"fault":"slow"}]})").code(), "bad_rule");
}

TEST(Cmms, ChanceComesFromTheSeed) {
    const auto run = [](int seed) {
        TestPlant plant;
        plant.post("/admin/faults",
                   R"({"seed":)" + std::to_string(seed) + R"(,"rules":[{"fault":"drop_before","percent":"30"}]})");
        std::string trace;
        for (int count = 0; count < 200; ++count) trace += plant.get("/api/assets").status == 0 ? 'x' : '.';
        return trace;
    };
    const std::string first = run(1);
    EXPECT_EQ(first, run(1));
    EXPECT_NE(first, run(2));
    const auto drops = std::count(first.begin(), first.end(), 'x');
    EXPECT_GT(drops, 30);
    EXPECT_LT(drops, 90);
}

TEST(Cmms, WhatWasAnsweredIsThereAfterARestart) {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("cmms_test_" + std::to_string(::getpid()) + ".db")).string();
    std::string number;
    std::int64_t change = 0;
    {
        TestPlant plant(path);
        number = plant.make();
        change = plant.get("/api/workorders/" + number).body.int_or("change", 0);
    }
    {
        TestPlant plant(path);
        EXPECT_EQ(plant.get("/api/workorders/" + number).body.int_or("change", 0), change);
        EXPECT_GT(plant.get("/api/workorders/" + plant.make()).body.int_or("change", 0), change);
    }
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
}

TEST(Cmms, SaysWhyItCannotStart) {
    Cmms cmms("/nowhere/at/all/cmms.db");
    EXPECT_FALSE(cmms.ready());
    EXPECT_NE(cmms.why().find("/nowhere/at/all/cmms.db"), std::string::npos);
    EXPECT_EQ(cmms.handle(net::HttpRequest{}, WallTime{}).status, 500);
}

}  // namespace
}  // namespace tieline::sandbox::cmms
