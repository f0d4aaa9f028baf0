#pragma once
// The hub's disk in a run: what survives its death, and the real store code on top.

#include "sim/disk/disk.h"
#include "sim/hub.h"
#include "store/sqlite/sqlite_store.h"

#include <memory>

namespace tieline::sim {

class Machine final : public SimMachine {
public:
    Machine(std::uint64_t seed, bool lies) : disk_(seed) { disk_.set_ignore_syncs(lies); }
    Result<std::unique_ptr<store::Store>> open() override {
        store::SqliteOptions options;
        options.path = "hub";
        options.vfs = disk_.vfs_name();
        options.checkpoint_thread = false;
        options.wal_reset_bytes = 256 << 10;  // small, so that the log file starts over often
        options.wal_max_bytes = 1 << 20;
        return store::open_sqlite_store(options);
    }
    void crash() override { disk_.crash(); }
    void die_after_writes(std::uint64_t writes) override { disk_.power_off_after(writes + 1); }
    void fail_next_write() override { disk_.fail(DiskFault::write_error, 1); }
    void stop_lying() { disk_.set_ignore_syncs(false); }

private:
    Disk disk_;
};

}  // namespace tieline::sim
