#pragma once
// Which fault struck which step, counted. A cell that stays empty means that the simulation does not test it.

#include <array>
#include <cstdint>
#include <string>

namespace tieline::sim {

/// What a turn of the engine was doing, or what a message was for.
enum class Step { ingest, decide, claim, settle, pull, hint, person, project, push, find, follow, fetch };
inline constexpr int step_count = 12;
enum class Fault {
    crash_before,    ///< the hub dies before its commit
    crash_torn,      ///< ... inside it: part of the pages reach the disk
    crash_unsynced,  ///< ... when it is written and not yet durable, and the next group is being filled
    crash_after,     ///< ... after it, before anything left
    disk_error,      ///< a write or fsync fails: the hub must stop
    request_lost,
    request_late,  ///< arrives when the sender has given up
    reply_lost,
    error_before,  ///< 500, nothing done
    error_after,   ///< 500, yet done
    throttled,     ///< 429
    peer_away,     ///< nobody listens
    repeated,      ///< the same message comes again
};
inline constexpr int fault_count = 13;
const char* to_string(Step step);
const char* to_string(Fault fault);
/// Whether the pair can happen at all: a message fault cannot strike a commit, and the other way round.
bool applies(Step step, Fault fault);

class Matrix {
public:
    void count(Step step, Fault fault) { ++cells_[index(step, fault)]; }
    std::uint64_t at(Step step, Fault fault) const { return cells_[index(step, fault)]; }
    void add(const Matrix& other);
    std::uint64_t total() const;
    /// A table in Markdown; "·" where the pair cannot happen.
    std::string table() const;
    /// Names of cells that should have counts and have none; empty when all is well.
    std::string empty_cells() const;

private:
    static std::size_t index(Step step, Fault fault) {
        return static_cast<std::size_t>(step) * fault_count + static_cast<std::size_t>(fault);
    }
    std::array<std::uint64_t, step_count * fault_count> cells_{};
};

}  // namespace tieline::sim
