#pragma once
// Incoming HTTP/1.1 (Boost.Beast inside). Bounded against large, slow and many.

#include "net/http.h"

#include <functional>
#include <memory>
#include <string>

namespace tieline::net {

struct HttpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    int threads = 1;
    std::size_t body_bytes_max = 2 << 20;     ///< larger: 413
    std::size_t header_bytes_max = 16 << 10;  ///< larger: 431
    std::size_t connections_max = 1024;       ///< more: 503 with Retry-After, then closed
    Millis read_timeout{15'000};              ///< for one whole request from its first byte: slow bodies end with 408
    Millis idle_timeout{60'000};              ///< between requests
};

/// Answers one request; may be called from any thread, later, exactly once.
class Responder {
public:
    virtual ~Responder() = default;
    virtual void respond(HttpResponse response) = 0;
    /// Starts an endless response (server-sent events): status 200 and headers now, then chunks.
    virtual void start_stream(std::vector<Header> headers) = 0;
    /// False once the client is gone or its queue is full (1 MiB): then stop.
    virtual bool write(std::string chunk) = 0;
    /// Closes the connection without any answer (sandboxes use it to lose a reply); nothing else may follow.
    virtual void abort() {}
};

class HttpServer {
public:
    /// Called on a server thread; must not block. `peer` is the client's address. A Responder dropped without an answer
    /// sends 500.
    using Handler = std::function<void(HttpRequest request, std::shared_ptr<Responder> responder)>;
    virtual ~HttpServer() = default;  ///< stops accepting, closes connections, joins threads
    virtual std::uint16_t port() const = 0;
};

/// Address in use and the like: kind invalid, message says which address and what to do.
Result<std::unique_ptr<HttpServer>> make_http_server(HttpServerOptions options, HttpServer::Handler handler);

}  // namespace tieline::net
