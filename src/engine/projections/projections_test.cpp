#include "engine/projections/projections.h"

#include "engine/projections/test_fold.h"

#include <gtest/gtest.h>

namespace tieline::engine::projections {
namespace {

using testing::Fold;

std::string journal(const char* key, const char* document, const char* first, const char* second, const char* total) {
    const auto line = [](const char* center, const char* amount) {
        return std::string(R"({"receiver":{"kind":"cost_center","code":")") + center +
               R"("},"kind":"labor","amount":")" + amount + R"(","currency":"EUR"})";
    };
    return std::string(R"({"key":")") + key + R"(","kind":"journal.post","document":")" + document +
           R"(","details":{"posting_date":"2026-12-01"},"echo":{"slot":"journal/EUR","work_order":"WO-1",)" +
           R"("asset":"PUMP-7","lines":[)" + line("CC-100", first) + "," + line("CC-200", second) +
           R"(],"currency":"EUR","amount":")" + total + R"(","posting_date":"2026-11-30","month":"2026-11"}})";
}

constexpr const char* valued_by_erp =
    R"({"key":"K3","kind":"goods_issue.post","document":"900","details":{"amount":"7.40","currency":"EUR"},)"
    R"("echo":{"slot":"goods_issue/P1","asset":"PUMP-7","lines":[{"receiver":{"kind":"asset","code":"A-1"},)"
    R"("kind":"part","amount":"7.00","currency":"EUR"}],"currency":"EUR","amount":"7.00",)"
    R"("posting_date":"2026-11-30"}})";

TEST(Cost, IsSummedPerReceiverAssetAndMonthOfPosting) {
    Fold cost(make_cost());
    cost.tell("cost.booked", "WO-1", journal("K1", "100", "0.10", "0.20", "0.30"));
    cost.tell("cost.booked", "WO-1", journal("K2", "101", "1.10", "2.20", "3.30"));
    EXPECT_EQ(cost.row("cost_center:CC-100|2026-12|EUR").text_or("posted"), "1.20");
    EXPECT_EQ(cost.row("cost_center:CC-200|2026-12|EUR").text_or("net"), "2.40");
    EXPECT_EQ(cost.row("asset:PUMP-7|2026-12|EUR").text_or("net"), "3.60");
    EXPECT_EQ(cost.row("all|2026-12|EUR").text_or("posted"), "3.60");
    EXPECT_EQ(cost.size(), 4U);
}

TEST(Cost, AReversalTakesBackWhatWasPosted) {
    Fold cost(make_cost());
    cost.tell("cost.booked", "WO-1", journal("K1", "100", "0.10", "0.20", "0.30"));
    cost.tell("reversal.booked", "WO-1", journal("K2", "101", "-0.10", "-0.20", "-0.30"));
    const Json row = cost.row("all|2026-12|EUR");
    EXPECT_EQ(row.text_or("posted"), "0.30");
    EXPECT_EQ(row.text_or("reversed"), "0.30");
    EXPECT_EQ(row.text_or("net"), "0.00");
}

TEST(Cost, TheErpsValueCountsWhereItValues) {
    Fold cost(make_cost());
    cost.tell("cost.booked", "WO-1", valued_by_erp);
    EXPECT_EQ(cost.row("fixed_asset:A-1|2026-11|EUR").text_or("net"), "7.40");
    EXPECT_EQ(cost.row("asset:PUMP-7|2026-11|EUR").text_or("net"), "7.40");
}

TEST(Cost, OtherReceiptsAreNoCost) {
    Fold cost(make_cost());
    cost.tell("cost.rejected", "WO-1", journal("K1", "", "0.10", "0.20", "0.30"));
    cost.tell("order.booked", "WO-1", R"({"key":"K","document":"800"})");
    EXPECT_EQ(cost.size(), 0U);
}

TEST(WorkOrders, ShowStateDocumentsAndTotals) {
    Fold orders(make_work_orders());
    orders.tell("workorder.completed", "WO-1", R"({"number":"WO-1","status":"completed","asset":"PUMP-7"})");
    orders.tell("cost.rejected", "WO-1",
                R"({"key":"K1","kind":"journal.post","reason":"period closed",)"
                R"("echo":{"amount":"0.30","currency":"EUR"}})");
    EXPECT_EQ(orders.row("WO-1").find("documents")->items()[0].text_or("reason"), "period closed");
    orders.tell("cost.booked", "WO-1", journal("K1", "100", "0.10", "0.20", "0.30"));
    orders.tell("cost.booked", "WO-1", valued_by_erp);
    orders.tell("reversal.booked", "WO-1", journal("K9", "102", "-0.10", "-0.20", "-0.30"));
    orders.tell("cost.settled", "WO-1", "{}");
    const Json row = orders.row("WO-1");
    EXPECT_EQ(row.text_or("status"), "completed");
    EXPECT_TRUE(row.bool_or("settled", false));
    ASSERT_EQ(row.find("documents")->items().size(), 3U);
    const Json& first = row.find("documents")->items()[0];
    EXPECT_EQ(first.text_or("document"), "100");
    EXPECT_EQ(first.text_or("state"), "booked");
    EXPECT_EQ(first.find("reason"), nullptr);
    EXPECT_EQ(row.find("totals")->items()[0].text_or("posted"), "7.40");
}

TEST(WorkOrders, KeepWhenTheyFirstGotSoFarAndWhatWasPlanned) {
    Fold orders(make_work_orders());
    orders.on("2026-11-24");
    orders.tell("workorder.requested", "WO-1", R"({"number":"WO-1","status":"requested","due_at":"2026-11-30"})");
    orders.on("2026-11-25");
    orders.tell("workorder.started", "WO-1",
                R"({"number":"WO-1","status":"in_progress","receiver":{"kind":"cost_center","code":"CC-1"},)"
                R"("lines":[{"id":"1","hours":"1.25"},{"id":"2","hours":"0.5"},{"id":"3","amount":"9.00"}]})");
    const std::string started = orders.row("WO-1").text_or("started_at");
    orders.on("2026-11-26");
    orders.tell("workorder.completed", "WO-1", R"({"number":"WO-1","status":"completed"})");
    orders.tell("workorder.reopened", "WO-1", R"({"number":"WO-1","status":"reopened"})");
    orders.tell("workorder.started", "WO-1",
                R"({"number":"WO-1","status":"in_progress","lines":[{"id":"1","hours":"2"}]})");
    const Json row = orders.row("WO-1");
    EXPECT_FALSE(started.empty());
    EXPECT_EQ(row.text_or("started_at"), started);
    EXPECT_LT(row.text_or("requested_at"), started);
    EXPECT_EQ(row.text_or("due_at"), "") << "what the newest snapshot no longer says is gone";
    EXPECT_EQ(row.text_or("hours"), "2");
}

TEST(WorkOrders, StaySettledUntilSomethingOfTheirCostChanges) {
    Fold orders(make_work_orders());
    const auto tell = [&orders](const std::string& rest) {
        orders.tell("workorder.completed", "WO-1", R"({"number":"WO-1","status":)" + rest + "}");
        return orders.row("WO-1").bool_or("settled", false);
    };
    EXPECT_FALSE(tell(R"("completed","lines":[{"id":"1","hours":"2"}])"));
    orders.tell("cost.settled", "WO-1", "{}");
    EXPECT_TRUE(tell(R"("completed","lines":[{"id":"1","hours":"2"}],"erp_order":"800")"));
    EXPECT_TRUE(tell(R"("closed","lines":[{"id":"1","hours":"2"}],"erp_order":"800")"));
    EXPECT_FALSE(tell(R"("closed","lines":[{"id":"1","hours":"3"}],"erp_order":"800")"));
    orders.tell("cost.settled", "WO-1", "{}");
    EXPECT_FALSE(tell(R"("reopened","lines":[{"id":"1","hours":"3"}])"));
    EXPECT_FALSE(tell(R"("completed","lines":[{"id":"1","hours":"3"}])"));
}

TEST(Stages, CountByKind) {
    Fold stages(make_stages());
    stages.tell("workorder.completed", "WO-1", "{}");
    stages.tell("cost.booked", "WO-1", "{}");
    stages.tell("reversal.booked", "WO-1", "{}");
    stages.tell("accrual_reversal.booked", "WO-1", "{}");
    stages.tell("cost.rejected", "WO-1", "{}");
    stages.tell("exception.opened", "WO-1", "{}");
    for (int i = 0; i < 30; ++i) stages.tell("rate.published", "EUR/USD", "{}");
    const Json all = stages.row("all");
    EXPECT_EQ(all.int_or("received", 0), 31);
    EXPECT_EQ(all.int_or("booked", 0), 1);
    EXPECT_EQ(all.int_or("reversed", 0), 2);
    EXPECT_EQ(all.int_or("rejected", 0), 1);
    EXPECT_EQ(all.int_or("exceptions_opened", 0), 1);
    EXPECT_EQ(all.int_or("events", 0), 36);
    EXPECT_EQ(stages.size(), 1U);
}

}  // namespace
}  // namespace tieline::engine::projections
