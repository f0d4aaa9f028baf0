#include "net/http_server.h"

#include "net/test_sockets.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>

namespace tieline::net {
namespace {

using test::Socket;

/// Counts what handlers were given and gives back what was asked.
class ServerTest : public ::testing::Test {
protected:
    void open(HttpServerOptions options = {}) {
        auto made = make_http_server(options, [this](HttpRequest request, std::shared_ptr<Responder> responder) {
            handle(std::move(request), std::move(responder));
        });
        ASSERT_TRUE(made) << made.error().message;
        server_ = std::move(*made);
    }

    void handle(HttpRequest request, std::shared_ptr<Responder> responder) {
        ++handled_;
        if (request.url == "/drop") return;
        if (request.url == "/abort") return responder->abort();
        if (request.url == "/throw") throw std::runtime_error("handler broke");
        if (request.url == "/later") {
            const std::lock_guard lock(mutex_);
            later_.push_back(std::move(responder));
            arrived_.notify_all();
            return;
        }
        HttpResponse response;
        response.status = request.url == "/empty" ? 204 : 200;
        response.headers = {{"Content-Type", "text/plain"}};
        if (request.url == "/split") response.headers.emplace_back("X-Bad", "a\r\nX-Injected: 1");
        response.body = request.url == "/large" ? std::string(24 << 20, 'l')
                                                : request.method + " " + request.url + " " + request.body;
        if (request.url == "/peer") response.body = request.peer;
        responder->respond(std::move(response));
    }

    std::shared_ptr<Responder> take_later() {
        std::unique_lock lock(mutex_);
        arrived_.wait_for(lock, std::chrono::seconds(10), [this] { return !later_.empty(); });
        if (later_.empty()) return nullptr;
        auto responder = std::move(later_.front());
        later_.erase(later_.begin());
        return responder;
    }

    Socket connect() { return Socket::connect(server_->port()); }
    /// Sends bytes on a fresh connection and returns everything until the server closes.
    std::string exchange(std::string_view bytes) {
        Socket socket = connect();
        socket.write(bytes);
        return socket.read_all();
    }

    std::atomic<int> handled_{0};
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<std::shared_ptr<Responder>> later_;
    std::unique_ptr<HttpServer> server_;
};

std::string last_request(std::string_view method, std::string_view target, std::string_view body = "") {
    std::string text =
        std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + std::string(body);
}

std::size_t occurrences(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

TEST_F(ServerTest, answers_with_length_and_closes_when_asked) {
    open();
    const std::string reply = exchange(last_request("POST", "/a?b=1", "body"));
    EXPECT_EQ(reply.substr(0, 17), "HTTP/1.1 200 OK\r\n");
    EXPECT_NE(reply.find("Content-Length: 16\r\n"), std::string::npos) << reply;
    EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(reply.ends_with("\r\n\r\nPOST /a?b=1 body")) << reply;
    EXPECT_TRUE(exchange(last_request("GET", "/peer")).ends_with("\r\n\r\n127.0.0.1"));
}

TEST_F(ServerTest, head_and_204_have_no_body) {
    open();
    const std::string head = exchange(last_request("HEAD", "/a"));
    EXPECT_NE(head.find("Content-Length: 8\r\n"), std::string::npos) << head;
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
    const std::string empty = exchange(last_request("GET", "/empty"));
    EXPECT_EQ(empty.find("Content-Length"), std::string::npos) << empty;
    EXPECT_TRUE(empty.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, keeps_connections_and_answers_pipelined_requests_in_order) {
    open();
    Socket socket = connect();
    std::string bytes;
    for (int index = 0; index < 500; ++index) {
        bytes += "POST /" + std::to_string(index) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
    }
    bytes += last_request("GET", "/last");
    ASSERT_TRUE(socket.write(bytes));
    const std::string replies = socket.read_all();
    EXPECT_EQ(occurrences(replies, "HTTP/1.1 200 OK\r\n"), 501U);
    std::size_t at = 0;
    for (int index = 0; index < 500; ++index) {
        at = replies.find("POST /" + std::to_string(index) + " abc", at);
        ASSERT_NE(at, std::string::npos) << index;
    }
    EXPECT_EQ(handled_, 501);
}

TEST_F(ServerTest, pipelined_requests_wait_while_nobody_reads_the_answers) {
    open();
    Socket socket = Socket::connect(server_->port(), 4096);
    std::string bytes;
    for (int index = 0; index < 20; ++index) bytes += "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
    ASSERT_TRUE(socket.write(bytes));
    EXPECT_FALSE(socket.read_until("\r\n\r\n").empty());
    EXPECT_LE(handled_, 2);  // not 20 times 24 MB in memory
    socket.reset();
    EXPECT_TRUE(exchange(last_request("GET", "/a")).ends_with("GET /a "));
}

TEST_F(ServerTest, reads_requests_byte_by_byte_and_chunked) {
    open();
    Socket socket = connect();
    for (const char c : std::string("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n")) {
        ASSERT_TRUE(socket.write(std::string_view(&c, 1)));
    }
    socket.write(last_request("GET", "/next"));
    const std::string replies = socket.read_all();
    EXPECT_NE(replies.find("POST /c abcde"), std::string::npos) << replies;
    EXPECT_TRUE(replies.ends_with("GET /next ")) << replies;
}

TEST_F(ServerTest, reads_an_empty_chunked_body_byte_by_byte) {
    open();
    Socket socket = connect();
    for (const char c : std::string("POST /none HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) {
        ASSERT_TRUE(socket.write(std::string_view(&c, 1)));
    }
    socket.write(last_request("GET", "/next"));
    const std::string replies = socket.read_all();
    EXPECT_NE(replies.find("POST /none "), std::string::npos) << replies;
    EXPECT_TRUE(replies.ends_with("GET /next ")) << replies;
}

TEST_F(ServerTest, says_continue_to_clients_that_wait_for_it) {
    open();
    Socket socket = connect();
    socket.write(
        "POST /e HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.write("ab");
    EXPECT_TRUE(socket.read_all().ends_with("POST /e ab"));
}

TEST_F(ServerTest, http10_clients_get_a_closed_connection_unless_they_ask) {
    open();
    EXPECT_TRUE(exchange("GET /old HTTP/1.0\r\n\r\n").ends_with("GET /old "));
    Socket socket = connect();
    socket.write("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(socket.read_until("GET /1 ").find("Connection: keep-alive"), std::string::npos);
    socket.write("GET /2 HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(socket.read_all().ends_with("GET /2 "));
}

TEST_F(ServerTest, malformed_requests_get_400_and_reach_no_handler) {
    open();
    const std::string nul_header = std::string("GET / HTTP/1.1\r\nHost: h\r\nX: a") + '\0' + "b\r\n\r\n";
    const std::string nul_target = std::string("GET /a") + '\0' + " HTTP/1.1\r\nHost: h\r\n\r\n";
    for (const std::string& bytes :
         {std::string("G@T / HTTP/1.1\r\nHost: h\r\n\r\n"), nul_header, nul_target,
          std::string("GET / HTTP/3.0\r\nHost: h\r\n\r\n"), std::string("hello\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\n\r\n"), std::string("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nHost: h\r\nNo colon\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
          std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")}) {
        const std::string reply = exchange(bytes);
        EXPECT_EQ(reply.substr(0, 26), "HTTP/1.1 400 Bad Request\r\n") << bytes << "\n-> " << reply;
        EXPECT_NE(reply.find("Content-Type: application/problem+json\r\n"), std::string::npos);
        EXPECT_NE(reply.find("\"type\":\"urn:tieline:problem:bad_request\",\"title\":"), std::string::npos);
    }
    EXPECT_EQ(handled_, 0);
}

TEST_F(ServerTest, what_follows_a_malformed_request_is_not_handled) {
    open();
    const std::string replies = exchange("BAD\r\n\r\n" + last_request("GET", "/smuggled"));
    EXPECT_EQ(occurrences(replies, "HTTP/1.1 "), 1U);
    EXPECT_EQ(handled_, 0);
}

TEST_F(ServerTest, bodies_over_the_limit_get_413_even_while_they_are_being_sent) {
    HttpServerOptions options;
    options.body_bytes_max = 1000;
    open(options);
    EXPECT_TRUE(exchange(last_request("POST", "/", std::string(1000, 'x'))).starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(exchange(last_request("POST", "/", std::string(1001, 'x'))).starts_with("HTTP/1.1 413"));
    EXPECT_TRUE(exchange(last_request("POST", "/", std::string(2 << 20, 'x'))).starts_with("HTTP/1.1 413"));
    // No reset while the client still writes: it could cost the client the answer.
    Socket writing = connect();
    EXPECT_TRUE(writing.write(last_request("POST", "/", std::string(3'900'000, 'x'))));
    EXPECT_TRUE(writing.read_all().starts_with("HTTP/1.1 413"));
    EXPECT_FALSE(writing.was_reset());
    const std::string chunks = "300\r\n" + std::string(0x300, 'c') + "\r\n";
    EXPECT_TRUE(exchange("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + chunks)
                    .starts_with("HTTP/1.1 413"));
    EXPECT_EQ(handled_, 1);
}

TEST_F(ServerTest, headers_over_the_limit_get_431) {
    HttpServerOptions options;
    options.header_bytes_max = 4096;
    open(options);
    EXPECT_TRUE(
        exchange("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(5000, 'x') + "\r\n\r\n").starts_with("HTTP/1.1 431"));
    EXPECT_TRUE(exchange("GET /" + std::string(100'000, 'x')).starts_with("HTTP/1.1 431"));
    std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int index = 0; index < 2000; ++index) many += "A: b\r\n";
    EXPECT_TRUE(exchange(many).starts_with("HTTP/1.1 431"));
    EXPECT_TRUE(
        exchange("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(100'000, 'x'))
            .starts_with("HTTP/1.1 4"));
    EXPECT_EQ(handled_, 0);
}

TEST_F(ServerTest, slow_requests_get_408_and_idle_connections_are_closed) {
    HttpServerOptions options;
    options.read_timeout = Millis(120);
    options.idle_timeout = Millis(240);
    open(options);
    EXPECT_TRUE(exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc").starts_with("HTTP/1.1 408"));
    EXPECT_TRUE(exchange("GET / HT").starts_with("HTTP/1.1 408"));
    EXPECT_EQ(exchange(""), "");
    EXPECT_EQ(handled_, 0);
}

TEST_F(ServerTest, a_slow_handler_is_not_a_slow_client) {
    HttpServerOptions options;
    options.read_timeout = Millis(40);
    options.idle_timeout = Millis(40);
    open(options);
    Socket slow = connect();
    slow.write(last_request("GET", "/later"));
    const auto responder = take_later();
    ASSERT_TRUE(responder);
    EXPECT_EQ(exchange(""), "");  // an idle connection opened after it has been closed by now
    HttpResponse response;
    response.status = 202;
    responder->respond(response);
    EXPECT_TRUE(slow.read_all().starts_with("HTTP/1.1 202 Accepted"));
}

TEST_F(ServerTest, connections_over_the_limit_get_503_with_retry_after) {
    HttpServerOptions options;
    options.connections_max = 4;
    open(options);
    std::vector<Socket> held;
    for (int index = 0; index < 4; ++index) {
        held.push_back(connect());
        held.back().write("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_FALSE(held.back().read_until("GET /x ").empty());
    }
    for (int index = 0; index < 300; ++index) {
        const std::string reply = exchange(last_request("GET", "/over"));
        ASSERT_TRUE(reply.empty() || reply.starts_with("HTTP/1.1 503")) << reply;
        if (index > 0) continue;
        ASSERT_FALSE(reply.empty());
        EXPECT_NE(reply.find("Retry-After: 5\r\n"), std::string::npos);
    }
    EXPECT_EQ(handled_, 4);
    held.pop_back();
    std::string reply;
    for (int attempt = 0; attempt < 1000 && !reply.starts_with("HTTP/1.1 200"); ++attempt) {
        reply = exchange(last_request("GET", "/again"));
    }
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 200")) << reply;
}

TEST_F(ServerTest, a_flood_of_connections_leaves_the_held_ones_working) {
    HttpServerOptions options;
    options.connections_max = 8;
    open(options);
    Socket held = connect();
    held.write("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_FALSE(held.read_until("GET /1 ").empty());
    std::vector<Socket> flood;
    for (int index = 0; index < 400; ++index) flood.push_back(connect());
    held.write(last_request("GET", "/2"));
    EXPECT_TRUE(held.read_all().ends_with("GET /2 "));
}

TEST_F(ServerTest, answers_a_client_that_has_closed_its_sending_half) {
    open();
    Socket socket = connect();
    socket.write("GET /large HTTP/1.1\r\nHost: h\r\n\r\nGET /half HTTP/1.1\r\nHost: h\r\n\r\n");
    socket.finish_writing();
    const std::string replies = socket.read_all();
    EXPECT_GT(replies.size(), 24U << 20U);
    EXPECT_TRUE(replies.ends_with("GET /half ")) << replies.size();
    Socket cut = connect();
    cut.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    cut.finish_writing();
    EXPECT_TRUE(cut.wait_for_end(Millis(5000)));
    EXPECT_EQ(handled_, 2);
}

TEST_F(ServerTest, an_aborted_answer_is_silence) {
    open();
    EXPECT_EQ(exchange(last_request("GET", "/abort")), "");
    Socket waiting = connect();
    waiting.write(last_request("GET", "/later"));
    take_later()->abort();
    EXPECT_EQ(waiting.read_some(), "");
    EXPECT_TRUE(exchange(last_request("GET", "/a")).ends_with("GET /a "));
}

TEST_F(ServerTest, survives_clients_that_abort_in_the_middle_of_a_response) {
    open();
    for (int index = 0; index < 20; ++index) {
        Socket socket = Socket::connect(server_->port(), 4096);
        socket.write(last_request("GET", "/large"));
        ASSERT_FALSE(socket.read_some().empty());
        socket.reset();
    }
    Socket waiting = connect();
    waiting.write(last_request("GET", "/later"));
    const auto responder = take_later();
    waiting.reset();
    responder->respond(HttpResponse{200, {}, std::string(1 << 20, 'x')});
    EXPECT_TRUE(exchange(last_request("GET", "/a")).ends_with("GET /a "));
}

TEST_F(ServerTest, a_client_that_stops_reading_is_let_go) {
    HttpServerOptions options;
    options.read_timeout = Millis(100);
    options.connections_max = 1;
    open(options);
    Socket stuck = Socket::connect(server_->port(), 4096);
    stuck.write("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_FALSE(stuck.read_some().empty());
    std::string reply;
    for (int attempt = 0; attempt < 20'000 && !reply.starts_with("HTTP/1.1 200"); ++attempt) {
        reply = exchange(last_request("GET", "/a"));
    }
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 200")) << reply;
}

TEST_F(ServerTest, unanswered_and_failing_handlers_become_500) {
    open();
    EXPECT_TRUE(exchange(last_request("GET", "/drop")).starts_with("HTTP/1.1 500"));
    EXPECT_TRUE(exchange(last_request("GET", "/throw")).starts_with("HTTP/1.1 500"));
    const std::string split = exchange(last_request("GET", "/split"));
    EXPECT_TRUE(split.starts_with("HTTP/1.1 500")) << split;
    EXPECT_EQ(split.find("X-Injected"), std::string::npos);
    Socket socket = connect();
    socket.write(last_request("GET", "/later"));
    take_later().reset();  // on this thread
    EXPECT_TRUE(socket.read_all().starts_with("HTTP/1.1 500"));
}

TEST_F(ServerTest, an_address_in_use_is_an_error_that_names_it) {
    open();
    HttpServerOptions options;
    options.port = server_->port();
    const auto second = make_http_server(options, [](HttpRequest, std::shared_ptr<Responder>) {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::invalid);
    EXPECT_NE(second.error().message.find(std::to_string(options.port)), std::string::npos);
    options.address = "localhost:80";
    EXPECT_EQ(make_http_server(options, {}).error().code, "bad_address");
}

TEST_F(ServerTest, responders_outlive_the_server) {
    open();
    Socket socket = connect();
    socket.write(last_request("GET", "/later"));
    const auto early = take_later();
    Socket streaming = connect();
    streaming.write(last_request("GET", "/later"));
    auto stream = take_later();
    stream->start_stream({});
    EXPECT_TRUE(streaming.read_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
    server_.reset();
    EXPECT_EQ(socket.read_all(), "");
    early->respond(HttpResponse{200, {}, "too late"});
    EXPECT_FALSE(stream->write("too late"));
    stream.reset();
}

}  // namespace
}  // namespace tieline::net
