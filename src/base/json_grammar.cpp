// The small pieces of JSON's grammar that need no tree.

#include "base/json_grammar.h"

namespace tieline::base {

namespace {

constexpr std::size_t digits_from(std::string_view token, std::size_t at) {
    while (at < token.size() && token[at] >= '0' && token[at] <= '9') ++at;
    return at;
}

}  // namespace

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
