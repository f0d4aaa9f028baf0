#include "net/test_sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace tieline::net::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int listener(std::uint16_t& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, 128) != 0) std::abort();
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    return fd;
}

}  // namespace

Socket::Socket(int fd) : fd_(fd) {
    const timeval limit{10, 0};
    if (fd_ >= 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}
Socket::~Socket() { close(); }
Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), kept_(std::move(other.kept_)) {}
Socket& Socket::operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(kept_, other.kept_);
    return *this;
}

Socket Socket::connect(std::uint16_t port, int receive_bytes) {
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (receive_bytes > 0) {
        ::setsockopt(socket.fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    }
    const sockaddr_in address = loopback(port);
    if (::connect(socket.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket.close();
    return socket;
}

bool Socket::write(std::string_view data) {
    while (!data.empty()) {
        const auto count = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        data.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::string Socket::read_some() {
    if (!kept_.empty()) return std::exchange(kept_, {});
    std::string data(16 << 10, '\0');
    const auto count = ::recv(fd_, data.data(), data.size(), 0);
    if (count < 0 && errno == ECONNRESET) was_reset_ = true;
    data.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return data;
}

std::string Socket::read_all() {
    std::string all;
    for (std::string part = read_some(); !part.empty(); part = read_some()) all += part;
    return all;
}

std::string Socket::read_until(std::string_view end) {
    std::string all;
    for (;;) {
        const std::string part = read_some();
        if (part.empty()) return all;
        all += part;
        const auto at = all.find(end);
        if (at == std::string::npos) continue;
        kept_ = all.substr(at + end.size());
        all.resize(at + end.size());
        return all;
    }
}

std::string Socket::read_request() {
    std::string request = read_until("\r\n\r\n");
    const auto at = request.find("Content-Length: ");
    if (at == std::string::npos) return request;
    const std::size_t length = std::strtoull(request.c_str() + at + 16, nullptr, 10);
    std::string body;
    while (body.size() < length) {
        const std::string part = read_some();
        if (part.empty()) break;
        body += part;
    }
    if (body.size() > length) {
        kept_ = body.substr(length);
        body.resize(length);
    }
    return request + body;
}

bool Socket::wait_for_end(Millis at_most) {
    for (;;) {
        pollfd poll_entry{fd_, POLLIN, 0};
        if (::poll(&poll_entry, 1, static_cast<int>(at_most.count())) <= 0) return false;
        if (read_some().empty()) return true;
    }
}

void Socket::finish_writing() { ::shutdown(fd_, SHUT_WR); }

void Socket::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Socket::reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

RawServer::RawServer(Script script) : script_(std::move(script)), fd_(listener(port_)) {
    acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
    ::shutdown(fd_, SHUT_RDWR);
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    ::close(fd_);
}

void RawServer::accept_all() {
    for (;;) {
        const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        int index = 0;
        {
            const std::lock_guard lock(mutex_);
            index = connection_count_++;
        }
        threads_.emplace_back([this, fd, index] {
            Socket socket(fd);
            script_(socket, index);
        });
    }
}

std::string RawServer::url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

int RawServer::connection_count() const {
    const std::lock_guard lock(mutex_);
    return connection_count_;
}

std::uint16_t closed_port() {
    std::uint16_t port = 0;
    ::close(listener(port));
    return port;
}

}  // namespace tieline::net::test
