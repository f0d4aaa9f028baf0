#pragma once
// One thread that does jobs in order; bounded. For work that must not hold up who asks: slow hashes, files.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tieline::base {

class Worker {
public:
    explicit Worker(std::size_t waiting_max) : waiting_max_(waiting_max), thread_([this] { run(); }) {}
    /// Jobs that wait are dropped without a call.
    ~Worker() { stop(); }
    /// Ends the thread after its present job; jobs that wait are dropped without a call, no more are taken.
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        woken_.notify_all();
        if (thread_.joinable()) thread_.join();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// False when too many wait. `must`: housekeeping that is few by itself and always taken.
    bool post(std::function<void()> job, bool must = false) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_ || (!must && jobs_.size() >= waiting_max_)) return false;
            jobs_.push_back(std::move(job));
        }
        woken_.notify_one();
        return true;
    }

private:
    void run() {
        for (;;) {
            std::function<void()> job;
            {
                std::unique_lock lock(mutex_);
                woken_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
                if (stopping_) return;
                job = std::move(jobs_.front());
                jobs_.pop_front();
            }
            job();
        }
    }

    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable woken_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::thread thread_;  ///< last: everything it uses is there before
};

}  // namespace tieline::base
