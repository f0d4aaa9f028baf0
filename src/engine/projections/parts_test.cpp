#include "engine/projections/test_fold.h"

#include <gtest/gtest.h>

namespace tieline::engine::projections {
namespace {

using testing::Fold;

std::string order(const char* status, const char* lines) {
    return std::string(R"({"number":"WO-1","title":"Seal","asset":"PUMP-7","status":")") + status +
           R"(","scheduled_start":"2026-12-01T06:00:00Z","planned_parts":[)" + lines + "]}";
}
constexpr const char* seal =
    R"({"id":"P1","part":"SEAL-9","storeroom":"MAIN","quantity":"1","unit":"BOX","base_quantity":"10",)"
    R"("base_unit":"PC","needed_on":"2026-12-01"})";
constexpr const char* oil = R"({"id":"P2","part":"OIL-2","storeroom":"MAIN","quantity":"2.500","unit":"L"})";
std::string both() { return std::string(seal) + "," + oil; }

std::string availability(const char* line, const char* state, int as_of) {
    return std::string(R"({"work_order":"WO-1","line":")") + line + R"(","part":"SEAL-9","storeroom":"MAIN",)" +
           R"("quantity":"10","on_hand":"4","reserved_for_others":"3","on_order":"20",)" +
           R"("missing":"0","due":"2026-12-03",)" + R"("state":")" + state + R"(","order":"4500","as_of":)" +
           std::to_string(as_of) + "}";
}

TEST(Availability, ALineTakesWhatSupplyFindsOut) {
    Fold view(make_availability());
    view.tell("workorder.released", "WO-1", order("released", both().c_str()));
    view.tell("availability.changed", "WO-1", availability("P1", "due_on", 7));
    view.tell("availability.changed", "WO-1", availability("P1", "none", 5));
    view.tell("workorder.not_ready", "WO-1", R"({"work_order":"WO-1","state":"due_on","ready_on":"2026-12-03"})");
    const Json row = view.row("WO-1");
    EXPECT_EQ(row.text_or("status"), "released");
    EXPECT_EQ(row.text_or("ready_on"), "2026-12-03");
    EXPECT_FALSE(row.bool_or("ready", true));
    const Json& line = row.find("lines")->items().at(0);
    EXPECT_EQ(line.text_or("planned"), "10") << "base units";
    EXPECT_EQ(line.text_or("unit"), "PC");
    EXPECT_EQ(line.text_or("state"), "due_on") << "an older finding changes nothing";
    EXPECT_EQ(line.text_or("reserved_for_others"), "3");
    EXPECT_EQ(row.find("lines")->items().at(1).text_or("unit"), "L");
}

TEST(Availability, LinesThatLeaveThePlanAndOrdersThatEndAreGone) {
    Fold view(make_availability());
    view.tell("workorder.released", "WO-1", order("released", both().c_str()));
    view.tell("availability.changed", "WO-1", availability("P1", "late", 7));
    view.tell("workorder.started", "WO-1", order("in_progress", seal));
    ASSERT_EQ(view.row("WO-1").find("lines")->items().size(), 1U);
    EXPECT_EQ(view.row("WO-1").find("lines")->items()[0].text_or("state"), "late") << "kept over a snapshot";
    const std::string other = R"({"id":"P1","part":"SEAL-8","storeroom":"MAIN","quantity":"1","unit":"PC"})";
    view.tell("workorder.started", "WO-1", order("in_progress", other.c_str()));
    EXPECT_EQ(view.row("WO-1").find("lines")->items()[0].find("state"), nullptr) << "another part is another question";
    view.tell("workorder.completed", "WO-1", order("completed", seal));
    EXPECT_EQ(view.size(), 0U);
    view.tell("availability.changed", "WO-1", availability("P1", "available", 9));
    view.tell("workorder.ready", "WO-1", R"({"work_order":"WO-1","state":"available"})");
    EXPECT_EQ(view.size(), 0U) << "a late word about a closed order brings nothing back";
}

std::string stock(const char* on_hand, int seq) {
    return std::string(R"({"part":"SEAL-9","storeroom":"MAIN","on_hand":")") + on_hand +
           R"(","reserved":"2","on_order":"0","on_requisition":"0","unit":"PC","value":"40.00",)" +
           R"("currency":"EUR","seq":)" + std::to_string(seq) + "}";
}

TEST(Stock, KeepsTheNewestOfEachBook) {
    Fold view(make_stock());
    view.on("2026-11-01");
    view.tell("stock.changed", "SEAL-9/MAIN", stock("4", 5));
    view.on("2026-11-03");
    view.tell("stock.changed", "SEAL-9/MAIN", stock("9", 4));
    view.tell("planning.published", "SEAL-9/MAIN",
              R"({"part":"SEAL-9","storeroom":"MAIN","reorder_point":"3","order_up_to":"10","lead_days":7,"seq":6})");
    view.tell("balance.changed", "SEAL-9/MAIN", R"({"part":"SEAL-9","storeroom":"MAIN","balance":"5","unit":"PC"})");
    view.tell("stock.compared", "SEAL-9/MAIN",
              R"({"part":"SEAL-9","storeroom":"MAIN","erp":"4","expected":"4","difference":"0","cmms":"5",)"
              R"("cmms_difference":"1","pending":"0"})");
    const Json row = view.row("SEAL-9/MAIN");
    EXPECT_EQ(row.text_or("on_hand"), "4") << "an older place in the ERP's changes is ignored";
    EXPECT_EQ(row.find("planning")->text_or("reorder_point"), "3");
    EXPECT_EQ(row.text_or("cmms_balance"), "5");
    EXPECT_EQ(row.find("compared")->text_or("cmms_difference"), "1");
    EXPECT_EQ(row.text_or("since"), "2026-11-01");
    EXPECT_EQ(row.find("last_movement"), nullptr);
    view.tell("stock.changed", "SEAL-9/MAIN", stock("3", 8));
    EXPECT_EQ(view.row("SEAL-9/MAIN").text_or("last_movement"), "2026-11-03");
}

TEST(Stock, ConsumptionIsKeptPerMonthForTwoYears) {
    Fold view(make_stock());
    const auto used = [&](const std::string& type, const std::string& at, const char* quantity) {
        view.tell(type, "PT-1",
                  R"({"part":"SEAL-9","storeroom":"MAIN","quantity":"1","unit":"BOX","base_quantity":")" +
                      std::string(quantity) + R"(","at":")" + at + R"(T09:00:00Z"})");
    };
    used("part.consumed", "2026-11-02", "10");
    used("part.consumed", "2026-11-20", "5");
    used("part.returned", "2026-11-21", "2");
    used("part.consumed", "2026-10-31", "1");
    const Json row = view.row("SEAL-9/MAIN");
    EXPECT_EQ(row.find("consumption")->text_or("2026-11"), "13");
    EXPECT_EQ(row.find("consumption")->members().front().first, "2026-10") << "in the order of months";
    EXPECT_EQ(row.text_or("last_movement"), "2026-11-21");
    for (int year = 2027; year < 2030; ++year) {
        for (int month = 10; month <= 12; ++month) {
            used("part.consumed", std::to_string(year) + "-" + std::to_string(month) + "-01", "1");
        }
    }
    for (int month = 10; month < 100; ++month) used("part.consumed", "20" + std::to_string(month) + "-12-01", "1");
    EXPECT_EQ(view.row("SEAL-9/MAIN").find("consumption")->members().size(), 25U);
}

TEST(Stock, LeadTimesAreThoseOfFirstDeliveries) {
    Fold view(make_stock());
    const std::string item = R"("part":"SEAL-9","storeroom":"MAIN","purchase_order":"4500","item":"10")";
    view.on("2026-11-01");
    view.tell("requisition.ordered", "R-1", "{" + item + "}");
    view.on("2026-11-05");
    view.tell("requisition.ordered", "R-1", "{" + item + R"(,"quantity":"9"})");
    const std::string delivery = "{" + item + R"(,"document":"5000","quantity":"4","posting_date":"2026-11-13"})";
    view.tell("delivery.received", "5000", delivery);
    view.tell("delivery.received", "5001", "{" + item + R"(,"document":"5001","posting_date":"2026-11-23"})");
    const Json row = view.row("SEAL-9/MAIN");
    ASSERT_EQ(row.find("lead_days_seen")->items().size(), 1U);
    EXPECT_EQ(row.find("lead_days_seen")->items()[0].number_token(), "12");
    EXPECT_EQ(row.text_or("last_movement"), "2026-11-23");
}

TEST(Purchasing, KeepsEachObjectAndItsSteps) {
    Fold view(make_purchasing());
    view.tell("requisition.requested", "100", R"({"requisition":"100","status":"in_approval","quantity":"5","seq":3})");
    view.tell("requisition.approved", "100", R"({"requisition":"100","status":"approved","quantity":"5","seq":5})");
    view.tell("requisition.requested", "100", R"({"requisition":"100","status":"in_approval","quantity":"4","seq":4})");
    view.tell("requisition.rejected", "SEAL-9/MAIN",
              R"({"key":"K1","kind":"requisition.create","reason":"unknown part","echo":{}})");
    view.tell("purchase_order.changed", "4500", R"({"purchase_order":"4500","status":"sent","seq":9})");
    view.tell("delivery.received", "5000", R"({"document":"5000","purchase_order":"4500","seq":11})");
    EXPECT_EQ(view.size(), 3U) << "a refused command is no requisition";
    const Json row = view.row("requisition/100");
    EXPECT_EQ(row.text_or("status"), "approved");
    ASSERT_EQ(row.find("steps")->items().size(), 2U);
    EXPECT_EQ(row.find("steps")->items()[1].text_or("step"), "approved");
    EXPECT_EQ(view.row("order/4500").find("steps")->items()[0].text_or("step"), "sent");
    EXPECT_EQ(view.row("delivery/5000").text_or("purchase_order"), "4500");
}

TEST(Books, HoldEachBookedDocumentByItsPostingDate) {
    Fold view(make_books());
    view.on("2026-11-30");
    view.tell("issue.booked", "WO-1",
              R"({"key":"K1","kind":"goods_issue.post","connector":"erp","document":"900",)"
              R"("details":{"posting_date":"2026-11-29","amount":"7.40","currency":"EUR"},)"
              R"("echo":{"slot":"issue/PT-1","part":"SEAL-9","storeroom":"MAIN","quantity":"2","unit":"PC",)"
              R"("amount":"7.00","currency":"EUR","company_code":"1000"}})");
    view.tell("requisition.booked", "SEAL-9/MAIN",
              R"({"key":"K2","kind":"requisition.create","document":"100","echo":{"part":"SEAL-9"}})");
    view.tell("cost.rejected", "WO-1", R"({"key":"K3","kind":"journal.post","echo":{}})");
    view.tell("transaction_link.booked", "WO-1", R"({"key":"K4","kind":"part_transaction.link","echo":{}})");
    EXPECT_EQ(view.size(), 2U);
    const Json issue = view.row("2026-11-29/WO-1/K1");
    EXPECT_EQ(issue.text_or("amount"), "7.40");
    EXPECT_EQ(issue.text_or("quantity"), "2");
    EXPECT_EQ(issue.text_or("company_code"), "1000");
    EXPECT_EQ(view.row("2026-11-30/SEAL-9/MAIN/K2").text_or("document"), "100")
        << "without a posting date the day it was booked";
}

TEST(WorkOrders, ConclusionsAreNoSnapshotsAndIssuesCountAsCost) {
    Fold orders(make_work_orders());
    const std::string issue =
        R"({"key":"K1","kind":"goods_issue.post","document":"900","details":{"amount":"7.40","currency":"EUR"},)"
        R"("echo":{"slot":"issue/PT-1","amount":"7.00","currency":"EUR"}})";
    orders.tell("issue.booked", "PT-9", issue);
    EXPECT_EQ(orders.size(), 0U) << "what was issued without an order is no order";
    orders.tell("workorder.started", "WO-1", R"({"number":"WO-1","status":"in_progress","asset":"PUMP-7"})");
    orders.tell("workorder.ready", "WO-1", R"({"work_order":"WO-1","state":"available"})");
    orders.tell("issue.booked", "WO-1", issue);
    EXPECT_EQ(orders.row("WO-1").text_or("status"), "in_progress");
    EXPECT_EQ(orders.row("WO-1").find("totals")->items()[0].text_or("posted"), "7.40");
    Fold cost(make_cost());
    cost.tell("issue.booked", "WO-1",
              R"({"key":"K1","details":{"amount":"7.40","currency":"EUR","posting_date":"2026-11-29"},)"
              R"("echo":{"asset":"PUMP-7","amount":"7.00","currency":"EUR","lines":[{"receiver":{"kind":"cost_center",)"
              R"("code":"CC-1"},"amount":"7.00"}]}})");
    EXPECT_EQ(cost.row("cost_center:CC-1|2026-11|EUR").text_or("net"), "7.40");
}

}  // namespace
}  // namespace tieline::engine::projections
