#pragma once
// What was sent, what was accepted, and what arrived at the ERP, order by order: the bench's own books.

#include "bench/loop.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::bench {

/// Orders are numbered "WB-00000042", poisoned ones "WP-00000042"; the number is the order's index in the tally.
constexpr std::size_t order_digits = 8;
constexpr std::size_t order_letter_at = 1;
constexpr std::string_view order_pattern = "W?-########";
/// In a request this becomes one of so many part numbers: "PN-000042".
constexpr std::string_view part_pattern = "PN-######";
std::optional<std::uint32_t> order_index(std::string_view number);

struct Order {
    Nanos sent = 0;      ///< closed loop: first byte; open loop: when it should have been sent
    Nanos answered = 0;  ///< 2xx of the hub; 0: none
    Nanos arrived = 0;   ///< first posting at the stub; 0: none
    std::uint8_t copies = 0;
    bool poisoned = false;
};

/// Told of every first arrival.
class Arrivals {
public:
    virtual ~Arrivals() = default;
    virtual void arrived(std::uint32_t index) = 0;
};

/// Not thread-safe. Room for `orders_max` orders, taken at once.
class Tally {
public:
    explicit Tally(std::size_t orders_max);
    std::uint32_t next();  ///< index of a new order
    std::uint32_t size() const { return size_; }
    Order& operator[](std::uint32_t index) { return orders_[index]; }
    const Order& operator[](std::uint32_t index) const { return orders_[index]; }
    void posted(std::uint32_t index, Nanos now);
    Arrivals* listener = nullptr;
    std::uint64_t arrived_total = 0, accepted_total = 0;

private:
    std::vector<Order> orders_;
    std::uint32_t size_ = 0;
};

/// Whether each accepted order of [first, last) is at the ERP once.
struct Exactness {
    std::uint64_t accepted = 0, once = 0, missing = 0, twice = 0, unaccepted_arrived = 0, poisoned = 0;
    bool holds() const { return missing == 0 && twice == 0 && accepted > 0; }
    std::string text() const;
};
Exactness exactness(const Tally& tally, std::uint32_t first, std::uint32_t last);

/// Latencies from sending to arrival, of orders sent in [from, until).
struct Spread {
    std::size_t count = 0;
    double p50_ms = 0, p99_ms = 0, max_ms = 0;
};
Spread spread_of(std::vector<Nanos> values);
enum class Until { answered, arrived };
Spread latency(const Tally& tally, std::uint32_t first, std::uint32_t last, Nanos from, Nanos until, Until point);
/// Arrivals at the stub within [from, until).
std::uint64_t arrivals(const Tally& tally, std::uint32_t first, std::uint32_t last, Nanos from, Nanos until);

}  // namespace tieline::bench
