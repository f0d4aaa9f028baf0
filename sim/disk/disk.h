#pragma once
// A disk in memory that breaks on request and forgets what was not synced: an SQLite VFS for the real store code.

#include <cstdint>
#include <memory>
#include <string>

namespace tieline::sim {

/// What a disk can do wrong at one operation.
enum class DiskFault {
    write_error,  ///< EIO on a write; half of it may have happened
    sync_error,   ///< EIO on fsync; what was to be synced is forgotten, as Linux does
    no_space,     ///< ENOSPC on a write
    short_read,   ///< EIO in the middle of a read
    slow,         ///< only counted: nothing here waits
};

struct DiskStats {
    std::uint64_t reads = 0, writes = 0, syncs = 0;
    std::uint64_t write_errors = 0, sync_errors = 0, no_space = 0, short_reads = 0, slow = 0;
    std::uint64_t syncs_ignored = 0;
    std::uint64_t crashes = 0;
    std::uint64_t sectors_lost = 0, sectors_torn = 0, sectors_kept = 0;  ///< of those not synced at a crash
};

/// Registered with SQLite under vfs_name() for its life. Same seed, same calls: same faults. Used from one thread;
/// must outlive the connections opened on it. Making and removing files is durable at once; their content is not.
/// There is no shared memory: WAL needs PRAGMA locking_mode = EXCLUSIVE, which the store sets.
class Disk {
public:
    explicit Disk(std::uint64_t seed);
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    ~Disk();
    const std::string& vfs_name() const;

    /// The power goes. Each 512-byte sector not synced is kept, lost or torn, in no order; open files fail from now
    /// on and the disk can be opened anew.
    void crash();
    /// The power goes at the n-th write or sync from now (1 = the next): it and all later operations fail until
    /// crash() decides what survived. 0 takes the order back.
    void power_off_after(std::uint64_t operations);
    bool power_is_off() const;

    /// The n-th operation that can have this fault from now on has it (1 = the next).
    void fail(DiskFault fault, std::uint64_t nth);
    /// From now on each operation has this fault with this chance in a million.
    void set_rate(DiskFault fault, std::uint32_t per_million);
    /// A disk that says "synced" and did nothing: a crash then loses all that was written since. For proving that a
    /// checker sees lost commits.
    void set_ignore_syncs(bool ignore);

    const DiskStats& stats() const;
    std::uint64_t bytes_stored() const;

    struct State;

private:
    std::unique_ptr<State> state_;
};

}  // namespace tieline::sim
