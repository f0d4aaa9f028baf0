#include "sim/world.h"

namespace tieline::sim {

void Trace::note(WallTime at, std::string_view what) {
    const auto mix = [this](std::string_view bytes) {
        for (const char c : bytes) {
            hash_ ^= static_cast<unsigned char>(c);
            hash_ *= 1099511628211ULL;  // FNV-1a prime
        }
    };
    const std::string time = std::to_string(at.time_since_epoch().count());
    mix(time);
    mix(what);
    if (keep_) lines_.push_back(time + " " + std::string(what));
}

void World::at(WallTime when, std::function<void()> what) {
    if (when < clock.now()) when = clock.now();
    queue_.push(Item{when, order_++, std::move(what)});
}

bool World::run_until(WallTime until) {
    while (!queue_.empty()) {
        if (queue_.top().when > until) {
            clock.set(until);
            return true;
        }
        Item next = queue_.top();
        queue_.pop();
        clock.set(next.when);
        next.what();
    }
    return false;
}

}  // namespace tieline::sim
