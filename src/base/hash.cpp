#include "base/hash.h"

#include "base/result.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

namespace tieline::base {

namespace {

// Fetching the algorithm costs more than hashing a short text, so it is fetched once.
const EVP_MD* sha256_algorithm() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    TIELINE_CHECK(algorithm != nullptr, "OpenSSL offers no SHA-256");
    return algorithm;
}

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

Sha256 sha256(std::string_view bytes) {
    static thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    TIELINE_CHECK(context != nullptr, "out of memory in OpenSSL");
    Sha256 digest{};
    unsigned int length = 0;
    const bool done = EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), digest.data(), &length) == 1;
    TIELINE_CHECK(done && length == digest.size(), "SHA-256 failed in OpenSSL");
    return digest;
}

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
    Sha256 digest{};
    unsigned int length = 0;
    // A null key pointer would mean "the key of the last call" to OpenSSL.
    const char* const key_bytes = key.empty() ? "" : key.data();
    const auto* const text = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* const done =
        HMAC(sha256_algorithm(), key_bytes, static_cast<int>(key.size()), text, bytes.size(), digest.data(), &length);
    TIELINE_CHECK(done != nullptr && length == digest.size(), "HMAC-SHA-256 failed in OpenSSL");
    return digest;
}

std::string hex(const Sha256& digest) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(digest.size() * 2);
    for (const std::uint8_t byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    return a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string short_key(std::string_view text) {
    static constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const Sha256 digest = sha256(text);
    std::string key;
    key.reserve(16);
    // Five bytes are eight characters of five bits each; ten bytes make the key.
    for (std::size_t start = 0; start < 10; start += 5) {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | digest[start + i];
        for (int shift = 35; shift >= 0; shift -= 5) key += alphabet[bits >> shift & 31];
    }
    return key;
}

}  // namespace tieline::base
