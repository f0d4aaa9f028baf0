#pragma once
// Inside net: one thread of the server with its connections. A connection belongs to one worker and is touched on that
// worker's thread only; Responders reach it through the worker's mailbox, so that any thread may answer.

#include "net/http_request_parser.h"
#include "net/http_server.h"
#include "net/http_wire.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace tieline::net {

class Session;
class Worker;
using Moment = std::chrono::steady_clock::time_point;

class Mailbox;

/// What a Responder may hold on to: outlives session, worker and server.
struct Link {
    Session* session = nullptr;  ///< worker's thread only; null once the connection is gone
    std::shared_ptr<Mailbox> mailbox;
    std::atomic<bool> gone{false};
    std::atomic<std::size_t> queued_bytes{0};  ///< of the stream, not yet given to the kernel
};

enum class MessageKind { respond, start_stream, chunk, stream_end, overflow, dropped };
struct Message {
    std::shared_ptr<Link> link;
    std::uint64_t request_number = 0;
    MessageKind kind = MessageKind::respond;
    HttpResponse response;  ///< the answer; a stream's headers; a chunk in `body`
};

/// Answers on their way to a worker. Many answers cost one wake-up.
class Mailbox {
public:
    explicit Mailbox(Worker& worker) : worker_(&worker) {}
    void put(Message message);
    void take(std::vector<Message>& into);  ///< into an empty one
    void close();                           ///< from now on messages are dropped

private:
    std::mutex mutex_;
    Worker* worker_;
    std::vector<Message> messages_;
    bool posted_ = false;
};

/// One thread, its event loop and its connections. Owned by the server.
class Worker {
public:
    Worker(const HttpServerOptions& options, const HttpServer::Handler& handler);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void start();
    void stop();  ///< from another thread: closes everything and joins
    boost::asio::io_context& context() { return context_; }
    /// Takes over an accepted socket; `refused`: over the limit, gets 503 only. On the worker's thread.
    void adopt(boost::asio::ip::tcp::socket socket, bool refused);
    void forget(Session& session);
    void deliver();

    std::size_t connection_count() const { return connection_count_.load(std::memory_order_relaxed); }
    std::size_t refused_count() const { return refused_count_.load(std::memory_order_relaxed); }
    /// Counts a connection that will be adopted. On the acceptor's thread.
    void reserve(bool refused) {
        (refused ? refused_count_ : connection_count_).fetch_add(1, std::memory_order_relaxed);
    }

    const HttpServerOptions& options() const { return options_; }
    const HttpServer::Handler& handler() const { return handler_; }
    const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

private:
    void schedule_sweep();
    void sweep();

    const HttpServerOptions& options_;
    const HttpServer::Handler& handler_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    boost::asio::steady_timer sweep_timer_;
    Millis sweep_interval_;
    bool sweeping_ = false;
    std::shared_ptr<Mailbox> mailbox_;
    std::unordered_map<Session*, std::shared_ptr<Session>> sessions_;
    std::atomic<std::size_t> connection_count_{0};
    std::atomic<std::size_t> refused_count_{0};
    std::thread thread_;
};

/// One connection. Handles one request at a time; what the client pipelines waits in its buffer or the kernel's.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(boost::asio::ip::tcp::socket socket, Worker& worker, bool refused);
    ~Session();
    void start();
    void close();
    void on_message(Message& message);
    bool due(Moment now) const;
    void on_sweep(Moment now);
    void drive();  ///< handles what can be handled, writes what can be written, asks for more
    bool refused() const { return refused_; }
    /// True while this connection's handler runs further up this thread's stack: its answer needs no mailbox.
    bool takes_directly(std::uint64_t request_number) const { return driving_ && request_number == request_number_; }

private:
    enum class State { idle, reading, handling, streaming, draining, closed };
    using Code = boost::system::error_code;

    bool step();
    bool parse();
    void dispatch();
    void answer(HttpResponse response);
    void refuse(HttpResponse response);
    void start_stream(std::vector<Header> headers);
    void append_chunk(std::string_view chunk);
    void end_stream();

    void start_read();
    void on_read(Code code, std::size_t count);
    bool make_room();
    void flush();
    bool write_some();
    void start_drain();
    std::string& tail(std::size_t extra);

    boost::asio::ip::tcp::socket socket_;
    Worker& worker_;
    std::shared_ptr<Link> link_;
    std::string peer_;
    const bool refused_;
    State state_ = State::idle;
    bool driving_ = false;
    bool read_pending_ = false;
    bool write_pending_ = false;
    bool close_after_write_ = false;
    bool shut_down_ = false;

    std::vector<char> buffer_;
    std::size_t begin_ = 0, end_ = 0;  ///< the unread part of buffer_
    std::optional<RequestParser> parser_;
    wire::Framing framing_;
    std::uint64_t request_number_ = 0;
    std::optional<Message> answer_;

    std::deque<std::string> out_;
    std::size_t out_bytes_ = 0, front_written_ = 0, drained_bytes_ = 0;
    Moment deadline_ = Moment::max();        ///< of reading, of waiting for a request, of draining
    Moment write_deadline_ = Moment::max();  ///< the client must take something until then
};

}  // namespace tieline::net
