#pragma once
// For a peer that takes only so many requests an hour.

#include "base/time.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tieline::net {

/// Counts requests by minutes. In no hour more than `most` are let out, whatever the hour begins with; of reading (GET)
/// no more than four fifths, so that polling never keeps postings from leaving. Counts since it was made: what went out
/// before a restart is not known. One thread at a time.
class HourBudget {
public:
    using Steady = std::chrono::steady_clock;
    /// At least 1.
    explicit HourBudget(std::uint32_t most) : most_(most) {}
    /// nullopt: it may leave and is counted. Else how long to wait before asking again: until the oldest minute that
    /// counts is over.
    std::optional<Millis> take(Steady::time_point now, bool is_read);

private:
    // The minute under way and sixty before it: together they hold every hour that ends now.
    static constexpr std::int64_t minutes = 61;
    std::uint32_t most_;
    std::array<std::uint32_t, minutes> sent_{}, read_{};
    std::int64_t newest_ = 0;  ///< the minute under way
    bool began_ = false;
};

}  // namespace tieline::net
