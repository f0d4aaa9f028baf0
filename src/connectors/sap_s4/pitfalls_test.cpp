// What users of SAP's services report: each pitfall has its outcome, and nothing is carried out twice.

#include "connectors/drive.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sap_s4::test {
namespace {

class SapPitfall : public testing::Test {
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
    void expect_booked_once(const model::Command& command) {
        const auto receipt = push(command);
        ASSERT_TRUE(receipt) << command.kind << ": " << receipt.error().message;
        EXPECT_EQ(receipt->state, Receipt::State::booked);
        EXPECT_EQ(peer_.effects(command), 1U) << command.kind;
    }
    /// Refused or postponed, and nothing at the peer has changed.
    Error expect_nothing_done(const model::Command& command, ErrorKind kind, const std::string& code) {
        const std::string before = peer_.state();
        const auto receipt = push(command);
        EXPECT_FALSE(receipt) << command.kind;
        if (receipt) return {};
        EXPECT_EQ(receipt.error().kind, kind) << command.kind << ": " << receipt.error().message;
        if (!code.empty()) EXPECT_EQ(receipt.error().code, code) << receipt.error().message;
        EXPECT_EQ(peer_.state(), before) << command.kind;
        return receipt.error();
    }
    Found found(const model::Command& command) {
        const auto looked = run(connector_->find(command), peer());
        EXPECT_TRUE(looked) << (looked ? "" : looked.error().message);
        return looked ? *looked : Found{};
    }
    static model::Command with(model::Command command, const std::string& from, const std::string& to) {
        const std::size_t at = command.payload.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        if (at != std::string::npos) command.payload.replace(at, from.size(), to);
        return command;
    }
    static bool looks_first(const std::string& kind) {
        return kind.starts_with("order.") || kind == "usage_decision.make" || kind.starts_with("purchase_order.");
    }
    static bool is_journal(const std::string& kind) { return kind.starts_with("journal."); }

    SapPeer peer_;
    std::unique_ptr<Connector> connector_;
};

TEST_F(SapPitfall, a_200_with_document_0000000000_is_a_refusal_in_saps_words) {
    const model::Command wrong = with(peer_.sample("journal.post"), "610000", "619999");
    for (const bool blank : {false, true}) {
        peer_.pitfalls.blank_document = blank;
        const Error error = expect_nothing_done(wrong, ErrorKind::invalid, "F5/506");
        EXPECT_NE(error.message.find("G/L account 619999 does not exist"), std::string::npos) << error.message;
        EXPECT_EQ(found(wrong).state, Found::State::absent);
    }
}

TEST_F(SapPitfall, a_200_of_odata_that_carries_an_error_is_looked_up) {
    for (const std::string& kind : spec().kinds) {
        if (is_journal(kind)) continue;
        const model::Command command = peer_.sample(kind);
        peer_.switches.error_inside = 1;
        expect_nothing_done(command, ErrorKind::unknown_outcome, "");
        EXPECT_EQ(found(command).state, Found::State::absent) << kind;
        expect_booked_once(command);
    }
}

TEST_F(SapPitfall, a_token_that_expires_in_mid_run_is_fetched_once_and_the_write_is_carried_out_once) {
    for (const std::string& kind : spec().kinds) {
        if (is_journal(kind)) continue;  // the SOAP service knows no tokens
        expect_booked_once(peer_.sample(kind));
        peer_.switches.expire_tokens = 1;
        const model::Command command = peer_.sample(kind);
        const std::uint64_t before = peer_.requests;
        expect_booked_once(command);
        // An order or a lot is looked at before and after each step: orders_test counts what was carried out.
        if (!looks_first(kind)) EXPECT_EQ(peer_.requests - before, 3U) << kind << ": refused, fetched, sent";
    }
}

TEST_F(SapPitfall, a_token_that_never_fits_is_told_and_not_sent_for_ever) {
    peer_.switches.drop_cookies = true;
    const Error error = expect_nothing_done(peer_.sample("goods_issue.post"), ErrorKind::unauthorized, "token_refused");
    EXPECT_NE(error.message.find("proxy"), std::string::npos) << error.message;
    EXPECT_EQ(peer_.requests, 2U);
}

TEST_F(SapPitfall, a_user_who_needs_no_token_writes_without_one) {
    peer_.switches.token_needed = false;
    expect_booked_once(peer_.sample("goods_issue.post"));
}

TEST_F(SapPitfall, a_locked_object_is_tried_again_and_booked_when_it_is_free) {
    for (const std::string& kind : spec().kinds) {
        const model::Command command = peer_.sample(kind);
        const auto payload = Json::parse(command.payload);
        if (is_journal(kind) || kind.ends_with(".create")) continue;
        std::string object = "SEAL-9";
        if (kind.ends_with(".change") || kind.ends_with(".cancel"))
            object = payload->text_or("requisition", payload->text_or("reservation", payload->text_or("erp_order")));
        if (payload->find("purchase_order") != nullptr) object = payload->text_or("purchase_order");
        if (payload->find("inspection_lot") != nullptr) object = payload->text_or("inspection_lot");
        if (kind == "confirmation.post") object = payload->text_or("erp_order");
        if (kind == "confirmation.reverse")
            object = peer_.rows("MaintOrderConfirmation").back().text_or("MaintenanceOrder");
        peer_.pitfalls.locked = {object.substr(0, object.find('/'))};
        expect_nothing_done(command, ErrorKind::transient, "locked");
        peer_.pitfalls.locked.clear();
        expect_booked_once(command);
    }
}

TEST_F(SapPitfall, a_closed_period_is_final_and_never_posted_on_another_day) {
    for (const char* kind : {"journal.post", "journal.reverse", "goods_issue.post", "goods_issue.reverse", "scrap.post",
                             "scrap.reverse", "confirmation.post"}) {
        const model::Command command = peer_.sample(kind);
        peer_.pitfalls.open_from = "2026-12-01";
        expect_nothing_done(command, ErrorKind::invalid, "period_closed");
        peer_.pitfalls.open_from = "2026-11-01";
        expect_booked_once(command);
    }
}

TEST_F(SapPitfall, a_document_of_somebody_else_under_the_key_is_not_taken_for_ours) {
    const auto expect_undecidable = [&](const model::Command& other, const std::string& from, const std::string& to,
                                        const std::string& word) {
        expect_booked_once(other);
        const Found seen = found(with(other, from, to));
        EXPECT_EQ(seen.state, Found::State::undecidable) << other.kind;
        EXPECT_EQ(seen.why.code, "reference_used_otherwise") << seen.why.message;
        EXPECT_NE(seen.why.message.find(word), std::string::npos) << seen.why.message;
        EXPECT_EQ(found(other).state, Found::State::present) << other.kind;
    };
    for (const char* kind : {"goods_issue.post", "scrap.post"}) {
        expect_undecidable(peer_.sample(kind), "SEAL-9", "BEARING-6204", "Material is SEAL-9 instead of BEARING-6204");
        expect_undecidable(peer_.sample(kind), R"("quantity":"2")", R"("quantity":"3")", "QuantityInEntryUnit is 2");
    }
    expect_undecidable(peer_.sample("goods_issue.post"), R"("quantity":"2")", R"("quantity":"-2")",
                       "201 instead of 202");
    expect_undecidable(peer_.sample("requisition.create"), "SEAL-9", "BEARING-6204", "Material");
    expect_undecidable(peer_.sample("confirmation.post"), R"("hours":"2.25")", R"("hours":"2.5")",
                       "ActualWorkQuantity");
    expect_undecidable(peer_.sample("reservation.create"), "SEAL-9", "BEARING-6204", "Product");
    expect_undecidable(peer_.sample("journal.post"), R"("amount":"12.50","receiver")", R"("amount":"12.51","receiver")",
                       "account 610000 is 12.50 instead of 12.51");
    expect_undecidable(peer_.sample("journal.post"), "610000", "620000", "account 620000 is 0 instead of 12.50");
    expect_undecidable(peer_.sample("journal.post"), R"("currency":"EUR")", R"("currency":"USD")",
                       "EUR instead of USD");
    const std::string document = Json::parse(peer_.sample("journal.reverse").payload)->text_or("document");
    const model::Command reversal = peer_.sample("journal.reverse");
    expect_undecidable(reversal, Json::parse(reversal.payload)->text_or("document"), document, "reversed document");
}

TEST_F(SapPitfall, a_long_journal_is_compared_whole) {
    const std::string line = R"({"side":"debit","account":"610000","amount":"12.50","receiver":{"kind":"cost_center",)"
                             R"("code":"CC-100"},"text":"2.5 H MECH"})";
    std::string lines;
    for (int more = 0; more < 59; ++more) lines += line + ",";
    const model::Command command =
        with(with(peer_.sample("journal.post"), line, lines + line), R"("amount":"12.50"}])", R"("amount":"750.00"}])");
    expect_booked_once(command);
    EXPECT_EQ(found(command).state, Found::State::present);
    EXPECT_EQ(found(with(command, R"("amount":"12.50")", R"("amount":"12.49")")).why.code, "reference_used_otherwise");
}

TEST_F(SapPitfall, two_documents_under_one_key_are_for_a_person) {
    for (const char* kind : {"journal.post", "goods_issue.post", "scrap.post", "requisition.create",
                             "reservation.create", "confirmation.post"}) {
        const model::Command command = peer_.sample(kind);
        ASSERT_TRUE(push(command)) << kind;
        ASSERT_TRUE(push(command)) << kind << ": SAP takes a reference twice";
        const Found seen = found(command);
        EXPECT_EQ(seen.state, Found::State::undecidable) << kind;
        EXPECT_EQ(seen.why.code, "duplicate_reference") << kind;
    }
}

TEST_F(SapPitfall, a_429_is_waited_for_as_long_as_it_says) {
    for (const std::string& kind : spec().kinds) {
        const model::Command command = peer_.sample(kind);
        peer_.switches.throttle = 1;
        const Error error = expect_nothing_done(command, ErrorKind::rate_limited, "");
        EXPECT_EQ(error.retry_after, Millis(7'000)) << kind;
        peer_.switches.throttle = 1;
        peer_.switches.throttle_without_time = true;
        EXPECT_EQ(expect_nothing_done(command, ErrorKind::rate_limited, "").retry_after, Millis(1'000)) << kind;
        peer_.switches.throttle_without_time = false;
        expect_booked_once(command);
    }
}

TEST_F(SapPitfall, a_lost_answer_is_unknown_and_found_with_its_document) {
    for (const std::string& kind : spec().kinds) {
        for (const bool dumps : {false, true}) {
            if (dumps && is_journal(kind)) continue;  // a fault of the SOAP service has its own test
            const model::Command command = peer_.sample(kind);
            (dumps ? peer_.switches.dump_after_commit : peer_.switches.lose_answers) = 1;
            const auto receipt = push(command);
            ASSERT_FALSE(receipt) << kind;
            EXPECT_EQ(receipt.error().kind, ErrorKind::unknown_outcome) << kind << ": " << receipt.error().message;
            const Found seen = found(command);
            EXPECT_EQ(seen.state, Found::State::present) << kind;
            EXPECT_FALSE(seen.receipt.document.empty()) << kind;
            EXPECT_EQ(peer_.effects(command), 1U) << kind;
        }
    }
}

TEST_F(SapPitfall, a_lost_answer_to_the_token_is_not_a_lost_write) {
    const model::Command command = peer_.sample("goods_issue.post");
    const auto receipt = run(connector_->push(command), [](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
    });
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::transient) << receipt.error().message;
    expect_booked_once(command);
}

TEST_F(SapPitfall, a_fault_of_the_journal_service_is_looked_up) {
    const model::Command command = peer_.sample("journal.post");
    peer_.pitfalls.fault = 1;
    expect_nothing_done(command, ErrorKind::unknown_outcome, "");
    EXPECT_EQ(found(command).state, Found::State::absent);
    expect_booked_once(command);
}

TEST_F(SapPitfall, a_reversal_without_its_reference_or_by_a_person_is_for_a_person) {
    const model::Command command = peer_.sample("journal.reverse");
    peer_.pitfalls.reversal_keeps_reference = false;
    expect_nothing_done(with(command, R"("company_code":"1000")", R"("company_code":"")"), ErrorKind::invalid, "");
    ASSERT_TRUE(push(command));
    const Found seen = found(command);
    EXPECT_EQ(seen.state, Found::State::undecidable);
    EXPECT_EQ(seen.why.code, "reversed_otherwise");
}

TEST_F(SapPitfall, a_cancellation_that_copies_the_reference_is_not_taken_for_the_posting) {
    peer_.pitfalls.cancel_copies_reference = true;
    const model::Command command = peer_.sample("goods_issue.post");
    const auto receipt = push(command);
    ASSERT_TRUE(receipt);
    model::Command cancel = peer_.sample("goods_issue.reverse");
    cancel = with(cancel, Json::parse(cancel.payload)->text_or("document"), receipt->document);
    ASSERT_TRUE(push(cancel));
    const Found seen = found(command);
    EXPECT_EQ(seen.state, Found::State::present);
    EXPECT_EQ(seen.receipt.document, receipt->document);
}

TEST_F(SapPitfall, a_cancellation_by_a_person_counts_and_is_told) {
    peer_.pitfalls.cancels_as = "CLERK";
    const model::Command command = peer_.sample("goods_issue.reverse");
    const auto receipt = push(command);  // as the person did it, with a lost answer of ours before
    ASSERT_TRUE(receipt);
    const Found seen = found(command);
    EXPECT_EQ(seen.state, Found::State::present);
    EXPECT_EQ(seen.receipt.document, receipt->document);
    EXPECT_EQ(seen.receipt.details, R"({"cancelled_by":"CLERK","posting_date":"2026-11-25"})");
    EXPECT_EQ(push(command).error().kind, ErrorKind::invalid) << "and never twice";
    EXPECT_EQ(peer_.effects(command), 1U);
}

TEST_F(SapPitfall, a_missing_right_and_too_little_stock_are_told_and_warnings_kept) {
    peer_.switches.denied = {"API_MATERIAL_DOCUMENT_SRV"};
    expect_nothing_done(peer_.sample("goods_issue.post"), ErrorKind::unauthorized, "");
    peer_.switches.denied.clear();
    const model::Command many =
        with(with(peer_.sample("goods_issue.post"), "SEAL-9", "FEW-1"), R"("quantity":"2")", R"("quantity":"4")");
    for (const bool xml : {false, true}) {
        peer_.switches.xml_errors = xml;
        expect_nothing_done(many, ErrorKind::invalid, "stock_insufficient");
    }
    peer_.switches.xml_errors = false;
    peer_.switches.warns = true;
    const auto receipt = push(peer_.sample("goods_issue.post"));
    ASSERT_TRUE(receipt);
    EXPECT_NE(receipt->details.find("Stock below safety"), std::string::npos) << receipt->details;
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
