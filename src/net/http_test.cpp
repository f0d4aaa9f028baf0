#include "net/http.h"

#include <gtest/gtest.h>

namespace tieline::net {
namespace {

TEST(Http, finds_headers_without_regard_to_case) {
    const std::vector<Header> headers{{"Content-Type", "a"}, {"content-type", "b"}, {"X", ""}};
    EXPECT_EQ(header(headers, "CONTENT-TYPE"), "a");
    EXPECT_EQ(header(headers, "x"), "");
    EXPECT_EQ(header(headers, "missing"), "");
}

TEST(Http, encodes_and_decodes_every_byte) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    const std::string encoded = url_encode(all);
    for (const char c : encoded)
        EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                    std::string("-._~%").find(c) != std::string::npos);
    EXPECT_EQ(*url_decode(encoded), all);
    EXPECT_EQ(url_encode("a b/ü~"), "a%20b%2F%C3%BC~");
    EXPECT_EQ(*url_decode("a+b"), "a+b");
}

TEST(Http, refuses_broken_escapes) {
    for (const char* text : {"%", "%4", "%4g", "abc%", "%%41"}) {
        const auto result = url_decode(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().kind, ErrorKind::invalid);
        EXPECT_EQ(result.error().code, "bad_escape");
    }
}

TEST(Http, takes_targets_apart) {
    const auto target = parse_target("/api/orders%2F1?status=open&q=a%20b+c&flag&=x&q=2");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/api/orders%2F1");
    ASSERT_EQ(target->query.size(), 5U);
    EXPECT_EQ(target->query_value("q"), "a b+c");
    EXPECT_EQ(target->query_value("flag"), "");
    EXPECT_EQ(target->query_value("none"), "");
    EXPECT_EQ(parse_target("HTTP://host:1/p?a=1")->path, "/p");
    EXPECT_EQ(parse_target("http://host?a=1")->query_value("a"), "1");
    EXPECT_EQ(parse_target("http://host")->path, "/");
    EXPECT_EQ(parse_target("*").error().code, "bad_target");
    EXPECT_EQ(parse_target("/a#b").error().code, "bad_target");
    EXPECT_EQ(parse_target("/a?b=%zz").error().code, "bad_escape");
}

TEST(Http, reads_retry_after_in_all_its_forms) {
    const WallTime now = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8) +
                         std::chrono::minutes(49) + std::chrono::seconds(7);
    const auto read = [now](std::string value) { return retry_after({{"Retry-After", std::move(value)}}, now); };
    EXPECT_EQ(read("120"), Millis(120'000));
    EXPECT_EQ(read("0"), Millis(0));
    EXPECT_EQ(read("99999999999999999999"), Millis(3'600'000));
    EXPECT_EQ(read("7200"), Millis(3'600'000));
    EXPECT_EQ(read("Sun, 06 Nov 1994 08:49:37 GMT"), Millis(30'000));
    EXPECT_EQ(read("Sunday, 06-Nov-94 08:49:37 GMT"), Millis(30'000));
    EXPECT_EQ(read("Sun Nov  6 08:49:37 1994"), Millis(30'000));
    EXPECT_EQ(read("Sun, 06 Nov 1994 08:00:00 GMT"), Millis(0));
    EXPECT_EQ(read("Mon, 07 Nov 1994 08:00:00 GMT"), Millis(3'600'000));
    for (const char* bad : {"", "-1", "soon", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "1.5",
                            "Sun, 06 Nov 1994 08:49:37"}) {
        EXPECT_FALSE(read(bad)) << bad;
    }
    EXPECT_FALSE(retry_after({}, now));
}

}  // namespace
}  // namespace tieline::net
