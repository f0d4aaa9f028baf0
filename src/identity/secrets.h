#pragma once
// Passwords and random secrets, by libsodium. For this room only.

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tieline::identity {

/// Cost of one password hash. The default took 57 to 95 ms of CPU, median 74 of 9, on the machine that the project is
/// built on, and is above the least that OWASP's Password Storage Cheat Sheet names for Argon2id (19 MiB, 2 passes,
/// 1 lane).
struct HashCost {
    unsigned long long passes = 3;
    std::size_t bytes = std::size_t{32} << 20;
};

/// Once per process, before anything else here; false when the machine gives no randomness.
bool ready_secrets();
/// Argon2id (RFC 9106) with salt and cost inside the text. Takes `cost.bytes` of memory meanwhile; kind internal when
/// there is none.
Result<std::string> hash_password(const std::string& password, const HashCost& cost);
bool is_password(const std::string& hash, const std::string& password);
/// Whether it was made with another cost.
bool is_old_hash(const std::string& hash, const HashCost& cost);
/// 256 random bits as 43 letters, digits, '-' and '_'.
std::string random_secret();
/// SHA-256 as hex: how a secret of 256 random bits is kept. Guessing is hopeless, so no slow hash is needed.
std::string digest_of(std::string_view secret);
/// 10 to 200 bytes of UTF-8, not the name, not one of the most common. Kind invalid, field "password".
Result<void> check_password(const std::string& password, const std::string& name);

}  // namespace tieline::identity
