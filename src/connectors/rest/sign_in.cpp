#include "connectors/rest/sign_in.h"

#include "base/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace tieline::connectors::rest {
namespace {

using Kind = SignInOptions::Kind;

constexpr Millis margin{30'000};             // a token is not used in its last half minute
constexpr std::int64_t life_unsaid_s = 300;  // RFC 6749 5.1 leaves expires_in to the server
constexpr std::int64_t life_most_s = 24 * 3600;

Error no_token(const std::string& what) {
    return make_error(ErrorKind::unauthorized,
                      "the server that gives tokens refused: " + what + ". Check client id, secret and scope",
                      "no_token");
}

/// The kind of a failure on the way to a token: whatever was to be sent has not left.
Error before_sending(Error error) {
    if (error.kind == ErrorKind::unknown_outcome) error.kind = ErrorKind::transient;
    return error;
}

}  // namespace

std::string base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

SignIn::SignIn(SignInOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

std::vector<net::Header> SignIn::headers() const {
    switch (options_.kind) {
        case Kind::api_key:
            return {{options_.header, options_.secret}};
        case Kind::bearer:
            return {{"Authorization", "Bearer " + options_.secret}};
        case Kind::basic: {
            const std::string both = base64(options_.user + ":" + options_.secret);
            if (!options_.header.empty()) return {{options_.header, both}};
            return {{"Authorization", "Basic " + both}};
        }
        case Kind::none:
        case Kind::client_credentials:
            break;
    }
    return {};
}

std::string SignIn::held_token() const {
    const std::scoped_lock lock(mutex_);
    return clock_.now() + margin < ends_ ? token_ : std::string();
}

void SignIn::drop(const std::string& token) {
    const std::scoped_lock lock(mutex_);
    if (token_ == token) token_.clear(), ends_ = WallTime{};  // another exchange may have a newer one by now
}

Exchange<net::HttpResponse> SignIn::send(net::HttpRequest request) {
    if (options_.kind != Kind::client_credentials) {
        Result<net::HttpResponse> reply = co_await connectors::send(std::move(request));
        co_return reply;
    }
    for (bool is_second = false;; is_second = true) {
        std::string token = held_token();
        if (token.empty()) {
            Exchange<std::string> fetching = fetch_token();
            Result<std::string> fetched = co_await std::move(fetching);
            if (!fetched) co_return fetched.error();
            token = std::move(*fetched);
        }
        net::HttpRequest signed_request = request;
        signed_request.headers.emplace_back("Authorization", "Bearer " + token);
        Result<net::HttpResponse> reply = co_await connectors::send(std::move(signed_request));
        if (!reply || reply->status != 401 || is_second) co_return reply;
        drop(token);
    }
}

Exchange<std::string> SignIn::fetch_token() {
    net::HttpRequest request;
    request.method = "POST";
    request.url = options_.token_url;
    request.headers = {
        {"Accept", "application/json"},
        {"Content-Type", "application/x-www-form-urlencoded"},
        {"Authorization", "Basic " + base64(net::url_encode(options_.user) + ":" + net::url_encode(options_.secret))}};
    request.body = "grant_type=client_credentials";
    if (!options_.scope.empty()) request.body += "&scope=" + net::url_encode(options_.scope);
    request.reply_bytes_max = 64 << 10;
    const Result<net::HttpResponse> reply = co_await connectors::send(std::move(request));
    co_return keep(reply);
}

Result<std::string> SignIn::keep(const Result<net::HttpResponse>& reply) {
    Access server;
    server.base_url = options_.token_url;
    server.system = "the server that gives tokens";
    const Result<Json> body = body_of(server, Effect::read, reply);
    if (!body) {
        const bool refused = reply && (reply->status == 400 || reply->status == 401 || reply->status == 403);
        if (refused) return no_token(body.error().message);
        return before_sending(body.error());
    }
    std::string token = body->text_or("access_token");
    const std::string type = body->text_or("token_type", "Bearer");
    const bool is_bearer = type.size() == 6 && (type[0] == 'B' || type[0] == 'b') && type.substr(1) == "earer";
    const bool is_header = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (token.empty() || !is_bearer || !is_header) return no_token("its answer holds no bearer token");
    std::int64_t life_s = body->int_or("expires_in", life_unsaid_s);
    if (const std::string text = body->text_or("expires_in"); !text.empty())  // some write it as a text
        (void)std::from_chars(text.data(), text.data() + text.size(), life_s);
    life_s = std::clamp<std::int64_t>(life_s, 0, life_most_s);
    const std::scoped_lock lock(mutex_);
    token_ = token;
    ends_ = clock_.now() + Millis(life_s * 1000);
    return token;
}

Result<void> verify_digest(std::string_view given, std::string_view body, std::string_view secret) {
    const auto refused = [](const char* code, const char* why) {
        return make_error(ErrorKind::unauthorized, std::string("the webhook was refused: ") + why, code);
    };
    constexpr std::string_view prefix = "sha256=";
    if (given.starts_with(prefix)) given.remove_prefix(prefix.size());
    if (given.empty()) return refused("signature_missing", "its signature header is missing");
    if (secret.empty()) return refused("signature_wrong", "no secret is configured for it; set one on both sides");
    const Sha256 digest = hmac_sha256(secret, body);
    const std::string_view raw(reinterpret_cast<const char*>(digest.data()), digest.size());
    const bool fits = equal_constant_time(given, hex(digest)) || equal_constant_time(given, base64(raw));
    if (!fits)
        return refused("signature_wrong", "its signature does not fit; check that both sides use the same secret");
    return {};
}

Result<Query> NumberedPages::query(std::string_view cursor, std::size_t count) const {
    std::int64_t at = is_offset ? 0 : first;
    const auto [end, problem] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), at);
    const bool is_number = problem == std::errc() && end == cursor.data() + cursor.size() && at >= 0;
    if (!cursor.empty() && !is_number) {
        return make_error(ErrorKind::invalid, "\"" + std::string(cursor) + "\" is no place in a list; a number is",
                          "bad_cursor", "cursor");
    }
    return Query{{place, std::to_string(at)}, {size, std::to_string(count)}};
}

NextPage NumberedPages::next(std::string_view cursor, std::size_t count, std::size_t received) const {
    if (received < count || count == 0) return {};
    std::int64_t at = is_offset ? 0 : first;
    (void)std::from_chars(cursor.data(), cursor.data() + cursor.size(), at);
    return NextPage{true, std::to_string(at + (is_offset ? static_cast<std::int64_t>(received) : 1))};
}

std::string own_link(std::string_view path, std::string_view link) {
    const std::size_t mark = link.find('?');
    if (mark == std::string_view::npos) return std::string(path);
    const std::string_view query = link.substr(mark, link.find('#', mark) - mark);
    return std::string(path) + std::string(query);
}

}  // namespace tieline::connectors::rest
