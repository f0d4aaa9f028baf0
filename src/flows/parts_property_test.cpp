// Random histories of one work order's parts: snapshots and transactions in any order, refusals, undecidable outcomes,
// a person's replays and give-ups, returns, plans that change. At the end each transaction has exactly one issue or a
// named reason, and the ERP reserves exactly what is still to be taken.
#include "base/random.h"
#include "flows/parts_world.h"

#include <gtest/gtest.h>

namespace tieline::flows {
namespace {

using testing::PartsWorld;

void run_history(std::uint64_t seed) {
    SeededRandom random(seed);
    PartsWorld world(random);
    std::size_t transactions = random.below(9);
    const std::size_t steps = 20 + random.below(80);
    for (std::size_t step = 0; step < steps; ++step) {
        switch (random.below(8)) {
            case 0:
                if (transactions > 0) world.transact(), --transactions;
                break;
            case 1:
                if (random.below(2) == 0) world.plan_anew();
                break;
            case 2:
                world.deliver_some();
                break;
            case 3:
                world.person_speaks(seed % 3 == 0 && random.below(3) == 0);
                break;
            case 4:
                world.settle_one(PartsWorld::Mood::moody);
                break;
            default:
                world.decide_one();
                break;
        }
        if (::testing::Test::HasFatalFailure()) return;
    }
    world.drain();
    world.expect_reconciled();
}

TEST(PartsProperty, EachTransactionIsIssuedOnceOrSaysWhyNot) {
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        run_history(seed);
        if (HasFailure()) break;
    }
}

}  // namespace
}  // namespace tieline::flows
