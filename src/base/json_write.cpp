// JSON tree to text. Written into memory that the thread keeps, and copied once: that costs half of growing a
// std::string piece by piece, and leaves texts of exactly their size.

#include "base/json.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace tieline::base {

namespace {

constexpr std::size_t block = 16;  // bytes that are looked at together: one register of SSE2 or NEON
using Block = unsigned char __attribute__((vector_size(block)));

constexpr bool needs_escape(unsigned char c) { return c == '"' || c == '\\' || c < 0x20; }

bool any_needs_escape(std::uint64_t first, std::uint64_t second) {
    const auto bytes = std::bit_cast<Block>(std::array{first, second});
    const auto marked = (bytes == static_cast<unsigned char>('"')) | (bytes == static_cast<unsigned char>('\\')) |
                        (bytes < static_cast<unsigned char>(0x20));
    const auto marks = std::bit_cast<std::array<std::uint64_t, 2>>(marked);
    return (marks[0] | marks[1]) != 0;
}

/// Copies two pieces that may overlap, and gives them back.
template <class Piece>
std::pair<Piece, Piece> copy_two(char* to, const char* from, std::size_t count) {
    Piece first = 0, last = 0;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&last, from + count - sizeof last, sizeof last);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + count - sizeof last, &last, sizeof last);
    return {first, last};
}

/// Copies at most a block. False: a byte of it needs an escape.
bool copy_plain(char* to, const char* from, std::size_t count) {
    if (count >= 8) {
        const auto [first, last] = copy_two<std::uint64_t>(to, from, count);
        return !any_needs_escape(first, last);
    }
    if (count >= 4) {
        const auto [first, last] = copy_two<std::uint32_t>(to, from, count);
        const std::uint64_t both = first | std::uint64_t{last} << 32;
        return !any_needs_escape(both, both);
    }
    bool plain = true;
    for (std::size_t i = 0; i < count; ++i) {
        to[i] = from[i];
        plain = plain && !needs_escape(static_cast<unsigned char>(from[i]));
    }
    return plain;
}

char* put(char* to, std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

char* put_escape(char* to, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
        case '"':
            return put(to, "\\\"");
        case '\\':
            return put(to, "\\\\");
        case '\b':
            return put(to, "\\b");
        case '\f':
            return put(to, "\\f");
        case '\n':
            return put(to, "\\n");
        case '\r':
            return put(to, "\\r");
        case '\t':
            return put(to, "\\t");
        default:
            to = put(to, "\\u00");
            *to++ = digits[static_cast<unsigned char>(c) >> 4];
            *to++ = digits[static_cast<unsigned char>(c) & 15];
            return to;
    }
}

/// Room that put_escaped() may use for so many bytes of text: "\u001f" for each.
constexpr std::size_t room_for(std::size_t bytes) { return 6 * bytes; }

/// Writes the text with its escapes; returns where it ends.
char* put_escaped(char* to, std::string_view text) {
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, block);
        text.remove_prefix(piece.size());
        if (copy_plain(to, piece.data(), piece.size())) {
            to += piece.size();
            continue;
        }
        for (const char c : piece) {
            if (needs_escape(static_cast<unsigned char>(c))) {
                to = put_escape(to, c);
            } else {
                *to++ = c;
            }
        }
    }
    return to;
}

constexpr std::size_t piece_max = 512;             // text that is escaped at once
constexpr std::size_t keep_bytes_max = 256 << 10;  // a thread keeps no more than this between two texts
constexpr int no_indent = -1;

struct Memory {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
};
thread_local Memory kept;

/// Writes one text. Takes the thread's memory and leaves it to the next one.
class Writer {
public:
    Writer() : memory_(std::exchange(kept, Memory())), at_(memory_.bytes.get()), end_(at_ + memory_.size) {}
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() {
        if (memory_.size <= keep_bytes_max) kept = std::move(memory_);
    }

    void value(const Json& value, int indent);
    std::string text() const { return {memory_.bytes.get(), at_}; }

private:
    template <class Container, class WriteItem>
    void list(const Container& items, std::string_view brackets, int indent, WriteItem write_item);
    void new_line(int indent) {
        if (indent != no_indent) indented_line(indent);
    }
    void indented_line(int indent);
    void string(std::string_view text);
    void long_string(std::string_view text);
    void raw(std::string_view text) {
        need(text.size());
        at_ = put(at_, text);
    }
    void character(char c) {
        need(1);
        *at_++ = c;
    }
    void need(std::size_t bytes) {
        if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
    }
    void grow(std::size_t bytes);

    Memory memory_;
    char* at_;
    char* end_;
};

void Writer::grow(std::size_t bytes) {
    const auto used = static_cast<std::size_t>(at_ - memory_.bytes.get());
    Memory larger;
    larger.size = std::bit_ceil(std::max<std::size_t>(used + bytes, 16 << 10));
    larger.bytes = std::make_unique_for_overwrite<char[]>(larger.size);
    if (used > 0) std::memcpy(larger.bytes.get(), memory_.bytes.get(), used);
    memory_ = std::move(larger);
    at_ = memory_.bytes.get() + used;
    end_ = memory_.bytes.get() + memory_.size;
}

void Writer::indented_line(int indent) {
    character('\n');
    for (int i = 0; i < indent; ++i) character(' ');
}

void Writer::string(std::string_view text) {
    if (text.size() > piece_max) return long_string(text);
    need(room_for(text.size()) + 2);
    *at_++ = '"';
    at_ = put_escaped(at_, text);
    *at_++ = '"';
}

void Writer::long_string(std::string_view text) {
    character('"');
    for (; !text.empty(); text.remove_prefix(std::min(piece_max, text.size()))) {
        const std::string_view piece = text.substr(0, piece_max);
        need(room_for(piece.size()));
        at_ = put_escaped(at_, piece);
    }
    character('"');
}

template <class Container, class WriteItem>
void Writer::list(const Container& items, std::string_view brackets, int indent, WriteItem write_item) {
    const int inner = indent == no_indent ? no_indent : indent + 2;
    character(brackets[0]);
    bool first = true;
    for (const auto& item : items) {
        if (!first) character(',');
        first = false;
        new_line(inner);
        write_item(item, inner);
    }
    if (!first) new_line(indent);
    character(brackets[1]);
}

void Writer::value(const Json& value, int indent) {
    if (value.is_string()) {
        string(value.string());
    } else if (value.is_object()) {
        list(value.members(), "{}", indent, [this](const Json::Member& member, int inner) {
            string(member.first);
            raw(inner == no_indent ? ":" : ": ");
            this->value(member.second, inner);
        });
    } else if (value.is_array()) {
        list(value.items(), "[]", indent, [this](const Json& item, int inner) { this->value(item, inner); });
    } else if (value.is_number()) {
        raw(value.number_token());
    } else if (value.is_bool()) {
        raw(value.boolean() ? "true" : "false");
    } else {
        raw("null");
    }
}

}  // namespace

std::string Json::dump() const {
    Writer writer;
    writer.value(*this, no_indent);
    return writer.text();
}

std::string Json::pretty() const {
    Writer writer;
    writer.value(*this, 0);
    return writer.text();
}

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::size_t short_max = 64;
    std::array<char, room_for(short_max) + 2> piece;
    if (text.size() <= short_max) {  // nearly all: names and short values
        piece[0] = '"';
        char* end = put_escaped(piece.data() + 1, text);
        *end++ = '"';
        out.append(piece.data(), end);
        return;
    }
    out += '"';
    for (std::size_t at = 0; at < text.size(); at += short_max) {
        out.append(piece.data(), put_escaped(piece.data(), text.substr(at, short_max)));
    }
    out += '"';
}

}  // namespace tieline::base
