// Sign-in by OAuth 2 and by certificate.

#include "connectors/odata/test_gateway.h"
#include "connectors/sap_s4/test_sap_reads.h"

namespace tieline::connectors::sap_s4::test {
namespace {

class SapSignIn : public SapReads {
protected:
    static Settings by(const std::string& way) {
        Settings made = settings();
        made.values.emplace_back("created_by", "TIELINE");
        made.values.emplace_back("kinds", "requisition");
        return odata::test::signed_in_by(std::move(made), way);
    }
    void SetUp() override {
        auto connector = make_by(by("oauth"), "", clock_);
        ASSERT_TRUE(connector) << connector.error().message;
        connector_ = std::move(*connector);
    }

    odata::test::Gateway gateway_{[this](const net::HttpRequest& request) { return peer_.answer(request); }};
};

TEST_F(SapSignIn, a_token_is_fetched_once_and_serves_reads_writes_and_journals) {
    (void)peer_.make_requisition("SEAL-9");
    const auto page = run(connector_->pull("", 10), gateway_.peer());
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->objects.size(), 1U);
    for (const char* kind : {"goods_issue.post", "journal.post"}) {
        const model::Command command = peer_.sample(kind);
        ASSERT_TRUE(run(connector_->push(command), gateway_.peer())) << kind;
        EXPECT_EQ(run(connector_->find(command), gateway_.peer())->state, Found::State::present);
    }
    EXPECT_EQ(gateway_.tokens, 1);
}

/// The token against forged writes belongs to the session, not to the bearer token.
TEST_F(SapSignIn, a_token_that_ends_in_the_middle_of_writes_is_renewed_and_the_session_kept) {
    ASSERT_TRUE(run(connector_->push(peer_.sample("goods_issue.post")), gateway_.peer()));
    for (int i = 0; i < 3; ++i) {
        gateway_.ends_before_writes = 1;
        const model::Command command = peer_.sample("goods_issue.post");
        const auto receipt = run(connector_->push(command), gateway_.peer());
        ASSERT_TRUE(receipt) << receipt.error().message;
        EXPECT_EQ(peer_.effects(command), 1U);
    }
    EXPECT_EQ(gateway_.tokens, 4);
    EXPECT_EQ(gateway_.sessions, 1) << "one session served all of them";
    clock_.time += Millis(3'600'000);
    ASSERT_TRUE(run(connector_->push(peer_.sample("goods_issue.post")), gateway_.peer()));
    EXPECT_EQ(gateway_.tokens, 5) << "one that is about to end is not used";
}

TEST_F(SapSignIn, tokens_that_never_hold_are_unauthorized_and_nothing_is_written) {
    gateway_.ends_before_writes = 100;
    const model::Command command = peer_.sample("goods_issue.post");
    const auto receipt = run(connector_->push(command), gateway_.peer());
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::unauthorized) << receipt.error().message;
    EXPECT_EQ(peer_.effects(command), 0U);
}

TEST_F(SapSignIn, a_certificate_alone_sends_no_authorization) {
    auto connector = make_by(by("certificate"), "", clock_);
    ASSERT_TRUE(connector) << connector.error().message;
    const Peer by_certificate = [&](const net::HttpRequest& request) {
        EXPECT_EQ(net::header(request.headers, "Authorization"), "");
        net::HttpRequest inner = request;
        inner.headers.emplace_back("Authorization", "Basic VElFTElORTpTZWNyZXQtMQ==");
        return peer_.answer(inner);
    };
    EXPECT_TRUE(run((*connector)->push(peer_.sample("goods_issue.post")), by_certificate));
}

TEST_F(SapSignIn, what_a_sign_in_needs_and_does_not_have_is_named) {
    for (const auto& [way, missing] : {std::pair{"basic", "user"}, std::pair{"magic", "sign_in"}})
        EXPECT_EQ(make_by(by(way), "", clock_).error().field, missing);
    Settings half = by("oauth");
    half.values.pop_back();
    EXPECT_EQ(make_by(half, "", clock_).error().field, "client_secret");
    Settings nobody = by("certificate");
    std::erase_if(nobody.values, [](const auto& each) { return each.first == "created_by"; });
    EXPECT_EQ(make_by(nobody, "", clock_).error().field, "created_by");
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
