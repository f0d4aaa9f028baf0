// A work order becomes a document in the ERP, once, whatever happens on the way.

#include "functional/world.h"

#include <gtest/gtest.h>

#include <fstream>

namespace tieline::functional {
namespace {

TEST(Books, APushedWorkOrderIsBookedOnceAndItsCorrectionReversed) {
    World world;
    const Answer taken = world.post("/api/v1/events", completed("WO-9001"));
    ASSERT_EQ(taken.status, 202) << taken.body.dump();
    EXPECT_EQ(taken.body.text_or("id"), "cmms:WO-9001:1");
    const Answer order = world.get_until("/api/v1/work-orders/WO-9001", "\"settled\":true");
    EXPECT_EQ(order.body.find("totals")->items().at(0).text_or("posted"), "40.00");
    EXPECT_EQ(world.erp_documents("WO-9001").size(), 1U);
    EXPECT_TRUE(world.post("/api/v1/events", completed("WO-9001")).body.bool_or("repeated", false));
    ASSERT_EQ(world.post("/api/v1/events", completed("WO-9001", "41.25")).body.int_or("revision", 0), 2);
    EXPECT_NE(world.get_until("/api/v1/work-orders/WO-9001", "\"posted\":\"41.25\"").body.dump().find("41.25"),
              std::string::npos);
    EXPECT_EQ(world.get("/api/v1/cost?prefix=asset:PUMP-01").body.find("rows")->items().at(0).text_or("net"), "41.25");
    EXPECT_EQ(world.stop_hub(), 0);
}

TEST(Books, WorkDoneInTheCmmsIsReadAndBooked) {
    World world;
    const Answer made = world.cmms("POST", "/api/workorders",
                                   R"({"wonum":"WO-9100","asset":"PUMP-01","summary":"Seal","status":"COMP",)"
                                   R"("actual_finish":"2026-11-20T09:00:00Z","currency":"EUR",)"
                                   R"("labor":[{"hours":"2","rate":"30.10","craft":"MECH"}]})");
    ASSERT_EQ(made.status, 201) << made.body.dump();
    const Answer order = world.get_until("/api/v1/work-orders/WO-9100", "\"settled\":true");
    EXPECT_EQ(order.body.find("totals")->items().at(0).text_or("posted"), "60.20");
}

TEST(Books, NothingIsLostOrDoubledWhenTheHubIsKilled) {
    World world;
    constexpr int orders = 60;
    world.erp("POST", "/admin/faults", R"({"seed":3,"rules":[{"fault":"slow","percent":"100","ms":30}]})");
    for (int i = 0; i < orders; ++i) {
        const Answer taken = world.post("/api/v1/events", completed("WO-" + std::to_string(7000 + i)));
        ASSERT_EQ(taken.status, 202);
        if (i % 20 == 10) {
            world.kill_hub();
            world.start_hub();
        }
    }
    world.kill_hub();
    world.erp("POST", "/admin/faults", R"({"seed":3,"rules":[]})");
    world.start_hub();
    for (int i = 0; i < orders; ++i) {
        const std::string number = "WO-" + std::to_string(7000 + i);
        world.get_until("/api/v1/work-orders/" + number, "\"settled\":true");
        EXPECT_EQ(world.erp_documents(number).size(), 1U) << number;
    }
    EXPECT_EQ(world.get("/api/v1/exceptions?open=true").body.find("exceptions")->items().size(), 0U);
}

TEST(Books, AnErpThatIsAwayIsWaitedFor) {
    World world;
    world.kill_erp();
    ASSERT_EQ(world.post("/api/v1/events", completed("WO-9200")).status, 202);
    EXPECT_NE(
        world.get_until("/api/v1/status", "\"connector\":\"erp\",\"state\":\"waiting").body.dump().find("waiting"),
        std::string::npos);
    world.start_erp();
    world.get_until("/api/v1/work-orders/WO-9200", "\"settled\":true");
    EXPECT_EQ(world.erp_documents("WO-9200").size(), 1U);
}

TEST(Books, AClosedPeriodIsAnExceptionThatAReplayMends) {
    World world;
    world.erp("POST", "/admin/periods", R"({"companyCode":"1000","period":"2026-10","open":false})");
    ASSERT_EQ(world.post("/api/v1/events", completed("WO-9300", "40.00", "2026-10-20")).status, 202);
    const Answer list = world.get_until("/api/v1/exceptions?open=true", "period_closed");
    ASSERT_EQ(list.body.find("exceptions")->items().size(), 1U) << list.body.dump();
    const std::string id = list.body.find("exceptions")->items()[0].text_or("id");
    const Answer detail = world.get("/api/v1/exceptions/" + id);
    EXPECT_NE(detail.body.dump().find("/api/journals"), std::string::npos) << detail.body.dump();
    EXPECT_EQ(detail.body.dump().find("functional-test-token"), std::string::npos);
    world.erp("POST", "/admin/periods", R"({"companyCode":"1000","period":"2026-10","open":true})");
    Process replay = world.run({"exceptions", "replay", id, "--actor", "Ada", "--url", world.hub_url()});
    EXPECT_EQ(replay.wait(), 0) << replay.output();
    world.get_until("/api/v1/work-orders/WO-9300", "\"settled\":true");
    EXPECT_EQ(world.erp_documents("WO-9300").size(), 1U);
    EXPECT_EQ(world.post("/api/v1/exceptions/" + id + "/replay", R"({"actor":"Ada"})").status, 409);
    Process trace = world.run({"trace", "WO-9300", "--url", world.hub_url()});
    EXPECT_EQ(trace.wait(), 0);
    EXPECT_NE(trace.output().find("cost.rejected"), std::string::npos) << trace.output();
    EXPECT_NE(trace.output().find("cost.booked"), std::string::npos);
}

TEST(Books, ACsvFileIsImportedAndBooked) {
    World world;
    const std::string csv = (world.folder() / "history.csv").string();
    std::ofstream(csv) << "BscStartDate,Asset,OriginalShorttext,PMType,Cost\n2026-10-01,A,BUCKET,PM01,183.05\n"
                          "2026-10-02,B,CYLINDER,PM02,oops\n2026-10-03,B,CREDIT,PM01,-12.10\n";
    const std::vector<std::string> words{"import",
                                         "work-orders",
                                         csv,
                                         "--map",
                                         TEMPLATES "/import/excavators.yaml",
                                         "--complete",
                                         "--cmms",
                                         world.cmms_url(),
                                         "--token-file",
                                         (world.folder() / "secrets/cmms.token").string()};
    Process first = world.run(words);
    EXPECT_EQ(first.wait(), 0) << first.output();
    EXPECT_NE(first.output().find("3 rows read: 2 created, 0 there already, 1 refused"), std::string::npos)
        << first.output();
    EXPECT_NE(first.output().find("line 3:"), std::string::npos) << first.output();
    Process again = world.run(words);
    EXPECT_EQ(again.wait(), 0);
    EXPECT_NE(again.output().find("0 created, 2 there already"), std::string::npos) << again.output();
    world.get_until("/api/v1/exceptions?open=true", "unknown_asset");
    const Answer order = world.get_until("/api/v1/work-orders/EXC-000002", "183.05");
    EXPECT_NE(order.body.dump().find("183.05"), std::string::npos) << order.body.dump();
}

TEST(Books, CheckSaysWhatHoldsAndWhatNot) {
    World world;
    const std::string config = (world.folder() / "tieline.yaml").string();
    Process good = world.run({"check", "--config", config});
    EXPECT_EQ(good.wait(), 0) << good.output();
    world.kill_erp();
    Process bad = world.run({"check", "--config", config});
    EXPECT_EQ(bad.wait(), 1);
    EXPECT_NE(bad.output().find("WRONG connector erp"), std::string::npos) << bad.output();
    Process offline = world.run({"check", "--offline", "--config", config});
    EXPECT_EQ(offline.wait(), 0) << offline.output();
}

TEST(Books, ASecondHubOnTheSameFolderIsRefused) {
    World world;
    Process second = world.run({"serve", "--config", (world.folder() / "tieline.yaml").string(), "--port", "0"});
    EXPECT_EQ(second.wait(), 1) << second.output();
    EXPECT_EQ(world.get("/readyz").status, 200);
}

}  // namespace
}  // namespace tieline::functional
