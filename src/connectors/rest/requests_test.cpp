// Requests, paging and signatures of the REST family.

#include "connectors/rest/rest.h"

#include <gtest/gtest.h>

namespace tieline::connectors::rest {
namespace {

Access access_to(std::string base) {
    Access access;
    access.base_url = std::move(base);
    access.bearer_token = "t0ken";
    access.headers = {{"X-Api-Key", "k"}};
    access.timeout = Millis(1234);
    return access;
}

TEST(Requests, basic_authorization_is_base64) {
    EXPECT_EQ(basic_authorization("Aladdin", "open sesame").second, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_EQ(basic_authorization("ab", "c").second, "Basic YWI6Yw==");
    EXPECT_EQ(basic_authorization("ab", "cd").second, "Basic YWI6Y2Q=");
    EXPECT_EQ(basic_authorization("ab", "cde").second, "Basic YWI6Y2Rl");
}

TEST(Requests, carry_address_sign_in_and_limits) {
    for (const char* base : {"http://h:1/api", "http://h:1/api/"}) {
        const net::HttpRequest request =
            get(access_to(base), "/journals", {{"reference", "A&B c"}, {"empty", ""}, {"n", "5"}});
        EXPECT_EQ(request.method, "GET");
        EXPECT_EQ(request.url, "http://h:1/api/journals?reference=A%26B%20c&n=5");
        EXPECT_EQ(net::header(request.headers, "authorization"), "Bearer t0ken");
        EXPECT_EQ(net::header(request.headers, "x-api-key"), "k");
        EXPECT_EQ(request.timeout, Millis(1234));
    }
    EXPECT_EQ(get(access_to("http://h"), "/a?b=1", {{"c", "2"}}).url, "http://h/a?b=1&c=2");
}

TEST(Requests, carry_json) {
    const net::HttpRequest request = post(access_to("http://h"), "/journals", Json::object({{"a", "1.10"}}));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.body, R"({"a":"1.10"})");
    EXPECT_EQ(net::header(request.headers, "Content-Type"), "application/json");
    Access no_token = access_to("http://h");
    no_token.bearer_token.clear();
    EXPECT_EQ(net::header(get(no_token, "/").headers, "Authorization"), "");
}

std::string next_of(const std::string& body, std::vector<net::Header> headers = {}) {
    const NextPage next = next_page(access_to("https://erp.example/api"), *Json::parse(body), headers);
    EXPECT_EQ(next.more, !next.cursor.empty());
    return next.cursor;
}

TEST(Paging, finds_the_usual_places) {
    EXPECT_EQ(next_of(R"({"next_cursor":"abc"})"), "abc");
    EXPECT_EQ(next_of(R"({"next":17})"), "17");
    EXPECT_EQ(next_of(R"({"@odata.nextLink":"Items?$skiptoken=1"})"), "Items?$skiptoken=1");
    EXPECT_EQ(next_of(R"({"d":{"__next":"https://erp.example/api/Items?$skip=2"}})"),
              "https://erp.example/api/Items?$skip=2");
    EXPECT_EQ(next_of("[]", {{"Link", "<https://erp.example/api?p=1>; rel=\"prev\", </api?p=3>; rel=\"next\""}}),
              "/api?p=3");
    EXPECT_EQ(next_of(R"({"next":null,"next_cursor":""})"), "");
    EXPECT_EQ(next_of("{}"), "");
}

TEST(Paging, never_leaves_for_another_host) {
    EXPECT_EQ(next_of(R"({"next":"https://evil.example/api/x"})"), "");
    EXPECT_EQ(next_of(R"({"next":"//evil.example/api/x"})"), "");
    EXPECT_FALSE(below("https://erp.example/api", "https://erp.example.evil/api/x"));
    EXPECT_FALSE(below("https://erp.example/api", "https://erp.example/apix"));
    EXPECT_FALSE(below("https://erp.example/api", "http://erp.example/api/x"));
    EXPECT_FALSE(below("https://erp.example/api", "https://erp.example:444/api/x"));
    EXPECT_FALSE(below("https://erp.example/api", "https://erp.example/api/../admin"));
    EXPECT_FALSE(below("https://erp.example/api", "https://erp.example/api/%2e%2e/admin"));
    EXPECT_FALSE(below("https://erp.example/api", "https://erp.example@evil.example/api/x"));
    EXPECT_TRUE(below("https://erp.example/api/", "HTTPS://ERP.example/api/x?y=%20"));
    EXPECT_TRUE(below("https://erp.example", "https://erp.example/x"));
}

TEST(Paging, a_cursor_that_stands_still_is_seen) {
    EXPECT_TRUE(stuck(NextPage{true, "7"}, "7"));
    EXPECT_FALSE(stuck(NextPage{true, "8"}, "7"));
    EXPECT_FALSE(stuck(NextPage{false, ""}, ""));
}

const WallTime now = WallTime(Millis(1'795'478'400'000));

std::string verdict(std::string_view header, std::string_view body, std::string_view secret, WallTime at) {
    const auto out = verify_signature(header, body, secret, at);
    if (out) return "fits";
    EXPECT_EQ(out.error().kind, ErrorKind::unauthorized);
    return out.error().code;
}

TEST(Signature, fits_only_body_secret_and_time) {
    const std::string header = sign("{}", "secret", now);
    EXPECT_EQ(header.substr(0, 17), "t=1795478400,v1=" + header.substr(16, 1));
    EXPECT_EQ(verdict(header, "{}", "secret", now), "fits");
    EXPECT_EQ(verdict(header + ",v1=00", "{}", "secret", now), "fits");  // two keys while one is being changed
    EXPECT_EQ(verdict(header, "{ }", "secret", now), "signature_wrong");
    EXPECT_EQ(verdict(header, "{}", "Secret", now), "signature_wrong");
    EXPECT_EQ(verdict(header, "{}", "", now), "signature_wrong");
    EXPECT_EQ(verdict(header, "{}", "secret", now + Millis(300'000)), "fits");
    EXPECT_EQ(verdict(header, "{}", "secret", now + Millis(301'000)), "signature_old");
    EXPECT_EQ(verdict(header, "{}", "secret", now - Millis(301'000)), "signature_old");
    std::string moved = header;
    moved[11] = '9';  // the time is signed too
    EXPECT_EQ(verdict(moved, "{}", "secret", now), "signature_wrong");
}

TEST(Signature, a_header_of_another_form_is_missing) {
    for (const std::string& header :
         {std::string(), std::string("v1=00"), std::string("t=1795478400"), std::string("t=x,v1=00"),
          std::string("t=-5,v1=00"), "t=1795478400,v1=" + std::string(5000, '0')}) {
        EXPECT_EQ(verdict(header, "{}", "secret", now), "signature_missing") << header.substr(0, 40);
    }
}

}  // namespace
}  // namespace tieline::connectors::rest
