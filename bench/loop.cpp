#include "bench/loop.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tieline::bench {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

const sockaddr* plain(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

}  // namespace

Nanos now_ns() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) give_up("no epoll");
}

Loop::~Loop() { ::close(epoll_); }

void Loop::add(int fd, std::uint32_t events, Watcher& watcher) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watcher;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) give_up("epoll does not take a socket");
}

void Loop::change(int fd, std::uint32_t events, Watcher& watcher) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watcher;
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) give_up("epoll does not change a socket");
}

void Loop::add(Ticker& ticker) { tickers_.push_back(&ticker); }
void Loop::remove(Ticker& ticker) { std::erase(tickers_, &ticker); }

bool Loop::run_until(const std::function<bool()>& done, Nanos limit) {
    constexpr Nanos ask_every = 20 * millisecond;
    std::array<epoll_event, 256> events{};
    for (;;) {
        if (done()) return true;
        const Nanos now = now_ns();
        if (now >= limit) return false;
        Nanos next = std::min(limit, now + ask_every);
        // By index: a ticker may make another one go.
        for (std::size_t i = 0; i < tickers_.size(); ++i) next = std::min(next, tickers_[i]->tick(now));
        const Nanos wait = std::max<Nanos>(0, next - now_ns());
        timespec time{};
        time.tv_sec = wait / second;
        time.tv_nsec = wait % second;
        const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &time, nullptr);
        if (count < 0 && errno != EINTR) give_up("epoll_pwait2");
        for (int i = 0; i < count; ++i) static_cast<Watcher*>(events[i].data.ptr)->ready(events[i].events);
    }
}

void Loop::run_for(Nanos duration) {
    run_until([] { return false; }, now_ns() + duration);
}

int listen_on_loopback(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    if (fd < 0 || ::bind(fd, plain(address), sizeof address) != 0 || ::listen(fd, 512) != 0) {
        give_up("cannot listen on 127.0.0.1:" + std::to_string(port));
    }
    return fd;
}

std::uint16_t port_of(int fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) give_up("getsockname");
    return ntohs(address.sin_port);
}

int connect_to_loopback(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) give_up("no socket");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    if (::connect(fd, plain(address), sizeof address) == 0 || errno == EINPROGRESS) return fd;
    ::close(fd);
    return -1;
}

std::uint16_t free_port() {
    const int fd = listen_on_loopback(0);
    const std::uint16_t port = port_of(fd);
    ::close(fd);
    return port;
}

void give_up(const std::string& what) {
    std::fprintf(stderr, "bench: %s (%s)\n", what.c_str(), std::strerror(errno));
    std::exit(2);
}

}  // namespace tieline::bench
