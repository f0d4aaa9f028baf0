#include "net/http_server.h"

#include "net/http_session.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <future>

namespace tieline::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t refused_max = 128;  ///< 503s under way at a time; more are closed without a word
constexpr Millis accept_pause{100};       ///< when the machine has no descriptor left

thread_local const Mailbox* own_mailbox = nullptr;  ///< of the worker that runs on this thread

class ServerImpl final : public HttpServer {
public:
    ServerImpl(HttpServerOptions options, Handler handler)
        : options_(std::move(options)), handler_(std::move(handler)) {
        const int threads = std::clamp(options_.threads, 1, 64);
        for (int index = 0; index < threads; ++index) {
            workers_.push_back(std::make_unique<Worker>(options_, handler_));
        }
        acceptor_.emplace(workers_.front()->context());
        pause_.emplace(workers_.front()->context());
    }

    ~ServerImpl() override {
        auto closed = std::make_shared<std::promise<void>>();
        asio::post(workers_.front()->context(), [this, closed] {
            stopping_ = true;
            boost::system::error_code ignored;
            acceptor_->close(ignored);
            pause_->cancel();
            closed->set_value();
        });
        if (started_) closed->get_future().wait();
        for (auto& worker : workers_) worker->stop();
        pause_.reset();
        acceptor_.reset();
    }
    ServerImpl(const ServerImpl&) = delete;
    ServerImpl& operator=(const ServerImpl&) = delete;

    std::uint16_t port() const override { return port_; }

    Result<void> open() {
        boost::system::error_code code;
        const auto address = asio::ip::make_address(options_.address, code);
        if (code) {
            return make_error(ErrorKind::invalid,
                              "The server's address '" + options_.address +
                                  "' is not an IP address; write one such as 127.0.0.1 or 0.0.0.0.",
                              "bad_address");
        }
        const tcp::endpoint endpoint(address, options_.port);
        acceptor_->open(endpoint.protocol(), code);
        if (!code) acceptor_->set_option(tcp::acceptor::reuse_address(true), code);
        if (!code) acceptor_->bind(endpoint, code);
        if (!code) acceptor_->listen(tcp::acceptor::max_listen_connections, code);
        if (code) {
            return make_error(ErrorKind::invalid,
                              "The server cannot listen on " + options_.address + " port " +
                                  std::to_string(options_.port) + ": " + code.message() +
                                  ". Stop the program that uses it, or configure another port.",
                              "cannot_listen");
        }
        port_ = acceptor_->local_endpoint().port();
        for (auto& worker : workers_) worker->start();
        started_ = true;
        asio::post(workers_.front()->context(), [this] { accept(); });
        return {};
    }

private:
    void accept() {
        Worker& worker = *workers_[next_worker_];
        acceptor_->async_accept(worker.context(), [this](boost::system::error_code code, tcp::socket socket) {
            if (stopping_ || code == asio::error::operation_aborted) return;
            if (!code) {
                accepted(std::move(socket));
                accept();
                return;
            }
            // Most often no descriptor is left: accepting again at once would only burn the processor.
            pause_->expires_after(accept_pause);
            pause_->async_wait([this](boost::system::error_code) {
                if (!stopping_) accept();
            });
        });
    }

    void accepted(tcp::socket socket) {
        Worker& worker = *workers_[next_worker_];
        std::size_t open_count = 0, refused_count = 0;
        for (const auto& each : workers_) {
            open_count += each->connection_count();
            refused_count += each->refused_count();
        }
        const bool refused = open_count >= options_.connections_max;
        if (refused && refused_count >= refused_max) return;
        worker.reserve(refused);
        next_worker_ = (next_worker_ + 1) % workers_.size();
        if (&worker == workers_.front().get()) {
            worker.adopt(std::move(socket), refused);
            return;
        }
        asio::post(worker.context(), [&worker, refused, held = std::make_shared<tcp::socket>(std::move(socket))] {
            worker.adopt(std::move(*held), refused);
        });
    }

    const HttpServerOptions options_;
    const Handler handler_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::optional<tcp::acceptor> acceptor_;  ///< on the first worker's thread
    std::optional<asio::steady_timer> pause_;
    std::size_t next_worker_ = 0;
    std::uint16_t port_ = 0;
    bool stopping_ = false;
    bool started_ = false;
};

}  // namespace

// --- Mailbox -----------------------------------------------------------------------------------------------------

void Mailbox::put(Message message) {
    if (own_mailbox == this && message.kind != MessageKind::chunk && message.kind != MessageKind::stream_end) {
        Session* session = message.link->session;
        if (session != nullptr && session->takes_directly(message.request_number)) {
            session->on_message(message);
            return;
        }
    }
    const std::lock_guard lock(mutex_);
    if (worker_ == nullptr) return;
    messages_.push_back(std::move(message));
    if (posted_) return;
    posted_ = true;
    asio::post(worker_->context(), [worker = worker_] { worker->deliver(); });
}

void Mailbox::take(std::vector<Message>& into) {
    const std::lock_guard lock(mutex_);
    posted_ = false;
    into.swap(messages_);
}

void Mailbox::close() {
    std::vector<Message> dropped;
    const std::lock_guard lock(mutex_);
    worker_ = nullptr;
    dropped.swap(messages_);
}

// --- Worker ------------------------------------------------------------------------------------------------------

Worker::Worker(const HttpServerOptions& options, const HttpServer::Handler& handler)
    : options_(options),
      handler_(handler),
      work_(asio::make_work_guard(context_)),
      sweep_timer_(context_),
      sweep_interval_(std::clamp(std::min(options.read_timeout, options.idle_timeout) / 8, Millis(5), Millis(200))),
      mailbox_(std::make_shared<Mailbox>(*this)) {}

Worker::~Worker() { stop(); }

void Worker::start() {
    thread_ = std::thread([this] {
        own_mailbox = mailbox_.get();
        context_.run();
        own_mailbox = nullptr;
    });
}

void Worker::stop() {
    mailbox_->close();
    if (!thread_.joinable()) return;
    TIELINE_CHECK(thread_.get_id() != std::this_thread::get_id(), "a server is not destroyed by its own handler");
    asio::post(context_, [this] {
        sweep_timer_.cancel();
        while (!sessions_.empty()) {
            const auto session = sessions_.begin()->second;
            session->close();
        }
        context_.stop();
    });
    thread_.join();
}

void Worker::adopt(tcp::socket socket, bool refused) {
    const auto session = std::make_shared<Session>(std::move(socket), *this, refused);
    sessions_.emplace(session.get(), session);
    session->start();
    schedule_sweep();
}

void Worker::forget(Session& session) {
    (session.refused() ? refused_count_ : connection_count_).fetch_sub(1, std::memory_order_relaxed);
    sessions_.erase(&session);
}

void Worker::deliver() {
    std::vector<Message> messages;
    mailbox_->take(messages);
    std::vector<std::shared_ptr<Session>> touched;
    for (Message& message : messages) {
        Session* session = message.link->session;
        if (session == nullptr) continue;
        if (touched.empty() || touched.back().get() != session) touched.push_back(session->shared_from_this());
        session->on_message(message);
    }
    for (const auto& session : touched) session->drive();
}

void Worker::schedule_sweep() {
    if (sweeping_ || sessions_.empty()) return;
    sweeping_ = true;
    sweep_timer_.expires_after(sweep_interval_);
    sweep_timer_.async_wait([this](boost::system::error_code code) {
        sweeping_ = false;
        if (code) return;
        sweep();
        schedule_sweep();
    });
}

void Worker::sweep() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<Session>> due;
    for (const auto& [session, owner] : sessions_) {
        if (session->due(now)) due.push_back(owner);
    }
    for (const auto& session : due) session->on_sweep(now);
}

Result<std::unique_ptr<HttpServer>> make_http_server(HttpServerOptions options, HttpServer::Handler handler) {
    auto server = std::make_unique<ServerImpl>(std::move(options), std::move(handler));
    TIELINE_TRY_VOID(server->open());
    return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace tieline::net
