#include "net/http_client.h"

#include "net/test_sockets.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdlib>
#include <future>

namespace tieline::net {
namespace {

using test::RawServer;
using test::Socket;

HttpRequest make_request(std::string method, std::string url, std::string body = "") {
    HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.body = std::move(body);
    return request;
}

/// One exchange with a peer that answers `reply` to whatever it has read and closes.
Result<HttpResponse> answered_by(const std::string& reply, HttpRequest request = {}) {
    RawServer server([&reply](Socket& socket, int) {
        socket.read_request();
        socket.write(reply);
    });
    const auto client = make_http_client();
    request.url = server.url("/a?secret=1");
    auto result = client->send_and_wait(std::move(request));
    EXPECT_EQ(server.connection_count(), 1);
    return result;
}

void expect_error(const Result<HttpResponse>& result, ErrorKind kind, std::string_view code) {
    ASSERT_FALSE(result) << result->status << result->body.substr(0, 100);
    EXPECT_STREQ(to_string(result.error().kind), to_string(kind)) << result.error().message;
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_EQ(result.error().message.find("secret"), std::string::npos) << result.error().message;
}

TEST(HttpClient, reads_replies_with_length_chunks_or_until_the_end) {
    for (const std::string reply :
         {"HTTP/1.1 201 Created\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok",
          "HTTP/1.1 201 Created\r\nx-a:1 \r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\nX-T: 1\r\n\r\n",
          "HTTP/1.1 201 Created\r\nX-A: 1\r\n\r\nok", "HTTP/1.0 201 Created\r\nX-A: 1\r\n\r\nok",
          "HTTP/1.1 100 Continue\r\nX-A: 0\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 201 Created\r\nX-A: "
          "1\r\nContent-Length: "
          "2\r\n\r\nok"}) {
        const auto result = answered_by(reply);
        ASSERT_TRUE(result) << reply << result.error().message;
        EXPECT_EQ(result->status, 201);
        EXPECT_EQ(result->body, "ok");
        EXPECT_EQ(header(result->headers, "X-A"), "1");
        EXPECT_EQ(header(result->headers, "X-T"), "");
    }
}

TEST(HttpClient, an_error_status_or_redirect_is_a_reply_like_any_other) {
    EXPECT_EQ(answered_by("HTTP/1.1 503 No\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n")->status, 503);
    EXPECT_EQ(answered_by("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n")->status, 302);
    EXPECT_EQ(answered_by("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")->status, 401);
    EXPECT_EQ(answered_by("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n", make_request("POST", "", "x"))->status, 417);
    EXPECT_EQ(answered_by("HTTP/1.1 204 No Content\r\n\r\n")->status, 204);
    EXPECT_EQ(answered_by("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", make_request("HEAD", ""))->status, 200);
}

TEST(HttpClient, writes_requests_as_asked) {
    std::vector<std::string> seen;
    RawServer server([&seen](Socket& socket, int) {
        for (std::string request = socket.read_request(); !request.empty(); request = socket.read_request()) {
            seen.push_back(request);
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    });
    {
        ::setenv("http_proxy", "http://127.0.0.1:1", 1);
        const auto client = make_http_client();
        HttpRequest post = make_request("POST", server.url("/p?q=1"), std::string("a\0b", 3));
        post.headers = {{"X-Empty", ""}, {"Content-Length", "99"}, {"X-Text", "v"}};
        for (HttpRequest request :
             {post, make_request("PUT", server.url()), make_request("DELETE", server.url("/d")),
              make_request("PATCH", server.url(), "x"), make_request("GET", server.url("/g")),
              make_request("POST", server.url(), std::string(1 << 20, 'x')), make_request("POST", server.url())}) {
            ASSERT_TRUE(client->send_and_wait(request)) << request.method;
        }
        ::unsetenv("http_proxy");
    }
    ASSERT_EQ(seen.size(), 7U);
    EXPECT_TRUE(seen[0].starts_with("POST /p?q=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port())));
    EXPECT_TRUE(seen[0].ends_with(std::string("\r\n\r\na\0b", 7)));
    EXPECT_NE(seen[0].find("\r\nX-Empty:\r\n"), std::string::npos) << seen[0];
    EXPECT_NE(seen[0].find("\r\nContent-Length: 3\r\n"), std::string::npos);
    EXPECT_EQ(seen[0].find("Content-Length: 99"), std::string::npos);
    EXPECT_EQ(seen[0].find("Content-Type"), std::string::npos);
    EXPECT_TRUE(seen[1].starts_with("PUT / ")) << seen[1];
    EXPECT_NE(seen[1].find("\r\nContent-Length: 0\r\n"), std::string::npos);
    EXPECT_TRUE(seen[2].starts_with("DELETE /d "));
    EXPECT_TRUE(seen[3].starts_with("PATCH / ") && seen[3].ends_with("\r\n\r\nx"));
    EXPECT_TRUE(seen[4].starts_with("GET /g "));
    EXPECT_EQ(seen[5].find("Expect"), std::string::npos);
    EXPECT_NE(seen[6].find("\r\nContent-Length: 0\r\n"), std::string::npos);
    EXPECT_EQ(server.connection_count(), 1);
}

TEST(HttpClient, what_cannot_be_sent_is_invalid) {
    const auto client = make_http_client();
    HttpRequest bad_header = make_request("GET", "http://127.0.0.1:1/");
    bad_header.headers = {{"X", "a\r\nY: b"}};
    expect_error(client->send_and_wait(bad_header), ErrorKind::invalid, "bad_header");
    bad_header.headers = {{"X Y", "a"}};
    expect_error(client->send_and_wait(bad_header), ErrorKind::invalid, "bad_header");
    expect_error(client->send_and_wait(make_request("G T", "http://127.0.0.1:1/")), ErrorKind::invalid, "bad_method");
    expect_error(client->send_and_wait(make_request("HEAD", "http://127.0.0.1:1/", "x")), ErrorKind::invalid,
                 "bad_method");
    for (const char* url :
         {"", "127.0.0.1:1/", "ftp://127.0.0.1/", "file:///etc/hosts", "http://", "http://127.0.0.1:1/a b",
          "http://127.0.0.1:1/a\r\nX: y", "http://127.0.0.1:99999/", "http://[::1/"}) {
        expect_error(client->send_and_wait(make_request("GET", url)), ErrorKind::invalid, "bad_url");
    }
}

TEST(HttpClient, nothing_sent_is_transient) {
    HttpClientOptions options;
    options.connect_timeout = Millis(100);
    const auto client = make_http_client(options);
    const std::string refused = "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/?secret=1";
    expect_error(client->send_and_wait(make_request("POST", refused, "x")), ErrorKind::transient, "no_connection");
    const std::string nameless =
        "http://" + std::string(70, 'a') + "/";  // longer than a name's part may be: no look-up
    expect_error(client->send_and_wait(make_request("POST", nameless, "x")), ErrorKind::transient, "no_address");
    HttpClientOptions proxied;
    proxied.proxy = "http://127.0.0.1:" + std::to_string(test::closed_port());
    const auto behind_proxy = make_http_client(proxied);
    expect_error(behind_proxy->send_and_wait(make_request("POST", refused, "x")), ErrorKind::transient,
                 "no_connection");
}

TEST(HttpClient, a_connection_that_does_not_come_is_transient) {
    // A listener that accepts nobody, its queue filled: further connection requests get no answer.
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(fd, 0), 0);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    std::vector<Socket> fill;
    for (int index = 0; index < 3; ++index) {
        fill.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        [[maybe_unused]] const int pending = ::connect(fill.back().fd(), reinterpret_cast<sockaddr*>(&address), size);
    }
    HttpClientOptions options;
    options.connect_timeout = Millis(150);
    const auto client = make_http_client(options);
    const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/?secret=1";
    expect_error(client->send_and_wait(make_request("POST", url, "x")), ErrorKind::transient, "connect_timeout");
    HttpRequest hasty = make_request("POST", url, "x");
    hasty.timeout = Millis(50);
    expect_error(client->send_and_wait(hasty), ErrorKind::transient, "connect_timeout");
    Socket closer(fd);
}

TEST(HttpClient, replies_that_are_cut_or_broken_leave_the_outcome_unknown) {
    const HttpRequest post = make_request("POST", "", "body");
    for (const std::string reply :
         {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "HTTP/1.1 200 OK\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "HTTP/1.1 100 Continue\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"}) {
        expect_error(answered_by(reply, post), ErrorKind::unknown_outcome, "reply_cut");
    }
    for (const std::string reply : {"SMTP hello\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n"}) {
        const auto result = answered_by(reply, post);
        ASSERT_FALSE(result) << reply;
        EXPECT_EQ(result.error().kind, ErrorKind::unknown_outcome);
    }
    const auto nul = answered_by(std::string("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", 27), post);
    ASSERT_FALSE(nul);
    EXPECT_EQ(nul.error().kind, ErrorKind::unknown_outcome);
}

TEST(HttpClient, a_reset_after_the_request_leaves_the_outcome_unknown) {
    RawServer server([](Socket& socket, int) {
        socket.read_request();
        socket.reset();
    });
    const auto client = make_http_client();
    expect_error(client->send_and_wait(make_request("POST", server.url(), "x")), ErrorKind::unknown_outcome,
                 "reply_cut");
    // A large request that the peer cuts while it is being written.
    RawServer early([](Socket& socket, int) {
        socket.read_until("\r\n\r\n");
        socket.reset();
    });
    expect_error(client->send_and_wait(make_request("POST", early.url(), std::string(8 << 20, 'x'))),
                 ErrorKind::unknown_outcome, "reply_cut");
}

TEST(HttpClient, no_reply_in_time_leaves_the_outcome_unknown) {
    RawServer server([](Socket& socket, int index) {
        socket.read_request();
        if (index == 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        socket.read_all();
    });
    const auto client = make_http_client();
    for (int index = 0; index < 2; ++index) {
        HttpRequest request = make_request("POST", server.url(), "x");
        request.timeout = Millis(80);
        expect_error(client->send_and_wait(request), ErrorKind::unknown_outcome, "timeout");
    }
}

TEST(HttpClient, replies_are_bounded) {
    HttpRequest request = make_request("POST", "", "x");
    request.reply_bytes_max = 1000;
    const std::string most(1000, 'x');
    EXPECT_EQ(answered_by("HTTP/1.1 200 OK\r\n\r\n" + most, request)->body, most);
    expect_error(answered_by("HTTP/1.1 200 OK\r\n\r\n" + most + "y", request), ErrorKind::unknown_outcome,
                 "reply_too_large");
    std::string many = "HTTP/1.1 200 OK\r\n";
    for (int index = 0; index < 10'000; ++index) many += "X-H: value\r\n";
    expect_error(answered_by(many + "\r\n", request), ErrorKind::unknown_outcome, "reply_too_large");
    std::string hints;
    for (int index = 0; index < 5'000; ++index) hints += "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n";
    expect_error(answered_by(hints, request), ErrorKind::unknown_outcome, "reply_too_large");
}

/// Answers the first request of the first connection, reads the second one whole and closes without a word. Later
/// connections answer everything.
class ForgetfulServer {
public:
    ForgetfulServer()
        : server_([this](Socket& socket, int index) {
              for (int number = 0;; ++number) {
                  const std::string request = socket.read_request();
                  if (request.empty()) return;
                  seen_ += request.find("X-Second: 1") != std::string::npos ? 1 : 0;
                  if (index == 0 && number == 1) return;
                  socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              }
          }) {}
    std::string url() const { return server_.url(); }
    int seen() const { return seen_; }
    int connection_count() const { return server_.connection_count(); }

private:
    std::atomic<int> seen_{0};
    RawServer server_;
};

TEST(HttpClient, a_request_that_may_have_been_carried_out_is_never_sent_twice) {
    struct Case {
        const char* method;
        std::string body;
    };
    for (const Case& one : {Case{"POST", "amount=100.00"}, Case{"POST", ""}, Case{"POST", std::string(300'000, 'x')},
                            Case{"PUT", "x"}, Case{"PATCH", "x"}, Case{"DELETE", ""}, Case{"MERGE", ""}}) {
        ForgetfulServer server;
        const auto client = make_http_client();
        ASSERT_TRUE(client->send_and_wait(make_request("GET", server.url())));
        HttpRequest request = make_request(one.method, server.url(), one.body);
        request.headers = {{"X-Second", "1"}};
        expect_error(client->send_and_wait(request), ErrorKind::unknown_outcome, "reply_cut");
        ASSERT_TRUE(client->send_and_wait(make_request("GET", server.url())));
        EXPECT_EQ(server.seen(), 1) << one.method;
        EXPECT_EQ(server.connection_count(), 2) << "the second request went over the kept connection";
    }
}

TEST(HttpClient, a_read_may_be_sent_again_when_a_kept_connection_dies) {
    ForgetfulServer server;
    const auto client = make_http_client();
    ASSERT_TRUE(client->send_and_wait(make_request("GET", server.url())));
    HttpRequest request = make_request("GET", server.url());
    request.headers = {{"X-Second", "1"}};
    EXPECT_TRUE(client->send_and_wait(request));
    EXPECT_EQ(server.seen(), 2);
}

TEST(HttpClient, a_kept_connection_that_the_peer_has_closed_is_not_used) {
    std::promise<void> closed;
    RawServer server([&closed](Socket& socket, int index) {
        socket.read_request();
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        if (index > 0) return;
        socket.close();
        closed.set_value();
    });
    const auto client = make_http_client();
    ASSERT_TRUE(client->send_and_wait(make_request("POST", server.url(), "x")));
    closed.get_future().wait();
    const auto second = client->send_and_wait(make_request("POST", server.url(), "x"));
    EXPECT_TRUE(second) << second.error().message;
    EXPECT_EQ(server.connection_count(), 2);
}

TEST(HttpClient, requests_wait_for_a_connection_and_never_longer_than_their_time) {
    std::promise<void> go_on;
    auto may_go_on = go_on.get_future().share();
    RawServer server([may_go_on](Socket& socket, int) {
        while (!socket.read_request().empty()) {
            may_go_on.wait();
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    });
    HttpClientOptions options;
    options.connections_per_host_max = 1;
    const auto client = make_http_client(options);
    std::promise<Result<HttpResponse>> first, patient;
    client->send(make_request("POST", server.url(), "1"),
                 [&](Result<HttpResponse> result) { first.set_value(std::move(result)); });
    client->send(make_request("POST", server.url(), "2"),
                 [&](Result<HttpResponse> result) { patient.set_value(std::move(result)); });
    HttpRequest hasty = make_request("POST", server.url("/?secret=1"), "3");
    hasty.timeout = Millis(60);
    expect_error(client->send_and_wait(hasty), ErrorKind::transient, "no_free_connection");
    go_on.set_value();
    EXPECT_TRUE(first.get_future().get());
    EXPECT_TRUE(patient.get_future().get());
    EXPECT_EQ(server.connection_count(), 1);
}

TEST(HttpClient, open_requests_end_with_unknown_outcome_when_the_client_goes) {
    std::atomic<int> arrived{0};
    std::promise<void> all_there;
    RawServer server([&](Socket& socket, int) {
        socket.read_request();
        if (++arrived == 4) all_there.set_value();
        socket.read_all();
    });
    HttpClientOptions options;
    options.connections_per_host_max = 4;
    auto client = make_http_client(options);
    std::atomic<int> unknown{0}, other{0};
    for (int index = 0; index < 10; ++index) {  // four on their way, six waiting
        client->send(make_request("POST", server.url(), "x"), [&](Result<HttpResponse> result) {
            ++(!result && result.error().kind == ErrorKind::unknown_outcome ? unknown : other);
        });
    }
    all_there.get_future().wait();
    client.reset();
    EXPECT_EQ(unknown, 10);
    EXPECT_EQ(other, 0);
}

TEST(HttpClient, callbacks_may_send) {
    RawServer server([](Socket& socket, int) {
        while (!socket.read_request().empty()) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    const auto client = make_http_client();
    std::promise<void> finished;
    std::function<void(int)> next = [&](int left) {
        const bool valid = left % 2 == 0;  // the invalid ones end before they are sent
        client->send(make_request(valid ? "POST" : "", server.url(), "x"),
                     [&, left, valid](Result<HttpResponse> result) {
                         EXPECT_EQ(result.has_value(), valid);
                         if (left == 0) return finished.set_value();
                         next(left - 1);
                     });
    };
    next(200);
    EXPECT_EQ(finished.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

}  // namespace
}  // namespace tieline::net
