// Sign-in by OAuth 2 and by certificate.

#include "connectors/odata/test_gateway.h"
#include "connectors/sap_maintenance/test_maintenance.h"

namespace tieline::connectors::sap_maintenance::test {
namespace {

class SignInOfMaintenance : public Maintenance {
protected:
    static Settings by(const std::string& way) { return odata::test::signed_in_by(settings(), way); }
    void sign_in_by(const std::string& way) {
        auto made = make_by(by(way), "", clock_);
        ASSERT_TRUE(made) << made.error().message;
        connector_ = std::move(*made);
    }

    odata::test::Gateway gateway_{[this](const net::HttpRequest& request) { return plant_.answer(request); }};
};

TEST_F(SignInOfMaintenance, one_token_serves_the_check_reads_looks_and_writes) {
    sign_in_by("oauth");
    (void)plant_.make_order();
    ASSERT_TRUE(run(connector_->probe(), gateway_.peer()));
    const auto page = run(connector_->pull("", 10), gateway_.peer());
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->objects.size(), 1U);
    for (const char* kind : {"workorder.create", "workorder.link", "workorder.status"}) {
        const model::Command command = plant_.sample(kind);
        const auto receipt = run(connector_->push(command), gateway_.peer());
        ASSERT_TRUE(receipt) << kind << ": " << receipt.error().message;
        EXPECT_EQ(run(connector_->find(command), gateway_.peer())->state, Found::State::present) << kind;
    }
    EXPECT_EQ(gateway_.tokens, 1);
}

TEST_F(SignInOfMaintenance, a_token_that_ends_in_the_middle_is_renewed_and_nothing_is_made_twice) {
    sign_in_by("oauth");
    for (int i = 0; i < 3; ++i) {
        gateway_.ends_before_writes = 1;
        const model::Command command = plant_.sample("workorder.create");
        const auto receipt = run(connector_->push(command), gateway_.peer());
        ASSERT_TRUE(receipt) << receipt.error().message;
        EXPECT_EQ(plant_.effects(command), 1U);
    }
    EXPECT_EQ(gateway_.tokens, 4);
    EXPECT_EQ(gateway_.sessions, 1) << "the token against forged writes belongs to the session";
    gateway_.ends_before_writes = 100;
    const model::Command command = plant_.sample("workorder.create");
    EXPECT_EQ(run(connector_->push(command), gateway_.peer()).error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(plant_.effects(command), 0U);
}

TEST_F(SignInOfMaintenance, what_a_sign_in_needs_and_does_not_have_is_named) {
    for (const auto& [way, missing] : {std::pair{"basic", "user"}, std::pair{"magic", "sign_in"}})
        EXPECT_EQ(make_by(by(way), "", clock_).error().field, missing);
    Settings half = by("oauth");
    half.values.pop_back();
    EXPECT_EQ(make_by(half, "", clock_).error().field, "client_secret");
    EXPECT_TRUE(make_by(by("certificate"), "", clock_)) << "tests/connectors/certificate_test.cpp shows it over TLS";
}

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
