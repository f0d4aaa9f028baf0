// What planners, storekeepers and buyers read.

#include "api/test_hub.h"
#include "base/json.h"

#include <gtest/gtest.h>

namespace tieline::api {
namespace {

using testing::TestHub;

Json body_of(const net::HttpResponse& response) {
    const Result<Json> parsed = Json::parse(response.body);
    return parsed ? *parsed : Json();
}
/// By value: bodies are often temporaries.
Json::Array list_of(const Json& body, const char* name) {
    const Json* list = body.find(name);
    return list != nullptr && list->is_array() ? list->items() : Json::Array();
}

void order(TestHub& hub, const std::string& number, const std::string& part) {
    hub.tell("workorder.released", number,
             R"({"number":")" + number +
                 R"(","status":"released","title":"Seal","planned_parts":[{"id":"P1","part":")" + part +
                 R"(","storeroom":"MAIN","quantity":"2","unit":"PC"},{"id":"P2","part":"OIL-2",)" +
                 R"("storeroom":"MAIN","quantity":"1","unit":"L"}]})");
}

TEST(PartsApi, AvailabilityIsFilteredByOrderPartReadinessAndDay) {
    TestHub hub;
    order(hub, "WO-1", "SEAL-9");
    order(hub, "WO-10", "SEAL-8");
    order(hub, "WO-2", "SEAL-9");
    hub.tell("availability.changed", "WO-1",
             R"({"work_order":"WO-1","line":"P1","part":"SEAL-9","storeroom":"MAIN","quantity":"2","on_hand":"0",)"
             R"("on_order":"5","due":"2026-12-03","state":"due_on","missing":"0"})");
    hub.tell("workorder.not_ready", "WO-1", R"({"work_order":"WO-1","state":"due_on","ready_on":"2026-12-03"})");
    hub.tell("workorder.ready", "WO-2", R"({"work_order":"WO-2","state":"available"})");
    hub.get_until("/api/v1/availability", "\"ready\":true");
    const auto numbers = [&](const std::string& query) {
        std::string all;
        for (const Json& one : list_of(body_of(hub.get("/api/v1/availability?" + query)), "work_orders")) {
            all += one.text_or("work_order") + " ";
        }
        return all;
    };
    EXPECT_EQ(numbers(""), "WO-1 WO-10 WO-2 ");
    EXPECT_EQ(numbers("work_order=WO-1"), "WO-1 ") << "and not WO-10";
    EXPECT_EQ(numbers("part=SEAL-8"), "WO-10 ");
    EXPECT_EQ(numbers("ready=true"), "WO-2 ");
    EXPECT_EQ(numbers("ready=false"), "WO-1 WO-10 ");
    EXPECT_EQ(numbers("before=2026-12-01"), "WO-2 ");
    const Json part = body_of(hub.get("/api/v1/availability?part=SEAL-9&limit=1"));
    ASSERT_EQ(list_of(part, "work_orders").size(), 1U);
    EXPECT_EQ(list_of(list_of(part, "work_orders")[0], "lines").size(), 1U) << "only the lines of that part";
    EXPECT_EQ(list_of(list_of(part, "work_orders")[0], "lines")[0].text_or("state"), "due_on");
    EXPECT_EQ(part.text_or("next"), "WO-1");
    EXPECT_EQ(numbers("part=SEAL-9&limit=1&after=WO-1"), "WO-2 ");
    EXPECT_EQ(body_of(hub.get("/api/v1/availability?ready=perhaps")).text_or("field"), "ready");
    EXPECT_EQ(body_of(hub.get("/api/v1/availability?before=2026-02-30")).text_or("code"), "bad_date");
    EXPECT_EQ(hub.get("/api/v1/availability?limit=1001").status, 400);
    EXPECT_EQ(hub.post("/api/v1/availability", "{}").status, 405);
}

void stock(TestHub& hub, const std::string& part, const std::string& room, const std::string& on_hand) {
    hub.tell(
        "stock.changed", part + "/" + room,
        R"({"part":")" + part + R"(","storeroom":")" + room + R"(","on_hand":")" + on_hand +
            R"(","reserved":"1","on_order":"5","on_requisition":"0","unit":"PC","value":"40.00","currency":"EUR",)" +
            R"("seq":5})");
}

TEST(PartsApi, StockShowsPositionAndDifferences) {
    TestHub hub;
    stock(hub, "SEAL-9", "MAIN", "4");
    stock(hub, "SEAL-9", "EAST", "2");
    stock(hub, "SEAL-99", "MAIN", "7");
    hub.tell("stock.compared", "c",
             R"({"part":"SEAL-9","storeroom":"EAST","erp":"2","expected":"2","difference":"0","cmms":"3",)"
             R"("cmms_difference":"1","pending":"0"})");
    hub.get_until("/api/v1/stock", "cmms_difference");
    const Json all = body_of(hub.get("/api/v1/stock?part=SEAL-9"));
    ASSERT_EQ(list_of(all, "stock").size(), 2U) << "and not SEAL-99: " << all.dump();
    EXPECT_EQ(list_of(all, "stock")[1].text_or("position"), "8");
    EXPECT_EQ(list_of(body_of(hub.get("/api/v1/stock?storeroom=MAIN")), "stock").size(), 2U);
    const Json different = body_of(hub.get("/api/v1/stock?only_different=true"));
    ASSERT_EQ(list_of(different, "stock").size(), 1U);
    EXPECT_EQ(list_of(different, "stock")[0].text_or("storeroom"), "EAST");
}

TEST(PartsApi, AdviceCountsWholeMonthsAndNamesDeadStock) {
    TestHub hub;  // its clock stands in November 2026
    stock(hub, "SEAL-9", "MAIN", "4");
    stock(hub, "OLD-1", "MAIN", "8");
    hub.tell("planning.published", "p",
             R"({"part":"SEAL-9","storeroom":"MAIN","reorder_point":"1","order_up_to":"6","lead_days":"30"})");
    const auto used = [&](int number, const std::string& part, const std::string& day, const std::string& quantity) {
        hub.tell("part.consumed", "PT-" + std::to_string(number),
                 R"({"part":")" + part + R"(","storeroom":"MAIN","base_quantity":")" + quantity + R"(","at":")" + day +
                     R"(T08:00:00Z"})");
    };
    for (int month = 1; month <= 10; ++month) {
        used(month, "SEAL-9", "2026-" + std::string(month < 10 ? "0" : "") + std::to_string(month) + "-10",
             month % 2 == 0 ? "2" : "1");
    }
    used(11, "SEAL-9", "2026-11-02", "90");
    used(12, "OLD-1", "2025-01-10", "1");
    hub.get_until("/api/v1/stock/advice?part=OLD-1", "2025-01");
    const Json body = body_of(hub.get("/api/v1/stock/advice?part=SEAL-9&service_level=0.95"));
    const Json::Array advised = list_of(body, "stock");
    ASSERT_EQ(advised.size(), 1U);
    const Json* advice = advised[0].find("advice");
    ASSERT_NE(advice, nullptr);
    EXPECT_EQ(advice->text_or("method"), "poisson");
    EXPECT_EQ(advice->text_or("monthly_mean"), "1.50") << "the present month is not whole";
    EXPECT_EQ(advice->text_or("reorder_point"), "4");  // P(Poisson(1.478) ≤ 3) = 0.937, ≤ 4: 0.983
    EXPECT_NE(advice->text_or("reason").find("present reorder point of 1 is too low"), std::string::npos);
    const Json dead = body_of(hub.get("/api/v1/stock/advice?only=dead"));
    ASSERT_EQ(list_of(dead, "stock").size(), 1U);
    EXPECT_EQ(list_of(dead, "stock")[0].find("idle")->text_or("value"), "40.00");
    EXPECT_EQ(body_of(hub.get("/api/v1/stock/advice?service_level=1")).text_or("field"), "service_level");
    EXPECT_EQ(body_of(hub.get("/api/v1/stock/advice?only=all")).text_or("field"), "only");
}

TEST(PartsApi, RequisitionsShowTheOrdersConfirmedDate) {
    TestHub hub;
    hub.tell("requisition.ordered", "100",
             R"({"requisition":"100","part":"SEAL-9","storeroom":"MAIN","quantity":"5","status":"ordered",)"
             R"("work_orders":["WO-1"],"purchase_order":"4500","item":"10","seq":3})");
    hub.tell(
        "requisition.rejected", "101",
        R"({"requisition":"101","part":"OIL-2","storeroom":"MAIN","status":"rejected","reason":"too dear","seq":4})");
    hub.tell("purchase_order.changed", "4500",
             R"({"purchase_order":"4500","status":"sent","items":[{"item":"10","confirmed_date":"2026-12-03",)"
             R"("received":"2"}],"seq":6})");
    hub.get_until("/api/v1/requisitions", "confirmed_date");
    const Json open = body_of(hub.get("/api/v1/requisitions?open=true"));
    ASSERT_EQ(list_of(open, "requisitions").size(), 1U);
    EXPECT_EQ(list_of(open, "requisitions")[0].text_or("confirmed_date"), "2026-12-03");
    EXPECT_EQ(list_of(open, "requisitions")[0].text_or("received"), "2");
    EXPECT_EQ(list_of(body_of(hub.get("/api/v1/requisitions?open=false")), "requisitions")[0].text_or("reason"),
              "too dear");
    EXPECT_EQ(list_of(body_of(hub.get("/api/v1/requisitions?work_order=WO-1")), "requisitions").size(), 1U);
    EXPECT_EQ(list_of(body_of(hub.get("/api/v1/requisitions?part=NONE")), "requisitions").size(), 0U);
}

TEST(PartsApi, BooksAreReadByPostingDate) {
    TestHub hub;
    ASSERT_EQ(hub.post("/api/v1/events", testing::completed("WO-1")).status, 202);
    hub.get_until("/api/v1/work-orders/WO-1", "\"booked\"");
    const Json books = body_of(hub.get_until("/api/v1/books?from=2026-11-24&to=2026-11-24", "KEY-WO-1"));
    ASSERT_EQ(list_of(books, "documents").size(), 1U);
    EXPECT_EQ(list_of(books, "documents")[0].text_or("amount"), "60.00");
    EXPECT_EQ(list_of(body_of(hub.get("/api/v1/books?from=2026-11-25")), "documents").size(), 0U);
    EXPECT_EQ(list_of(body_of(hub.get("/api/v1/books?to=2026-11-23")), "documents").size(), 0U);
    EXPECT_EQ(list_of(body_of(hub.get("/api/v1/work-orders?status=completed")), "work_orders").size(), 1U);
    EXPECT_EQ(list_of(body_of(hub.get("/api/v1/work-orders?status=closed")), "work_orders").size(), 0U);
}

}  // namespace
}  // namespace tieline::api
