#include "store/sqlite/syncer.h"

#include <utility>

namespace tieline::store::sqlite {

void Syncer::begin(std::function<bool()> sync, std::function<void()> done) {
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
    {
        const std::lock_guard guard(mutex_);
        sync_ = std::move(sync);
        done_ = std::move(done);
        under_way_ = true;
    }
    changed_.notify_all();
}

bool Syncer::finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !under_way_; });
    return succeeded_;
}

void Syncer::stop() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Syncer::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return under_way_ || stopping_; });
        if (!under_way_) return;
        const std::function<bool()> sync = std::move(sync_);
        const std::function<void()> done = std::move(done_);
        lock.unlock();
        const bool succeeded = sync();
        lock.lock();
        succeeded_ = succeeded;
        under_way_ = false;
        changed_.notify_all();
        lock.unlock();
        done();
        lock.lock();
    }
}

}  // namespace tieline::store::sqlite
