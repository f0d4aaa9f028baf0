#pragma once
// How fast and whether at all commands leave for one peer: circuit breaker, rate limit, back-off with jitter.

#include "base/random.h"
#include "connectors/connector.h"

#include <optional>
#include <string>

namespace tieline::engine {

/// Pure bookkeeping of one (connector, site). Engine thread only.
class Channel {
public:
    explicit Channel(connectors::Pace pace) : pace_(pace) {}
    const connectors::Pace& pace() const { return pace_; }

    /// How many more attempts may leave at `now`.
    std::size_t room(WallTime now, std::size_t in_flight);
    /// One attempt leaves: takes a token of the rate limit.
    void leave(WallTime now);
    void succeeded(WallTime now);
    /// The peer could not be reached, or gave no answer.
    void failed(WallTime now, const std::string& why);
    /// Nothing leaves before `until`: 429, or sign-in refused.
    void pause(WallTime until, const std::string& why);
    /// When room() may grow by itself; nullopt: no pause runs.
    std::optional<WallTime> next_change(WallTime now) const;
    /// Back-off before attempt number failures + 1: exponential with full jitter over the upper half.
    Millis backoff(int failures, Random& random) const;

    std::string describe(WallTime now) const;
    std::optional<WallTime> last_success() const { return last_success_; }
    const std::string& last_error() const { return last_error_; }

private:
    connectors::Pace pace_;
    int failures_ = 0;  ///< in a row, of the peer as a whole
    std::optional<WallTime> paused_until_;
    bool trial_ = false;  ///< breaker half open: one attempt decides
    std::string paused_why_, last_error_;
    std::optional<WallTime> last_success_;
    double tokens_ = 0;  ///< of the rate limit; not money
    WallTime refilled_{};
};

}  // namespace tieline::engine
