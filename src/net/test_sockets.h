#pragma once
// For the tests of net: plain blocking sockets that do what well-behaved programs do not. Loopback only.

#include "base/time.h"

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tieline::net::test {

/// A connected socket. Reading waits at most ten seconds, so that a hanging peer fails a test instead of stopping it.
class Socket {
public:
    explicit Socket(int fd = -1);
    ~Socket();
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    Socket(const Socket&) = delete;

    static Socket connect(std::uint16_t port, int receive_bytes = 0);
    bool open() const { return fd_ >= 0; }
    int fd() const { return fd_; }
    bool was_reset() const { return was_reset_; }  ///< the peer ended by RST
    bool write(std::string_view data);  ///< false when the peer is gone
    std::string read_some();            ///< "" at the end, on reset or after ten seconds
    std::string read_all();             ///< until the end
    std::string read_until(std::string_view end);
    std::string read_request();         ///< a head and, by its Content-Length, a body; "" at the end
    bool wait_for_end(Millis at_most);  ///< the peer has closed
    void finish_writing();              ///< half-close
    void close();
    void reset();  ///< closes with RST

private:
    int fd_;
    std::string kept_;
    bool was_reset_ = false;
};

/// Listens on a free port; each connection runs `script` on a thread of its own.
class RawServer {
public:
    using Script = std::function<void(Socket& socket, int connection_index)>;
    explicit RawServer(Script script);
    ~RawServer();
    RawServer(const RawServer&) = delete;
    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/") const;
    int connection_count() const;

private:
    void accept_all();
    Script script_;
    std::uint16_t port_ = 0;
    int fd_ = -1;
    mutable std::mutex mutex_;
    int connection_count_ = 0;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// A port of this machine on which nobody listens.
std::uint16_t closed_port();

}  // namespace tieline::net::test
