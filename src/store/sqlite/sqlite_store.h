#pragma once
// The embedded store: one SQLite file in WAL mode, one writer, group commit.

#include "store/store.h"

#include <cstdint>
#include <memory>
#include <string>

namespace tieline::store {

struct SqliteOptions {
    std::string path;  ///< data folder (made if missing); with `vfs` set: prefix of the file name in that vfs
    std::string vfs;   ///< empty: the machine's disk. Else a registered SQLite vfs: no lock file, no threads, no shm
    std::int64_t wal_reset_bytes = 64 << 20;  ///< from here the writer starts the log file over once it is copied
    std::int64_t wal_max_bytes = 256 << 20;   ///< here the writer copies it itself, whatever it costs
    std::int64_t backfill_bytes = 16 << 20;   ///< new log bytes that wake the background copy
    std::int64_t cache_bytes = 8 << 20;
    int page_bytes = 8192;          ///< of a new file; three events of 2 kB fit, one in 4096
    bool checkpoint_thread = true;  ///< false: copies happen only in checkpoint() and at the limits
};

/// Opens or creates the data folder and takes its process lock.
/// conflict "data_folder_locked" (names the other process), unsupported "store_version", internal "store_open".
Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options);

/// Copies the write-ahead log into the file and starts it over, now. Commits the open group first.
/// `store` must come from open_sqlite_store.
Result<void> checkpoint(Store& store);

}  // namespace tieline::store
