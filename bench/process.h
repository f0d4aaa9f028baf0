#pragma once
// A child process on this machine: started, measured, killed.

#include "bench/loop.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace tieline::bench {

/// Killed when destroyed.
class Process {
public:
    Process() = default;
    ~Process() { kill_now(); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Output goes to the file `log`, appended.
    void start(const std::vector<std::string>& words, const std::string& log);
    void kill_now();  ///< kill -9, and waits
    /// Asks it to end and waits up to `limit`; then kills. False when it had to be killed or ended badly.
    bool stop(Nanos limit);
    bool running();
    pid_t id() const { return pid_; }

    /// Highest and present resident memory in KiB, processor time so far in nanoseconds, since this start.
    std::int64_t memory_peak_kib() const { return status("VmHWM:"); }
    std::int64_t memory_kib() const { return status("VmRSS:"); }
    Nanos processor_ns() const;
    void forget_peak();  ///< memory_peak_kib() counts from now

private:
    std::int64_t status(const char* name) const;
    pid_t pid_ = -1;
};

/// A blocking GET on the loopback address; the body of a 200, else empty. For moments when nothing is measured.
std::string fetch(std::uint16_t port, const std::string& path, const std::string& token = {});
/// A blocking POST; the body of any 2xx, else gives up.
std::string post(std::uint16_t port, const std::string& path, const std::string& token, const std::string& body);

}  // namespace tieline::bench
