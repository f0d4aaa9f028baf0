#include "net/http_client.h"
#include "net/http_server.h"
#include "net/test_sockets.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <thread>

namespace tieline::net {
namespace {

using test::Socket;

class StreamTest : public ::testing::Test {
protected:
    void SetUp() override {
        HttpServerOptions options;
        options.idle_timeout = Millis(50);  // an open stream is not idle
        auto made = make_http_server(options, [this](HttpRequest request, std::shared_ptr<Responder> responder) {
            if (request.url == "/at-once") {
                responder->start_stream({{"Content-Type", "text/event-stream"}});
                for (int index = 0; index < 3; ++index) responder->write("data: " + std::to_string(index) + "\n\n");
                return;
            }
            const std::lock_guard lock(mutex_);
            arrived_.push_back(std::move(responder));
            wake_.notify_all();
        });
        ASSERT_TRUE(made);
        server_ = std::move(*made);
    }

    std::shared_ptr<Responder> take() {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, std::chrono::seconds(10), [this] { return !arrived_.empty(); });
        if (arrived_.empty()) return nullptr;
        auto responder = std::move(arrived_.front());
        arrived_.pop_front();
        return responder;
    }

    Socket ask(std::string_view line = "GET /events HTTP/1.1", int receive_bytes = 0) {
        Socket socket = Socket::connect(server_->port(), receive_bytes);
        socket.write(std::string(line) + "\r\nHost: h\r\n\r\n");
        return socket;
    }

    /// True when write() turns false within ten seconds.
    static bool turns_false(Responder& responder, const std::string& chunk) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (std::chrono::steady_clock::now() < until) {
            if (!responder.write(chunk)) return true;
            std::this_thread::yield();
        }
        return false;
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<Responder>> arrived_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(StreamTest, sends_head_and_events_as_they_come_and_an_end) {
    Socket socket = ask();
    auto responder = take();
    ASSERT_TRUE(responder);
    responder->start_stream({{"Content-Type", "text/event-stream"}, {"Content-Length", "7"}});
    const std::string head = socket.read_until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")) << head;
    EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
    for (int index = 0; index < 3; ++index) {
        EXPECT_TRUE(responder->write("data: " + std::to_string(index) + "\n\n"));
        EXPECT_EQ(socket.read_until("\n\n\r\n"), "9\r\ndata: " + std::to_string(index) + "\n\n\r\n");
    }
    EXPECT_FALSE(socket.wait_for_end(Millis(150)));  // longer than idle_timeout
    responder.reset();
    EXPECT_EQ(socket.read_all(), "0\r\n\r\n");
}

TEST_F(StreamTest, a_stream_can_be_written_within_the_handler) {
    Socket socket = ask("GET /at-once HTTP/1.1");
    EXPECT_TRUE(
        socket.read_all().ends_with("\r\n\r\n9\r\ndata: 0\n\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n"));
    const auto client = make_http_client();
    HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server_->port()) + "/at-once";
    const auto reply = client->send_and_wait(request);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->body, "data: 0\n\ndata: 1\n\ndata: 2\n\n");
}

TEST_F(StreamTest, http10_streams_have_no_chunks_and_head_no_content) {
    Socket old = ask("GET /events HTTP/1.0");
    auto responder = take();
    responder->start_stream({});
    EXPECT_TRUE(responder->write("data: 1\n\n"));
    responder.reset();
    EXPECT_TRUE(old.read_all().ends_with("\r\n\r\ndata: 1\n\n"));
    Socket head = ask("HEAD /events HTTP/1.1");
    responder = take();
    responder->start_stream({});
    EXPECT_TRUE(head.read_all().ends_with("\r\n\r\n"));
    EXPECT_TRUE(turns_false(*responder, "x"));
}

TEST_F(StreamTest, write_is_false_once_the_client_is_gone) {
    Socket socket = ask();
    const auto responder = take();
    responder->start_stream({});
    EXPECT_FALSE(socket.read_until("\r\n\r\n").empty());
    socket.close();
    EXPECT_TRUE(turns_false(*responder, "x"));
    EXPECT_FALSE(responder->write("x"));
}

TEST_F(StreamTest, the_queue_of_a_client_that_does_not_read_is_bounded) {
    Socket socket = ask("GET /events HTTP/1.1", 4096);
    auto responder = take();
    responder->start_stream({});
    EXPECT_FALSE(socket.read_until("\r\n\r\n").empty());
    const std::string chunk(64 << 10, 'x');
    std::size_t accepted = 0;
    while (accepted < 1000 && responder->write(chunk)) ++accepted;
    EXPECT_GE(accepted, 15U);   // 1 MiB
    EXPECT_LT(accepted, 200U);  // and what the kernel takes
    EXPECT_FALSE(responder->write("x"));
    responder.reset();
    EXPECT_FALSE(socket.read_all().ends_with("0\r\n\r\n"));  // a stream with a hole has no proper end
}

TEST_F(StreamTest, a_client_that_keeps_reading_gets_far_more_than_the_queue_holds) {
    Socket socket = ask();
    auto responder = take();
    responder->start_stream({});
    EXPECT_FALSE(socket.read_until("\r\n\r\n").empty());
    const std::string chunk(32 << 10, 'x');
    const std::string framed = "8000\r\n" + chunk + "\r\n";
    std::string rest;
    for (int index = 0; index < 200; ++index) {  // 6.4 MB, at most two chunks ahead of the reader
        ASSERT_TRUE(responder->write(chunk)) << index;
        while (rest.size() < framed.size() && index > 0) {
            const std::string part = socket.read_some();
            ASSERT_FALSE(part.empty());
            rest += part;
        }
        if (index == 0) continue;
        ASSERT_EQ(rest.substr(0, framed.size()), framed);
        rest.erase(0, framed.size());
    }
    responder.reset();
    EXPECT_EQ(rest + socket.read_all(), framed + "0\r\n\r\n");
}

TEST_F(StreamTest, writers_on_several_threads_lose_nothing) {
    Socket socket = ask();
    auto responder = take();
    responder->start_stream({});
    std::vector<std::thread> writers;
    std::atomic<int> accepted{0};
    for (int writer = 0; writer < 4; ++writer) {
        writers.emplace_back([&] {
            for (int index = 0; index < 1000; ++index) accepted += responder->write("data: event\n\n") ? 1 : 0;
        });
    }
    for (auto& writer : writers) writer.join();
    responder.reset();
    const std::string all = socket.read_all();
    int seen = 0;
    for (auto at = all.find("data: event"); at != std::string::npos; at = all.find("data: event", at + 1)) ++seen;
    EXPECT_EQ(accepted, 4000);
    EXPECT_EQ(seen, 4000);
    EXPECT_TRUE(all.ends_with("0\r\n\r\n"));
}

}  // namespace
}  // namespace tieline::net
