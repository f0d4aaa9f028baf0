#include "bench/tally.h"

#include <algorithm>
#include <charconv>

namespace tieline::bench {

std::optional<std::uint32_t> order_index(std::string_view number) {
    if (number.size() != order_pattern.size() || number[0] != 'W' || number[2] != '-') return std::nullopt;
    std::uint32_t value = 0;
    const char* end = number.data() + number.size();
    const auto parsed = std::from_chars(number.data() + 3, end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return value;
}

Tally::Tally(std::size_t orders_max) : orders_(orders_max) {}

std::uint32_t Tally::next() {
    if (size_ == orders_.size()) give_up("the bench has no room for more orders");
    return size_++;
}

void Tally::posted(std::uint32_t index, Nanos now) {
    if (index >= size_) return;
    Order& order = orders_[index];
    if (order.copies < 255) ++order.copies;
    if (order.copies > 1) return;
    order.arrived = now;
    ++arrived_total;
    if (listener != nullptr) listener->arrived(index);
}

std::string Exactness::text() const {
    return std::to_string(accepted) + " accepted, " + std::to_string(once) + " at the ERP once, " +
           std::to_string(missing) + " missing, " + std::to_string(twice) + " twice";
}

Exactness exactness(const Tally& tally, std::uint32_t first, std::uint32_t last) {
    Exactness found;
    for (std::uint32_t i = first; i < last; ++i) {
        const Order& order = tally[i];
        if (order.poisoned) {
            ++found.poisoned;
            continue;
        }
        if (order.answered != 0) ++found.accepted;
        if (order.answered != 0 && order.copies == 0) ++found.missing;
        if (order.answered == 0 && order.copies > 0) ++found.unaccepted_arrived;
        if (order.answered != 0 && order.copies == 1) ++found.once;
        if (order.copies > 1) ++found.twice;
    }
    return found;
}

Spread spread_of(std::vector<Nanos> values) {
    Spread spread;
    spread.count = values.size();
    if (values.empty()) return spread;
    std::sort(values.begin(), values.end());
    const auto at = [&](double part) {
        const std::size_t index = static_cast<std::size_t>(part * static_cast<double>(values.size()));
        return static_cast<double>(values[std::min(index, values.size() - 1)]) / 1e6;
    };
    spread.p50_ms = at(0.5);
    spread.p99_ms = at(0.99);
    spread.max_ms = static_cast<double>(values.back()) / 1e6;
    return spread;
}

Spread latency(const Tally& tally, std::uint32_t first, std::uint32_t last, Nanos from, Nanos until, Until point) {
    std::vector<Nanos> values;
    for (std::uint32_t i = first; i < last; ++i) {
        const Order& order = tally[i];
        const Nanos end = point == Until::arrived ? order.arrived : order.answered;
        if (order.poisoned || end == 0 || order.sent < from || order.sent >= until) continue;
        values.push_back(end - order.sent);
    }
    return spread_of(std::move(values));
}

std::uint64_t arrivals(const Tally& tally, std::uint32_t first, std::uint32_t last, Nanos from, Nanos until) {
    std::uint64_t count = 0;
    for (std::uint32_t i = first; i < last; ++i) {
        const Nanos at = tally[i].arrived;
        if (at >= from && at < until) ++count;
    }
    return count;
}

}  // namespace tieline::bench
