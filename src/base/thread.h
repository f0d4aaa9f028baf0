#pragma once
// Which threads go first where processors are scarce.

namespace tieline::base {

/// The calling thread goes before the others of the machine for good: Linux's niceness of this thread alone, 10
/// lower (some nine times the share where both want a processor, sched(7)) or, where that is not allowed, 5 lower. For
/// the one thread that all others of a program wait for. Needs CAP_SYS_NICE or a limit "nice" (RLIMIT_NICE); without,
/// all stay alike, and nothing else changes. Threads that it starts from then on inherit it (the one that forces the
/// log to disk, which the engine waits for).
void go_first();

}  // namespace tieline::base
