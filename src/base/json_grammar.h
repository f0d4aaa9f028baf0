#pragma once
// Small pieces of JSON's grammar that reading and building share. For the json sources of this room only.

#include <cstdint>
#include <string>
#include <string_view>

namespace tieline::base {

/// Whether the token follows RFC 8259 section 6: no leading zero, no plus, digits on both sides of the point.
bool is_json_number(std::string_view token);
/// Value of the first four characters as hexadecimal digits, or -1.
int four_hex_digits(std::string_view text);
/// Appends the code point as UTF-8; it must be no surrogate.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace tieline::base
