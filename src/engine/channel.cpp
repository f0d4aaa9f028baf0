#include "engine/channel.h"

#include <algorithm>

namespace tieline::engine {
namespace {

/// Of the rate limit: what may leave at once, and what comes back in a second. Together never more than the limit, so
/// that no second sees more attempts, one that follows a pause least of all. Requests are counted where they leave
/// (net/paced_client.h): an attempt may need several.
double burst_of(double per_second_max) { return std::max(1.0, per_second_max / 20.0); }
double refill_of(double per_second_max) { return per_second_max / 1.1; }

}  // namespace

std::size_t Channel::room(WallTime now, std::size_t in_flight) {
    if (paused_until_) {
        if (now < *paused_until_) return 0;
        paused_until_.reset();
        trial_ = failures_ > 0;
    }
    std::size_t most = static_cast<std::size_t>(std::max(1, pace_.in_flight_max));
    if (trial_) most = 1;
    if (in_flight >= most) return 0;
    std::size_t room = most - in_flight;
    if (pace_.per_second_max > 0) {
        const double elapsed_s = static_cast<double>((now - refilled_).count()) / 1000.0;
        const double more = std::max(0.0, elapsed_s) * refill_of(pace_.per_second_max);
        tokens_ = std::min(burst_of(pace_.per_second_max), tokens_ + more);
        refilled_ = now;
        room = std::min(room, static_cast<std::size_t>(tokens_));
    }
    return room;
}

void Channel::leave(WallTime) {
    if (pace_.per_second_max > 0) tokens_ -= 1.0;
}

void Channel::succeeded(WallTime now) {
    failures_ = 0;
    trial_ = false;
    paused_until_.reset();
    paused_why_.clear();
    last_success_ = now;
}

void Channel::failed(WallTime now, const std::string& why) {
    ++failures_;
    last_error_ = why;
    if (failures_ < pace_.breaker_after && !trial_) return;
    // Each further failed trial waits longer, so that a dead peer is not hammered.
    const int over = std::clamp(failures_ - pace_.breaker_after, 0, 6);
    const Millis wait = std::min(pace_.breaker_pause * (1 << (trial_ ? over : 0)), pace_.backoff_max);
    paused_until_ = now + wait;
    paused_why_ = why;
    trial_ = false;
}

void Channel::pause(WallTime until, const std::string& why) {
    if (!paused_until_ || *paused_until_ < until) paused_until_ = until;
    paused_why_ = why;
    last_error_ = why;
}

std::optional<WallTime> Channel::next_change(WallTime now) const {
    if (paused_until_) return paused_until_;
    if (pace_.per_second_max > 0 && tokens_ < 1.0) {
        const double wait_ms = 1000.0 * (1.0 - tokens_) / refill_of(pace_.per_second_max);
        return now + Millis(static_cast<std::int64_t>(wait_ms) + 1);
    }
    return std::nullopt;
}

Millis Channel::backoff(int failures, Random& random) const {
    const int doublings = std::clamp(failures, 0, 16);
    const Millis full = std::min(pace_.backoff_max, pace_.backoff_first * (std::int64_t{1} << doublings));
    const std::uint64_t half = static_cast<std::uint64_t>(std::max<std::int64_t>(1, full.count() / 2));
    return Millis(static_cast<std::int64_t>(half + random.below(half)));
}

std::string Channel::describe(WallTime now) const {
    if (paused_until_ && now < *paused_until_)
        return "waiting until " + format_time(*paused_until_) + ": " + paused_why_;
    if (failures_ > 0) return "trying again: " + last_error_;
    return "ok";
}

}  // namespace tieline::engine
