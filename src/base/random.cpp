#include "base/random.h"

#include "base/result.h"

#include <sys/random.h>

#include <bit>
#include <cerrno>

namespace tieline::base {

namespace {

// No state of its own, so any thread may call it. getrandom gives up to 256 bytes whole once the kernel is seeded.
class KernelRandom final : public Random {
public:
    std::uint64_t next() override {
        std::uint64_t value = 0;
        ssize_t got = 0;
        do {
            got = ::getrandom(&value, sizeof value, 0);
        } while (got < 0 && errno == EINTR);
        TIELINE_CHECK(got == static_cast<ssize_t>(sizeof value), "the kernel gave no random bytes");
        return value;
    }
};

// SplitMix64 spreads one seed over the four state words, as the authors of xoshiro advise.
std::uint64_t split_mix(std::uint64_t& seed) {
    seed += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
}

}  // namespace

Random& system_random() {
    static KernelRandom instance;
    return instance;
}

SeededRandom::SeededRandom(std::uint64_t seed) {
    for (auto& word : state_) word = split_mix(seed);
}

std::uint64_t SeededRandom::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

}  // namespace tieline::base
