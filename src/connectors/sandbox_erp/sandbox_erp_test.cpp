#include "connectors/sandbox_erp/test_erp_peer.h"

#include <algorithm>

namespace tieline::connectors::sandbox_erp::test {
namespace {

class SandboxErpTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = spec().make(settings(), "");
        ASSERT_TRUE(made) << made.error().message;
        connector_ = std::move(*made);
    }
    Result<Receipt> push(const model::Command& command) { return run(connector_->push(command), peer_.peer()); }
    Found find(const model::Command& command) {
        const auto found = run(connector_->find(command), peer_.peer());
        EXPECT_TRUE(found) << found.error().message;
        return found ? *found : Found{};
    }
    void faults(const std::string& rule) {
        EXPECT_EQ(peer_.erp.post("/admin/faults", R"({"seed":1,"rules":[)" + rule + "]}").status, 200);
    }
    /// The sample with one text replaced.
    model::Command changed(const std::string& kind, const std::string& from, const std::string& to) {
        model::Command command = peer_.sample(kind);
        command.payload.replace(command.payload.find(from), from.size(), to);
        return command;
    }

    ErpPeer peer_;
    std::unique_ptr<Connector> connector_;
};

TEST_F(SandboxErpTest, EveryKindIsBookedAndFoundWithTheSameReceipt) {
    for (const std::string& kind : spec().kinds) {
        SCOPED_TRACE(kind);
        const model::Command command = peer_.sample(kind);
        EXPECT_EQ(find(command).state, Found::State::absent);
        const auto receipt = push(command);
        ASSERT_TRUE(receipt) << receipt.error().message;
        EXPECT_EQ(receipt->state, Receipt::State::booked);
        const Found found = find(command);
        ASSERT_EQ(found.state, Found::State::present);
        EXPECT_EQ(found.receipt.document, receipt->document);
        // What an object's state was right after a change is in the answer only.
        if (kind.ends_with(".post") || kind.ends_with(".reverse")) EXPECT_EQ(found.receipt.details, receipt->details);
    }
}

TEST_F(SandboxErpTest, TheErpsOwnValueComesBack) {
    const auto receipt = push(peer_.sample("goods_issue.post"));
    EXPECT_EQ(receipt->details,
              R"({"amount":"25.00","currency":"EUR","company_amount":"25.00","company_currency":"EUR",)"
              R"("posting_date":"2026-11-24","base_quantity":"2","base_unit":"PCE"})");
}

TEST_F(SandboxErpTest, AClosedPeriodCarriesTheNextOpenDate) {
    peer_.erp.post("/admin/periods", R"({"companyCode":"1000","period":"2026-11","open":false})");
    const auto refused = push(peer_.sample("journal.post"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(refused.error().code, "period_closed");
    EXPECT_EQ(refused.error().field, "/postingDate");
    const auto details = Json::parse(refused.error().details);
    ASSERT_TRUE(details) << refused.error().details;
    EXPECT_EQ(details->text_or("next_open_date"), "2026-12-01");
    EXPECT_NE(refused.error().message.find("2026-11"), std::string::npos);
}

TEST_F(SandboxErpTest, RefusalsKeepCodeFieldAndTheLikelyCode) {
    const auto unknown = push(changed("journal.post", "CC-100", "CC100"));
    EXPECT_EQ(unknown.error().kind, ErrorKind::invalid);
    EXPECT_EQ(unknown.error().code, "unknown_cost_center");
    EXPECT_EQ(unknown.error().field, "/items/0/costCenter");
    EXPECT_NE(unknown.error().message.find("CC-100"), std::string::npos) << unknown.error().message;
    EXPECT_NE(unknown.error().details.find("did_you_mean"), std::string::npos);
    const auto lost_document = push(changed("journal.reverse", "1000000001", "1999999999"));
    EXPECT_EQ(lost_document.error().kind, ErrorKind::invalid);
    EXPECT_EQ(lost_document.error().code, "unknown_document");
    model::Command twice = peer_.sample("journal.reverse");
    ASSERT_TRUE(push(twice));
    twice.key = "7ZQK9M2P4R6T9999";
    const auto conflict = push(twice);
    EXPECT_EQ(conflict.error().kind, ErrorKind::conflict);
    EXPECT_EQ(conflict.error().code, "already_reversed");
}

TEST_F(SandboxErpTest, ALostReplyIsUnknownAndThenPresent) {
    faults(R"({"fault":"drop_after","count":1,"method":"POST"},)"
           R"({"fault":"error_after","count":1,"skip":1,"method":"POST"})");
    for (int attempt = 0; attempt < 2; ++attempt) {
        const model::Command command = peer_.sample("journal.post");
        const auto lost = push(command);
        ASSERT_FALSE(lost);
        EXPECT_EQ(lost.error().kind, ErrorKind::unknown_outcome);
        EXPECT_EQ(find(command).state, Found::State::present);
    }
}

TEST_F(SandboxErpTest, AcceptedIsNotBookedUntilTheErpSaysSo) {
    faults(R"({"fault":"accept_later","count":1,"ms":5000})");
    const model::Command command = peer_.sample("journal.post");
    const auto accepted = push(command);
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_EQ(accepted->state, Receipt::State::accepted);
    EXPECT_EQ(accepted->document, "");
    EXPECT_EQ(accepted->details, R"({"submission":"S-1"})");
    EXPECT_EQ(find(command).receipt.state, Receipt::State::accepted);
    peer_.erp.now += Millis(5000);
    const auto followed = run(connector_->follow(command, ""), peer_.peer());
    ASSERT_TRUE(followed);
    EXPECT_EQ(followed->state, Found::State::present);
    EXPECT_EQ(followed->receipt.state, Receipt::State::booked);
    EXPECT_EQ(followed->receipt.document, "1000000001");
}

TEST_F(SandboxErpTest, AcceptedThenRejectedSaysWhy) {
    faults(R"({"fault":"accept_later","count":1})");
    const model::Command command = changed("journal.post", "2026-11-24", "2050-11-24");
    ASSERT_TRUE(push(command));
    const Found found = find(command);
    EXPECT_EQ(found.state, Found::State::rejected);
    EXPECT_EQ(found.why.kind, ErrorKind::invalid);
    EXPECT_EQ(found.why.code, "period_closed");
    // The corrected payload under the same key counts, not the old refusal.
    model::Command corrected = command;
    corrected.payload.replace(corrected.payload.find("2050"), 4, "2026");
    ASSERT_TRUE(push(corrected));
    EXPECT_EQ(find(corrected).state, Found::State::present);
}

TEST_F(SandboxErpTest, TwoDocumentsWithOneReferenceAreForAPerson) {
    const model::Command command = peer_.sample("journal.post");
    ASSERT_TRUE(push(command));
    ASSERT_TRUE(push(command));
    const Found found = find(command);
    EXPECT_EQ(found.state, Found::State::undecidable);
    EXPECT_EQ(found.why.code, "duplicate_reference");
    // Once a person has reversed one of them, the other is the one.
    peer_.erp.post("/api/documents/1000000001/reverse", R"({"postingDate":"2026-11-24","reason":"double"})");
    const Found after = find(command);
    EXPECT_EQ(after.state, Found::State::present);
    EXPECT_EQ(after.receipt.document, "1000000002");
    model::Command other = peer_.sample("goods_issue.post");
    other.key = command.key;
    EXPECT_EQ(find(other).why.code, "reference_used_otherwise");
}

TEST_F(SandboxErpTest, TheKeyIsTheReferenceWhateverThePayloadSays) {
    const model::Command command = changed("journal.post", "\"reference\":\"7ZQK", "\"reference\":\"OLD1");
    ASSERT_NE(command.payload.find("OLD1"), std::string::npos);
    ASSERT_TRUE(push(command));
    EXPECT_EQ(find(command).state, Found::State::present);
}

TEST_F(SandboxErpTest, InvoicesAndRatesComeInReversedOnesDoNot) {
    std::string cursor;
    for (bool more = true; more;) {
        const auto old = run(connector_->pull(cursor, 500), peer_.peer());
        ASSERT_TRUE(old) << old.error().message;
        cursor = old->cursor;
        more = old->more;
    }
    const auto invoice = [&](const std::string& number) {
        return peer_.erp.post("/api/invoices", R"({"companyCode":"1000","postingDate":"2026-11-24","vendor":"V-100",
            "purchaseOrder":"PO-100-KWD","currency":"KWD","amount":"5.125","workOrder":"WO-9","workOrderLine":"C1",
            "vendorInvoice":")" + number + "\"}");
    };
    EXPECT_EQ(invoice("R-1").status, 201);
    EXPECT_EQ(invoice("R-2").status, 201);
    peer_.erp.post("/api/documents/5100000002/reverse", R"({"postingDate":"2026-11-24","reason":"wrong"})");
    peer_.erp.post("/admin/rates", R"({"from":"SEK","to":"EUR","rate":"0.09","validFrom":"2026-11-01"})");
    const auto page = run(connector_->pull(cursor, 500), peer_.peer());
    ASSERT_TRUE(page);
    ASSERT_EQ(page->objects.size(), 2U);
    EXPECT_EQ(page->objects[0].type, "invoice.received");
    EXPECT_EQ(page->objects[0].correlation, "WO-9");
    EXPECT_EQ(page->objects[0].data,
              R"({"invoice":"R-1","vendor":"V-100","purchase_order":"PO-100-KWD","work_order":"WO-9","line":"C1",)"
              R"("currency":"KWD","amount":"5.125","posting_date":"2026-11-24","document":"5100000001"})");
    EXPECT_EQ(page->objects[1].data, R"({"from":"SEK","to":"EUR","rate":"0.09","valid_from":"2026-11-01"})");
    for (const SourceObject& object : page->objects) {
        const auto again = run(connector_->fetch(object.object), peer_.peer());
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(again->data, object.data);
    }
    EXPECT_FALSE(run(connector_->fetch("5100000002"), peer_.peer()));
    EXPECT_FALSE(run(connector_->fetch("JPY/"), peer_.peer()));
}

TEST_F(SandboxErpTest, ProbeNamesWhatIsMissing) {
    Settings wanted = settings();
    wanted.values.emplace_back("company_codes", "1000, 2000");
    wanted.values.emplace_back("accounts", "610000,619999");
    const auto connector = spec().make(wanted, "");
    ASSERT_TRUE(connector) << connector.error().message;
    const auto probe = run((*connector)->probe(), peer_.peer());
    ASSERT_TRUE(probe) << probe.error().message;
    EXPECT_EQ(probe->missing, (std::vector<std::string>{"company code 2000", "account 619999"}));
    EXPECT_EQ(probe->system, "Tieline sandbox ERP 1");
    const auto stranger = spec().make(settings("wrong"), "");
    EXPECT_EQ(run((*stranger)->probe(), peer_.peer()).error().kind, ErrorKind::unauthorized);
}

}  // namespace
}  // namespace tieline::connectors::sandbox_erp::test
