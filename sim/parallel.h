#pragma once
// Seeds in several processes at once: each reports by a value of fixed size through a pipe.

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <map>
#include <type_traits>
#include <vector>

namespace tieline::sim {

struct SeedRange {
    std::uint64_t first = 1, count = 1;
    int processes = 2;
};

/// `work(seed)` makes a Wire in one of the processes; `take(wire)` hears of each here, as it comes, and says whether to
/// go on. False: a process died.
template <class Wire, class Work, class Take>
bool run_parallel(const SeedRange& range, Work&& work, Take&& take) {
    static_assert(std::is_trivially_copyable_v<Wire>);
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) return false;
    std::vector<pid_t> children;
    for (int job = 0; job < range.processes; ++job) {
        const pid_t child = fork();
        if (child != 0) {
            children.push_back(child);
            continue;
        }
        close(pipe_ends[0]);
        for (std::uint64_t i = static_cast<std::uint64_t>(job); i < range.count;
             i += static_cast<std::uint64_t>(range.processes)) {
            const Wire wire = work(range.first + i);
            if (write(pipe_ends[1], &wire, sizeof wire) != static_cast<ssize_t>(sizeof wire)) _exit(3);
        }
        _exit(0);
    }
    close(pipe_ends[1]);
    Wire wire;
    std::uint64_t reports = 0;
    for (;;) {
        std::size_t got = 0;
        while (got < sizeof wire) {
            const ssize_t part = read(pipe_ends[0], reinterpret_cast<char*>(&wire) + got, sizeof wire - got);
            if (part <= 0) break;
            got += static_cast<std::size_t>(part);
        }
        if (got < sizeof wire) break;
        ++reports;
        if (!take(wire)) {
            for (const pid_t child : children) kill(child, SIGKILL);
            break;
        }
    }
    close(pipe_ends[0]);
    bool all_well = true;
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        const bool stopped_by_us = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        if (!stopped_by_us && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) all_well = false;
    }
    if (!all_well)
        std::printf("a simulation process died after %llu reports\n", static_cast<unsigned long long>(reports));
    return all_well;
}

/// Runs each seed twice and compares the traces, `hash` of a Wire; says which differ. An exit code.
template <class Wire, class Work>
int run_twice(const SeedRange& range, Work&& work) {
    std::map<std::uint64_t, std::uint64_t> hashes;
    std::uint64_t different = 0;
    bool lived = true;
    for (int round = 0; round < 2; ++round) {
        lived = run_parallel<Wire>(range, work,
                                   [&](const Wire& wire) {
                                       const auto [known, added] = hashes.emplace(wire.seed, wire.hash);
                                       if (added || known->second == wire.hash) return true;
                                       ++different;
                                       std::printf("seed %llu has two traces\n",
                                                   static_cast<unsigned long long>(wire.seed));
                                       return true;
                                   }) &&
                lived;
    }
    std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(hashes.size() - different),
                static_cast<unsigned long long>(different));
    return lived && different == 0 && hashes.size() == range.count ? 0 : 1;
}

}  // namespace tieline::sim
