// Webhooks: signed, repeated until somebody says 2xx, and lost, doubled or shuffled on request.

#include "sandbox/cmms/webhooks.h"

#include "base/hash.h"
#include "sandbox/cmms/test_plant.h"

#include <set>

namespace tieline::sandbox::cmms {
namespace {

const char* subscription =
    R"({"url":"http://127.0.0.1:9/hook","secret":"0123456789abcdef","events":["workorder.changed"]})";

std::string object_of(const WebhookDelivery& delivery) {
    const Result<Json> body = Json::parse(delivery.request.body);
    return body ? body->text_or("object") : "";
}

TEST(Webhooks, NameTheObjectAndAreSigned) {
    TestPlant plant;
    ASSERT_EQ(plant.post("/api/webhooks", subscription).status, 201);
    const std::string number = plant.make();
    const auto due = plant.cmms.take_webhooks(plant.now);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].request.url, "http://127.0.0.1:9/hook");
    EXPECT_EQ(object_of(due[0]), number);
    EXPECT_EQ(due[0].request.body.find("summary"), std::string::npos);
    const std::string signed_text = "1795490209." + due[0].request.body;
    EXPECT_EQ(net::header(due[0].request.headers, "X-Sandbox-Signature"),
              "t=1795490209,v1=" + hex(hmac_sha256("0123456789abcdef", signed_text)));
}

TEST(Webhooks, ComeAgainUntilTheReceiverSaysYes) {
    TestPlant plant;
    plant.post("/api/webhooks", subscription);
    plant.make();
    auto due = plant.cmms.take_webhooks(plant.now);
    ASSERT_EQ(due.size(), 1U);
    const std::int64_t id = due[0].id;
    EXPECT_TRUE(plant.cmms.take_webhooks(plant.now).empty());  // under way
    plant.pass(Millis{30'000});
    due = plant.cmms.take_webhooks(plant.now);  // nobody said what became of it
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].attempt, 2);
    plant.cmms.webhook_result(id, 503, "", plant.now);
    plant.pass(Millis{1'999});
    EXPECT_TRUE(plant.cmms.take_webhooks(plant.now).empty());
    plant.pass(Millis{1});
    ASSERT_EQ(plant.cmms.take_webhooks(plant.now).size(), 1U);
    EXPECT_EQ(plant.get("/api/webhooks").body.find("items")->items()[0].text_or("last_error"), "status 503");
    plant.cmms.webhook_result(id, 204, "", plant.now);
    plant.pass(Millis{600'000});
    EXPECT_TRUE(plant.cmms.take_webhooks(plant.now).empty());
}

TEST(Webhooks, AreGivenUpAfterTwentyAttempts) {
    TestPlant plant;
    plant.post("/api/webhooks", subscription);
    plant.make();
    int attempts = 0;
    for (int round = 0; round < 100; ++round) {
        for (const auto& delivery : plant.cmms.take_webhooks(plant.now)) {
            ++attempts;
            plant.cmms.webhook_result(delivery.id, 0, "refused", plant.now);
        }
        plant.pass(Millis{300'000});
    }
    EXPECT_EQ(attempts, 20);
    const Json list = plant.get("/api/webhooks").body;
    EXPECT_EQ(list.find("items")->items()[0].int_or("given_up", 0), 1);
    EXPECT_EQ(list.dump().find("0123456789abcdef"), std::string::npos);
}

TEST(Webhooks, OnlyWhatWasAskedForAndOnlyOncePerAddress) {
    TestPlant plant;
    plant.post("/api/webhooks", subscription);
    plant.post("/api/webhooks", subscription);
    plant.ask("PUT", "/api/assets/PUMP-01", R"({"company":"1000","plant":"PLANT1","cost_center":"CC-300"})");
    EXPECT_TRUE(plant.cmms.take_webhooks(plant.now).empty());
    plant.make();
    EXPECT_EQ(plant.cmms.take_webhooks(plant.now).size(), 1U);
    const std::int64_t id = plant.get("/api/webhooks").body.find("items")->items()[0].int_or("id", 0);
    EXPECT_EQ(plant.ask("DELETE", "/api/webhooks/" + std::to_string(id)).status, 200);
    EXPECT_EQ(plant.ask("DELETE", "/api/webhooks/" + std::to_string(id)).status, 404);
    plant.make();
    plant.pass(Millis{60'000});
    EXPECT_TRUE(plant.cmms.take_webhooks(plant.now).empty());
}

TEST(Webhooks, AreRefusedWithoutASecretOrAnAddress) {
    TestPlant plant;
    EXPECT_EQ(plant.post("/api/webhooks", R"({"url":"http://a/b","secret":"short"})").code(), "secret_too_short");
    EXPECT_EQ(plant.post("/api/webhooks", R"({"url":"ftp://a/b","secret":"0123456789abcdef"})").code(), "bad_url");
    EXPECT_EQ(plant.post("/api/webhooks", R"({"url":"http://a","secret":"0123456789abcdef","events":["all"]})").code(),
              "unknown_value");
}

TEST(Webhooks, AreLostDoubledAndShuffledOnRequest) {
    TestPlant plant;
    plant.post("/api/webhooks", subscription);
    plant.post("/admin/faults", R"({"rules":[{"fault":"webhook_lost","count":1}]})");
    plant.make();
    EXPECT_TRUE(plant.cmms.take_webhooks(plant.now).empty());
    plant.post("/admin/faults", R"({"rules":[{"fault":"webhook_twice","count":1}]})");
    plant.make();
    EXPECT_EQ(plant.cmms.take_webhooks(plant.now).size(), 2U);
    plant.post("/admin/faults", R"({"seed":3,"rules":[{"fault":"webhook_shuffled","percent":"100"}]})");
    std::vector<std::string> made, told;
    for (int count = 0; count < 10; ++count) made.push_back(plant.make());
    for (const auto& delivery : plant.cmms.take_webhooks(plant.now)) told.push_back(object_of(delivery));
    EXPECT_NE(told, made);
    EXPECT_EQ(std::multiset<std::string>(told.begin(), told.end()),
              std::multiset<std::string>(made.begin(), made.end()));
}

}  // namespace
}  // namespace tieline::sandbox::cmms
