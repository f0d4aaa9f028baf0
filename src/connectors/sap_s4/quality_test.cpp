// Inspection lots: results and usage decisions are made once, and never over somebody's head.

#include "connectors/drive.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sap_s4::test {
namespace {

class SapQuality : public testing::Test {
protected:
    void SetUp() override {
        auto made = spec().make(settings(), "");
        ASSERT_TRUE(made) << (made ? "" : made.error().message);
        connector_ = std::move(*made);
    }
    Peer peer() {
        return [this](const net::HttpRequest& request) {
            if (request.method == "PATCH") if_match_ = net::header(request.headers, "If-Match");
            return peer_.answer(request);
        };
    }
    Result<Receipt> push(const model::Command& command) { return run(connector_->push(command), peer()); }
    Found find(const model::Command& command) {
        const auto found = run(connector_->find(command), peer());
        EXPECT_TRUE(found) << (found ? "" : found.error().message);
        return found ? *found : Found{};
    }
    const Json& decision() const { return peer_.rows("A_InspLotUsageDecision").front(); }
    static model::Command with(model::Command command, const std::string& from, const std::string& to) {
        command.payload.replace(command.payload.find(from), from.size(), to);
        return command;
    }

    SapPeer peer_;
    std::unique_ptr<Connector> connector_;
    std::string if_match_;
};

TEST_F(SapQuality, a_decision_is_made_once_with_the_codes_of_the_map) {
    const model::Command command = peer_.sample("usage_decision.make");
    const auto receipt = push(command);
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(decision().text_or("InspectionLotUsageDecisionCode"), "R");
    EXPECT_EQ(decision().text_or("InspLotUsageDecisionCatalog"), "3");
    EXPECT_EQ(push(command).error().code, "decided_already");
    EXPECT_EQ(peer_.rows("A_InspLotUsageDecision").size(), 1U);
    EXPECT_EQ(find(command).state, Found::State::present);
    const Found other = find(with(command, "rejected", "accepted"));
    EXPECT_EQ(other.state, Found::State::undecidable);
    EXPECT_EQ(other.why.code, "decided_otherwise");
    EXPECT_NE(other.why.message.find("R instead of A"), std::string::npos) << other.why.message;
}

TEST_F(SapQuality, an_empty_decision_is_filled_under_its_etag_and_looked_at_anew_when_it_changed) {
    peer_.pitfalls.shows_empty_decisions = true;
    const model::Command command = peer_.sample("usage_decision.make");
    EXPECT_EQ(find(command).state, Found::State::absent);
    peer_.pitfalls.decision_changes = true;
    const auto changed = push(command);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().kind, ErrorKind::transient) << changed.error().message;
    EXPECT_EQ(if_match_, "W/\"1\"");
    peer_.pitfalls.decision_changes = false;
    ASSERT_TRUE(push(command));
    EXPECT_EQ(decision().text_or("InspectionLotUsageDecisionCode"), "R");
    EXPECT_EQ(find(command).state, Found::State::present);
}

TEST_F(SapQuality, a_result_keeps_its_decimals_and_another_one_under_its_key_is_seen) {
    const model::Command command = peer_.sample("inspection_result.record");
    const auto receipt = push(command);
    ASSERT_TRUE(receipt) << receipt.error().message;
    const Json& row = peer_.rows("A_InspectionResult").front();
    EXPECT_EQ(row.text_or("InspResultFrmtdMeanValue"), "12.50");
    EXPECT_EQ(row.text_or("InspectionValuationResult"), "R");
    EXPECT_EQ(receipt->document, row.text_or("InspectionLot") + "/1/10");
    EXPECT_EQ(find(with(command, "12.50", "12.51")).why.code, "reference_used_otherwise");
    EXPECT_EQ(push(command).error().kind, ErrorKind::invalid) << "recorded already";
}

TEST_F(SapQuality, what_is_decided_takes_no_results) {
    const model::Command decide = peer_.sample("usage_decision.make");
    ASSERT_TRUE(push(decide));
    const std::string lot = Json::parse(decide.payload)->text_or("inspection_lot");
    model::Command record = peer_.sample("inspection_result.record");
    record = with(record, Json::parse(record.payload)->text_or("inspection_lot"), lot);
    EXPECT_EQ(push(record).error().kind, ErrorKind::invalid);
}

TEST_F(SapQuality, scrap_leaves_the_stock_that_it_lies_in) {
    for (const auto& [stock, type] : {std::pair{"quality", "553"}, std::pair{"blocked", "555"}}) {
        const model::Command command = with(peer_.sample("scrap.post"), R"("reason_code")",
                                            R"("stock":")" + std::string(stock) + R"(","reason_code")");
        const auto receipt = push(command);
        ASSERT_TRUE(receipt) << receipt.error().message;
        EXPECT_EQ(peer_.rows("A_MaterialDocumentItem").back().text_or("GoodsMovementType"), type);
        EXPECT_EQ(find(command).state, Found::State::present);
    }
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
