#include "sandbox/cmms/cmms_server.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::chrono::milliseconds tick{200};
constexpr std::size_t webhooks_under_way_max = 32;

std::chrono::milliseconds take_delay(net::HttpResponse& response) {
    std::int64_t delay = 0;
    const std::string_view text = net::header(response.headers, delay_header);
    std::from_chars(text.data(), text.data() + text.size(), delay);
    std::erase_if(response.headers, [](const net::Header& header) { return header.first == delay_header; });
    return std::chrono::milliseconds(delay);
}

}  // namespace

CmmsServer::CmmsServer(const CmmsServerOptions& options)
    : cmms_(options.database, options.cmms), client_(net::make_http_client()) {}

Result<std::unique_ptr<CmmsServer>> CmmsServer::start(CmmsServerOptions options) {
    // The constructor is private, so that nobody holds a server that does not listen.
    struct Made : CmmsServer {
        explicit Made(const CmmsServerOptions& given) : CmmsServer(given) {}
    };
    std::unique_ptr<CmmsServer> made = std::make_unique<Made>(options);
    if (!made->cmms_.ready()) {
        return make_error(ErrorKind::invalid, "the sandbox CMMS cannot start: " + made->cmms_.why(), "database");
    }
    if (options.demo) made->cmms_.seed_demo(system_clock().now());
    net::HttpServerOptions serving;
    serving.address = options.address;
    serving.port = options.port;
    CmmsServer* self = made.get();
    TIELINE_TRY(made->server_,
                net::make_http_server(serving, [self](net::HttpRequest request, std::shared_ptr<net::Responder> to) {
                    self->answer(request, to);
                }));
    made->worker_ = std::thread([self] { self->work(); });
    return made;
}

CmmsServer::~CmmsServer() {
    server_.reset();  // no new requests
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (worker_.joinable()) worker_.join();
    client_.reset();  // open webhooks end here and stay due in the database
}

void CmmsServer::answer(const net::HttpRequest& request, const std::shared_ptr<net::Responder>& responder) {
    net::HttpResponse response;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        response = cmms_.handle(request, system_clock().now());
        const std::chrono::milliseconds delay = take_delay(response);
        if (delay.count() > 0) {
            late_.emplace(Steady::now() + delay, Late{responder, std::move(response)});
            wake_.notify_all();
            return;
        }
    }
    if (response.status == 0) return responder->abort();
    responder->respond(std::move(response));
    if (request.method != "GET") wake_.notify_all();  // it may have something to announce
}

void CmmsServer::work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stopping_) {
        send_late_answers(lock);
        send_webhooks(lock);
        Steady::time_point until = Steady::now() + tick;
        if (!late_.empty()) until = std::min(until, late_.begin()->first);
        if (!stopping_) wake_.wait_until(lock, until);
    }
}

void CmmsServer::send_late_answers(std::unique_lock<std::mutex>& lock) {
    while (!late_.empty() && late_.begin()->first <= Steady::now()) {
        Late late = std::move(late_.begin()->second);
        late_.erase(late_.begin());
        lock.unlock();
        late.responder->respond(std::move(late.response));
        lock.lock();
    }
}

void CmmsServer::send_webhooks(std::unique_lock<std::mutex>& lock) {
    if (webhooks_under_way_ >= webhooks_under_way_max) return;
    std::vector<WebhookDelivery> due =
        cmms_.take_webhooks(system_clock().now(), webhooks_under_way_max - webhooks_under_way_);
    webhooks_under_way_ += due.size();
    lock.unlock();
    for (WebhookDelivery& delivery : due) {
        const std::int64_t id = delivery.id;
        client_->send(std::move(delivery.request), [this, id](Result<net::HttpResponse> reply) { settled(id, reply); });
    }
    lock.lock();
}

void CmmsServer::settled(std::int64_t id, const Result<net::HttpResponse>& reply) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        --webhooks_under_way_;
        const int status = reply ? reply->status : 0;
        cmms_.webhook_result(id, status, reply ? std::string() : reply.error().message, system_clock().now());
    }
    wake_.notify_all();
}

}  // namespace tieline::sandbox::cmms
