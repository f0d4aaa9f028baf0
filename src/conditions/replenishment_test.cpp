#include "conditions/replenishment.h"

#include "conditions/normal.h"

#include <gtest/gtest.h>

namespace tieline::conditions {
namespace {

TEST(Normal, QuantilesAndLossMatchTheTables) {
    EXPECT_NEAR(normal_quantile(0.95), 1.6448536, 1e-6);
    EXPECT_NEAR(normal_quantile(0.999), 3.0902323, 1e-6);
    EXPECT_NEAR(normal_below(normal_quantile(0.2)), 0.2, 1e-9);
    EXPECT_NEAR(normal_loss(1.0), 0.0833155, 1e-6);
}

TEST(Normal, PoissonQuantileIsTheLeastThatReachesTheShare) {
    EXPECT_EQ(poisson_quantile(2.0, 0.95), 5);  // P(X ≤ 4) = 0.9473, P(X ≤ 5) = 0.9834
    EXPECT_EQ(poisson_quantile(2.0, 0.947), 4);
    EXPECT_EQ(poisson_quantile(0.1, 0.9), 0);  // P(X = 0) = 0.9048
    EXPECT_EQ(poisson_quantile(0.1, 0.95), 1);
    EXPECT_LT(poisson_quantile(0.1, 1.0), 100) << "a share of one ends too";
}

StockHistory busy() {
    StockHistory history;
    history.demand = {100, 140, 100, 140, 100, 140, 100, 140};
    history.lead_days = {10, 14, 10, 14};
    history.unit_price = 5;
    return history;
}

TEST(Advice, SafetyStockFollowsDemandAndLeadTimeSpread) {
    const Advice advice = advise(busy(), AdviceOptions{});
    EXPECT_EQ(advice.method, Advice::Method::normal);
    EXPECT_NEAR(advice.monthly_mean, 120, 1e-9);
    EXPECT_NEAR(advice.lead_days, 12, 1e-9);
    // By hand: d = 3.9425, d·L = 47.31, L·σd² = 12 · 457.14 / 30.4375 = 180.23, d²·σL² = 82.90; z = 1.645.
    EXPECT_EQ(advice.reorder_point, 74);
    EXPECT_NEAR(advice.safety_stock, 26.69, 0.01);
    EXPECT_EQ(advice.lot, 380);  // √(2 · 1440 · 50 / 1) = 379.5
    EXPECT_EQ(advice.order_up_to, 454);
}

TEST(Advice, ReasonIsOneSentenceWithItsFigures) {
    StockHistory history = busy();
    history.reorder_point = 50;
    EXPECT_EQ(advise(history, AdviceOptions{}).reason,
              "Consumption of 120 a month (± 21.4) and 12 days until delivery (± 2.3) ask for 74 at the moment of "
              "ordering, so that 95 of 100 orders arrive before the part runs out; the present reorder point of 50 is "
              "too low.");
}

TEST(Advice, WholeLotsAndDecimalsOfTheUnit) {
    StockHistory history = busy();
    history.lot_size = 25;
    EXPECT_EQ(advise(history, AdviceOptions{}).lot, 400);
    history.lot_size = 1000;
    EXPECT_EQ(advise(history, AdviceOptions{}).lot, 1000);
    history.decimals = 2;
    history.lot_size = 0;
    AdviceOptions nine_of_ten;
    nine_of_ten.service_level = 0.9;
    EXPECT_NEAR(advise(history, nine_of_ten).reorder_point, 68.1, 0.05) << "litres are not rounded to whole ones";
    history.unit_price = 0;
    EXPECT_EQ(advise(history, AdviceOptions{}).lot, 0);
}

TEST(Advice, ASlowMoverIsCountedInPieces) {
    StockHistory history;
    history.demand = {0, 1, 0, 0, 2, 0, 1, 0, 0, 0, 1, 1};  // half a piece a month
    history.planned_lead_days = 30.4375;
    const Advice advice = advise(history, AdviceOptions{});
    EXPECT_EQ(advice.method, Advice::Method::poisson);
    EXPECT_EQ(advice.reorder_point, 2);  // P(X ≤ 1 | 0.5) = 0.9098, P(X ≤ 2) = 0.9856
    EXPECT_NE(advice.reason.find("as planned"), std::string::npos);
}

TEST(Advice, TooLittleHistoryAndNoDemandAreSaid) {
    StockHistory history;
    history.demand = {1, 2, 3};
    EXPECT_EQ(advise(history, AdviceOptions{}).method, Advice::Method::none);
    history.demand.assign(12, 0);
    EXPECT_NE(advise(history, AdviceOptions{}).reason.find("No lead time"), std::string::npos);
    history.planned_lead_days = 10;
    EXPECT_NE(advise(history, AdviceOptions{}).reason.find("Nothing was used in 12 months"), std::string::npos);
}

TEST(Idle, DeadStockIsWhatDidNotMoveForTooLong) {
    StockNow stock{4, 100, 0, Date{2025, 11, 25}, "PC", "EUR"};
    const Date today{2026, 11, 25};
    EXPECT_EQ(idle_of(stock, 0, today, IdleOptions{}).kind, Idle::Kind::none) << "365 days are not longer than 365";
    stock.last_movement = Date{2025, 11, 24};
    const Idle dead = idle_of(stock, 0, today, IdleOptions{});
    EXPECT_EQ(dead.kind, Idle::Kind::dead);
    EXPECT_EQ(dead.reason, "4 PC worth 100 EUR have not moved since 2025-11-24, 366 days.");
}

TEST(Idle, ExcessIsWhatGoesBeyondTheCover) {
    StockNow stock{60, 600, 0, Date{2026, 11, 1}, "PC", "EUR"};
    const Date today{2026, 11, 25};
    const Idle excess = idle_of(stock, 2, today, IdleOptions{});
    EXPECT_EQ(excess.kind, Idle::Kind::excess);
    EXPECT_NEAR(excess.quantity, 12, 1e-9);
    EXPECT_NEAR(excess.value, 120, 1e-9);
    EXPECT_NEAR(excess.months_of_cover, 30, 1e-9);
    EXPECT_EQ(idle_of(stock, 2.5, today, IdleOptions{}).kind, Idle::Kind::none) << "24 months are not above 24";
    stock.keep = 60;
    EXPECT_EQ(idle_of(stock, 2, today, IdleOptions{}).kind, Idle::Kind::none) << "what planning asks for is no excess";
    stock.on_hand = -3;
    EXPECT_EQ(idle_of(stock, 2, today, IdleOptions{}).kind, Idle::Kind::none);
}

}  // namespace
}  // namespace tieline::conditions
