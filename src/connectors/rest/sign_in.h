#pragma once
// How a connector signs in: API key, Basic, bearer token, or OAuth 2 client credentials, whose tokens are fetched and
// renewed in the middle of a run. Wire only.

#include "connectors/exchange.h"
#include "connectors/rest/rest.h"

#include <mutex>
#include <string>
#include <string_view>

namespace tieline::connectors::rest {

struct SignInOptions {
    enum class Kind { none, api_key, bearer, basic, client_credentials };
    Kind kind = Kind::none;
    std::string header = "apikey";  ///< api_key: the header that carries the key; basic: empty means Authorization
    std::string secret;             ///< key, token, password or client secret
    std::string user;               ///< basic: the user; client_credentials: the client's id
    std::string token_url;          ///< client_credentials: absolute
    std::string scope;              ///< client_credentials: empty: none is asked for
};

/// The sign-in of one connector. Thread-safe; must outlive the exchanges that it made.
class SignIn {
public:
    SignIn(SignInOptions options, const Clock& clock);

    /// Headers that every request carries as they are; none for client_credentials, whose token comes with send().
    std::vector<net::Header> headers() const;
    /// Sends the request, with a token where one is needed. A token is fetched when there is none or it ends within
    /// half a minute. A 401 for a token that was thought to hold drops it, fetches another and sends once more: a 401
    /// says that nothing was done. Errors of the token's own server are never unknown_outcome: the request did not
    /// leave. Kind unauthorized, code "no_token", where it refuses.
    Exchange<net::HttpResponse> send(net::HttpRequest request);

private:
    std::string held_token() const;
    void drop(const std::string& token);
    Exchange<std::string> fetch_token();
    Result<std::string> keep(const Result<net::HttpResponse>& reply);

    SignInOptions options_;
    const Clock& clock_;
    mutable std::mutex mutex_;  ///< guards the two below; never held while something is sent
    std::string token_;
    WallTime ends_{};
};

/// RFC 4648 4, with padding.
std::string base64(std::string_view bytes);

/// A digest of the body as webhooks carry it: HMAC-SHA256 by the secret, in hex or base64, with or without "sha256=" in
/// front. Compared in constant time. Such a signature has no time in it: what it signs can be sent again by whoever saw
/// it. Kind unauthorized: "signature_missing", "signature_wrong".
Result<void> verify_digest(std::string_view given, std::string_view body, std::string_view secret);

/// Lists that are asked for page by page or by offset.
struct NumberedPages {
    std::string place;       ///< query parameter: "page", "offset", "pageno"
    std::string size;        ///< query parameter: "limit", "pageSize"
    int first = 1;           ///< number of the first page, or 0
    bool is_offset = false;  ///< `place` counts rows instead of pages

    /// Cursor "" is the beginning; kind invalid, "bad_cursor", for one that is no number.
    Result<Query> query(std::string_view cursor, std::size_t count) const;
    /// The page behind one that gave `received` of `count` rows: a short page is the last one.
    NextPage next(std::string_view cursor, std::size_t count, std::size_t received) const;
};

/// A link of the peer, brought below `path` of the address that is configured: many systems behind a proxy write their
/// inner host name into links, and a token must not leave for another host. Only its query is kept.
std::string own_link(std::string_view path, std::string_view link);

}  // namespace tieline::connectors::rest
