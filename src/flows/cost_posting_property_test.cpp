// Random histories of one work order against a tiny ledger: whatever the order of snapshots, receipts, refusals and
// a person's replays, at the end the ledger holds exactly what the newest snapshot says.
#include "flows/cost_posting.h"

#include "base/random.h"
#include "flows/testing_world.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tieline::flows {
namespace {

using testing::Line;
using testing::World;

CostPostingConfig config_of(SeededRandom& random) {
    CostPostingConfig config = testing::sample_config();
    if (random.below(2) == 0) config.carrier[1] = Carrier::goods_issue;
    if (random.below(2) == 0) config.carrier[0] = Carrier::confirmation;
    const std::uint64_t contractor = random.below(3);
    if (contractor == 1) config.carrier[2] = Carrier::accrual;
    if (contractor == 2) config.carrier[2] = Carrier::service_receipt;
    if (random.below(2) == 0) config.closed_period = ClosedPeriod::next_open;
    if (random.below(2) == 0) config.reversal_date = ReversalDate::original;
    if (random.below(4) == 0) config.rounding = Rounding::half_up;
    return config;
}

void run_history(std::uint64_t seed) {
    SeededRandom random(seed);
    const CostPostingConfig config = config_of(random);
    World world(config, random);
    std::size_t snapshots = 2 + random.below(7);
    for (std::size_t step = 0; step < 200 && (snapshots > 0 || step < 20); ++step) {
        switch (random.below(6)) {
            case 0:
                if (snapshots > 0) world.random_snapshot(), --snapshots;
                break;
            case 1:
                world.settle_one(World::Mood::moody);
                break;
            case 2:
                world.person_replays_one();
                break;
            case 3:
                if (random.below(6) == 0) world.random_invoice();
                break;
            default:
                world.deliver_one();
                break;
        }
        if (::testing::Test::HasFatalFailure()) return;
    }
    world.drain();
    world.expect_reconciled();
}

TEST(CostPostingProperty, LedgerHoldsTheNewestSnapshot) {
    const auto start = std::chrono::steady_clock::now();
    std::size_t histories = 0;
    for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        run_history(seed);
        ++histories;
        if (HasFailure()) break;
    }
    const auto spent = std::chrono::steady_clock::now() - start;
    RecordProperty("histories", static_cast<int>(histories));
    RecordProperty("ms", static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(spent).count()));
    EXPECT_EQ(histories, 4000u);
}

}  // namespace
}  // namespace tieline::flows
