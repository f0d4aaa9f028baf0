#pragma once
// The CMMS behind a socket: answers over HTTP, sends webhooks, and carries misbehaviour out (late and lost answers).

#include "net/http_client.h"
#include "net/http_server.h"
#include "sandbox/cmms/cmms.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace tieline::sandbox::cmms {

struct CmmsServerOptions {
    std::string database = ":memory:";
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    bool demo = false;       ///< the demo plant's assets where there are none
    CmmsOptions cmms;
};

/// Owns its threads; stops and joins them when destroyed. Thread-safe.
class CmmsServer {
public:
    /// Database not usable, address in use: kind invalid, the message says what to do.
    static Result<std::unique_ptr<CmmsServer>> start(CmmsServerOptions options);
    ~CmmsServer();
    CmmsServer(const CmmsServer&) = delete;
    CmmsServer& operator=(const CmmsServer&) = delete;
    std::uint16_t port() const { return server_->port(); }

private:
    using Steady = std::chrono::steady_clock;
    struct Late {
        std::shared_ptr<net::Responder> responder;
        net::HttpResponse response;
    };

    explicit CmmsServer(const CmmsServerOptions& options);
    void answer(const net::HttpRequest& request, const std::shared_ptr<net::Responder>& responder);
    void work();
    void send_late_answers(std::unique_lock<std::mutex>& lock);
    void send_webhooks(std::unique_lock<std::mutex>& lock);
    void settled(std::int64_t id, const Result<net::HttpResponse>& reply);

    std::mutex mutex_;  ///< guards everything below but server_ and client_
    std::condition_variable wake_;
    Cmms cmms_;
    std::multimap<Steady::time_point, Late> late_;
    std::size_t webhooks_under_way_ = 0;
    bool stopping_ = false;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<net::HttpServer> server_;
    std::thread worker_;
};

}  // namespace tieline::sandbox::cmms
