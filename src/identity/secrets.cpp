#include "identity/secrets.h"

#include "base/hash.h"
#include "base/json.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace tieline::identity {
namespace {

constexpr std::size_t password_bytes_min = 10;
constexpr std::size_t password_bytes_max = 200;
constexpr std::size_t secret_bytes = 32;

/// Of ten and more characters; shorter ones are refused anyway.
constexpr const char* common[] = {"1234567890",   "0123456789",  "12345678910",   "password123", "passwort123",
                                  "qwertyuiop",   "1q2w3e4r5t",  "administrator", "maintenance", "instandhaltung",
                                  "password1234", "letmein1234", "welcome123",    "changeme123", "tieline123"};

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

}  // namespace

bool ready_secrets() { return sodium_init() >= 0; }

Result<std::string> hash_password(const std::string& password, const HashCost& cost) {
    std::array<char, crypto_pwhash_STRBYTES> text{};
    const int failed = crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes, cost.bytes,
                                             crypto_pwhash_ALG_ARGON2ID13);
    if (failed == 0) return std::string(text.data());
    return make_error(ErrorKind::internal,
                      "The password cannot be hashed: there are not " + std::to_string(cost.bytes >> 20) +
                          " MiB of memory left on this machine.",
                      "no_memory");
}

bool is_password(const std::string& hash, const std::string& password) {
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool is_old_hash(const std::string& hash, const HashCost& cost) {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.bytes) != 0;
}

std::string random_secret() {
    std::array<unsigned char, secret_bytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_ENCODED_LEN(secret_bytes, variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back();  // the NUL that C wants
    return text;
}

std::string digest_of(std::string_view secret) { return hex(sha256(secret)); }

Result<void> check_password(const std::string& password, const std::string& name) {
    const auto refuse = [](const char* message, const char* code) {
        return make_error(ErrorKind::invalid, message, code, "password");
    };
    if (password.size() < password_bytes_min) {
        return refuse("The password is too short: use 10 characters or more, for example four words.",
                      "password_too_short");
    }
    if (password.size() > password_bytes_max) return refuse("The password is longer than 200 bytes.", "too_long");
    if (!is_utf8(password)) return refuse("The password is no UTF-8 text.", "json_utf8");
    const std::string plain = lower(password);
    const bool one_letter = plain.find_first_not_of(plain[0]) == std::string::npos;
    const bool known = std::find(std::begin(common), std::end(common), plain) != std::end(common);
    if (one_letter || known || (!name.empty() && plain == lower(name))) {
        return refuse("This password is among the first that anybody would try. Choose another one.",
                      "password_too_common");
    }
    return {};
}

}  // namespace tieline::identity
