// What people change by hand in the ERP is found and named; what the hub did itself is no difference.

#include "functional/world.h"

#include <gtest/gtest.h>

namespace tieline::functional {
namespace {

/// `tieline reconcile --json`, its topic `postings`.
Json postings(const World& world) {
    Process command = world.run({"reconcile", "--from", "2026-11-01", "--to", "2026-11-30", "--json", "--url",
                                 world.hub_url(), "--config", (world.folder() / "tieline.yaml").string()});
    EXPECT_GE(command.wait(), 0);
    const Result<Json> report = Json::parse(command.output());
    EXPECT_TRUE(report) << command.output();
    if (!report) return Json();
    for (const Json& topic : report->find("topics")->items()) {
        if (topic.text_or("topic") == "postings") return topic;
    }
    ADD_FAILURE() << "the ERP lists no postings: " << command.output();
    return Json();
}

TEST(Reconcile, HandsInTheErpAreSeenAndTheMonthPrints) {
    World world;
    for (const char* number : {"WO-8101", "WO-8102", "WO-8103"}) {
        ASSERT_EQ(world.post("/api/v1/events", completed(number)).status, 202);
        world.get_until("/api/v1/work-orders/" + std::string(number), "\"settled\":true");
    }
    ASSERT_EQ(world.post("/api/v1/events", completed("WO-8101", "41.25")).status, 202);
    world.get_until("/api/v1/work-orders/WO-8101", "\"posted\":\"41.25\"");
    const Json agreed = postings(world);
    EXPECT_EQ(agreed.int_or("different", -1), 0) << agreed.dump();
    EXPECT_EQ(agreed.int_or("equal", 0), 5) << "three postings, one reversal, one posted again: " << agreed.dump();

    const std::string document = world.erp_documents("WO-8102").at(0).text_or("document");
    ASSERT_EQ(world
                  .erp("POST", "/api/documents/" + document + "/reverse",
                       R"({"postingDate":"2026-11-21","reason":"by hand","workOrder":"WO-8102"})")
                  .status,
              201);
    const std::string text = postings(world).dump();
    EXPECT_NE(text.find("\"reversed_there\""), std::string::npos) << text;
    EXPECT_EQ(text.find("\"missing_here\""), std::string::npos) << "the reversal is told with it: " << text;
    EXPECT_EQ(text.find("WO-8103"), std::string::npos) << "nobody touched it";

    Process month = world.run({"reconcile", "--month", "2026-11", "--url", world.hub_url(), "--config",
                               (world.folder() / "tieline.yaml").string()});
    EXPECT_EQ(month.wait(), 1) << "something differs";
    EXPECT_NE(month.output().find("MONTH END 2026-11"), std::string::npos) << month.output();
    EXPECT_NE(month.output().find("1000 EUR"), std::string::npos) << month.output();
    Process wrong = world.run({"reconcile", "--from", "2026-11-30", "--to", "2026-11-01"});
    EXPECT_EQ(wrong.wait(), 2);
}

}  // namespace
}  // namespace tieline::functional
