#include "connectors/drive.h"

#include <gtest/gtest.h>

namespace tieline::connectors {
namespace {

net::HttpRequest request_for(std::string url) {
    net::HttpRequest request;
    request.url = std::move(url);
    return request;
}

Exchange<std::string> body_at(std::string url) {
    const net::HttpRequest request = request_for(url);
    const Result<net::HttpResponse> reply = co_await send(request);
    if (!reply) co_return reply.error();
    co_return reply->body;
}

Exchange<std::string> both() {
    const Result<std::string> first = co_await body_at("/a");
    if (!first) co_return first.error();
    const Result<std::string> second = co_await body_at("/b");
    if (!second) co_return second.error();
    co_return *first + *second;
}

Exchange<int> endless() {
    for (;;) {
        const Result<std::string> ignored = co_await body_at("/again");
        if (!ignored) co_return 1;
    }
}

Exchange<int> at_once() { co_return 7; }

Result<net::HttpResponse> echo(const net::HttpRequest& request) {
    net::HttpResponse response;
    response.status = 200;
    response.body = request.url;
    return response;
}

TEST(Drive, carries_nested_exchanges_to_their_end) {
    const auto out = run(both(), echo);
    ASSERT_TRUE(out);
    EXPECT_EQ(*out, "/a/b");
    EXPECT_EQ(*run(at_once(), echo), 7);
}

TEST(Drive, passes_errors_of_the_transport_on) {
    const auto out = run(both(), [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        if (request.url == "/b") return make_error(ErrorKind::unknown_outcome, "cut", "reset");
        return echo(request);
    });
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().kind, ErrorKind::unknown_outcome);
}

TEST(Drive, stops_a_connector_that_never_ends) {
    int asked = 0;
    const auto out = run(
        endless(),
        [&](const net::HttpRequest& request) {
            ++asked;
            return echo(request);
        },
        50);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, "too_many_requests");
    EXPECT_EQ(asked, 50);
}

}  // namespace
}  // namespace tieline::connectors
