#pragma once
// Small pieces of JSON's grammar that reading and building share. For the json sources of this room only.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tieline::base {

/// Whether two names of members are the same. Without a call: names are short.
inline bool same_name(std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return false;
    const auto same = [&]<class Word>(Word) {
        Word first_one = 0, first_other = 0, last_one = 0, last_other = 0;
        std::memcpy(&first_one, one.data(), sizeof(Word));
        std::memcpy(&first_other, other.data(), sizeof(Word));
        std::memcpy(&last_one, one.data() + one.size() - sizeof(Word), sizeof(Word));
        std::memcpy(&last_other, other.data() + one.size() - sizeof(Word), sizeof(Word));
        return ((first_one ^ first_other) | (last_one ^ last_other)) == 0;
    };
    // A call of memcmp costs more than that, and names are short.
    if (one.size() > 16) return one == other;
    if (one.size() >= 8) return same(std::uint64_t());
    if (one.size() >= 4) return same(std::uint32_t());
    if (one.size() >= 2) return same(std::uint16_t());
    return one.empty() || one.front() == other.front();
}

/// Whether the token follows RFC 8259 section 6: no leading zero, no plus, digits on both sides of the point.
bool is_json_number(std::string_view token);
/// Value of the first four characters as hexadecimal digits, or -1.
int four_hex_digits(std::string_view text);
/// Appends the code point as UTF-8; it must be no surrogate.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace tieline::base
