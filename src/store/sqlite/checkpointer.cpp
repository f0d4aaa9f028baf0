#include "store/sqlite/checkpointer.h"

namespace tieline::store::sqlite {

Result<void> Checkpointer::start(const std::string& file) {
    TIELINE_TRY_VOID(database_.open(file, ""));
    // Reading the mode makes the connection open the log; FULL makes each pass fsync log and file in the right order.
    TIELINE_TRY_VOID(
        database_.exec("PRAGMA journal_mode; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
                       "PRAGMA cache_size = -512"));
    thread_ = std::thread([this] { work(); });
    return {};
}

void Checkpointer::stop() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
    database_.close();
}

void Checkpointer::wake() {
    {
        const std::lock_guard guard(mutex_);
        asked_ = true;
    }
    changed_.notify_one();
}

std::string Checkpointer::failure() {
    const std::lock_guard guard(mutex_);
    return failure_;
}

void Checkpointer::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return asked_ || stopping_; });
        if (stopping_) return;
        asked_ = false;
        lock.unlock();
        pass();
        lock.lock();
    }
}

void Checkpointer::pass() {
    const std::lock_guard guard(passing_);
    int log_pages = 0;
    int copied = 0;
    const int result =
        sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &log_pages, &copied);
    if (result == SQLITE_OK) {
        pages_copied_ = copied;
    } else if ((result & 0xff) != SQLITE_BUSY && (result & 0xff) != SQLITE_LOCKED) {
        const Error failure = database_.error("copying the log in the background");
        const std::lock_guard text_guard(mutex_);
        failure_ = failure.message;
        failed_ = true;
    }
}

}  // namespace tieline::store::sqlite
