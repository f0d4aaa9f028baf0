#include "bench/http_bytes.h"

#include <strings.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace tieline::bench {
namespace {

std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "content-length:";
    for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
        const std::string_view line = head.substr(at + 1);
        if (line.size() < name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
        std::size_t value = 0;
        std::size_t begin = name.size();
        while (begin < line.size() && line[begin] == ' ') ++begin;
        std::from_chars(line.data() + begin, line.data() + line.size(), value);
        return value;
    }
    return 0;
}

}  // namespace

Message cut_message(std::string_view bytes) {
    constexpr std::string_view end = "\r\n\r\n";
    const void* found = memmem(bytes.data(), bytes.size(), end.data(), end.size());
    if (found == nullptr) return {};
    Message message;
    const std::size_t head_size = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data()) + end.size();
    message.head = bytes.substr(0, head_size);
    const std::size_t body_size = content_length(message.head);
    if (bytes.size() < head_size + body_size) return {};
    message.first_line = message.head.substr(0, message.head.find('\r'));
    message.body = bytes.substr(head_size, body_size);
    message.size = head_size + body_size;
    return message;
}

bool InBuffer::fill(int fd) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (begin_ > 0 && bytes_.size() - end_ < bytes_.size() / 2) {
        std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == bytes_.size()) bytes_.resize(bytes_.size() * 2);
    const ssize_t got = ::recv(fd, bytes_.data() + end_, bytes_.size() - end_, 0);
    if (got > 0) end_ += static_cast<std::size_t>(got);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

void InBuffer::take(std::size_t count) { begin_ += count; }

bool OutBuffer::send(int fd, std::string_view bytes) {
    if (empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return true;
}

bool OutBuffer::flush(int fd) {
    if (empty()) return true;
    const ssize_t sent = ::send(fd, bytes_.data() + begin_, bytes_.size() - begin_, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    begin_ += static_cast<std::size_t>(sent);
    if (empty()) clear();
    return true;
}

void OutBuffer::clear() {
    bytes_.clear();
    begin_ = 0;
}

}  // namespace tieline::bench
