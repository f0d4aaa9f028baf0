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
        const auto client = make_paced_client(std::make_unique<NotingClient>(seen), {100});
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

TEST(PacedClientTest, WhatWouldWaitForHalfOfItsTimeIsNotSentAndTakesNoPlace) {
    Seen seen;
    std::atomic<int> refused = 0, unsent = 0;
    auto client = make_paced_client(std::make_unique<NotingClient>(seen), {0.1});  // one each 11 s
    const auto send = [&](Millis timeout) {
        HttpRequest request;
        request.timeout = timeout;
        client->send(std::move(request), [&](Result<HttpResponse> reply) {
            if (reply) return;
            if (reply.error().code != "rate_limit") return ++unsent, void();
            EXPECT_EQ(reply.error().kind, ErrorKind::rate_limited);
            EXPECT_GT(reply.error().retry_after.value_or(Millis(0)), Millis(0));
            ++refused;
        });
    };
    for (int i = 0; i < 6; ++i) send(Millis(25'000));
    EXPECT_EQ(refused, 4) << "the first leaves, the second has 12.5 s and waits for 11";
    send(Millis(50'000));
    EXPECT_EQ(refused, 4) << "25 s are enough for the third place, at 22 s: nobody refused has it";
    client.reset();
    EXPECT_EQ(unsent, 2);
    EXPECT_EQ(seen.times.size(), 1U);
}

TEST(PacedClientTest, WhatStillWaitsAtTheEndIsToldThatItWasNotSent) {
    Seen seen;
    int told = 0;
    auto client = make_paced_client(std::make_unique<NotingClient>(seen), {1});
    for (int i = 0; i < 3; ++i) {
        client->send({}, [&](Result<HttpResponse> reply) {
            if (!reply && reply.error().kind == ErrorKind::transient) ++told;
        });
    }
    client.reset();
    EXPECT_EQ(told, 2);
    EXPECT_EQ(seen.times.size(), 1U);
}

TEST(PacedClientTest, AnHoursBudgetIsNotExceeded) {
    Seen seen;
    std::vector<Millis> waits;
    const auto client = make_paced_client(std::make_unique<NotingClient>(seen), {0, 5});
    for (int i = 0; i < 9; ++i) {
        HttpRequest request;
        request.method = i < 6 ? "GET" : "POST";
        client->send(std::move(request), [&](Result<HttpResponse> reply) {
            if (!reply) waits.push_back(reply.error().retry_after.value_or(Millis(0)));
        });
    }
    EXPECT_EQ(seen.times.size(), 5U) << "four reads, one write";
    ASSERT_EQ(waits.size(), 4U);
    for (const Millis wait : waits) EXPECT_EQ(wait, std::chrono::minutes(1));
}

}  // namespace
}  // namespace tieline::net
