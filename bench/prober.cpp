#include "bench/prober.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace tieline::bench {

Prober::Prober(const std::string& folder) : path_(folder + "/probe") {
    fd_ = ::open(path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_TRUNC | O_CLOEXEC, 0600);
    if (fd_ < 0) give_up("cannot write " + path_);
    thread_ = std::thread([this] { run(); });
}

Prober::~Prober() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_asked_.notify_all();
    thread_.join();
    ::close(fd_);
    ::unlink(path_.c_str());
}

std::vector<Nanos> Prober::times(Nanos from, Nanos until) const {
    const std::lock_guard lock(mutex_);
    std::vector<Nanos> found;
    for (const auto& [begin, duration] : probes_) {
        if (begin >= from && begin < until) found.push_back(duration);
    }
    return found;
}

void Prober::run() {
    const std::array<char, 4096> page{};
    auto next = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        const Nanos begin = now_ns();
        if (::write(fd_, page.data(), page.size()) != static_cast<ssize_t>(page.size()))
            give_up("cannot write " + path_);
        if (::fdatasync(fd_) != 0) give_up("cannot sync " + path_);
        const Nanos end = now_ns();
        lock.lock();
        probes_.emplace_back(begin, end - begin);
        next += std::chrono::milliseconds(20);
        stop_asked_.wait_until(lock, next, [this] { return stopping_; });
    }
}

}  // namespace tieline::bench
