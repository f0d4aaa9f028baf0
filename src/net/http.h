#pragma once
// HTTP as values. Knows bytes, not business.

#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::net {

using Header = std::pair<std::string, std::string>;

struct HttpRequest {
    std::string method = "GET";
    std::string url;  ///< absolute when sent by a client; path and query when received by a server
    std::vector<Header> headers;
    std::string body;
    Millis timeout{10'000};  ///< for the whole exchange
    std::size_t reply_bytes_max = 8 << 20;
    std::string peer{};  ///< set by the server: the client's address, e.g. "192.0.2.7"; a client ignores it
};

struct HttpResponse {
    int status = 0;
    std::vector<Header> headers;
    std::string body;
};

/// First header of that name, case-insensitive; empty when absent.
std::string_view header(const std::vector<Header>& headers, std::string_view name);
/// Percent-encodes for one path segment or one query value (RFC 3986 2.3 unreserved characters stay).
std::string url_encode(std::string_view text);
/// Inverse; an ill-formed escape is an error (invalid, "bad_escape"). '+' stays '+'.
Result<std::string> url_decode(std::string_view text);
/// Path before '?', and the decoded query pairs behind it.
struct Target {
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
    std::string_view query_value(std::string_view name) const;  ///< "" when absent
};
Result<Target> parse_target(std::string_view target);

/// Retry-After in seconds or as an HTTP date (RFC 9110 10.2.3), capped at one hour.
std::optional<Millis> retry_after(const std::vector<Header>& headers, WallTime now);

}  // namespace tieline::net
