// Technicians: orders as their phones see them, and what they did.

#include "connectors/drive.h"
#include "connectors/sandbox_cmms/sandbox_cmms.h"
#include "connectors/sandbox_cmms/spec.h"
#include "sandbox/cmms/test_plant.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sandbox_cmms {
namespace {

using sandbox::cmms::TestPlant;

class Field : public ::testing::Test {
protected:
    Field() {
        settings_.name = "cmms";
        settings_.values = {{"url", "http://cmms.test"},
                            {"token", "token"},
                            {"site", "plant1"},
                            {"reads", "workorders,jobs"},
                            {"photos_folder", "/nowhere"}};
        auto made = spec().make(settings_, "");
        connector_ = std::move(*made);
        peer_ = [this](const net::HttpRequest& wire) -> Result<net::HttpResponse> {
            net::HttpRequest request = wire;
            request.url = request.url.substr(std::string("http://cmms.test").size());
            return plant_.cmms.handle(request, plant_.now);
        };
    }
    Result<Receipt> push(const std::string& key, const std::string& kind, const Json& payload) {
        return run(connector_->push(command(key, kind, payload)), peer_);
    }
    static model::Command command(const std::string& key, const std::string& kind, const Json& payload) {
        model::Command command;
        command.key = key;
        command.kind = kind;
        command.payload = payload.dump();
        return command;
    }

    TestPlant plant_;
    Settings settings_;
    std::unique_ptr<Connector> connector_;
    Peer peer_;
};

TEST_F(Field, AnOrderComesTwiceAsItselfAndAsATechnicianSeesIt) {
    const std::string number = plant_.make(R"(,"assigned":["P17"],"description":"At the back",
        "checklist":[{"text":"Locked out","type":"CHECK"},{"text":"Torque","type":"NUMBER","min":"1"}])");
    plant_.move_to(number, {"APPR", "RELEASED", "INPRG"});
    const Json deed = Json::object({{"work_order", number}, {"person", "P17"}, {"at", "2026-11-24T03:10:00.000Z"}});
    Json step = deed;
    step.set("step", 1);
    step.set("value", "yes");
    ASSERT_TRUE(push("K1", "step.fill", step));
    step.set("step", 2);
    step.set("value", "2.50");
    ASSERT_TRUE(push("K2", "step.fill", step));
    ASSERT_TRUE(push("K3", "job.start", deed));
    const Result<Page> page = run(connector_->pull("", 100), peer_);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->objects.size(), 2U);
    EXPECT_EQ(page->objects[0].object, number);
    const SourceObject& job = page->objects[1];
    ASSERT_FALSE(job.refused) << job.refused->message;
    EXPECT_EQ(job.object, "job:" + number);
    EXPECT_EQ(job.subject, number);
    EXPECT_EQ(job.type, "job.changed");
    const Json data = *Json::parse(job.data);
    EXPECT_EQ(data.text_or("status"), "in_progress");
    EXPECT_EQ(data.text_or("description"), "At the back");
    EXPECT_EQ(data.find("assigned")->dump(), R"(["P17"])");
    EXPECT_EQ(data.find("working")->dump(), R"(["P17"])");
    const auto& steps = data.find("checklist")->items();
    EXPECT_EQ(steps[0].text_or("type"), "check");
    EXPECT_EQ(steps[0].text_or("value"), "yes");
    EXPECT_EQ(steps[0].text_or("done_by"), "P17");
    EXPECT_EQ(steps[1].text_or("value"), "2.50") << "as it was written";
    EXPECT_EQ(data.find("failure"), nullptr) << "nothing where there is nothing";
    EXPECT_EQ(run(connector_->pull(page->cursor, 100), peer_)->objects.size(), 0U);
    EXPECT_EQ(run(connector_->fetch("job:" + number), peer_)->data, job.data);
}

TEST_F(Field, TheReceiptNamesWhatCameOfIt) {
    plant_.ask("PUT", "/api/items/SEAL-9", R"({"description":"Seal","uom":"PC","unit_cost":"12.50"})");
    const std::string number = plant_.make();
    plant_.move_to(number, {"APPR", "RELEASED"});
    Json part = Json::object({{"work_order", number},
                              {"person", "P17"},
                              {"at", "2026-11-24T03:10:00.000Z"},
                              {"part", "SEAL-9"},
                              {"quantity", "2"},
                              {"storeroom", "MAIN"}});
    const Result<Receipt> receipt = push("K1", "part.issue", part);
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(receipt->document, "PT-000001");
    EXPECT_EQ(push("K1", "part.issue", part)->document, "PT-000001") << "the same again is the first answer";
    const Result<Found> found = run(connector_->find(command("K1", "part.issue", part)), peer_);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, Found::State::present);
    EXPECT_EQ(found->receipt.document, "PT-000001");
    EXPECT_EQ(run(connector_->find(command("K2", "part.issue", part)), peer_)->state, Found::State::absent);
    part.set("photo", "0198c0de-0000-7000-8000-000000000001");
    part.set("type", "image/jpeg");
    part.set("bytes", 3);
    part.set("sha256", "ab");
    EXPECT_EQ(push("K3", "photo.add", part).error().code, "photo_missing");
    part.set("photo", "../secrets/cmms.token");
    EXPECT_EQ(push("K4", "photo.add", part).error().code, "photo_missing") << "nothing leads out of the folder";
}

}  // namespace
}  // namespace tieline::connectors::sandbox_cmms
