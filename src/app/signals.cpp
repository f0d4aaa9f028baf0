#include "app/signals.h"

#include <csignal>

#include <sys/resource.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>

namespace tieline::app {
namespace {

std::atomic<int> late_exit_code{0};

sigset_t ours() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGUSR1);
    return set;
}

}  // namespace

void block_signals() {
    const sigset_t set = ours();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
    setrlimit(RLIMIT_NOFILE, &limit);
}

void unblock_signals() {
    const sigset_t set = ours();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
}

int wait_for_signal() {
    const sigset_t set = ours();
    int taken = 0;
    sigwait(&set, &taken);
    return taken;
}

void ask_to_stop() { kill(getpid(), SIGTERM); }

void ask_to_reload() { kill(getpid(), SIGUSR1); }

void end_within(unsigned seconds, int exit_code) {
    late_exit_code = exit_code;
    std::signal(SIGALRM, [](int) { _exit(late_exit_code); });
    alarm(seconds);
}

}  // namespace tieline::app
