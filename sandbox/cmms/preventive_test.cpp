// Preventive plans by calendar and meter: due once, made once, counted exactly.

#include "sandbox/cmms/test_parts.h"

namespace tieline::sandbox::cmms {
namespace {

/// Today is 2026-11-24.
class PmPlant : public PartsPlant {
public:
    explicit PmPlant(const std::string& path = ":memory:") : PartsPlant(path) {
        for (const Json& plan : get("/api/pms").body.find("items")->items()) {  // the demo plant's own stay out of it
            Json off = plan;
            for (const char* key : {"version", "change", "updated_at", "next_due"}) off.erase(key);
            for (const char* key : {"calendar", "meter"}) {
                if (off.find(key)->is_null()) off.erase(key);
            }
            off.set("active", false);
            good("PUT", "/api/pms/" + plan.text_or("pm"), off.dump());
        }
        good("PUT", "/api/job-plans/JP-1", R"({"description":"Change seals","priority":2,"duration_hours":"1.5",
"tasks":[{"text":"Locked out","required":true}],"labor":[{"craft":"MECH","hours":"1.5"}],
"planned_materials":[{"item":"SEAL-9","quantity":"2","storeroom":"MAIN","substitute_ok":true},
{"item":"NOT-YET","quantity":"1","storeroom":"MAIN"}]})");
    }
    Json plan(const std::string& number, const std::string& members) {
        return good("PUT", "/api/pms/" + number, R"({"asset":"FILLER-01","job_plan":"JP-1",)" + members + "}");
    }
    /// "PM:DATE" of each order that a run makes.
    std::string run(const std::string& until) {
        const Json made = good("POST", "/admin/pm-run", R"({"until":")" + until + "\"}");
        EXPECT_EQ(made.find("problems")->items().size(), 0U) << made.dump();
        std::string text;
        for (const Json& one : made.find("created")->items()) {
            text += (text.empty() ? "" : " ") + one.text_or("pm") + ":" + one.text_or("due");
            last = one.text_or("wonum");
        }
        return text;
    }
    std::string due(const std::string& until) {
        const Json answer = get("/api/pms/due?until=" + until).body;
        std::string text;
        for (const Json& one : answer.find("items")->items()) {
            text += (text.empty() ? "" : " ") + one.text_or("due") + (one.bool_or("certain", false) ? "" : "?");
        }
        return text;
    }
    void finish(const std::string& number, const std::string& at, const std::string& members = {}) {
        move_to(number, {"RELEASED", "INPRG"});
        good("PUT", "/api/workorders/" + number + "/checklist/1", R"({"value":true})");
        good("POST", "/api/workorders/" + number + "/status", R"({"status":"COMP","at":")" + at + "\"" + members + "}");
    }
    void set_day(const std::string& date) { now = *parse_time(date + "T08:00:00Z"); }
    void read_meter(const std::string& value, const std::string& at) {
        good("POST", "/api/assets/FILLER-01/meters/HOURS/readings",
             R"({"value":")" + value + R"(","at":")" + at + "T06:00:00Z\"}");
    }

    std::string last;
};

TEST(PreventivePlans, MakeWholeOrdersOfTheirJobPlan) {
    PmPlant plant;
    plant.plan("PM-1", R"("description":"Seals","calendar":{"every_days":30},"start_on":"2026-12-01","lead_days":10)");
    EXPECT_EQ(plant.run("2026-11-20"), "");
    EXPECT_EQ(plant.run("2026-11-21"), "PM-1:2026-12-01");
    EXPECT_EQ(plant.run("2026-11-21"), "");
    const Json order = plant.order(plant.last);
    EXPECT_EQ(order.text_or("status"), "APPR");
    EXPECT_EQ(order.text_or("work_type"), "PM");
    EXPECT_EQ(order.text_or("summary"), "Seals");
    EXPECT_EQ(order.text_or("due"), "2026-12-01T00:00:00.000Z");
    EXPECT_EQ(order.text_or("pm"), "PM-1");
    EXPECT_EQ(order.text_or("pm_due"), "2026-12-01");
    EXPECT_EQ(order.int_or("priority", 0), 2);
    EXPECT_EQ(order.find("checklist")->items()[0].text_or("text"), "Locked out");
    EXPECT_EQ(order.find("planned_labor")->dump(), R"([{"craft":"MECH","hours":1.5}])");
    const Json::Array& parts = order.find("planned_materials")->items();
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].text_or("line"), "P1");
    EXPECT_EQ(parts[0].text_or("needed_on"), "2026-12-01");
    EXPECT_EQ(token_of(parts[0], "base_quantity"), "2");
    EXPECT_TRUE(parts[1].find("base_quantity")->is_null());  // this item is not known yet
    const std::string cursor = std::to_string(order.int_or("change", 0) - 1);
    EXPECT_EQ(plant.get("/api/workorders?after_change=" + cursor).body.find("items")->items().size(), 1U);
}

TEST(PreventivePlans, AFixedOneIsDueWhateverHappens) {
    PmPlant plant;
    plant.plan("PM-1", R"("calendar":{"every_days":30},"schedule":"fixed","start_on":"2026-12-01")");
    EXPECT_EQ(plant.due("2027-02-01"), "2026-12-01 2026-12-31 2027-01-30");
    EXPECT_EQ(plant.run("2026-12-31"), "PM-1:2026-12-01 PM-1:2026-12-31");
    EXPECT_EQ(plant.run("2026-12-31"), "");
    EXPECT_EQ(plant.due("2027-02-01"), "2027-01-30");
    plant.set_day("2026-12-20");
    plant.finish("WO-000001", "2026-12-15T00:00:00Z");
    const Json plan = plant.get("/api/pms/PM-1").body;
    EXPECT_EQ(plan.text_or("last_done"), "2026-12-15");
    EXPECT_EQ(plan.text_or("next_due"), "2027-01-30");
    plant.move_to("WO-000002", {"CANC"});
    EXPECT_EQ(plant.run("2027-02-01"), "PM-1:2027-01-30");
}

TEST(PreventivePlans, AFloatingOneWaitsForItsWork) {
    PmPlant plant;
    plant.plan("PM-1", R"("calendar":{"every_days":30},"last_done":"2026-11-01")");
    EXPECT_EQ(plant.due("2027-01-31"), "2026-12-01 2026-12-31? 2027-01-30?");
    EXPECT_EQ(plant.run("2027-03-01"), "PM-1:2026-12-01");
    EXPECT_EQ(plant.run("2027-03-01"), "");
    EXPECT_EQ(plant.get("/api/pms/PM-1").body.text_or("next_due"), "");
    EXPECT_EQ(plant.due("2027-01-05"), "2026-12-31?");
    plant.set_day("2026-12-11");
    plant.finish(plant.last, "2026-12-10T12:00:00Z");
    EXPECT_EQ(plant.get("/api/pms/PM-1").body.text_or("next_due"), "2027-01-09");
    const std::string done = plant.last;
    plant.move_to(done, {"REOPEN"});
    EXPECT_EQ(plant.run("2027-03-01"), "");
    plant.good("POST", "/api/workorders/" + done + "/status", R"({"status":"COMP","at":"2026-12-11T00:00:00Z"})");
    EXPECT_EQ(plant.run("2027-03-01"), "PM-1:2027-01-10");
    plant.move_to(plant.last, {"CANC"});
    EXPECT_EQ(plant.run("2027-03-01"), "PM-1:2027-02-09");  // the cancelled round is passed over
}

TEST(PreventivePlans, WorkDoneEarlyComesAgainOnTheSameDay) {
    PmPlant plant;
    plant.plan("PM-1", R"("calendar":{"every_days":7},"last_done":"2026-11-24")");
    EXPECT_EQ(plant.run("2026-12-01"), "PM-1:2026-12-01");
    plant.finish(plant.last, "2026-11-24T12:00:00Z");
    EXPECT_EQ(plant.run("2026-12-01"), "PM-1:2026-12-01");
}

TEST(PreventivePlans, AMeterMakesThemDue) {
    PmPlant plant;
    plant.read_meter("1000", "2026-11-04");
    plant.read_meter("1100", "2026-11-14");
    plant.read_meter("1200", "2026-11-24");
    plant.plan("PM-1", R"("meter":{"name":"HOURS","every":"250"},"last_meter":"1000","lead_days":3)");
    const Json meter = plant.get("/api/assets/FILLER-01/meters").body.find("items")->items().at(0);
    EXPECT_EQ(token_of(meter, "per_day"), "10.000");
    EXPECT_EQ(plant.due("2026-12-31"), "2026-11-29? 2026-12-24?");
    EXPECT_EQ(plant.run("2026-11-25"), "");
    EXPECT_EQ(plant.run("2026-11-26"), "PM-1:2026-11-29");
    EXPECT_EQ(plant.run("2027-11-26"), "");
    plant.set_day("2026-12-01");
    const std::string order = plant.last;
    plant.finish(order, "2026-12-01T07:00:00Z", R"(,"meter_readings":[{"meter":"HOURS","value":"1270.5"}])");
    EXPECT_EQ(plant.order(order).find("meter_readings")->items().at(0).text_or("at"), "2026-12-01T07:00:00.000Z");
    EXPECT_EQ(token_of(plant.order(order).find("meter_readings")->items().at(0), "value"), "1270.5");
    EXPECT_EQ(token_of(plant.get("/api/pms/PM-1").body, "last_meter"), "1270.5");
}

TEST(PreventivePlans, AFixedMeterKeepsToItsMultiples) {
    PmPlant plant;
    plant.read_meter("900", "2026-11-20");
    plant.plan("PM-1", R"("meter":{"name":"HOURS","every":"500"},"last_meter":"500","schedule":"fixed")");
    EXPECT_EQ(plant.due("2027-12-31"), "");  // one reading gives no rate
    plant.read_meter("1030", "2026-11-23");
    EXPECT_EQ(plant.due("2026-11-24"), "2026-11-24");
    EXPECT_EQ(plant.run("2026-11-24"), "PM-1:2026-11-24");
    plant.finish(plant.last, "2026-11-24T03:20:00Z");
    EXPECT_EQ(plant.run("2026-11-24"), "");
    plant.read_meter("1499", "2026-11-24");
    EXPECT_EQ(plant.run("2026-11-24"), "");
    plant.pass(Millis{86'400'000});
    plant.read_meter("1500", "2026-11-25");
    EXPECT_EQ(plant.run("2026-11-25"), "PM-1:2026-11-25");
}

TEST(Meters, NeverRunBackwardsUnlessReset) {
    PmPlant plant;
    const std::string path = "/api/assets/PUMP-01/meters/HOURS/readings";
    const auto read = [&](const std::string& value, const std::string& at, const std::string& more = "") {
        return plant.post(path, R"({"value":")" + value + R"(","at":"2026-11-)" + at + "T00:00:00Z\"" + more + "}");
    };
    EXPECT_EQ(read("100", "10", R"(,"unit":"h")").status, 201);
    EXPECT_EQ(read("200", "20").status, 201);
    EXPECT_EQ(read("200", "20").status, 200);
    EXPECT_EQ(read("201", "20").code(), "meter_backwards");
    EXPECT_EQ(read("199", "21").code(), "meter_backwards");
    EXPECT_EQ(read("150", "15").status, 201);  // late, but it fits
    EXPECT_EQ(read("210", "16").code(), "meter_backwards");
    EXPECT_EQ(read("90", "16").code(), "meter_backwards");
    EXPECT_EQ(read("5", "22", R"(,"reset":true)").status, 201);
    EXPECT_EQ(read("202", "21").code(), "meter_backwards");  // before a reset nothing is added any more
    const Json meter = plant.get("/api/assets/PUMP-01/meters").body.find("items")->items().at(0);
    EXPECT_EQ(token_of(meter, "total"), "205");
    EXPECT_EQ(token_of(meter, "value"), "5");
    EXPECT_EQ(meter.text_or("unit"), "h");
    EXPECT_EQ(token_of(meter, "per_day"), "8.750");
    EXPECT_EQ(plant.get(path).body.find("items")->items().size(), 4U);
    EXPECT_EQ(read("300", "26").code(), "bad_time");  // more than a day ahead
    EXPECT_EQ(plant.post("/api/assets/PUMP-09/meters/HOURS/readings", R"({"value":1})").code(), "unknown_asset");
}

TEST(PreventivePlans, ComplianceCountsExactly) {
    PmPlant plant;
    plant.plan("PM-1", R"("calendar":{"every_days":10},"schedule":"fixed","start_on":"2026-12-01","tolerance_days":2)");
    plant.run("2027-01-20");  // 12-01, 12-11, 12-21, 12-31, 01-10, 01-20
    plant.set_day("2027-01-15");
    plant.finish("WO-000001", "2026-12-03T23:59:59Z");
    plant.finish("WO-000002", "2026-12-14T00:00:00Z");
    plant.move_to("WO-000003", {"CANC"});
    plant.finish("WO-000004", "2026-12-30T00:00:00Z");
    const Json report = plant.get("/api/reports/pm-compliance?from=2026-12-01&to=2027-01-20").body;
    EXPECT_EQ(report.int_or("due", 0), 6);
    EXPECT_EQ(report.int_or("done_in_time", 0), 2);
    EXPECT_EQ(report.int_or("done_late", 0), 1);
    EXPECT_EQ(report.int_or("cancelled", 0), 1);
    EXPECT_EQ(report.int_or("open_overdue", 0), 1);
    EXPECT_EQ(report.int_or("open", 0), 1);
    EXPECT_EQ(token_of(report, "compliance"), "0.3333");
    plant.move_to("WO-000001", {"REOPEN"});
    EXPECT_EQ(plant.get("/api/reports/pm-compliance?from=2026-12-01&to=2026-12-01").body.int_or("open_overdue", 0), 1);
    EXPECT_TRUE(
        plant.get("/api/reports/pm-compliance?from=2020-12-01&to=2020-12-01").body.find("compliance")->is_null());
    EXPECT_EQ(plant.get("/api/reports/pm-compliance?from=2026-12-01").code(), "bad_date");
}

TEST(PreventivePlans, AreReadStrictly) {
    PmPlant plant;
    const auto refused = [&plant](const std::string& members) {
        const auto answer = plant.ask("PUT", "/api/pms/PM-1", "{" + members + "}");
        return answer.code() + " " + answer.field();
    };
    EXPECT_EQ(refused(R"("asset":"FILLER-01","job_plan":"JP-1")"), "bad_rhythm calendar");
    EXPECT_EQ(refused(R"("asset":"FILLER-01","job_plan":"JP-1","calendar":{"every_days":7},
"meter":{"name":"H","every":1}})"),
              "bad_rhythm calendar");
    EXPECT_EQ(refused(R"("asset":"FILLER-01","job_plan":"JP-1","calendar":{"every_days":0})"),
              "bad_number calendar.every_days");
    EXPECT_EQ(refused(R"("asset":"FILLER-01","job_plan":"JP-1","meter":{"name":"H","every":0})"),
              "bad_amount meter.every");
    EXPECT_EQ(refused(R"("asset":"FILLER-1","job_plan":"JP-1","calendar":{"every_days":7})"), "unknown_asset asset");
    EXPECT_EQ(refused(R"("asset":"FILLER-01","job_plan":"JP-2","calendar":{"every_days":7})"),
              "unknown_job_plan job_plan");
    EXPECT_EQ(plant.ask("PUT", "/api/job-plans/JP-2", R"({"description":"x","tasks":[{"type":"CHOICE","text":"a"}]})")
                  .field(),
              "tasks[0].choices");
    EXPECT_EQ(plant
                  .ask("PUT", "/api/job-plans/JP-2", R"({"description":"x","planned_materials":[{"item":"A",
"quantity":0,"storeroom":"MAIN"}]})")
                  .field(),
              "planned_materials[0].quantity");
    EXPECT_EQ(plant.post("/admin/pm-run", R"({"until":"soon"})").code(), "bad_date");
    const Json first = plant.plan("PM-1", R"("calendar":{"every_days":7})");
    EXPECT_EQ(first.text_or("next_due"), "2026-12-01");
    EXPECT_EQ(plant.plan("PM-1", R"("calendar":{"every_days":7})"), first);
}

TEST(PreventivePlans, TheDemoPlantHasSome) {
    TestPlant plant;
    EXPECT_GE(plant.get("/api/job-plans").body.find("items")->items().size(), 6U);
    const Json plans = plant.get("/api/pms").body;
    EXPECT_GE(plans.find("items")->items().size(), 6U);
    const auto run = plant.post("/admin/pm-run", R"({"until":"2026-12-31"})");
    ASSERT_EQ(run.status, 200) << run.body.dump();
    EXPECT_GE(run.body.find("created")->items().size(), 6U);
    EXPECT_EQ(run.body.find("problems")->items().size(), 0U);
}

TEST(PreventivePlans, WhatCannotBeMadeIsNamed) {
    PmPlant plant;
    plant.plan("PM-1", R"("calendar":{"every_days":7})");
    plant.good("PUT", "/api/job-plans/JP-1", R"({"description":"x","active":false})");
    const Json run = plant.good("POST", "/admin/pm-run", R"({"until":"2026-12-31"})");
    ASSERT_EQ(run.find("problems")->items().size(), 1U);
    EXPECT_EQ(run.find("problems")->items()[0].text_or("pm"), "PM-1");
    EXPECT_EQ(run.find("created")->items().size(), 0U);
}

}  // namespace
}  // namespace tieline::sandbox::cmms
