#pragma once
// Outgoing HTTP (libcurl's multi interface on a thread of its own).

#include "net/http.h"

#include <functional>
#include <memory>
#include <string>

namespace tieline::net {

struct HttpClientOptions {
    std::size_t connections_per_host_max = 64;
    std::string proxy;    ///< empty: none
    std::string ca_file;  ///< empty: the system's
    std::string client_certificate, client_key;
    Millis connect_timeout{5'000};
};

/// Thread-safe. The error kinds are exact where it matters: transient only when not one byte of the request can have
/// reached the peer (no address, refused, TLS failed, connect time-out); unknown_outcome for everything after that
/// (reset, time-out, cut reply, reply too large).
class HttpClient {
public:
    using Done = std::function<void(Result<HttpResponse>)>;
    virtual ~HttpClient() = default;
    /// Calls `done` exactly once, on the client's thread; it must not block. Requests still open when the client is
    /// destroyed end with unknown_outcome.
    virtual void send(HttpRequest request, Done done) = 0;
    /// Blocks the calling thread (tools and tests).
    Result<HttpResponse> send_and_wait(HttpRequest request);
};

std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options = {});

}  // namespace tieline::net
