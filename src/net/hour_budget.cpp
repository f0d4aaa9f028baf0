#include "net/hour_budget.h"

#include <algorithm>
#include <numeric>

namespace tieline::net {

std::optional<Millis> HourBudget::take(Steady::time_point now, bool is_read) {
    const auto since = now.time_since_epoch();
    const std::int64_t minute = std::chrono::floor<std::chrono::minutes>(since).count();
    const auto slot = [](std::int64_t of) { return static_cast<std::size_t>(of % minutes); };
    if (!began_) newest_ = minute;
    began_ = true;
    for (std::int64_t over = std::max(newest_ + 1, minute - minutes + 1); over <= minute; ++over)
        sent_[slot(over)] = read_[slot(over)] = 0;
    newest_ = std::max(newest_, minute);
    const auto& counted = is_read ? read_ : sent_;
    const std::uint32_t spent = std::accumulate(sent_.begin(), sent_.end(), 0U);
    const std::uint32_t reads = std::accumulate(read_.begin(), read_.end(), 0U);
    const std::uint32_t reads_most = std::max(1U, most_ - most_ / 5);
    if (spent < most_ && !(is_read && reads >= reads_most)) {
        ++sent_[slot(newest_)];
        if (is_read) ++read_[slot(newest_)];
        return std::nullopt;
    }
    std::int64_t oldest = newest_ - minutes + 1;
    while (oldest < newest_ && (spent >= most_ ? sent_ : counted)[slot(oldest)] == 0) ++oldest;
    const auto free_at = std::chrono::minutes(oldest + minutes);
    return std::max(Millis(1), std::chrono::ceil<Millis>(free_at - since));
}

}  // namespace tieline::net
