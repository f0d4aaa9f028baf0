#pragma once
// Just enough HTTP/1.1 to cut messages out of a stream: a head, then Content-Length bytes.

#include <cstddef>
#include <string_view>
#include <vector>

namespace tieline::bench {

/// A whole message at the front of `bytes`; views into it.
struct Message {
    std::string_view first_line, head, body;
    std::size_t size = 0;  ///< 0: not all there yet
};
Message cut_message(std::string_view bytes);

/// Bytes that came in and were not used yet. Grows only when a message is larger than any before.
class InBuffer {
public:
    InBuffer() : bytes_(16 << 10) {}
    /// One read of the socket; false when the other side is gone.
    bool fill(int fd);
    std::string_view view() const { return {bytes_.data() + begin_, end_ - begin_}; }
    void take(std::size_t count);
    void clear() { begin_ = end_ = 0; }

private:
    std::vector<char> bytes_;
    std::size_t begin_ = 0, end_ = 0;
};

/// Bytes that could not be sent at once.
class OutBuffer {
public:
    /// False when the other side is gone.
    bool send(int fd, std::string_view bytes);
    bool flush(int fd);
    bool empty() const { return begin_ == bytes_.size(); }
    void clear();

private:
    std::vector<char> bytes_;
    std::size_t begin_ = 0;
};

}  // namespace tieline::bench
