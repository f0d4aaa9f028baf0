#pragma once
// Randomness behind one seam: jitter and tokens only, never a decision of a flow.

#include <cstdint>

namespace tieline::base {

/// Not thread-safe unless the implementation says so.
class Random {
public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;
    /// Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
};
/// Seeded from the operating system; thread-safe.
Random& system_random();

/// xoshiro256** (Blackman and Vigna, public domain algorithm) from one seed: the same seed gives the same numbers.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed);
    std::uint64_t next() override;

private:
    std::uint64_t state_[4];
};

}  // namespace tieline::base
