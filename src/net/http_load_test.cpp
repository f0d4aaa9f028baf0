#include "net/http_client.h"
#include "net/http_server.h"
#include "net/test_sockets.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <thread>

namespace tieline::net {
namespace {

/// Answers on threads of its own, as the engine does.
class Answerers {
public:
    explicit Answerers(int count) {
        for (int index = 0; index < count; ++index) threads_.emplace_back([this] { run(); });
    }
    ~Answerers() {
        {
            const std::lock_guard lock(mutex_);
            closing_ = true;
        }
        wake_.notify_all();
        for (auto& thread : threads_) thread.join();
    }
    Answerers(const Answerers&) = delete;

    void put(HttpRequest request, std::shared_ptr<Responder> responder) {
        const std::lock_guard lock(mutex_);
        waiting_.emplace_back(std::move(request), std::move(responder));
        wake_.notify_one();
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        for (;;) {
            wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            auto [request, responder] = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            HttpResponse response;
            response.status = 200;
            response.body = request.url + "|" + request.body;
            responder->respond(std::move(response));
            responder.reset();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::pair<HttpRequest, std::shared_ptr<Responder>>> waiting_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

TEST(HttpLoad, every_request_gets_its_own_answer_once) {
    Answerers answerers(3);
    std::atomic<int> handled{0};
    HttpServerOptions server_options;
    server_options.threads = 2;
    auto server = make_http_server(server_options, [&](HttpRequest request, std::shared_ptr<Responder> responder) {
        ++handled;
        answerers.put(std::move(request), std::move(responder));
    });
    ASSERT_TRUE(server);
    HttpClientOptions options;
    options.connections_per_host_max = 24;
    auto client = make_http_client(options);
    constexpr int per_thread = 500, thread_count = 4;
    std::vector<std::atomic<int>> answers(per_thread * thread_count);
    std::atomic<int> wrong{0}, open{per_thread * thread_count};
    std::promise<void> finished;
    std::vector<std::thread> senders;
    for (int sender = 0; sender < thread_count; ++sender) {
        senders.emplace_back([&, sender] {
            for (int index = sender * per_thread; index < (sender + 1) * per_thread; ++index) {
                HttpRequest request;
                request.method = "POST";
                request.url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/" + std::to_string(index);
                request.body = std::string(static_cast<std::size_t>(index % 50 == 0 ? 100'000 : index % 200), 'x');
                request.timeout = Millis(60'000);
                const std::string expected = "/" + std::to_string(index) + "|" + request.body;
                client->send(std::move(request), [&, index, expected](Result<HttpResponse> result) {
                    if (!result || result->body != expected) ++wrong;
                    ++answers[static_cast<std::size_t>(index)];
                    if (--open == 0) finished.set_value();
                });
            }
        });
    }
    for (auto& sender : senders) sender.join();
    ASSERT_EQ(finished.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(handled, per_thread * thread_count);
    for (const auto& count : answers) EXPECT_EQ(count, 1);
    client.reset();
    server->reset();
}

TEST(HttpLoad, both_sides_may_go_while_requests_are_open) {
    for (int round = 0; round < 10; ++round) {
        Answerers answerers(2);
        HttpServerOptions server_options;
        server_options.threads = 2;
        auto server = make_http_server(server_options, [&](HttpRequest request, std::shared_ptr<Responder> responder) {
            answerers.put(std::move(request), std::move(responder));
        });
        ASSERT_TRUE(server);
        auto client = make_http_client();
        std::atomic<int> answered{0}, half{0};
        std::promise<void> warm;
        for (int index = 0; index < 400; ++index) {
            HttpRequest request;
            request.method = "POST";
            request.url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/";
            client->send(std::move(request), [&](Result<HttpResponse>) {
                if (++half == 20) warm.set_value();
                ++answered;
            });
        }
        warm.get_future().wait();
        if (round % 2 == 0) server->reset();
        client.reset();
        EXPECT_EQ(answered, 400);
    }
}

TEST(HttpLoad, random_bytes_never_stop_the_server) {
    std::atomic<int> handled{0};
    auto server = make_http_server({}, [&](HttpRequest, std::shared_ptr<Responder> responder) {
        ++handled;
        responder->respond(HttpResponse{200, {}, "ok"});
    });
    ASSERT_TRUE(server);
    const std::string good =
        "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    std::uint64_t state = 42;
    const auto next = [&state] {
        return static_cast<std::size_t>((state = state * 6364136223846793005U + 1442695040888963407U) >> 33U);
    };
    for (int round = 0; round < 2000; ++round) {
        std::string bytes = good;
        for (std::size_t change = next() % 4; change > 0; --change)
            bytes[next() % bytes.size()] = static_cast<char>(next() % 256);
        auto socket = test::Socket::connect((*server)->port());
        socket.write(bytes);
        socket.finish_writing();
        const std::string reply = socket.read_all();
        ASSERT_TRUE(reply.empty() || reply.starts_with("HTTP/1.1 ")) << reply;
    }
    EXPECT_GT(handled, 400);
    EXPECT_LT(handled, 2000);
}

}  // namespace
}  // namespace tieline::net
