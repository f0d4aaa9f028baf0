// The connector against the strict fake: each kind is carried out once and found.

#include "connectors/drive.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sap_s4::test {
namespace {

class Sap : public testing::Test {
protected:
    void SetUp() override {
        auto made = spec().make(settings(), "");
        ASSERT_TRUE(made) << (made ? "" : made.error().message);
        connector_ = std::move(*made);
    }
    Peer peer() {
        return [this](const net::HttpRequest& request) { return peer_.answer(request); };
    }
    Result<Receipt> push(const model::Command& command) { return run(connector_->push(command), peer()); }
    Found::State state_of(const model::Command& command) {
        const auto found = run(connector_->find(command), peer());
        EXPECT_TRUE(found) << (found ? "" : found.error().message);
        why_ = found ? found->why.code : found.error().code;
        document_ = found ? found->receipt.document : "";
        return found ? found->state : Found::State::rejected;
    }
    SapPeer peer_;
    std::unique_ptr<Connector> connector_;
    std::string why_, document_;
};

TEST_F(Sap, EachKindIsCarriedOutOnceAndFound) {
    for (const std::string& kind : spec().kinds) {
        const model::Command command = peer_.sample(kind);
        const auto receipt = push(command);
        ASSERT_TRUE(receipt) << kind << ": " << receipt.error().message;
        EXPECT_EQ(peer_.effects(command), 1U) << kind;
        EXPECT_EQ(state_of(command), Found::State::present) << kind;
        EXPECT_EQ(document_, receipt->document) << kind;
    }
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
