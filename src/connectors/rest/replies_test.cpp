// What each status means, for reads and for writes.

#include "connectors/rest/rest.h"

#include <gtest/gtest.h>

namespace tieline::connectors::rest {
namespace {

Access erp() {
    Access access;
    access.base_url = "http://h";
    access.system = "the ERP";
    return access;
}

net::HttpResponse answer(int status, std::string body = "", std::vector<net::Header> headers = {}) {
    net::HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    response.headers = std::move(headers);
    return response;
}

ErrorKind kind_of(int status, Effect effect, std::vector<net::Header> headers = {}) {
    return error_of(erp(), effect, answer(status, "", std::move(headers))).kind;
}

TEST(Replies, each_status_has_its_kind) {
    struct Row {
        int status;
        ErrorKind write, read;
    };
    using K = ErrorKind;
    for (const Row& row : {Row{301, K::unsupported, K::unsupported},   Row{400, K::invalid, K::invalid},
                           Row{401, K::unauthorized, K::unauthorized}, Row{403, K::unauthorized, K::unauthorized},
                           Row{404, K::not_found, K::not_found},       Row{405, K::unsupported, K::unsupported},
                           Row{408, K::unknown_outcome, K::transient}, Row{409, K::conflict, K::conflict},
                           Row{410, K::not_found, K::not_found},       Row{412, K::conflict, K::conflict},
                           Row{413, K::invalid, K::invalid},           Row{415, K::invalid, K::invalid},
                           Row{422, K::invalid, K::invalid},           Row{429, K::rate_limited, K::rate_limited},
                           Row{500, K::unknown_outcome, K::transient}, Row{501, K::unsupported, K::unsupported},
                           Row{502, K::unknown_outcome, K::transient}, Row{503, K::unknown_outcome, K::transient},
                           Row{504, K::unknown_outcome, K::transient}, Row{0, K::unknown_outcome, K::transient},
                           Row{999, K::unknown_outcome, K::transient}}) {
        EXPECT_EQ(kind_of(row.status, Effect::write), row.write) << row.status;
        EXPECT_EQ(kind_of(row.status, Effect::read), row.read) << row.status;
    }
    EXPECT_EQ(kind_of(503, Effect::write, {{"Retry-After", "2"}}), ErrorKind::rate_limited);
}

TEST(Replies, rate_limits_carry_their_time) {
    EXPECT_EQ(error_of(erp(), Effect::write, answer(429, "", {{"Retry-After", "7"}})).retry_after, Millis(7000));
    EXPECT_EQ(error_of(erp(), Effect::write, answer(429)).retry_after, Millis(1000));
    const net::HttpResponse dated = answer(429, "", {{"Retry-After", "Tue, 24 Nov 2026 00:00:30 GMT"}});
    const WallTime now = WallTime(Millis(1'795'478'400'000));
    EXPECT_EQ(error_of(erp(), Effect::write, dated, now).retry_after, Millis(30'000));
    EXPECT_EQ(error_of(erp(), Effect::write, dated).retry_after, Millis(1000));
}

TEST(Replies, problem_details_become_code_field_and_message) {
    const Error error =
        error_of(erp(), Effect::write, answer(422, R"({"type":"https://x/closed","title":"Unprocessable",
        "status":422,"detail":"period 2026-10 is closed","code":"period_closed","field":"/posting_date",
        "next_open_date":"2026-11-01","did_you_mean":"CC-100"})"));
    EXPECT_EQ(error.kind, ErrorKind::invalid);
    EXPECT_EQ(error.code, "period_closed");
    EXPECT_EQ(error.field, "/posting_date");
    EXPECT_EQ(error.message, "the ERP answered 422: period 2026-10 is closed (did you mean 'CC-100'?)");
    EXPECT_EQ(error.details, R"({"next_open_date":"2026-11-01","did_you_mean":"CC-100"})");
}

TEST(Replies, other_forms_of_errors) {
    const auto said = [](const char* body) { return error_of(erp(), Effect::write, answer(400, body)); };
    EXPECT_EQ(said(R"({"error":{"code":"F5/702","message":{"lang":"en","value":"Balance"}}})").message,
              "the ERP answered 400: Balance");
    EXPECT_EQ(said(R"({"error":{"code":"F5/702","message":{"lang":"en","value":"Balance"}}})").code, "F5/702");
    EXPECT_EQ(said(R"({"error":"invalid_grant","error_description":"bad"})").message, "the ERP answered 400: bad");
    EXPECT_EQ(said(R"({"error":"invalid_grant"})").message, "the ERP answered 400: invalid_grant");
    EXPECT_EQ(said(R"({"errors":[{"field":"lines/0","message":"no such account"}]})").field, "lines/0");
    EXPECT_EQ(said(R"({"errors":{"amount":["too large"]}})").message, "the ERP answered 400: amount: too large");
    EXPECT_EQ(said("plain words").message, "the ERP answered 400: plain words");
    EXPECT_EQ(said("<html>many tags</html>").message, "the ERP answered 400");
    EXPECT_EQ(said("").code, "refused");
    EXPECT_LT(said(std::string(100'000, 'x').c_str()).message.size(), 600u);
}

TEST(Replies, bodies) {
    EXPECT_EQ(body_of(erp(), Effect::write, answer(201, R"({"a":1})"))->dump(), R"({"a":1})");
    EXPECT_TRUE(body_of(erp(), Effect::write, answer(204))->is_null());
    const auto cut = body_of(erp(), Effect::write, answer(200, R"({"a":)"));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().kind, ErrorKind::unknown_outcome);
    EXPECT_EQ(cut.error().code, "bad_reply");
    EXPECT_EQ(body_of(erp(), Effect::read, answer(200, "<html>")).error().kind, ErrorKind::transient);
    EXPECT_EQ(body_of(erp(), Effect::write, answer(202, "ok")).error().kind, ErrorKind::unknown_outcome);
}

TEST(Replies, a_lost_answer_is_unknown_for_writes_only) {
    const Result<net::HttpResponse> lost = make_error(ErrorKind::unknown_outcome, "connection reset", "reset");
    EXPECT_EQ(body_of(erp(), Effect::write, lost).error().kind, ErrorKind::unknown_outcome);
    EXPECT_EQ(body_of(erp(), Effect::read, lost).error().kind, ErrorKind::transient);
    const Result<net::HttpResponse> refused = make_error(ErrorKind::transient, "refused", "refused");
    EXPECT_EQ(body_of(erp(), Effect::write, refused).error().kind, ErrorKind::transient);
}

}  // namespace
}  // namespace tieline::connectors::rest
