// What the CMMS lists for reconciliation, as its API says.

#include "connectors/drive.h"
#include "connectors/sandbox_cmms/spec.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sandbox_cmms {
namespace {

Result<Page> listed(const std::string& what, const std::string& body, std::string* asked, int status = 200) {
    Settings settings;
    settings.name = "cmms";
    settings.values = {{"url", "http://cmms.test"}, {"token", "t"}, {"site", "plant1"}};
    auto connector = spec().make(settings, "");
    EXPECT_TRUE(connector);
    return run((*connector)->list(what, "2026-11-01", "2026-11-30", "4"), [&](const net::HttpRequest& request) {
        *asked = request.url;
        return Result<net::HttpResponse>(net::HttpResponse{status, {{"Content-Type", "application/json"}}, body});
    });
}
Json data_of(const SourceObject& object) { return *Json::parse(object.data); }

TEST(SandboxCmmsList, WorkOrdersByTheirStatus) {
    std::string asked;
    const auto page = listed("work_orders",
                             R"({"items":[{"wonum":"WO-1","status":"COMP","actual_finish":"2026-11-20T09:00:00.000Z"},)"
                             R"({"wonum":"WO-2","status":"ODD"}],"next_change":9,"more":true})",
                             &asked);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_NE(asked.find("after_change=4"), std::string::npos) << asked;
    EXPECT_EQ(page->cursor, "9");
    EXPECT_EQ(data_of(page->objects[0]).text_or("state"), "completed");
    EXPECT_EQ(data_of(page->objects[1]).text_or("state"), "") << "what cannot be mapped is not compared";
}

TEST(SandboxCmmsList, TransactionsAreSignedInBaseUnits) {
    std::string asked;
    const auto page =
        listed("part_transactions",
               R"({"items":[{"transaction":"PT-1","type":"ISSUE","wonum":"WO-1","item":"SEAL-9","quantity":1,)"
               R"("uom":"BOX","base_quantity":100,"storeroom":"MAIN","at":"2026-11-03T08:00:00.000Z"},)"
               R"({"transaction":"PT-2","type":"RETURN","item":"OIL","base_quantity":2.50,"at":"2026-11-04"}],)"
               R"("next_change":6,"more":false})",
               &asked);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(data_of(page->objects[0]).text_or("quantity"), "100");
    EXPECT_EQ(data_of(page->objects[0]).text_or("date"), "2026-11-03");
    EXPECT_EQ(data_of(page->objects[1]).text_or("quantity"), "-2.50");
}

TEST(SandboxCmmsList, BalancesByPlaceAndWhatIsNotListed) {
    std::string asked;
    const auto page =
        listed("stock", R"({"items":[{"storeroom":"MAIN","item":"SEAL-9","balance":3}],"next_change":8})", &asked);
    ASSERT_TRUE(page);
    EXPECT_EQ(data_of(page->objects[0]).text_or("key"), "SEAL-9/MAIN");
    EXPECT_EQ(data_of(page->objects[0]).text_or("quantity"), "3");
    EXPECT_EQ(listed("postings", "{}", &asked).error().kind, ErrorKind::unsupported);
    EXPECT_EQ(listed("stock", R"({"code":"unknown_path"})", &asked, 404).error().kind, ErrorKind::unsupported)
        << "an older CMMS without storerooms";
    EXPECT_FALSE(listed("stock", R"({"items":[],"next_change":4,"more":true})", &asked)) << "a list that never ends";
}

}  // namespace
}  // namespace tieline::connectors::sandbox_cmms
