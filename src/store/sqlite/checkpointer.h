#pragma once
// Copies the write-ahead log into the data file beside the writer, so that no commit pays for it.

#include "store/sqlite/database.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace tieline::store::sqlite {

/// Owned by the store; wake() and the members below are called from the writer's thread. Its own thread holds its own
/// connection and runs PASSIVE checkpoints only: these never make the writer wait. Never resets the log.
class Checkpointer {
public:
    Checkpointer() = default;
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;
    ~Checkpointer() { stop(); }

    Result<void> start(const std::string& file);
    void stop();
    bool running() const { return thread_.joinable(); }
    /// Asks for a pass over what the log holds now.
    void wake();
    /// Log pages that the last pass left uncopied, as it saw the log.
    std::int64_t pages_copied() const { return pages_copied_; }
    /// A pass met a broken disk: the process must stop.
    bool failed() const { return failed_; }
    std::string failure();
    /// Held during a pass; the writer takes it before a checkpoint of its own.
    std::mutex& passing() { return passing_; }

private:
    void work();
    void pass();

    Database database_;
    std::thread thread_;
    std::mutex passing_;
    std::mutex mutex_;  // guards asked_, stopping_, failure_
    std::condition_variable changed_;
    bool asked_ = false;
    bool stopping_ = false;
    std::string failure_;
    std::atomic<bool> failed_{false};
    std::atomic<std::int64_t> pages_copied_{0};
};

}  // namespace tieline::store::sqlite
