// The connector against the strict fake: an order becomes a snapshot, each kind of command is carried out once and
// found.

#include "connectors/drive.h"
#include "connectors/sap_maintenance/spec.h"
#include "connectors/sap_maintenance/test_plant.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sap_maintenance::test {
namespace {

class Maintenance : public testing::Test {
protected:
    void SetUp() override { connector_ = made({}); }
    std::unique_ptr<Connector> made(const std::vector<std::pair<std::string, std::string>>& changed) {
        Settings given = settings();
        for (const auto& [name, value] : changed) {
            std::erase_if(given.values, [&](const auto& each) { return each.first == name; });
            given.values.emplace_back(name, value);
        }
        auto connector = spec().make(given, "");
        EXPECT_TRUE(connector) << (connector ? "" : connector.error().message);
        return connector ? std::move(*connector) : nullptr;
    }
    Peer peer() {
        return [this](const net::HttpRequest& request) { return plant_.answer(request); };
    }
    Page pulled(const std::string& cursor, std::size_t count = 100) {
        const auto page = run(connector_->pull(cursor, count), peer());
        EXPECT_TRUE(page) << (page ? "" : page.error().message);
        return page ? *page : Page{};
    }
    Result<Receipt> push(const model::Command& command) { return run(connector_->push(command), peer()); }
    Found found(const model::Command& command) {
        const auto looked = run(connector_->find(command), peer());
        EXPECT_TRUE(looked) << (looked ? "" : looked.error().message);
        return looked ? *looked : Found{};
    }
    Plant plant_;
    std::unique_ptr<Connector> connector_;
};

TEST_F(Maintenance, a_completed_order_becomes_a_snapshot) {
    const std::string order = plant_.make_order();
    plant_.add_component(order, "SEAL-9", "2.000");
    plant_.set_field(order, "MaintOrderReferenceDateTime", "/Date(1795586400000+0000)/");
    plant_.set_words(order, "TECO CNF  PRC");
    const Page page = pulled("");
    ASSERT_EQ(page.objects.size(), 1U);
    const SourceObject& object = page.objects.front();
    EXPECT_FALSE(object.refused) << object.refused->message;
    EXPECT_EQ(object.object, order);
    EXPECT_EQ(object.type, "workorder.completed");
    EXPECT_EQ(object.data,
              R"({"number":"4000001","site":"plant1","asset":"10000017","title":"Feed pump leaks",)"
              R"("order_type":"corrective","status":"completed","company_code":"1000",)"
              R"("receiver":{"kind":"cost_center","code":"CC-100"},"currency":"EUR",)"
              R"("completed_at":"2026-11-25T06:00:00.000Z","planned_parts":[{"id":"0010/0010","part":"SEAL-9",)"
              R"("quantity":"2.000","unit":"EA","storeroom":"MAIN","needed_on":"2026-12-01"}]})");
    EXPECT_TRUE(pulled(page.cursor).objects.empty());
}

TEST_F(Maintenance, each_kind_is_carried_out_once_and_found) {
    for (const std::string& kind : spec().kinds) {
        const model::Command command = plant_.sample(kind);
        EXPECT_EQ(found(command).state, Found::State::absent) << kind;
        const auto receipt = push(command);
        ASSERT_TRUE(receipt) << kind << ": " << receipt.error().message;
        EXPECT_EQ(plant_.effects(command), 1U) << kind;
        const Found seen = found(command);
        EXPECT_EQ(seen.state, Found::State::present) << kind;
        EXPECT_EQ(seen.receipt.document, receipt->document) << kind;
    }
}

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
