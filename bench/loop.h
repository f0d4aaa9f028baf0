#pragma once
// One thread, one epoll: the generator and the ERP stub of the bench share it, so that they take as little of the
// measured machine as they can.

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace tieline::bench {

/// Nanoseconds of the steady clock.
using Nanos = std::int64_t;
constexpr Nanos never = std::numeric_limits<Nanos>::max();
constexpr Nanos millisecond = 1'000'000;
constexpr Nanos second = 1'000'000'000;
Nanos now_ns();

/// Told when its socket is ready. Must outlive the loop's present round.
class Watcher {
public:
    virtual ~Watcher() = default;
    virtual void ready(std::uint32_t events) = 0;
};
/// Asked in every round.
class Ticker {
public:
    virtual ~Ticker() = default;
    /// Does what is due and says when it wants to be asked again at the latest.
    virtual Nanos tick(Nanos now) = 0;
};

/// Not thread-safe.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void add(int fd, std::uint32_t events, Watcher& watcher);
    void change(int fd, std::uint32_t events, Watcher& watcher);
    void add(Ticker& ticker);
    void remove(Ticker& ticker);
    /// Runs until `done` is true, asked once a round and at least every 20 ms. False when `limit` came first.
    bool run_until(const std::function<bool()>& done, Nanos limit);
    void run_for(Nanos duration);

private:
    int epoll_ = -1;
    std::vector<Ticker*> tickers_;
};

/// Non-blocking sockets on the loopback address; the bench ends with a message when the machine refuses one.
int listen_on_loopback(std::uint16_t port);
std::uint16_t port_of(int fd);
int connect_to_loopback(std::uint16_t port);
/// A port that was free a moment ago.
std::uint16_t free_port();

/// Ends the program: the machine, not the hub, is at fault.
[[noreturn]] void give_up(const std::string& what);

}  // namespace tieline::bench
