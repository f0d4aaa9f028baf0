#pragma once
// How long the disk takes for a small durable write, measured beside the hub on the same file system.

#include "bench/loop.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tieline::bench {

/// Appends 4 KiB and syncs, 50 times a second, on a thread of its own until destroyed.
class Prober {
public:
    explicit Prober(const std::string& folder);
    ~Prober();
    /// fdatasync times of probes that began in [from, until).
    std::vector<Nanos> times(Nanos from, Nanos until) const;

private:
    void run();
    int fd_ = -1;
    std::string path_;
    mutable std::mutex mutex_;
    std::condition_variable stop_asked_;
    bool stopping_ = false;
    std::vector<std::pair<Nanos, Nanos>> probes_;  ///< begin, duration
    std::thread thread_;
};

}  // namespace tieline::bench
