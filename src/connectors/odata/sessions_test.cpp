// Tokens and cookies against a peer that insists on both.

#include "connectors/odata/sessions.h"
#include "connectors/drive.h"

#include <gtest/gtest.h>

#include <set>

namespace tieline::connectors::odata {
namespace {

constexpr const char* service = "/sap/opu/odata/sap/API_X";

/// Gives each session a token and a cookie of its own and takes only pairs that belong together.
struct Gate {
    int sessions = 0, fetches = 0, done = 0;
    std::set<int> alive;
    bool exempt = false, never_content = false;

    Result<net::HttpResponse> operator()(const net::HttpRequest& request) {
        const std::string token(net::header(request.headers, "X-CSRF-Token"));
        if (request.method == "GET") {
            ++fetches;
            EXPECT_EQ(request.url, std::string("https://s4.example") + service + "/")
                << "the slash at the end is needed";
            EXPECT_EQ(token, "Fetch");
            if (exempt) return net::HttpResponse{200, {}, "{}"};
            alive.insert(++sessions);
            const std::string number = std::to_string(sessions);
            return net::HttpResponse{200,
                                     {{"x-csrf-token", "token" + number},
                                      {"Set-Cookie", "SAP_SESSIONID=s" + number + "; path=/; HttpOnly"},
                                      {"set-cookie", "sap-usercontext=sap-client=100"}},
                                     "{}"};
        }
        const std::string cookies(net::header(request.headers, "Cookie"));
        for (const int session : alive) {
            const std::string number = std::to_string(session);
            if (never_content || token != "token" + number) continue;
            if (cookies != "SAP_SESSIONID=s" + number + "; sap-usercontext=sap-client=100") continue;
            ++done;
            return net::HttpResponse{201, {}, "{}"};
        }
        if (exempt) {
            EXPECT_EQ(token, "");
            ++done;
            return net::HttpResponse{201, {}, "{}"};
        }
        return net::HttpResponse{403, {{"x-csrf-token", "Required"}}, "CSRF token validation failed"};
    }
};

Access access() {
    Access access;
    access.base_url = "https://s4.example";
    access.system = "SAP";
    return access;
}
net::HttpRequest post() { return write_request(access(), "POST", std::string(service) + "/A_X", Json::object()); }

Result<net::HttpResponse> sent(Sessions& sessions, Gate& gate) {
    return run(sessions.send_write(post(), service), [&](const net::HttpRequest& request) { return gate(request); });
}

TEST(Sessions, OneTokenServesManyWrites) {
    Gate gate;
    Sessions sessions(access());
    for (int i = 0; i < 5; ++i) EXPECT_EQ(sent(sessions, gate)->status, 201);
    EXPECT_EQ(gate.fetches, 1);
    EXPECT_EQ(gate.done, 5);
}

TEST(Sessions, AnExpiredTokenIsFetchedAnewAndTheWriteSentOnce) {
    Gate gate;
    Sessions sessions(access());
    ASSERT_EQ(sent(sessions, gate)->status, 201);
    gate.alive.clear();
    EXPECT_EQ(sent(sessions, gate)->status, 201);
    EXPECT_EQ(gate.fetches, 2);
    EXPECT_EQ(gate.done, 2);
}

TEST(Sessions, APeerThatNeverTakesItsTokenIsToldOf) {
    Gate gate;
    gate.never_content = true;
    Sessions sessions(access());
    const auto reply = sent(sessions, gate);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(reply.error().code, "token_refused");
    EXPECT_EQ(gate.fetches, 1);
}

TEST(Sessions, TwoExchangesAtOnceHaveTwoSessions) {
    Gate gate;
    Sessions sessions(access());
    auto one = sessions.send_write(post(), service), two = sessions.send_write(post(), service);
    one.start();
    two.start();
    one.resume(gate(one.take_request()));
    two.resume(gate(two.take_request()));
    two.resume(gate(two.take_request()));
    one.resume(gate(one.take_request()));
    ASSERT_TRUE(one.done() && two.done());
    EXPECT_EQ(one.take_result()->status, 201);
    EXPECT_EQ(two.take_result()->status, 201);
    EXPECT_EQ(gate.sessions, 2);
    EXPECT_EQ(sessions.idle_for_test(), 2U);
}

TEST(Sessions, AnExemptUserNeedsNoToken) {
    Gate gate;
    gate.exempt = true;
    Sessions sessions(access());
    EXPECT_EQ(sent(sessions, gate)->status, 201);
    EXPECT_EQ(sent(sessions, gate)->status, 201);
    EXPECT_EQ(gate.fetches, 1);
}

TEST(Sessions, TroubleWhileFetchingDidNothing) {
    Sessions sessions(access());
    const auto broken =
        run(sessions.send_write(post(), service), [](const net::HttpRequest&) -> Result<net::HttpResponse> {
            return make_error(ErrorKind::unknown_outcome, "reset", "reset");
        });
    EXPECT_EQ(broken.error().kind, ErrorKind::transient);
    const auto denied =
        run(sessions.send_write(post(), service), [](const net::HttpRequest&) -> Result<net::HttpResponse> {
            return net::HttpResponse{401, {}, ""};
        });
    EXPECT_EQ(denied.error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(sessions.idle_for_test(), 0U);
}

}  // namespace
}  // namespace tieline::connectors::odata
