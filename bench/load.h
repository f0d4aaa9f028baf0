#pragma once
// The load generator: patches a number into prebuilt bytes, sends them, notes when. Nothing else per request.

#include "bench/http_bytes.h"
#include "bench/loop.h"
#include "bench/tally.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace tieline::bench {

/// What a connection waits for before its next order.
enum class Pacing {
    booked,    ///< closed loop: answered by the hub and at the ERP
    accepted,  ///< closed loop: answered by the hub
    rate,      ///< open loop: orders are due at fixed times, whatever came of the others
};
struct LoadOptions {
    std::uint16_t port = 0;
    std::string request;  ///< whole HTTP request; each "W?-########" in it becomes the order's number
    int connections = 1;
    Pacing pacing = Pacing::booked;
    double per_second = 0;                  ///< of Pacing::rate
    std::uint64_t orders_max = UINT64_MAX;  ///< new orders stop here
    std::uint32_t poison_every = 0;         ///< each so-manyth order is a poisoned one; 0: none
    std::uint32_t parts = 1;                ///< each "PN-######" becomes one of so many part numbers, in turn
};
struct LoadCounts {
    std::uint64_t sent = 0, accepted = 0, refused = 0, failed = 0, cut = 0;
    std::string first_failure;  ///< the first answer that is neither 2xx, 429 nor 503
    bool refusals_say_when = true;
};

/// Runs in its loop's thread from construction to destruction.
class Load final : private Ticker, private Arrivals {
public:
    Load(Loop& loop, Tally& tally, LoadOptions options);
    ~Load() override;
    /// No new orders; what is on its way is still answered.
    void stop() { stopped_ = true; }
    bool idle() const { return busy_ == 0; }
    const LoadCounts& counts() const { return counts_; }

private:
    class Connection;
    Nanos tick(Nanos now) override;
    void arrived(std::uint32_t index) override;
    void answered(Connection& connection, const Message& reply);
    void start_next(Connection& connection);
    void send_order(Connection& connection, std::uint32_t index);
    bool may_start() const { return !stopped_ && counts_.sent < options_.orders_max; }
    std::uint32_t new_order(Nanos sent);

    Loop& loop_;
    Tally& tally_;
    LoadOptions options_;
    LoadCounts counts_;
    std::vector<std::size_t> places_;       ///< of the order's number in the request
    std::vector<std::size_t> part_places_;  ///< of the part's number
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<Connection*> ready_;   ///< open loop: connections without an order
    std::deque<std::uint32_t> queue_;  ///< open loop: due orders that no connection was free for
    std::vector<Connection*> owners_;  ///< closed loop: by order, from first_
    std::uint32_t first_ = 0;
    std::uint64_t due_count_ = 0;
    Nanos begin_ = 0;
    int busy_ = 0;
    bool stopped_ = false;
};

}  // namespace tieline::bench
