// Sign-in as a browser and a machine see it.

#include "api/test_hub.h"
#include "api/who.h"
#include "base/json.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tieline::api {
namespace {

using identity::Role;
using testing::completed;
using testing::TestHub;
using Headers = std::vector<net::Header>;

constexpr const char* password = "four quiet green pumps";

Json body_of(const net::HttpResponse& response) {
    const Result<Json> parsed = Json::parse(response.body);
    return parsed ? *parsed : Json();
}

net::HttpRequest request_of(const char* method, const std::string& url, Headers headers) {
    net::HttpRequest request;
    request.method = method;
    request.url = url;
    request.headers = std::move(headers);
    return request;
}

/// What a browser keeps of an answer: the cookie, and the token for writes.
Headers kept(const net::HttpResponse& response) {
    const std::string_view set = net::header(response.headers, "Set-Cookie");
    return {{"Cookie", "other=1; " + std::string(set.substr(0, set.find(';')))},
            {"X-CSRF-Token", body_of(response).text_or("csrf")}};
}

TEST(Session, TheFirstLinkMakesAnAdministratorWhoIsSignedInAndMayInvite) {
    TestHub hub("", true);
    EXPECT_EQ(hub.get("/api/v1/status").status, 401);
    const Json before = body_of(hub.get("/api/v1/session"));
    EXPECT_EQ(before.text_or("sign_in"), "on");
    EXPECT_FALSE(before.bool_or("signed_in", true));
    const std::string code = **hub.identity().first_link();
    const std::string body = R"({"code":")" + code + R"(","password":")" + password + R"(","name":"chief"})";
    const net::HttpResponse started = hub.post("/api/v1/session/link", body);
    ASSERT_EQ(started.status, 200) << started.body;
    const std::string cookie(net::header(started.headers, "Set-Cookie"));
    EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
    EXPECT_NE(cookie.find("; SameSite=Strict"), std::string::npos);
    EXPECT_EQ(hub.post("/api/v1/session/link", body).status, 404) << "a link works once";
    const Headers chief = kept(started);
    EXPECT_EQ(body_of(hub.send(request_of("GET", "/api/v1/session", chief))).text_or("name"), "chief");
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/status", chief)).status, 200);
    const net::HttpResponse invited =
        hub.post("/api/v1/people", R"({"name":"tom","roles":["technician"],"person_code":"P17"})", chief);
    ASSERT_EQ(invited.status, 201) << invited.body;
    const std::string link = body_of(invited).text_or("link");
    ASSERT_TRUE(link.starts_with("/sign-in#"));
    const net::HttpResponse tom =
        hub.post("/api/v1/session/link", R"({"code":")" + link.substr(9) + R"(","password":")" + password + R"("})");
    ASSERT_EQ(tom.status, 200) << tom.body;
    EXPECT_EQ(body_of(tom).text_or("person_code"), "P17");
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/people", kept(tom))).status, 403);
    EXPECT_EQ(hub.post("/api/v1/people/tom", R"({"disabled":true})", chief).status, 200);
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/status", kept(tom))).status, 401) << "out at once";
    const net::HttpResponse last = hub.post("/api/v1/people/chief", R"({"roles":["auditor"]})", chief);
    EXPECT_EQ(last.status, 409);
    EXPECT_EQ(body_of(last).text_or("code"), "last_administrator");
}

TEST(Session, SigningInRenewsTheIdAndSigningOutEndsIt) {
    TestHub hub("", true);
    const Headers first = hub.as("anna", {Role::planner});
    Headers planted = first;  // an attacker's session in the victim's browser
    planted.emplace_back("Content-Type", "application/json");
    const net::HttpResponse in =
        hub.post("/api/v1/session", std::string(R"({"name":"anna","password":")") + password + R"("})", planted);
    ASSERT_EQ(in.status, 200) << in.body;
    EXPECT_NE(kept(in)[0].second, "other=1; " + first[0].second) << "never the id that was sent";
    const net::HttpResponse out = hub.send(request_of("DELETE", "/api/v1/session", kept(in)));
    EXPECT_EQ(out.status, 200);
    EXPECT_NE(std::string(net::header(out.headers, "Set-Cookie")).find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/status", kept(in))).status, 401);
}

TEST(Session, WritesWithACookieNeedTheTokenAndTheOwnAddress) {
    TestHub hub("", true);
    const Headers chief = hub.as("chief", {Role::administrator});
    const std::string invite = R"({"name":"tom","roles":["technician"]})";
    const net::HttpResponse forged = hub.post("/api/v1/people", invite, {chief[0]});
    EXPECT_EQ(forged.status, 403);
    EXPECT_EQ(body_of(forged).text_or("code"), "csrf_missing");
    Headers wrong = {chief[0], {"X-CSRF-Token", std::string(32, '0')}};
    EXPECT_EQ(hub.post("/api/v1/people", invite, wrong).status, 403);
    Headers elsewhere = chief;
    elsewhere.emplace_back("Origin", "http://evil.example");
    EXPECT_EQ(body_of(hub.post("/api/v1/people", invite, elsewhere)).text_or("code"), "wrong_origin");
    const std::string sign_in = std::string(R"({"name":"chief","password":")") + password + R"("})";
    EXPECT_EQ(hub.post("/api/v1/session", sign_in, {{"Origin", "null"}}).status, 403) << "no planted sign-in either";
    Headers own = chief;
    own.emplace_back("Origin", "http://127.0.0.1:8420");
    EXPECT_EQ(hub.post("/api/v1/people", invite, own).status, 201);
}

TEST(Session, TwoSessionsInOneRequestAreNone) {
    TestHub hub("", true);
    const Headers anna = hub.as("anna", {Role::planner}), eve = hub.as("eve", {Role::planner});
    Headers both = anna;
    both[0].second += "; " + eve[0].second;
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/status", both)).status, 401) << "a page of another port set one";
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/status", anna)).status, 200);
}

TEST(Session, APageOfAnotherPortIsNotOurs) {
    ApiOptions options;
    options.hosts = {"tieline.plant"};
    const auto from = [&](const std::string& origin) {
        return is_from_elsewhere(options, request_of("POST", "/", {{"Host", "hub:8420"}, {"Origin", origin}}));
    };
    EXPECT_FALSE(from("https://tieline.plant"));
    EXPECT_FALSE(from("http://hub:8420"));
    EXPECT_TRUE(from("http://tieline.plant:9999"));
    EXPECT_TRUE(from("http://hub:8421"));
}

TEST(Session, OverHttpsTheCookieIsBoundToItsHost) {
    ApiOptions options;
    EXPECT_EQ(cookie_name(options), "tieline_session");
    options.secure_cookies = true;
    EXPECT_EQ(cookie_name(options), "__Host-tieline_session");
}

TEST(Session, OnlyATrustedProxySaysWhoAsks) {
    ApiOptions options;
    options.trusted_proxies = {"10.0.0.2", "10.0.0.3"};
    const auto address = [&](const std::string& peer, const std::string& forwarded) {
        net::HttpRequest request = request_of("POST", "/", {{"X-Forwarded-For", forwarded}});
        request.peer = peer;
        return address_of(options, request);
    };
    EXPECT_EQ(address("192.0.2.9", "198.51.100.1"), "192.0.2.9");
    EXPECT_EQ(address("10.0.0.2", "198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(address("10.0.0.2", "203.0.113.7, 198.51.100.1, 10.0.0.3"), "198.51.100.1") << "the rest is hearsay";
    EXPECT_EQ(address("10.0.0.2", ""), "10.0.0.2");
}

TEST(Session, AStreamEndsWithTheSession) {
    TestHub hub("", true);
    const Headers anna = hub.as("anna", {Role::planner}), ben = hub.as("ben", {Role::planner});
    const auto hers = hub.open("/api/v1/stream", anna), his = hub.open("/api/v1/stream", ben);
    ASSERT_EQ(hers->wait().status, 200);
    ASSERT_FALSE(hers->wait_for_chunk().empty());
    EXPECT_EQ(hub.send(request_of("DELETE", "/api/v1/session", anna)).status, 200);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (hers.use_count() > 1 && std::chrono::steady_clock::now() < give_up) {
        ASSERT_EQ(hub.send(request_of("GET", "/api/v1/status", ben)).status, 200);  // waits for the engine each time
    }
    EXPECT_EQ(hers.use_count(), 1) << "nobody writes to her any more";
    EXPECT_GT(his.use_count(), 1);
}

TEST(Session, GuessingIsAnswered429WithATimeToWait) {
    TestHub hub("", true);
    hub.as("anna", {Role::planner});
    const std::string wrong = R"({"name":"anna","password":"not the password"})";
    for (int index = 0; index < 5; ++index) EXPECT_EQ(hub.post("/api/v1/session", wrong).status, 401);
    const net::HttpResponse locked = hub.post("/api/v1/session", wrong);
    EXPECT_EQ(locked.status, 429);
    EXPECT_EQ(net::header(locked.headers, "Retry-After"), "1");
}

TEST(Session, ATokenHasItsScopeAndIsShownOnce) {
    TestHub hub("the-configured-token", true);
    const Headers chief = hub.as("chief", {Role::integrator});
    const net::HttpResponse made =
        hub.post("/api/v1/tokens", R"({"name":"gateway","scope":["events"],"days":30})", chief);
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string secret = body_of(made).text_or("token");
    ASSERT_TRUE(secret.starts_with("tl_"));
    const net::HttpResponse list = hub.send(request_of("GET", "/api/v1/tokens", chief));
    EXPECT_NE(list.body.find("gateway"), std::string::npos);
    EXPECT_EQ(list.body.find(secret), std::string::npos);
    const Headers machine = {{"Authorization", "Bearer " + secret}};
    EXPECT_EQ(hub.post("/api/v1/events", completed("WO-1"), machine).status, 202);
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/status", machine)).status, 403);
    const Headers own = {{"Authorization", "Bearer the-configured-token"}};
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/status", own)).status, 200);
    EXPECT_EQ(hub.send(request_of("GET", "/api/v1/people", own)).status, 403) << "no machine makes administrators";
    EXPECT_EQ(hub.send(request_of("DELETE", "/api/v1/tokens/" + body_of(made).text_or("id"), chief)).status, 200);
    EXPECT_EQ(hub.post("/api/v1/events", completed("WO-2"), machine).status, 401);
    const std::string forever = R"({"name":"x","scope":["events"],"days":10000})";
    EXPECT_EQ(hub.post("/api/v1/tokens", forever, chief).status, 400);
    EXPECT_EQ(hub.post("/api/v1/tokens", R"({"name":"x","scope":["all"],"days":1})", chief).status, 400);
}

TEST(Session, WhoIsSignedInActsUnderTheirOwnName) {
    TestHub hub("", true);
    const Headers anna = hub.as("anna", {Role::controller, Role::integrator});
    ASSERT_EQ(hub.post("/api/v1/events", completed("BAD-1"), anna).status, 202);
    std::string id;
    for (int round = 0; id.empty() && round < 10'000; ++round) {
        const Json list = body_of(hub.send(request_of("GET", "/api/v1/exceptions?open=true", anna)));
        if (!list.find("exceptions")->items().empty()) id = list.find("exceptions")->items()[0].text_or("id");
    }
    const std::string body = R"({"actor":"somebody else","reason":"leave it"})";
    ASSERT_EQ(hub.post("/api/v1/exceptions/" + id + "/give_up", body, anna).status, 202);
    std::string log;
    for (int round = 0; log.find("given_up") == std::string::npos && round < 10'000; ++round) {
        log = hub.send(request_of("GET", "/api/v1/events", anna)).body;
    }
    EXPECT_NE(log.find(R"("actor":"anna")"), std::string::npos) << log;
    EXPECT_EQ(log.find("somebody else"), std::string::npos);
}

TEST(Session, WithoutIdentityNothingIsAskedAndThereAreNoPeople) {
    TestHub hub;
    EXPECT_EQ(body_of(hub.get("/api/v1/session")).text_or("sign_in"), "off");
    EXPECT_EQ(hub.get("/api/v1/people").status, 404);
    EXPECT_EQ(body_of(hub.post("/api/v1/session", R"({"name":"a","password":"b"})")).text_or("code"), "sign_in_off");
    EXPECT_EQ(hub.get("/api/v1/status").status, 200);
}

}  // namespace
}  // namespace tieline::api
