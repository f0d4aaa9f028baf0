#pragma once
// Makes the write-ahead log durable beside the writer, so that the writer can go on with the next group.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tieline::store::sqlite {

/// Owned by the store; all members are called from the writer's thread. The thread starts with the first begin().
class Syncer {
public:
    Syncer() = default;
    Syncer(const Syncer&) = delete;
    Syncer& operator=(const Syncer&) = delete;
    ~Syncer() { stop(); }

    /// Runs `sync` on the own thread, then `done`. Finish one before the next.
    void begin(std::function<bool()> sync, std::function<void()> done);
    /// Waits for the one begun; what `sync` said.
    bool finish();
    /// Waits for the one begun and ends the thread.
    void stop();

private:
    void work();

    std::thread thread_;
    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::function<bool()> sync_;
    std::function<void()> done_;
    bool under_way_ = false;
    bool succeeded_ = true;
    bool stopping_ = false;
};

}  // namespace tieline::store::sqlite
