#include "api/api.h"

#include "api/test_hub.h"
#include "base/json.h"

#include <gtest/gtest.h>

namespace tieline::api {
namespace {

using testing::completed;
using testing::TestHub;

Json body_of(const net::HttpResponse& response) {
    const Result<Json> parsed = Json::parse(response.body);
    return parsed ? *parsed : Json();
}

TEST(Api, AnEventIsTakenOnceAndItsRepeatIsRecognised) {
    TestHub hub;
    const net::HttpResponse first = hub.post("/api/v1/events", completed("WO-1"));
    ASSERT_EQ(first.status, 202) << first.body;
    EXPECT_EQ(body_of(first).text_or("id"), "cmms:WO-1:1");
    const Json again = body_of(hub.post("/api/v1/events", completed("WO-1"), {{"Idempotency-Key", "x"}}));
    EXPECT_TRUE(again.bool_or("repeated", false));
    EXPECT_EQ(again.text_or("id"), "cmms:WO-1:1");
    EXPECT_EQ(body_of(hub.post("/api/v1/events", completed("WO-1", "2"))).int_or("revision", 0), 2);
}

TEST(Api, WhatWasBookedIsSeenInTraceWorkOrderCostAndStatus) {
    TestHub hub;
    ASSERT_EQ(hub.post("/api/v1/events", completed("WO-1")).status, 202);
    const Json order = body_of(hub.get_until("/api/v1/work-orders/WO-1", "\"booked\""));
    EXPECT_EQ(order.find("documents")->items().at(0).text_or("document"), "D-WO-1");
    EXPECT_EQ(order.find("totals")->items().at(0).text_or("posted"), "60.00");
    const Json trace = body_of(hub.get("/api/v1/trace/WO-1"));
    EXPECT_EQ(trace.find("commands")->items().at(0).text_or("state"), "booked");
    EXPECT_EQ(trace.find("documents")->items().at(0).text_or("amount"), "60.00");
    EXPECT_EQ(trace.find("events")->items().size(), 2U);
    const Json cost = body_of(hub.get("/api/v1/cost?prefix=cost_center:CC-1%7C"));
    EXPECT_EQ(cost.find("rows")->items().at(0).text_or("net"), "60.00");
    const Json status = body_of(hub.get_until("/api/v1/status", "\"booked\":1"));
    EXPECT_EQ(status.find("sites")->items().at(0).find("stages")->int_or("booked", 0), 1);
    EXPECT_EQ(hub.get("/api/v1/trace/WO-2").status, 404);
    EXPECT_EQ(hub.get("/api/v1/work-orders/WO-2").status, 404);
    const Json events = body_of(hub.get("/api/v1/events?after=1&limit=1"));
    EXPECT_EQ(events.int_or("next", 0), 2);
}

TEST(Api, ARefusedPostingIsShownPreviewedAndReplayed) {
    TestHub hub;
    ASSERT_EQ(hub.post("/api/v1/events", completed("BAD-1")).status, 202);
    const Json list = body_of(hub.get_until("/api/v1/exceptions?open=true", "period_closed"));
    ASSERT_EQ(list.find("exceptions")->items().size(), 1U);
    const std::string id = list.find("exceptions")->items()[0].text_or("id");
    const std::string at = "/api/v1/exceptions/" + id;
    const net::HttpResponse detail = hub.get(at);
    EXPECT_NE(detail.body.find("http://erp.example/journals"), std::string::npos);
    EXPECT_EQ(detail.body.find("very-secret"), std::string::npos) << "secrets are never shown";
    const std::string mended = R"("payload":{"reference":"KEY-BAD-1","work_order":"BAD-1","note":"mended"})";
    EXPECT_NE(hub.post(at + "/preview", "{" + mended + "}").body.find("mended"), std::string::npos);
    EXPECT_EQ(body_of(hub.post(at + "/replay", R"({"actor":"Ada","payload":{"reference":"other"}})")).text_or("field"),
              "payload.reference");
    EXPECT_EQ(hub.post(at + "/replay", R"({"actor":"Ada","payload":{"unmappable":1}})").status, 400);
    EXPECT_EQ(body_of(hub.post(at + "/replay", "{}")).text_or("field"), "actor");
    EXPECT_EQ(body_of(hub.post(at + "/give_up", R"({"actor":"Ada"})")).text_or("field"), "reason");
    EXPECT_EQ(hub.post(at + "/resolve", R"({"actor":"Ada","reason":"x","outcome":"absent"})").status, 400);
    const net::HttpResponse asked = hub.post(at + "/replay", R"({"actor":"Ada",)" + mended + "}");
    ASSERT_EQ(asked.status, 202) << asked.body;
    const net::HttpResponse closed = hub.get_until(at, "\"closed\"");
    EXPECT_NE(closed.body.find("\"resolution\":\"replayed\""), std::string::npos);
    EXPECT_NE(hub.get_until("/api/v1/work-orders/BAD-1", "D-BAD-1").body.find("D-BAD-1"), std::string::npos);
    const net::HttpResponse twice = hub.post(at + "/replay", R"({"actor":"Ada"})", {{"Idempotency-Key", "1"}});
    EXPECT_EQ(twice.status, 409);
    EXPECT_EQ(body_of(twice).text_or("type"), "urn:tieline:problem:exception_closed");
    EXPECT_EQ(hub.post("/api/v1/exceptions/EX-999/replay", R"({"actor":"Ada"})").status, 404);
}

TEST(Api, BadInputIsRefusedAndNothingIsStored) {
    TestHub hub;
    const net::HttpResponse refused = hub.post("/api/v1/events", completed("WO-1", "-1"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(body_of(refused).text_or("field"), "data.lines[0].hours");
    EXPECT_EQ(net::header(refused.headers, "Content-Type"), "application/problem+json");
    EXPECT_EQ(body_of(hub.post("/api/v1/events?site=plant1", R"({"type":"workorder.completed","subject":"x",)"
                                                             R"("site":"other","data":{}})"))
                  .int_or("status", 0),
              400);
    EXPECT_EQ(hub.get("/api/v1/events?limit=-1").status, 400);
    EXPECT_EQ(hub.get("/api/v1/events?site=nowhere").status, 404);
    EXPECT_EQ(hub.get("/api/v1/nothing").status, 404);
    EXPECT_EQ(hub.get("/api/v1/trace/a%zz").status, 400);
    const net::HttpResponse method = hub.post("/api/v1/status", "{}");
    EXPECT_EQ(method.status, 405);
    EXPECT_EQ(net::header(method.headers, "Allow"), "GET");
    EXPECT_EQ(body_of(hub.get("/api/v1/events")).find("events")->items().size(), 0U);
}

TEST(Api, OtherHostsAndFormsAreRefused) {
    TestHub hub;
    net::HttpRequest rebound;
    rebound.url = "/api/v1/status";
    rebound.headers = {{"Host", "evil.example"}};
    EXPECT_EQ(hub.send(rebound).status, 421);
    EXPECT_EQ(hub.post("/api/v1/events", completed("WO-1"), {{"Content-Type", "text/plain"}}).status, 415);
    EXPECT_EQ(
        hub.post("/api/v1/events", completed("WO-1"), {{"Content-Type", "application/json; charset=utf-8"}}).status,
        202);
}

TEST(Api, WithATokenWritesNeedIt) {
    TestHub hub("sesame");
    const net::HttpResponse without = hub.post("/api/v1/events", completed("WO-1"));
    EXPECT_EQ(without.status, 401);
    EXPECT_EQ(net::header(without.headers, "WWW-Authenticate"), "Bearer");
    EXPECT_EQ(hub.post("/api/v1/events", completed("WO-1"), {{"Authorization", "Bearer wrong"}}).status, 401);
    EXPECT_EQ(hub.post("/api/v1/events", completed("WO-1"), {{"Authorization", "Bearer sesame"}}).status, 202);
    EXPECT_EQ(hub.get("/api/v1/status").status, 200);
    EXPECT_EQ(hub.get("/healthz").status, 200);
}

TEST(Api, AWebhookIsBelievedOnlyWhenSignedAndItsObjectIsRead) {
    TestHub hub("sesame");
    EXPECT_EQ(hub.post("/api/v1/webhooks/erp", "{}").status, 401);
    EXPECT_EQ(hub.post("/api/v1/webhooks/nobody", "{}").status, 404);
    EXPECT_EQ(hub.post("/api/v1/webhooks/erp", "{}", {{"X-Signature", "good"}, {"Content-Type", "text/plain"}}).status,
              202);
    EXPECT_NE(hub.get_until("/api/v1/events", "WO-77").body.find("erp:WO-77:1"), std::string::npos);
}

TEST(Api, StatusNamesTheTwentyNewestEventsTheNewestFirst) {
    TestHub hub;
    ASSERT_EQ(hub.post("/api/v1/events", completed("WO-1")).status, 202);
    hub.get_until("/api/v1/status", "\"booked\":1");
    const auto newest = [&hub] {
        const Json status = body_of(hub.get("/api/v1/status"));
        return std::pair(status.find("sites")->items().at(0).int_or("head", 0),
                         *status.find("sites")->items().at(0).find("last_events"));
    };
    const auto [few_head, few] = newest();
    EXPECT_EQ(static_cast<std::int64_t>(few.items().size()), few_head) << "all there are";
    for (int i = 2; i < 14; ++i)
        ASSERT_EQ(hub.post("/api/v1/events", completed("WO-" + std::to_string(i))).status, 202);
    hub.get_until("/api/v1/status", "\"booked\":13");
    const auto [head, events] = newest();
    ASSERT_EQ(events.items().size(), 20U);
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(events.items()[i].int_or("seq", 0), head - static_cast<std::int64_t>(i));
    }
    EXPECT_EQ(events.items()[0].text_or("type").substr(0, 5), "cost.");
    EXPECT_FALSE(events.items()[0].text_or("subject").empty());
}

TEST(Api, StatusIsStreamed) {
    TestHub hub;
    const auto stream = hub.open("/api/v1/stream");
    EXPECT_EQ(stream->wait().status, 200);
    const std::string chunk = stream->wait_for_chunk();
    EXPECT_EQ(chunk.rfind("event: status\ndata: {", 0), 0U) << chunk;
    EXPECT_EQ(chunk.substr(chunk.size() - 2), "\n\n");
}

TEST(Api, HealthMetricsAndPageAnswer) {
    TestHub hub;
    ASSERT_EQ(hub.post("/api/v1/events", completed("WO-1")).status, 202);
    EXPECT_EQ(hub.get("/readyz").status, 200);
    const std::string metrics = hub.get_until("/metrics", "tieline_commands_booked_total 1").body;
    EXPECT_NE(metrics.find("tieline_events_received_total 1\n"), std::string::npos) << metrics;
    EXPECT_NE(metrics.find("tieline_unshown_events{site=\"plant1\"} "), std::string::npos) << metrics;
    EXPECT_NE(metrics.find("tieline_open_commands{site=\"plant1\"} 0"), std::string::npos) << metrics;
    const net::HttpResponse page = hub.get("/");
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(net::header(page.headers, "Content-Security-Policy").find("script-src 'self'"), std::string::npos);
    EXPECT_EQ(page.body.find("<script>"), std::string::npos) << "inline scripts would not run";
    EXPECT_EQ(hub.get("/../etc/passwd").status, 404);
}

net::HttpResponse get_with(TestHub& hub, const std::string& url, std::vector<net::Header> headers) {
    net::HttpRequest request;
    request.url = url;
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "127.0.0.1");
    return hub.send(std::move(request));
}

/// The first file that a page asks for.
std::string script_of(const std::string& page) {
    const std::size_t from = page.find("/assets/");
    return from == std::string::npos ? "" : page.substr(from, page.find('"', from) - from);
}

TEST(Api, APlaceWithinAnAppIsItsPageAndAnUnknownFileIsNone) {
    TestHub hub;
    const std::string console = hub.get("/").body;
    EXPECT_EQ(get_with(hub, "/orders/WO-1", {{"Accept", "text/html,*/*"}}).body, console);
    EXPECT_EQ(get_with(hub, "/orders/WO-1", {{"Accept", "application/json"}}).status, 404);
    EXPECT_EQ(get_with(hub, "/robots.txt", {{"Accept", "text/html"}}).status, 404);
    EXPECT_EQ(get_with(hub, "/tech/work", {{"Accept", "text/html"}}).status, 200);
    EXPECT_EQ(get_with(hub, "/api/v1/nothing", {{"Accept", "text/html"}}).status, 404);
}

TEST(Api, AFileOfThePageComesPackedAndIsKept) {
    TestHub hub;
    const std::string script = script_of(hub.get("/").body);
    if (script.empty()) GTEST_SKIP() << "this build has no web pages (node is missing)";
    const net::HttpResponse plain = get_with(hub, script, {});
    const net::HttpResponse packed = get_with(hub, script, {{"Accept-Encoding", "gzip, br;q=0.5"}});
    const net::HttpResponse refused = get_with(hub, script, {{"Accept-Encoding", "br;q=0, identity"}});
    EXPECT_EQ(net::header(plain.headers, "Content-Encoding"), "");
    EXPECT_EQ(net::header(packed.headers, "Content-Encoding"), "br");
    EXPECT_EQ(net::header(refused.headers, "Content-Encoding"), "");
    EXPECT_LT(packed.body.size(), plain.body.size());
    EXPECT_NE(net::header(plain.headers, "Cache-Control").find("immutable"), std::string::npos);
    const std::string etag(net::header(plain.headers, "ETag"));
    EXPECT_EQ(get_with(hub, script, {{"If-None-Match", etag}}).status, 304);
    EXPECT_EQ(net::header(hub.get("/").headers, "Cache-Control"), "no-cache");
}

}  // namespace
}  // namespace tieline::api
