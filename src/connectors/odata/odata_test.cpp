#include "connectors/odata/odata.h"

#include <gtest/gtest.h>

namespace tieline::connectors::odata {
namespace {

Access access() {
    Access access;
    access.base_url = "https://s4.example";
    access.system = "SAP";
    return access;
}

Result<net::HttpResponse> answer(int status, std::string body, std::vector<net::Header> headers = {}) {
    return net::HttpResponse{status, std::move(headers), std::move(body)};
}

TEST(OData, LiteralsAndKeys) {
    EXPECT_EQ(text_literal("O'Brien"), "'O''Brien'");
    EXPECT_EQ(date_literal("2026-11-24"), "datetime'2026-11-24T00:00:00'");
    EXPECT_EQ(key_of({{"A", "'1'"}, {"B", "'2'"}}), "(A='1',B='2')");
    const net::HttpRequest request =
        read_request(access(), "/s/Set(A='x/y é',B='O''B')", {{"$filter", "R eq 'a&b'"}, {"$top", "5"}});
    EXPECT_EQ(request.url,
              "https://s4.example/s/Set(A='x%2Fy%20%C3%A9',B='O''B')?%24filter=R%20eq%20%27a%26b%27&%24top=5");
    EXPECT_EQ(net::header(request.headers, "Accept"), "application/json");
}

TEST(OData, DatesOfVersionTwo) {
    EXPECT_EQ(time_of("/Date(1795478400000)/"), "2026-11-24T00:00:00.000Z");
    EXPECT_EQ(date_of("/Date(1795478400000+0060)/"), "2026-11-24");
    EXPECT_EQ(date_of("/Date(-86400000)/"), "1969-12-31");
    for (const char* none : {"", "2026-11-24", "/Date()/", "/Date(x)/", "/Date(9999999999999999)/"})
        EXPECT_FALSE(time_of(none)) << none;
}

TEST(OData, WritesCarryJsonOrNothing) {
    const net::HttpRequest post = write_request(access(), "POST", "/s/Set", Json::object({{"Q", "1.50"}}));
    EXPECT_EQ(post.body, R"({"Q":"1.50"})");
    EXPECT_EQ(net::header(post.headers, "Content-Type"), "application/json");
    const net::HttpRequest call = write_request(access(), "POST", "/s/Cancel", Json(), {{"N", "'1'"}});
    EXPECT_EQ(call.body, "");
    EXPECT_EQ(net::header(call.headers, "Content-Type"), "");
    EXPECT_EQ(call.url, "https://s4.example/s/Cancel?N=%271%27");
}

TEST(OData, RowsAndEntitiesOfBothVersions) {
    for (const char* body :
         {R"({"d":{"results":[{"A":"1"}],"__count":"1"}})", R"({"d":[{"A":"1"}]})", R"({"value":[{"A":"1"}]})"}) {
        const auto rows = rows_of(access(), answer(200, body));
        ASSERT_TRUE(rows) << body;
        ASSERT_EQ(rows->rows.size(), 1U);
        EXPECT_EQ(rows->rows[0].text_or("A"), "1");
        EXPECT_EQ(rows->next, "");
    }
    const auto paged =
        rows_of(access(), answer(200, R"({"d":{"results":[],"__next":"https://s4.example/s?$skiptoken=2"}})"));
    EXPECT_EQ(paged->next, "https://s4.example/s?$skiptoken=2");
    const auto away =
        rows_of(access(), answer(200, R"({"d":{"results":[],"__next":"https://evil.example/s?$skip=2"}})"));
    EXPECT_EQ(away->next, "?$skip=2") << "never to another host, and never dropped";
    EXPECT_FALSE(rows_of(access(), answer(200, R"({"d":{"results":[],"__next":"https://evil.example/s"}})")));
    EXPECT_EQ(rows_of(access(), answer(200, "{}")).error().kind, ErrorKind::transient);
    const auto one =
        entity_of(access(), Effect::write, answer(201, R"({"d":{"A":"1","to_X":{"results":[{"B":"2"}]}}})"));
    ASSERT_TRUE(one);
    EXPECT_EQ(inner_rows(*one, "to_X").size(), 1U);
    EXPECT_EQ(inner_rows(*one, "to_Y").size(), 0U);
    EXPECT_TRUE(entity_of(access(), Effect::write, answer(204, ""))->is_null());
    EXPECT_EQ(entity_of(access(), Effect::write, answer(200, "{}")).error().kind, ErrorKind::unknown_outcome);
}

TEST(OData, ErrorsOfGatewayKeepCodeWordsAndTarget) {
    const char* body = R"({"error":{"code":"M7/021","message":{"lang":"en","value":"Deficit of 2 EA"},"innererror":{)"
                       R"("transactionid":"ABC","errordetails":[{"code":"M7/021","message":"Deficit of 2 EA",)"
                       R"("severity":"error","propertyref":"QuantityInEntryUnit"},{"code":"X","message":"see note",)"
                       R"("severity":"warning"}]}}})";
    const Error error = odata_error(access(), Effect::write, *answer(400, body));
    EXPECT_EQ(error.kind, ErrorKind::invalid);
    EXPECT_EQ(error.code, "M7/021");
    EXPECT_EQ(error.field, "QuantityInEntryUnit");
    EXPECT_EQ(error.message, "SAP answered 400: Deficit of 2 EA; see note (M7/021)");
    EXPECT_EQ(error.details, R"({"peer_code":"M7/021","transaction":"ABC"})");
    const Error atom =
        odata_error(access(), Effect::write,
                    *answer(400,
                            "<error xmlns=\"x\"><code>M7/053</code><message xml:lang=\"en\">Period "
                            "closed</message><innererror><transactionid>T</transactionid></innererror></error>"));
    EXPECT_EQ(atom.code, "M7/053");
    EXPECT_EQ(atom.message, "SAP answered 400: Period closed (M7/053)");
    const Error four =
        odata_error(access(), Effect::read,
                    *answer(404, R"({"error":{"code":"Z/1","message":"gone","details":[{"message":"really"}]}})"));
    EXPECT_EQ(four.kind, ErrorKind::not_found);
    EXPECT_EQ(four.message, "SAP answered 404: gone; really (Z/1)");
    EXPECT_EQ(odata_error(access(), Effect::write, *answer(503, "", {{"Retry-After", "4"}})).retry_after, Millis(4000));
    EXPECT_EQ(odata_error(access(), Effect::write, *answer(500, "<html>dump</html>")).kind, ErrorKind::unknown_outcome);
}

TEST(OData, WarningsOfWhatWentWell) {
    EXPECT_EQ(
        warnings_of(*answer(201, "{}", {{"sap-message", R"({"code":"W/1","message":"price old","details":[]})"}})),
        "W/1 price old");
    EXPECT_EQ(warnings_of(*answer(201, "{}")), "");
}

}  // namespace
}  // namespace tieline::connectors::odata
