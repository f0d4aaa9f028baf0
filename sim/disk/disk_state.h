#pragma once
// The content of a simulated disk and what a crash makes of it. Knows nothing of SQLite.

#include "base/random.h"
#include "disk/disk.h"

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tieline::sim {

constexpr std::size_t sector_bytes = 512;

/// One file: as programs see it, and as it would be found after a power cut.
struct DiskFile {
    std::vector<unsigned char> now;
    std::vector<unsigned char> durable;
    std::set<std::size_t> unsynced;  ///< numbers of sectors that may differ

    void write(const void* bytes, std::size_t count, std::size_t offset);
    void truncate(std::size_t size);
    void sync();
};

struct Disk::State {
    explicit State(std::uint64_t seed) : random(seed) {}

    /// Whether this fault happens at this operation; counts it.
    bool strikes(DiskFault fault);
    /// Counts down to the power cut. True: the power is off.
    bool power_off_at_this();
    void crash();

    std::string name;
    void* vfs = nullptr;  ///< the sqlite3_vfs, owned by vfs.cpp
    base::SeededRandom random;
    std::map<std::string, std::shared_ptr<DiskFile>> files;
    std::uint64_t generation = 1;  ///< raised by a crash: older handles are dead
    std::uint64_t power_off_in = 0;
    bool power_off = false;
    bool ignore_syncs = false;
    std::array<std::uint64_t, 5> fail_in{};
    std::array<std::uint32_t, 5> rate{};
    DiskStats stats;

private:
    void settle(DiskFile& file);
};

}  // namespace tieline::sim
