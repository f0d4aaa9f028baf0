// JSON tree to text, and the small pieces of grammar that need no tree.

#include "base/json.h"
#include "base/json_grammar.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace tieline::base {

namespace {

constexpr std::size_t digits_from(std::string_view token, std::size_t at) {
    while (at < token.size() && token[at] >= '0' && token[at] <= '9') ++at;
    return at;
}

// Looked up rather than compared: every byte that is written asks this.
constexpr auto escape_table = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
    table[static_cast<unsigned char>('"')] = true;
    table[static_cast<unsigned char>('\\')] = true;
    return table;
}();
bool needs_escape(char c) { return escape_table[static_cast<unsigned char>(c)]; }

/// Whether one of eight bytes needs an escape: the well-known test for a zero byte, put to each of the three cases.
bool any_needs_escape(const char* eight) {
    constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, eight, sizeof bytes);
    const std::uint64_t quotes = bytes ^ (ones * '"'), backslashes = bytes ^ (ones * '\\');
    const std::uint64_t found =
        ((bytes - ones * 0x20) & ~bytes) | ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes);
    return (found & tops) != 0;
}

void append_escape(std::string& out, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
    }
}

constexpr int no_indent = -1;

void new_line(std::string& out, int indent) {
    if (indent == no_indent) return;
    out += '\n';
    out.append(static_cast<std::size_t>(indent), ' ');
}

void write(std::string& out, const Json& value, int indent);

template <class Container, class WriteItem>
void write_list(std::string& out, const Container& list, const char* brackets, int indent, WriteItem write_item) {
    const int inner = indent == no_indent ? no_indent : indent + 2;
    out += brackets[0];
    bool first = true;
    for (const auto& item : list) {
        if (!first) out += ',';
        first = false;
        new_line(out, inner);
        write_item(item, inner);
    }
    if (!first) new_line(out, indent);
    out += brackets[1];
}

void write(std::string& out, const Json& value, int indent) {
    if (value.is_string()) {
        append_json_string(out, value.string());
    } else if (value.is_object()) {
        write_list(out, value.members(), "{}", indent, [&out](const Json::Member& member, int inner) {
            append_json_string(out, member.first);
            out += inner == no_indent ? ":" : ": ";
            write(out, member.second, inner);
        });
    } else if (value.is_array()) {
        write_list(out, value.items(), "[]", indent, [&out](const Json& item, int inner) { write(out, item, inner); });
    } else if (value.is_number()) {
        out += value.number_token();
    } else if (value.is_bool()) {
        out += value.boolean() ? "true" : "false";
    } else {
        out += "null";
    }
}

}  // namespace

std::string Json::dump() const {
    std::string out;
    out.reserve(is_object() || is_array() ? 1024 : 32);
    write(out, *this, no_indent);
    return out;
}

std::string Json::pretty() const {
    std::string out;
    write(out, *this, 0);
    return out;
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (at + 8 <= text.size() && !any_needs_escape(text.data() + at)) {
            at += 7;
            continue;
        }
        if (!needs_escape(text[at])) continue;
        out.append(text, start, at - start);
        append_escape(out, text[at]);
        start = at + 1;
    }
    out.append(text, start, text.size() - start);
    out += '"';
}

bool is_json_number(std::string_view token) {
    std::size_t at = !token.empty() && token.front() == '-' ? 1 : 0;
    const std::size_t whole = digits_from(token, at);
    if (whole == at || (token[at] == '0' && whole > at + 1)) return false;
    at = whole;
    if (at < token.size() && token[at] == '.') {
        const std::size_t fraction = digits_from(token, at + 1);
        if (fraction == at + 1) return false;
        at = fraction;
    }
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        ++at;
        if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
        const std::size_t exponent = digits_from(token, at);
        if (exponent == at) return false;
        at = exponent;
    }
    return at == token.size();
}

int four_hex_digits(std::string_view text) {
    if (text.size() < 4) return -1;
    int value = 0;
    for (const char c : text.substr(0, 4)) {
        int digit = 0;
        if (c >= '0' && c <= '9') {
            digit = c - '0';
        } else if (c >= 'a' && c <= 'f') {
            digit = c - 'a' + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = c - 'A' + 10;
        } else {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto tail = [&out](std::uint32_t bits) { out += static_cast<char>(0x80 | (bits & 0x3f)); };
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xc0 | code_point >> 6);
        tail(code_point);
    } else if (code_point < 0x10000) {
        out += static_cast<char>(0xe0 | code_point >> 12);
        tail(code_point >> 6);
        tail(code_point);
    } else {
        out += static_cast<char>(0xf0 | code_point >> 18);
        tail(code_point >> 12);
        tail(code_point >> 6);
        tail(code_point);
    }
}

}  // namespace tieline::base
