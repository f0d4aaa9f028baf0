#include "net/paced_client.h"

#include "net/hour_budget.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace tieline::net {
namespace {

using Steady = std::chrono::steady_clock;

/// When the next one may leave: evenly spread, with a small burst after a pause.
class Spread {
public:
    /// 0: everything may leave at once.
    explicit Spread(double per_second_max)
        : gap_(std::chrono::duration_cast<Steady::duration>(
              std::chrono::duration<double>(per_second_max > 0 ? 1.1 / per_second_max : 0.0))),
          ahead_(gap_ * std::max<std::int64_t>(0, static_cast<std::int64_t>(per_second_max / 20.0) - 1)) {}
    Steady::time_point next(Steady::time_point now) const { return std::max(now, even_ - ahead_); }
    /// Counts one that leaves then.
    void take(Steady::time_point due) { even_ = std::max(even_, due) + gap_; }

private:
    Steady::duration gap_, ahead_;
    Steady::time_point even_{};  ///< where the next would be if all of them were spread evenly
};

class PacedClient final : public HttpClient {
public:
    PacedClient(std::unique_ptr<HttpClient> inner, RateLimits limits)
        : inner_(std::move(inner)), spread_(limits.per_second_max) {
        if (limits.per_hour_max > 0) hour_.emplace(limits.per_hour_max);
        thread_ = std::thread([this] { run(); });
    }
    ~PacedClient() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        woken_.notify_all();
        thread_.join();
        std::deque<Waiting> left;
        std::swap(left, queue_);
        for (Waiting& one : left) one.done(closed());
    }

    void send(HttpRequest request, Done done) override {
        bool leaves = false;
        {
            std::unique_lock lock(mutex_);
            if (stopping_) {
                lock.unlock();
                return done(closed());
            }
            const Steady::time_point now = Steady::now(), due = spread_.next(now);
            const auto too_long = due - now - request.timeout / 2;
            if (too_long > Steady::duration::zero()) {
                lock.unlock();
                return done(no_time("a second left it no time", std::chrono::ceil<Millis>(too_long)));
            }
            if (const auto wait = hour_ ? hour_->take(now, request.method == "GET") : std::nullopt) {
                lock.unlock();
                return done(no_time("an hour is used up", std::min(*wait, Millis(60'000))));
            }
            spread_.take(due);
            leaves = due <= now && queue_.empty();
            if (!leaves) queue_.push_back({now, due, std::move(request), std::move(done)});
        }
        leaves ? inner_->send(std::move(request), std::move(done)) : woken_.notify_one();
    }

private:
    struct Waiting {
        Steady::time_point came, due;
        HttpRequest request;
        Done done;
    };

    static Error closed() {
        return make_error(ErrorKind::transient, "The request was not sent: Tieline is stopping.", "client_closed");
    }

    static Error no_time(const std::string& why, Millis wait) {
        Error error = make_error(ErrorKind::rate_limited,
                                 "The request was not sent: the limit of requests " + why + ".", "rate_limit");
        error.retry_after = wait;
        return error;
    }

    void run() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (queue_.empty()) {
                woken_.wait(lock);
                continue;
            }
            const Steady::time_point due = queue_.front().due;
            if (Steady::now() < due) {
                woken_.wait_until(lock, due);
                continue;
            }
            Waiting one = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            leave(std::move(one));
            lock.lock();
        }
    }

    void leave(Waiting one) {
        const Millis waited = std::chrono::duration_cast<Millis>(Steady::now() - one.came);
        // Only where this thread itself was held up.
        if (waited >= one.request.timeout) return one.done(no_time("a second left it no time", Millis(1)));
        one.request.timeout -= waited;
        inner_->send(std::move(one.request), std::move(one.done));
    }

    std::unique_ptr<HttpClient> inner_;
    std::mutex mutex_;
    std::condition_variable woken_;
    Spread spread_;
    std::optional<HourBudget> hour_;
    std::deque<Waiting> queue_;  ///< in the order of their turns
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<HttpClient> make_paced_client(std::unique_ptr<HttpClient> inner, RateLimits limits) {
    return std::make_unique<PacedClient>(std::move(inner), limits);
}

}  // namespace tieline::net
