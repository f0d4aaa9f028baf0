#pragma once
// The simulated world: one clock, one queue of things that will happen, one source of chance. Everything in a run
// happens on one thread in an order that depends on the seed alone.

#include "base/random.h"
#include "base/time.h"

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::sim {

class SimClock final : public Clock {
public:
    explicit SimClock(WallTime start) : now_(start) {}
    WallTime now() const override { return now_; }
    void set(WallTime now) { now_ = now; }

private:
    WallTime now_;
};

/// What happened, folded into a hash: the same seed must give the same trace.
class Trace {
public:
    void note(WallTime at, std::string_view what);
    std::uint64_t hash() const { return hash_; }
    /// Keeps the lines too, for a person who looks at one seed.
    void keep_lines(bool keep) { keep_ = keep; }
    const std::vector<std::string>& lines() const { return lines_; }

private:
    std::uint64_t hash_ = 1469598103934665603ULL;  // FNV-1a offset basis
    bool keep_ = false;
    std::vector<std::string> lines_;
};

class World {
public:
    World(std::uint64_t seed, WallTime start) : random(seed), clock(start) {}

    SeededRandom random;
    SimClock clock;
    Trace trace;

    void at(WallTime when, std::function<void()> what);
    void in(Millis delay, std::function<void()> what) { at(clock.now() + delay, std::move(what)); }
    /// Runs what is due until `until`, or until nothing is left. Returns false when nothing is left.
    bool run_until(WallTime until);
    /// A chance of `percent` in 100.
    bool chance(int percent) { return random.below(100) < static_cast<std::uint64_t>(percent); }
    /// Uniform in [low, high].
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low + 1)));
    }

private:
    struct Item {
        WallTime when;
        std::uint64_t order;
        std::function<void()> what;
        bool operator<(const Item& other) const { return when != other.when ? when > other.when : order > other.order; }
    };
    std::priority_queue<Item> queue_;
    std::uint64_t order_ = 0;
};

}  // namespace tieline::sim
