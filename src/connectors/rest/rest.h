#pragma once
// What connectors to HTTP/JSON systems share: building requests, reading replies, telling what an error means.
// Wire only; no canonical model in here.

#include "base/json.h"
#include "base/time.h"
#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::connectors::rest {

/// Whether the request can have changed the peer: decides what an unclear answer means.
enum class Effect { read, write };

/// How to reach and sign in.
struct Access {
    std::string base_url;              ///< "https://erp.example/api", with or without a trailing slash
    std::string bearer_token;          ///< empty: no Authorization header
    std::vector<net::Header> headers;  ///< sent with every request, e.g. an API key
    Millis timeout{10'000};
    std::size_t reply_bytes_max = 8 << 20;
    std::string system = "the peer";  ///< how messages name it: "the ERP"
};

using Query = std::vector<std::pair<std::string, std::string>>;

/// The header of RFC 7617: user and password in Base64. A colon in the user's name is the caller's to refuse.
net::Header basic_authorization(std::string_view user, std::string_view password);

/// `path` is taken as it is ("/journals/100"): encode its parts by net::url_encode. Query names and values are
/// encoded here; pairs with an empty value are left out.
net::HttpRequest get(const Access& access, std::string_view path, const Query& query = {});
/// With `body` as application/json.
net::HttpRequest send_json(const Access& access, std::string_view method, std::string_view path, const Json& body,
                           const Query& query = {});
inline net::HttpRequest post(const Access& access, std::string_view path, const Json& body) {
    return send_json(access, "POST", path, body);
}

/// What a non-2xx status means. The body is read as problem+json (RFC 9457: title, detail) with the usual extensions
/// code, field, message, errors[], did_you_mean; also {"error": {"code", "message"}} of OData and the like.
/// 400, 413, 422 invalid; 401, 403 unauthorized; 404 and 410 not_found; 409, 412 conflict; 429, and 503 with
/// Retry-After, rate_limited; 405, 501, 3xx unsupported; 408 and other 5xx unknown_outcome for a write, transient for
/// a read; any other 4xx invalid. `now` is for a Retry-After given as a date.
Error error_of(const Access& access, Effect effect, const net::HttpResponse& response,
               std::optional<WallTime> now = std::nullopt);

/// The body of a 2xx reply, or error_of. An empty body (204) is null. A 2xx that is no JSON is unknown_outcome
/// ("bad_reply") for a write, transient for a read. Errors of the transport pass through, but an unknown_outcome of a
/// read becomes transient: nothing can have happened.
Result<Json> body_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply,
                     std::optional<WallTime> now = std::nullopt);
/// Kind and code for a reply that is JSON but not of the promised shape: as for one that is no JSON.
Error bad_reply(const Access& access, Effect effect, std::string_view what_is_wrong);

/// Where a peer's list goes on. Follow it while `more`, bounded by the caller's count.
struct NextPage {
    bool more = false;
    std::string cursor;  ///< what the next request takes: a token, an offset, or a whole URL
};
/// Reads the usual ways: members "next_cursor", "nextCursor", "next", "@odata.nextLink", "__next" (also below "d"),
/// and the header Link with rel="next" (RFC 8288). An absolute URL must lie below `access.base_url`, else it is
/// ignored: a token must not leave for another host.
NextPage next_page(const Access& access, const Json& body, const std::vector<net::Header>& headers);
/// True when the peer gave a cursor that goes nowhere: the same as the one asked with. Stops endless paging.
inline bool stuck(const NextPage& next, std::string_view asked) { return next.more && next.cursor == asked; }

/// Whether `url` lies below the base URL: same scheme, host and port, path under the base path.
bool below(std::string_view base_url, std::string_view url);

/// "t=1700000000,v1=<hex>" (several v1 allowed): HMAC-SHA256 over "<t>.<body>" by the shared secret, compared in
/// constant time; t in seconds, at most `window` off `now`. Kind unauthorized: "signature_missing",
/// "signature_wrong", "signature_old".
Result<void> verify_signature(std::string_view header, std::string_view body, std::string_view secret, WallTime now,
                              Millis window = Millis{300'000});
/// The header that verify_signature accepts: for fakes and tests.
std::string sign(std::string_view body, std::string_view secret, WallTime now);

}  // namespace tieline::connectors::rest
