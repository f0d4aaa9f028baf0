// A simulated year of one place, many times: whatever crosses, comes late or twice, at rest nothing is bought twice and
// no shortage is left alone.
#include "flows/supply.h"

#include "base/random.h"
#include "flows/supply_testing_plant.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tieline::flows {
namespace {

using testing::SupplyPlant;

std::unique_ptr<Flow> sample_flow() {
    SupplyConfig config;
    config.company = "1000";
    config.zone = "Europe/Berlin";
    return make_supply(config);
}

void one_step(SupplyPlant& plant, SeededRandom& random) {
    switch (random.below(14)) {
        case 0:
            return plant.new_job();
        case 1:
            return plant.use_or_change();
        case 2:
            return random.below(3) == 0 ? plant.free_use() : plant.vendor();
        case 3:
        case 4:
            return plant.buyer();
        case 5:
            return plant.reserve_one();
        case 6:
        case 7:
            return plant.answer_one(false);
        case 8:
            return random.below(3) == 0 ? plant.person_answers() : plant.next_day();
        default:
            return plant.tell_one();
    }
}

void run_year(std::uint64_t seed) {
    SeededRandom random(seed);
    const auto flow = sample_flow();
    SupplyPlant plant(random, *flow, random.below(3) != 0);
    const std::size_t quarters = 4;
    for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
        for (std::size_t step = 0; step < 220; ++step) {
            one_step(plant, random);
            if (::testing::Test::HasFatalFailure()) return;
        }
        plant.settle();
        if (::testing::Test::HasFatalFailure()) return;
        plant.expect_sound();
        if (::testing::Test::HasFailure()) return;
    }
    EXPECT_LE(plant.commands(), 400u) << "keeps changing its mind";
    EXPECT_LE(plant.state_bytes_max(), 32u * 1024) << "the state grows without bound";
}

TEST(SupplyProperty, NothingTwiceAndNoShortageLeftAlone) {
    const char* const more = std::getenv("SUPPLY_SEEDS");  // for a longer search
    const std::uint64_t seeds = more != nullptr ? std::strtoull(more, nullptr, 10) : 60;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        run_year(seed);
        if (HasFailure()) break;
    }
}

}  // namespace
}  // namespace tieline::flows
