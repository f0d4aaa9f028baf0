#pragma once
// The process itself: signals as values (blocked in every thread, taken by one), limits.

namespace tieline::app {

/// Blocks SIGINT, SIGTERM, SIGUSR1 and SIGCHLD in this thread and all that it starts afterwards. Ignores SIGPIPE.
void block_signals();
/// As many open files as the system allows: a flood of connections must not keep the hub from its own files.
void raise_file_limit();
/// Undoes block_signals() in a child before exec.
void unblock_signals();
/// Waits for one of them; its number.
int wait_for_signal();
/// Wakes wait_for_signal() with SIGTERM, from any thread.
void ask_to_stop();
/// The same with SIGUSR1: read the configuration anew.
void ask_to_reload();
/// From now on the process has so many seconds to end by itself; then it ends as after kill -9, which loses nothing.
void end_within(unsigned seconds, int exit_code);

}  // namespace tieline::app
