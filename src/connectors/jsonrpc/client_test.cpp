// Sign-in, its renewal, and what answers mean.

#include "connectors/drive.h"
#include "connectors/jsonrpc/jsonrpc.h"

#include <gtest/gtest.h>

namespace tieline::connectors::jsonrpc {
namespace {

net::HttpResponse reply(int status, std::string body) {
    net::HttpResponse made;
    made.status = status;
    made.body = std::move(body);
    return made;
}

/// A server that knows one session at a time.
struct Server {
    std::string session = "s1";
    bool takes_password = true;
    std::string answer = R"({"id":1,"result":[]})";
    int sign_ins = 0, calls = 0;

    Result<net::HttpResponse> operator()(const net::HttpRequest& request) {
        const Json body = *Json::parse(request.body);
        EXPECT_EQ(body.members().size(), 3U) << "only id, method and params make it JSON-RPC";
        if (body.text_or("method") == "common.db.login") {
            ++sign_ins;
            if (!takes_password) return reply(401, "");
            return reply(200, R"({"id":1,"result":[2,")" + session + "\"]}");
        }
        // base64 of "tieline:2:s1" and "tieline:2:s2"
        const std::string wanted = session == "s1" ? "Session dGllbGluZToyOnMx" : "Session dGllbGluZToyOnMy";
        if (net::header(request.headers, "Authorization") != wanted) return reply(401, "");
        ++calls;
        return reply(200, answer);
    }
};

Access access() { return {"http://tryton.test", "erp", "tieline", "secret-word", Millis{1000}, "Tryton"}; }

Error error_of(const std::string& body, Effect effect, int status = 200) {
    const Result<net::HttpResponse> got = reply(status, body);
    const Result<Json> result = result_of(access(), effect, got);
    return result ? make_error(ErrorKind::internal, "no error") : result.error();
}

TEST(Client, SignsInOnceForManyCalls) {
    Server server;
    const Client client(access());
    for (int call = 0; call < 3; ++call)
        ASSERT_TRUE(run(client.call("model.a.read", {}, Effect::read), std::ref(server)));
    EXPECT_EQ(server.sign_ins, 1);
    EXPECT_EQ(server.calls, 3);
}

TEST(Client, AnExpiredSessionIsRenewedAndTheCallMadeOnce) {
    Server server;
    const Client client(access());
    ASSERT_TRUE(run(client.call("model.a.write", {}, Effect::write), std::ref(server)));
    server.session = "s2";
    ASSERT_TRUE(run(client.call("model.a.write", {}, Effect::write), std::ref(server)));
    EXPECT_EQ(server.sign_ins, 2);
    EXPECT_EQ(server.calls, 2);
}

TEST(Client, ASecondRefusalIsUnauthorizedAndQuotesNoPassword) {
    int calls = 0;
    const Peer never = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        ++calls;
        const bool login = request.body.find("common.db.login") != std::string::npos;
        return login ? reply(200, R"({"id":1,"result":[2,"s"]})") : reply(401, "");
    };
    const Client client(access());
    const Result<Json> result = run(client.call("model.a.write", {}, Effect::write), never);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(calls, 4) << "two sign-ins and two calls";
    Server refusing;
    refusing.takes_password = false;
    const Client other(access());
    const Result<Json> refused = run(other.call("model.a.write", {}, Effect::write), std::ref(refusing));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(refused.error().message.find("secret-word"), std::string::npos);
    EXPECT_EQ(refusing.sign_ins, 1) << "a wrong password is not tried again: the server would lock the user out";
}

TEST(Errors, HaveTheirKind) {
    const char* refused = R"({"id":1,"error":["UserError",["The period is closed.","",null]]})";
    EXPECT_EQ(error_of(refused, Effect::write).kind, ErrorKind::invalid);
    const char* rights = R"({"id":1,"error":["UserError",["You are not allowed to access \"Move\".","",null]]})";
    EXPECT_EQ(error_of(rights, Effect::write).kind, ErrorKind::unauthorized);
    const char* question = R"({"id":1,"error":["UserWarning",["name","Really?",""]]})";
    EXPECT_EQ(error_of(question, Effect::write).code, "warning");
    const char* changed = R"({"id":1,"error":["ConcurrencyException",["x"]]})";
    EXPECT_EQ(error_of(changed, Effect::write).kind, ErrorKind::conflict);
    const char* busy = R"({"id":1,"error":["database is locked",""]})";
    EXPECT_EQ(error_of(busy, Effect::write).kind, ErrorKind::transient);
    const char* crash = R"({"id":1,"error":["'company'",""]})";
    EXPECT_EQ(error_of(crash, Effect::write).kind, ErrorKind::unknown_outcome);
    EXPECT_EQ(error_of(crash, Effect::read).kind, ErrorKind::transient);
    EXPECT_EQ(error_of("", Effect::write, 429).kind, ErrorKind::rate_limited);
    EXPECT_EQ(error_of("", Effect::write, 403).kind, ErrorKind::unauthorized);
    EXPECT_EQ(error_of("{}", Effect::write).kind, ErrorKind::unknown_outcome);
    EXPECT_EQ(error_of("<html>", Effect::write).kind, ErrorKind::unknown_outcome);
    EXPECT_EQ(error_of("", Effect::write, 502).kind, ErrorKind::unknown_outcome);
}

}  // namespace
}  // namespace tieline::connectors::jsonrpc
