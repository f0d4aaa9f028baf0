#include "net/http_session.h"

#include "base/log.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <array>
#include <cstring>
#include <span>

namespace tieline::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t stream_bytes_max = 1 << 20;
constexpr std::size_t buffer_bytes_first = 8 << 10;
constexpr std::size_t buffer_bytes_large = 64 << 10;
constexpr std::size_t joined_bytes_max = 16 << 10;     ///< up to here a body is copied behind its head
constexpr std::size_t unwritten_bytes_max = 64 << 10;  ///< pipelined requests wait while more is unwritten
constexpr std::size_t drain_bytes_max = 4 << 20;
constexpr std::chrono::seconds drain_time{1};

Moment after(Millis time) { return std::chrono::steady_clock::now() + time; }

class SessionResponder final : public Responder {
public:
    SessionResponder(std::shared_ptr<Link> link, std::uint64_t number) : link_(std::move(link)), number_(number) {}
    SessionResponder(const SessionResponder&) = delete;
    SessionResponder& operator=(const SessionResponder&) = delete;
    ~SessionResponder() override {
        if (streaming_.load()) {
            send(MessageKind::stream_end, {});
        } else if (!answered_.load()) {
            send(MessageKind::dropped, {});
        }
    }

    void respond(HttpResponse response) override {
        TIELINE_CHECK(!answered_.exchange(true), "a request is answered once");
        send(MessageKind::respond, std::move(response));
    }

    void start_stream(std::vector<Header> headers) override {
        TIELINE_CHECK(!answered_.exchange(true), "a request is answered once");
        streaming_ = true;
        HttpResponse response;
        response.headers = std::move(headers);
        send(MessageKind::start_stream, std::move(response));
    }

    bool write(std::string chunk) override {
        TIELINE_CHECK(streaming_.load(), "write() belongs behind start_stream()");
        if (link_->gone.load()) return false;
        const std::size_t size = chunk.size();
        if (size == 0) return true;  // an empty chunk would mean the end
        if (link_->queued_bytes.fetch_add(size) + size > stream_bytes_max) {
            // A stream with a hole is worse than one that ends: the client comes back and says what it saw last.
            link_->gone = true;
            send(MessageKind::overflow, {});
            return false;
        }
        HttpResponse response;
        response.body = std::move(chunk);
        send(MessageKind::chunk, std::move(response));
        return true;
    }

    void abort() override {
        TIELINE_CHECK(!answered_.exchange(true), "a request is answered once");
        send(MessageKind::overflow, {});
    }

private:
    void send(MessageKind kind, HttpResponse response) {
        Message message{link_, number_, kind, std::move(response)};
        link_->mailbox->put(std::move(message));
    }

    std::shared_ptr<Link> link_;
    std::uint64_t number_;
    std::atomic<bool> answered_{false};
    std::atomic<bool> streaming_{false};
};

}  // namespace

Session::Session(asio::ip::tcp::socket socket, Worker& worker, bool refused)
    : socket_(std::move(socket)), worker_(worker), link_(std::make_shared<Link>()), refused_(refused) {
    link_->session = this;
    link_->mailbox = worker.mailbox();
}

Session::~Session() {
    link_->session = nullptr;
    link_->gone = true;
}

void Session::start() {
    Code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    const auto remote = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = remote.address().to_string();
    deadline_ = after(worker_.options().idle_timeout);
    if (refused_) {
        HttpResponse busy = wire::problem(503, "too_many_connections", "The server has too many connections",
                                          "All connections of this server are in use; try again in a few seconds.");
        busy.headers.emplace_back("Retry-After", "5");
        refuse(std::move(busy));
        flush();
        return;
    }
    buffer_.resize(buffer_bytes_first);
    start_read();
}

void Session::close() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    link_->session = nullptr;
    link_->gone = true;
    Code ignored;
    socket_.close(ignored);
    worker_.forget(*this);
}

// --- requests ----------------------------------------------------------------------------------------------------

void Session::drive() {
    if (driving_ || state_ == State::closed) return;
    driving_ = true;
    for (bool held_back = true; held_back;) {
        while (step()) {
        }
        held_back = (state_ == State::idle || state_ == State::reading) && out_bytes_ > unwritten_bytes_max;
        flush();
        if (state_ == State::closed || out_bytes_ > unwritten_bytes_max) held_back = false;
    }
    driving_ = false;
    if (state_ == State::idle || state_ == State::reading) {
        if (out_bytes_ <= unwritten_bytes_max) start_read();
    } else if (state_ == State::streaming || state_ == State::draining) {
        start_read();
    }
}

bool Session::step() {
    switch (state_) {
        case State::idle:
        case State::reading:
            return out_bytes_ <= unwritten_bytes_max && begin_ < end_ && parse();
        case State::handling: {
            if (!answer_) return false;
            Message message = std::move(*answer_);
            answer_.reset();
            if (message.kind == MessageKind::start_stream) {
                start_stream(std::move(message.response.headers));
            } else if (message.kind == MessageKind::dropped) {
                answer(wire::problem(500, "not_answered", "The server did not answer",
                                     "The request was read but its handling ended without an answer; see the log."));
            } else {
                answer(std::move(message.response));
            }
            return true;
        }
        default:
            return false;
    }
}

/// True when the state has moved on.
bool Session::parse() {
    if (state_ == State::idle) {
        state_ = State::reading;
        deadline_ = after(worker_.options().read_timeout);
        parser_.emplace(RequestBounds{worker_.options().header_bytes_max, worker_.options().body_bytes_max});
    }
    std::size_t used = 0;
    const auto progress = parser_->feed(buffer_.data() + begin_, end_ - begin_, used);
    begin_ += used;
    if (begin_ == end_) begin_ = end_ = 0;
    if (progress == RequestParser::Progress::failed) {
        refuse(parser_->refusal());
        return false;
    }
    if (progress == RequestParser::Progress::done) {
        dispatch();
        return true;
    }
    if (parser_->take_expects_continue() && begin_ == end_) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        tail(go_on.size()) += go_on;
        out_bytes_ += go_on.size();
    }
    return false;
}

void Session::dispatch() {
    state_ = State::handling;
    deadline_ = Moment::max();
    ++request_number_;
    HttpRequest request = std::move(parser_->request());
    framing_ = {request.method == "HEAD", parser_->http11(), parser_->keep_alive()};
    parser_.reset();
    request.peer = peer_;
    std::shared_ptr<Responder> responder = std::make_shared<SessionResponder>(link_, request_number_);
    try {
        worker_.handler()(std::move(request), std::move(responder));
    } catch (const std::exception& problem) {
        // The responder is gone by now, and with it the request is answered by 500.
        log(LogLevel::error, "Handling a request failed; it was answered with 500.", {{"why", problem.what()}});
    }
}

void Session::answer(HttpResponse response) {
    if (response.status < 200 || response.status > 999 || !wire::headers_ok(response.headers)) {
        response = wire::problem(500, "bad_answer", "The server made a malformed answer",
                                 "A status or header of the answer cannot be written as HTTP; see the log.");
    }
    std::string& out = tail(joined_bytes_max / 2);
    const std::size_t before = out.size();
    wire::append_response_head(out, response, framing_);
    if (!framing_.head && !wire::bodyless(response.status)) {
        if (response.body.size() <= joined_bytes_max) {
            out += response.body;
        } else {
            out_bytes_ += response.body.size();
            out_.push_back(std::move(response.body));
        }
    }
    // `out` is still valid: a deque keeps references at push_back.
    out_bytes_ += out.size() - before;
    if (!framing_.keep_alive) {
        close_after_write_ = true;
        state_ = State::draining;
        deadline_ = Moment::max();
        return;
    }
    state_ = State::idle;
    deadline_ = after(worker_.options().idle_timeout);
}

/// The last words on a connection whose bytes cannot be trusted any more.
void Session::refuse(HttpResponse response) {
    framing_ = {parser_ && parser_->request().method == "HEAD", true, false};
    answer(std::move(response));
}

void Session::on_message(Message& message) {
    if (state_ == State::closed || message.request_number != request_number_) return;
    switch (message.kind) {
        case MessageKind::respond:
        case MessageKind::start_stream:
        case MessageKind::dropped:
            if (state_ == State::handling && !answer_) answer_ = std::move(message);
            break;
        case MessageKind::chunk:
            if (state_ == State::handling && answer_) step();  // the stream's start came in this very batch
            if (state_ == State::streaming) append_chunk(message.response.body);
            break;
        case MessageKind::overflow:
            close();
            return;
        case MessageKind::stream_end:
            if (state_ == State::handling && answer_) step();
            if (state_ == State::streaming) end_stream();
            break;
    }
}

// --- streams -----------------------------------------------------------------------------------------------------

void Session::start_stream(std::vector<Header> headers) {
    framing_.keep_alive = false;
    if (!wire::headers_ok(headers)) {
        answer(wire::problem(500, "bad_answer", "The server made a malformed answer",
                             "A header of the stream cannot be written as HTTP; see the log."));
        return;
    }
    std::string& out = tail(512);
    const std::size_t before = out.size();
    wire::append_stream_head(out, headers, framing_);
    out_bytes_ += out.size() - before;
    if (framing_.head) {
        close_after_write_ = true;
        state_ = State::draining;
        return;
    }
    begin_ = end_ = 0;  // nothing can follow a stream on this connection
    link_->queued_bytes += out_bytes_;
    state_ = State::streaming;
}

void Session::append_chunk(std::string_view chunk) {
    std::string& out = tail(chunk.size() + 16);
    const std::size_t before = out.size();
    if (framing_.http11) {
        wire::append_chunk(out, chunk);
    } else {
        out += chunk;
    }
    const std::size_t added = out.size() - before;
    out_bytes_ += added;
    link_->queued_bytes += added - chunk.size();  // the chunk itself was counted when it was accepted
}

void Session::end_stream() {
    if (framing_.http11) {
        constexpr std::string_view last = "0\r\n\r\n";
        tail(last.size()) += last;
        out_bytes_ += last.size();
    }
    close_after_write_ = true;
    state_ = State::draining;
}

// --- bytes -------------------------------------------------------------------------------------------------------

/// The piece to append to: small things go out together.
std::string& Session::tail(std::size_t extra) {
    const bool front_in_use = out_.size() == 1 && front_written_ > 0;
    if (out_.empty() || front_in_use || out_.back().size() + extra > 2 * joined_bytes_max) out_.emplace_back();
    return out_.back();
}

bool Session::make_room() {
    constexpr std::size_t room_min = 2 << 10;
    if (buffer_.size() - end_ >= room_min) return true;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ >= room_min) return true;
    // Only a head, or one line of the chunked coding, may stay in the buffer unparsed.
    if (end_ > worker_.options().header_bytes_max + room_min) return false;
    buffer_.resize(std::max(buffer_.size() * 2, end_ + room_min));
    return true;
}

void Session::start_read() {
    if (read_pending_ || state_ == State::closed) return;
    if (!make_room()) {
        refuse(wire::problem(400, "bad_request", "The request is not well-formed HTTP/1.1",
                             "A line of the message is longer than this server takes. Nothing was done."));
        flush();
        if (state_ == State::closed) return;
        begin_ = end_ = 0;
    }
    if (parser_ && parser_->is_header_done() && buffer_.size() < buffer_bytes_large &&
        parser_->content_length_remaining().value_or(0) > buffer_bytes_large) {
        buffer_.resize(buffer_bytes_large);
    }
    read_pending_ = true;
    socket_.async_read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
                            [self = shared_from_this()](Code code, std::size_t count) { self->on_read(code, count); });
}

void Session::on_read(Code code, std::size_t count) {
    read_pending_ = false;
    if (state_ == State::closed) return;
    if (code) {
        // A client may close its sending half and still wait for what we owe it.
        const bool owed = code == asio::error::eof && out_bytes_ > 0 && state_ != State::streaming;
        if (!owed) return close();
        close_after_write_ = true;
        state_ = State::draining;
        shut_down_ = true;
        return;
    }
    if (state_ == State::streaming || state_ == State::draining) {
        drained_bytes_ += count;
        if (drained_bytes_ > drain_bytes_max) return close();
        begin_ = end_ = 0;
        return start_read();
    }
    end_ += count;
    drive();
}

/// False when the kernel takes no more for now, or the connection is gone.
bool Session::write_some() {
    std::array<asio::const_buffer, 16> pieces;
    std::size_t count = 0;
    for (const std::string& piece : out_) {
        if (count == pieces.size()) break;
        const std::size_t skip = count == 0 ? front_written_ : 0;
        pieces[count++] = asio::const_buffer(piece.data() + skip, piece.size() - skip);
    }
    Code code;
    const std::size_t written =
        count == 1 ? socket_.write_some(pieces[0], code)
                   : socket_.write_some(std::span<const asio::const_buffer>(pieces.data(), count), code);
    if (code == asio::error::would_block) return false;
    if (code) {
        close();
        return false;
    }
    out_bytes_ -= written;
    front_written_ += written;
    if (state_ == State::streaming) link_->queued_bytes -= written;
    write_deadline_ = Moment::max();
    while (!out_.empty() && front_written_ >= out_.front().size()) {
        front_written_ -= out_.front().size();
        out_.pop_front();
    }
    return true;
}

void Session::flush() {
    if (write_pending_ || state_ == State::closed) return;
    while (out_bytes_ > 0) {
        if (write_some()) continue;
        if (state_ == State::closed) return;
        if (write_deadline_ == Moment::max()) write_deadline_ = after(worker_.options().read_timeout);
        write_pending_ = true;
        socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](Code code) {
            self->write_pending_ = false;
            if (self->state_ == State::closed) return;
            if (code) return self->close();
            self->drive();
        });
        return;
    }
    if (close_after_write_) start_drain();
}

/// Closing with unread bytes would reset the connection and could destroy our last words on their way.
void Session::start_drain() {
    if (shut_down_) return close();
    shut_down_ = true;
    close_after_write_ = false;
    Code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    deadline_ = after(drain_time);
    begin_ = end_ = 0;
    if (buffer_.empty()) buffer_.resize(buffer_bytes_first);
    start_read();
}

bool Session::due(Moment now) const { return now >= write_deadline_ || now >= deadline_; }

void Session::on_sweep(Moment now) {
    if (now >= write_deadline_) return close();
    if (state_ == State::reading) {
        refuse(wire::problem(408, "request_too_slow", "The request came too slowly",
                             "It was not complete after " + std::to_string(worker_.options().read_timeout.count()) +
                                 " ms. Nothing was done; check the network and send it again."));
        flush();
        return;
    }
    close();
}

}  // namespace tieline::net
