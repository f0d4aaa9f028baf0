#pragma once
// Hashes: SHA-256 by OpenSSL, HMAC for webhooks, and the short keys that fit a peer's reference field.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tieline::base {

using Sha256 = std::array<std::uint8_t, 32>;
Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);
std::string hex(const Sha256& digest);
/// Whether two texts are equal, in time that does not depend on where they differ.
bool equal_constant_time(std::string_view a, std::string_view b);
/// First 80 bits of SHA-256 as 16 characters of Crockford base32 (0-9 A-Z without I L O U): fits SAP's
/// ReferenceDocument of 16 characters.
std::string short_key(std::string_view text);

}  // namespace tieline::base
