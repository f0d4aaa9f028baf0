// Sign-in by OAuth 2 and by certificate. The fake knows passwords only: in front of it stands a gateway that gives out
// tokens, refuses those that have ended, and signs in at the fake for those that hold.

#include "connectors/sap_maintenance/test_maintenance.h"

namespace tieline::connectors::sap_maintenance::test {
namespace {

class SignInOfMaintenance : public Maintenance {
protected:
    static Settings by(const std::string& way) {
        Settings made = settings();
        std::erase_if(made.values, [](const auto& each) { return each.first == "user" || each.first == "password"; });
        made.values.emplace_back("sign_in", way);
        if (way != "oauth") return made;
        made.values.emplace_back("token_url", "https://auth.example/oauth/token");
        made.values.emplace_back("client_id", "hub");
        made.values.emplace_back("client_secret", "Secret-2");
        return made;
    }
    void sign_in_by(const std::string& way) {
        auto made = make_by(by(way), "", clock_);
        ASSERT_TRUE(made) << made.error().message;
        connector_ = std::move(*made);
    }
    Result<net::HttpResponse> gateway(net::HttpRequest request) {
        if (request.url == "https://auth.example/oauth/token") {
            EXPECT_EQ(net::header(request.headers, "Authorization"), "Basic aHViOlNlY3JldC0y");  // hub:Secret-2
            const std::string token = "t" + std::to_string(++tokens_);
            return net::HttpResponse{
                200, {}, R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":3600})"};
        }
        const bool ends_now = request.method != "GET" && ends_before_writes_ > 0 && ends_before_writes_-- > 0;
        const std::string holding = "Bearer t" + std::to_string(tokens_);
        if (ends_now || net::header(request.headers, "Authorization") != holding)
            return net::HttpResponse{401, {{"WWW-Authenticate", "Bearer"}}, ""};
        for (auto& [name, value] : request.headers)
            if (name == "Authorization") value = "Basic VElFTElORTpTZWNyZXQtMQ==";
        if (net::header(request.headers, "X-CSRF-Token") == "Fetch") ++sessions_;
        return plant_.answer(request);
    }
    Peer through() {
        return [this](const net::HttpRequest& request) { return gateway(request); };
    }

    int tokens_ = 0, sessions_ = 0, ends_before_writes_ = 0;
};

TEST_F(SignInOfMaintenance, one_token_serves_the_check_reads_looks_and_writes) {
    sign_in_by("oauth");
    (void)plant_.make_order();
    ASSERT_TRUE(run(connector_->probe(), through()));
    const auto page = run(connector_->pull("", 10), through());
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->objects.size(), 1U);
    for (const char* kind : {"workorder.create", "workorder.link", "workorder.status"}) {
        const model::Command command = plant_.sample(kind);
        const auto receipt = run(connector_->push(command), through());
        ASSERT_TRUE(receipt) << kind << ": " << receipt.error().message;
        EXPECT_EQ(run(connector_->find(command), through())->state, Found::State::present) << kind;
    }
    EXPECT_EQ(tokens_, 1);
}

TEST_F(SignInOfMaintenance, a_token_that_ends_in_the_middle_is_renewed_and_nothing_is_made_twice) {
    sign_in_by("oauth");
    for (int i = 0; i < 3; ++i) {
        ends_before_writes_ = 1;
        const model::Command command = plant_.sample("workorder.create");
        const auto receipt = run(connector_->push(command), through());
        ASSERT_TRUE(receipt) << receipt.error().message;
        EXPECT_EQ(plant_.effects(command), 1U);
    }
    EXPECT_EQ(tokens_, 4);
    EXPECT_EQ(sessions_, 1) << "the token against forged writes belongs to the session";
    ends_before_writes_ = 100;
    const model::Command command = plant_.sample("workorder.create");
    EXPECT_EQ(run(connector_->push(command), through()).error().kind, ErrorKind::unauthorized);
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
