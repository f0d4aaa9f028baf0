// Sign-in, tokens that end in the middle of a run, digests, numbered pages.

#include "connectors/rest/sign_in.h"

#include "connectors/drive.h"

#include <gtest/gtest.h>

namespace tieline::connectors::rest {
namespace {

using Kind = SignInOptions::Kind;

class TestClock final : public Clock {
public:
    WallTime now() const override { return time; }
    WallTime time{Millis(1'795'478'400'000)};
};

net::HttpResponse answer(int status, std::string body = "{}") {
    net::HttpResponse made;
    made.status = status;
    made.body = std::move(body);
    return made;
}

SignInOptions client() {
    SignInOptions options;
    options.kind = Kind::client_credentials;
    options.user = "tieline";
    options.secret = "s:cret";
    options.token_url = "https://id.example/token";
    options.scope = "manage api";
    return options;
}

/// A server of tokens and a peer behind it.
struct Servers {
    int tokens = 0, served = 0;
    std::string good;  ///< the token that the peer takes
    std::string life = "600";
    std::vector<net::HttpRequest> seen;

    Result<net::HttpResponse> operator()(const net::HttpRequest& request) {
        seen.push_back(request);
        if (request.url == "https://id.example/token") {
            good = "t" + std::to_string(++tokens);
            return answer(200, R"({"access_token":")" + good + R"(","token_type":"bearer","expires_in":)" + life + "}");
        }
        if (net::header(request.headers, "Authorization") != "Bearer " + good) return answer(401);
        ++served;
        return answer(200);
    }
};

net::HttpRequest order() {
    net::HttpRequest request;
    request.method = "POST";
    request.url = "https://peer.example/api/orders";
    request.body = R"({"a":1})";
    return request;
}

TEST(SignIn, carries_keys_in_their_headers) {
    const TestClock clock;
    const auto headers = [&](Kind kind, std::string header) {
        SignInOptions options;
        options.kind = kind;
        options.header = std::move(header);
        options.user = "Aladdin";
        options.secret = "open sesame";
        return SignIn(options, clock).headers();
    };
    using Headers = std::vector<net::Header>;
    EXPECT_EQ(headers(Kind::api_key, "apikey"), (Headers{{"apikey", "open sesame"}}));
    EXPECT_EQ(headers(Kind::bearer, ""), (Headers{{"Authorization", "Bearer open sesame"}}));
    EXPECT_EQ(headers(Kind::basic, ""), (Headers{{"Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}}));
    EXPECT_EQ(headers(Kind::basic, "maxauth"), (Headers{{"maxauth", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}}));
    EXPECT_EQ(headers(Kind::client_credentials, ""), Headers{});
}

TEST(SignIn, fetches_a_token_once_and_renews_it_before_it_ends) {
    TestClock clock;
    SignIn sign_in(client(), clock);
    Servers servers;
    const Peer peer = std::ref(servers);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(run(sign_in.send(order()), peer)->status, 200);
    EXPECT_EQ(servers.tokens, 1);
    EXPECT_EQ(servers.seen[0].body, "grant_type=client_credentials&scope=manage%20api");
    EXPECT_EQ(net::header(servers.seen[0].headers, "Authorization"), "Basic dGllbGluZTpzJTNBY3JldA==");
    clock.time += Millis(569'000);
    ASSERT_EQ(run(sign_in.send(order()), peer)->status, 200);
    EXPECT_EQ(servers.tokens, 1);
    clock.time += Millis(2'000);  // less than half a minute is left
    ASSERT_EQ(run(sign_in.send(order()), peer)->status, 200);
    EXPECT_EQ(servers.tokens, 2);
}

TEST(SignIn, a_token_taken_away_in_mid_run_is_renewed_once) {
    const TestClock clock;
    SignIn sign_in(client(), clock);
    Servers servers;
    const Peer peer = std::ref(servers);
    ASSERT_EQ(run(sign_in.send(order()), peer)->status, 200);
    servers.good = "revoked";
    ASSERT_EQ(run(sign_in.send(order()), peer)->status, 200);
    EXPECT_EQ(servers.tokens, 2);
    EXPECT_EQ(servers.served, 2);
    // A peer that never takes a token is not asked for ever.
    const Peer closed = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        if (request.url == "https://id.example/token") return servers(request);
        return answer(401);
    };
    EXPECT_EQ(run(sign_in.send(order()), closed)->status, 401);
    EXPECT_EQ(servers.tokens, 3);
}

TEST(SignIn, trouble_with_the_token_is_never_an_unknown_outcome) {
    const TestClock clock;
    const auto kind = [&](Result<net::HttpResponse> said) {
        SignIn sign_in(client(), clock);
        const Peer peer = [&](const net::HttpRequest&) { return said; };
        const auto reply = run(sign_in.send(order()), peer);
        EXPECT_FALSE(reply);
        EXPECT_EQ(reply.error().message.find("s:cret"), std::string::npos);
        return reply.error().kind;
    };
    EXPECT_EQ(kind(make_error(ErrorKind::unknown_outcome, "cut", "reset")), ErrorKind::transient);
    EXPECT_EQ(kind(answer(500)), ErrorKind::transient);
    EXPECT_EQ(kind(answer(400, R"({"error":"invalid_client"})")), ErrorKind::unauthorized);
    EXPECT_EQ(kind(answer(200, R"({"access_token":"a b"})")), ErrorKind::unauthorized);
    EXPECT_EQ(kind(answer(200, "<html>")), ErrorKind::transient);
}

TEST(Digest, fits_only_body_and_secret) {
    const std::string hex_digest = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
    const std::string text = "The quick brown fox jumps over the lazy dog";
    EXPECT_TRUE(verify_digest(hex_digest, text, "key"));
    EXPECT_TRUE(verify_digest("sha256=" + hex_digest, text, "key"));
    EXPECT_TRUE(verify_digest("97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=", text, "key"));
    EXPECT_EQ(verify_digest(hex_digest, text + ".", "key").error().code, "signature_wrong");
    EXPECT_EQ(verify_digest(hex_digest, text, "Key").error().code, "signature_wrong");
    EXPECT_EQ(verify_digest("", text, "key").error().code, "signature_missing");
    EXPECT_EQ(verify_digest(hex_digest, text, "").error().code, "signature_wrong");
}

TEST(NumberedPages, count_pages_or_rows) {
    const NumberedPages pages{"page", "limit", 1, false}, offsets{"offset", "limit", 0, true};
    EXPECT_EQ(*pages.query("", 50), (Query{{"page", "1"}, {"limit", "50"}}));
    EXPECT_EQ(pages.next("", 50, 50).cursor, "2");
    EXPECT_EQ(pages.next("2", 50, 50).cursor, "3");
    EXPECT_FALSE(pages.next("2", 50, 49).more);
    EXPECT_EQ(*offsets.query("", 50), (Query{{"offset", "0"}, {"limit", "50"}}));
    EXPECT_EQ(offsets.next("50", 50, 50).cursor, "100");
    EXPECT_EQ(offsets.query("x", 50).error().code, "bad_cursor");
}

TEST(OwnLink, never_leads_to_another_host) {
    EXPECT_EQ(own_link("/os/a", "https://inner:9443/maximo/api/os/a?pageno=2&lean=1"), "/os/a?pageno=2&lean=1");
    EXPECT_EQ(own_link("/os/a", "https://inner:9443/maximo/api/os/a"), "/os/a");
    EXPECT_EQ(own_link("/os/a", "?x=1#y"), "/os/a?x=1");
}

}  // namespace
}  // namespace tieline::connectors::rest
