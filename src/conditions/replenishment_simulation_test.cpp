// The advice against a storeroom that lives: pieces leave one by one at random moments, an order goes out when the
// position reaches the reorder point, it arrives after a random time. Did the shelf run empty before?

#include "conditions/replenishment.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace tieline::conditions {
namespace {

constexpr double days_per_month = 365.25 / 12.0;

class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    double uniform() { return (static_cast<double>(random_.next() >> 11) + 0.5) / 9007199254740992.0; }
    double days_to_next(double daily) { return -std::log(uniform()) / daily; }
    double normal() {
        double sum = -6.0;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }

private:
    SeededRandom random_;
};

struct Plant {
    double monthly = 0, lead_days = 0, lead_deviation = 0;
};

/// Months and deliveries as the hub would have seen them, with exactly the plant's mean and deviation.
StockHistory history_of(const Plant& plant) {
    StockHistory history;
    for (int i = 0; i < 200; ++i) {
        const double sign = i % 2 == 0 ? 1.0 : -1.0;
        history.demand.push_back(plant.monthly + sign * std::sqrt(plant.monthly));
        history.lead_days.push_back(plant.lead_days + sign * plant.lead_deviation);
    }
    return history;
}

/// Share of order cycles in which nobody found the shelf empty.
double service(const Plant& plant, double reorder_point, int cycles, std::uint64_t seed) {
    Dice dice(seed);
    const double daily = plant.monthly / days_per_month;
    int kept = 0;
    for (int cycle = 0; cycle < cycles; ++cycle) {
        const double lead = std::max(0.0, plant.lead_days + plant.lead_deviation * dice.normal());
        double left = reorder_point;
        bool short_once = false;
        for (double day = dice.days_to_next(daily); day <= lead; day += dice.days_to_next(daily)) {
            left -= 1;
            short_once = short_once || left < 0;
        }
        kept += short_once ? 0 : 1;
    }
    return static_cast<double>(kept) / cycles;
}

TEST(AdviceSimulated, SlowMoversReachTheServiceLevelAndOnePieceLessDoesNot) {
    constexpr double tolerance = 0.004;
    for (const Plant& plant : {Plant{0.5, 30, 0}, Plant{1, 45, 0}, Plant{2, 20, 0}, Plant{4, 40, 0}}) {
        for (const double level : {0.90, 0.95, 0.98}) {
            AdviceOptions options;
            options.service_level = level;
            const Advice advice = advise(history_of(plant), options);
            ASSERT_EQ(advice.method, Advice::Method::poisson);
            EXPECT_GE(service(plant, advice.reorder_point, 40'000, 11), level - tolerance)
                << plant.monthly << " a month, level " << level;
            EXPECT_LT(service(plant, advice.reorder_point - 1, 40'000, 12), level + tolerance)
                << "a point that is one too high is no least point";
        }
    }
}

TEST(AdviceSimulated, FastMoversReachTheServiceLevelClosely) {
    for (const Plant& plant : {Plant{150, 20, 0}, Plant{150, 20, 4}, Plant{400, 10, 2}, Plant{90, 60, 12}}) {
        AdviceOptions options;
        options.service_level = 0.95;
        const Advice advice = advise(history_of(plant), options);
        ASSERT_EQ(advice.method, Advice::Method::normal);
        const double reached = service(plant, advice.reorder_point, 8'000, 21);
        EXPECT_NEAR(reached, 0.95, 0.015) << plant.monthly << " a month, ± " << plant.lead_deviation << " days";
    }
}

/// That the check above can fail: the usual mistakes, planted.
TEST(AdviceSimulated, PlantedMistakesMissTheServiceLevel) {
    const Plant slow{4, 40, 0};
    AdviceOptions options;
    options.service_level = 0.95;
    const double point = advise(history_of(slow), options).reorder_point;
    EXPECT_LT(service(slow, point - 1, 40'000, 31), 0.95 - 0.01) << "off by one";
    const Plant late{150, 20, 4};
    StockHistory blind = history_of(late);
    blind.lead_days.assign(200, late.lead_days);
    EXPECT_LT(service(late, advise(blind, options).reorder_point, 8'000, 32), 0.95 - 0.05) << "spread forgotten";
}

}  // namespace
}  // namespace tieline::conditions
