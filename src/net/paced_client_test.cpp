#include "net/paced_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace tieline::net {
namespace {

using Steady = std::chrono::steady_clock;

struct Seen {
    std::mutex mutex;
    std::vector<Steady::time_point> times;
};

class NotingClient final : public HttpClient {
public:
    explicit NotingClient(Seen& seen) : seen_(seen) {}
    void send(HttpRequest /*request*/, Done done) override {
        {
            const std::lock_guard lock(seen_.mutex);
            seen_.times.push_back(Steady::now());
        }
        done(HttpResponse{});
    }

private:
    Seen& seen_;
};

TEST(PacedClientTest, NoSecondSeesMoreThanTheLimitAndNothingIsLeftBehind) {
    Seen seen;
    std::atomic<int> answered = 0;
    {
        const auto client = make_paced_client(std::make_unique<NotingClient>(seen), 100);
        std::vector<std::thread> threads;
        for (int each = 0; each < 4; ++each) {
            threads.emplace_back([&] {
                for (int i = 0; i < 45; ++i)
                    client->send({}, [&](Result<HttpResponse> reply) { answered += reply ? 1 : 1'000'000; });
            });
        }
        for (std::thread& thread : threads) thread.join();
        const auto give_up = Steady::now() + std::chrono::seconds(30);
        while (answered < 180 && Steady::now() < give_up) std::this_thread::yield();
    }
    EXPECT_EQ(answered, 180);
    ASSERT_EQ(seen.times.size(), 180U);
    for (std::size_t i = 0; i + 100 < seen.times.size(); ++i)
        EXPECT_GE(seen.times[i + 100] - seen.times[i], std::chrono::seconds(1)) << "request " << i;
}

TEST(PacedClientTest, WhatHasWaitedAsLongAsItMayIsNotSent) {
    Seen seen;
    std::atomic<int> sent = 0, refused = 0;
    const auto client = make_paced_client(std::make_unique<NotingClient>(seen), 10);
    for (int i = 0; i < 6; ++i) {
        HttpRequest request;
        request.timeout = Millis(250);
        client->send(std::move(request), [&](Result<HttpResponse> reply) {
            if (reply) return ++sent, void();
            EXPECT_EQ(reply.error().kind, ErrorKind::transient);
            EXPECT_EQ(reply.error().code, "rate_limit");
            ++refused;
        });
    }
    const auto give_up = Steady::now() + std::chrono::seconds(30);
    while (sent + refused < 6 && Steady::now() < give_up) std::this_thread::yield();
    EXPECT_EQ(sent + refused, 6);
    EXPECT_GE(refused, 2);
    EXPECT_EQ(seen.times.size(), static_cast<std::size_t>(sent));
}

TEST(PacedClientTest, WhatStillWaitsAtTheEndIsToldThatItWasNotSent) {
    Seen seen;
    int told = 0;
    auto client = make_paced_client(std::make_unique<NotingClient>(seen), 1);
    for (int i = 0; i < 3; ++i) {
        client->send({}, [&](Result<HttpResponse> reply) {
            if (!reply && reply.error().kind == ErrorKind::transient) ++told;
        });
    }
    client.reset();
    EXPECT_EQ(told, 2);
    EXPECT_EQ(seen.times.size(), 1U);
}

}  // namespace
}  // namespace tieline::net
