// Signatures of webhooks.

#include "base/hash.h"
#include "connectors/rest/rest.h"

#include <charconv>

namespace tieline::connectors::rest {
namespace {

constexpr std::size_t header_most = 1024;

Error refused(const char* code, std::string message) {
    return make_error(ErrorKind::unauthorized, "the webhook was refused: " + std::move(message), code);
}

std::string digest(std::string_view time, std::string_view body, std::string_view secret) {
    std::string signed_text(time);
    signed_text += '.';
    signed_text += body;
    return hex(hmac_sha256(secret, signed_text));
}

struct Parts {
    std::string_view time;
    std::vector<std::string_view> signatures;
};

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

Parts parts_of(std::string_view header) {
    Parts parts;
    while (!header.empty()) {
        const std::size_t comma = std::min(header.find(','), header.size());
        const std::string_view part = without_blanks(header.substr(0, comma));
        header.remove_prefix(std::min(comma + 1, header.size()));
        if (part.substr(0, 2) == "t=") parts.time = part.substr(2);
        if (part.substr(0, 3) == "v1=") parts.signatures.push_back(part.substr(3));
    }
    return parts;
}

}  // namespace

Result<void> verify_signature(std::string_view header, std::string_view body, std::string_view secret, WallTime now,
                              Millis window) {
    if (secret.empty()) return refused("signature_wrong", "no secret is configured for it; set one on both sides");
    const Parts parts = header.size() <= header_most ? parts_of(header) : Parts{};
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(parts.time.data(), parts.time.data() + parts.time.size(), seconds);
    const bool readable = !parts.time.empty() && problem == std::errc() &&
                          end == parts.time.data() + parts.time.size() && seconds >= 0 && seconds < 100'000'000'000;
    if (!readable || parts.signatures.empty()) {
        return refused("signature_missing", "its signature header is missing or not of the form t=…,v1=…");
    }
    const std::string expected = digest(parts.time, body, secret);
    bool fits = false;
    for (const std::string_view given : parts.signatures) fits |= equal_constant_time(given, expected);
    if (!fits)
        return refused("signature_wrong", "its signature does not fit; check that both sides use the same secret");
    const Millis off = std::chrono::abs(now.time_since_epoch() - Millis(seconds * 1000));
    if (off > window) {
        return refused("signature_old", "it was signed " + std::to_string(off.count() / 1000) +
                                            " s away from now; check the clocks of both sides, or it is a repeat");
    }
    return {};
}

std::string sign(std::string_view body, std::string_view secret, WallTime now) {
    const std::string seconds =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    return "t=" + seconds + ",v1=" + digest(seconds, body, secret);
}

}  // namespace tieline::connectors::rest
