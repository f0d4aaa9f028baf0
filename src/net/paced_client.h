#pragma once
// For a peer that takes only so many requests a second, or an hour.

#include "net/http_client.h"

#include <cstdint>
#include <memory>

namespace tieline::net {

struct RateLimits {
    double per_second_max = 0;       ///< 0: none
    std::uint32_t per_hour_max = 0;  ///< 0: none
    bool any() const { return per_second_max > 0 || per_hour_max > 0; }
};

/// Sends by `inner`, and lets a request wait where no second may see more than `per_second_max` of them (above zero),
/// whatever they are for. A twentieth of it may leave at once; what is left of a second is for what is held up on the
/// way, so that the peer does not count more either, unless that varies by more than some 40 ms. Waiting is part of a
/// request's time-out: what would wait for more than half of it ends at once with kind rate_limited, code "rate_limit"
/// and `retry_after`, takes no place from others and never left. So a write always has time enough to hear its answer.
/// An hour's budget (hour_budget.h) refuses what it has no room for at once and the same way, with a `retry_after` of a
/// minute at most: reading that is put off does not put off postings for so long. Thread-safe.
std::unique_ptr<HttpClient> make_paced_client(std::unique_ptr<HttpClient> inner, RateLimits limits);

}  // namespace tieline::net
