#include "store/sqlite/gather.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <vector>

namespace tieline::store::sqlite {

struct GatherVfs::State {
    sqlite3_vfs vfs{};
    sqlite3_vfs* under = nullptr;
    std::string name;
    sqlite3_file* log = nullptr;  ///< the log's LogFile; the store has one connection over this layer
};

namespace {

// From here on a piece is large enough: more would only cost memory.
constexpr std::size_t piece_bytes_max = 256 << 10;
// SQLite's own VFS for Unix cuts the length of a write to its low 17 bits: longer ones look like a full disk.
constexpr std::size_t call_bytes_max = 64 << 10;
constexpr int frame_head_bytes = 24;

/// SQLite allocates this and, behind it, the file of the VFS below; content is made and destroyed by hand.
struct LogFile {
    sqlite3_file base;
    sqlite3_file* under;
    std::vector<char>* piece;
    sqlite3_int64 piece_offset;
    bool ends_group;  ///< the page that comes next is the last one of a transaction
    GatherVfs::State* layer;
};

LogFile* log_of(sqlite3_file* file) { return reinterpret_cast<LogFile*>(file); }
sqlite3_file* under_of(sqlite3_file* file) { return log_of(file)->under; }
sqlite3_vfs* under_of(sqlite3_vfs* vfs) { return static_cast<GatherVfs::State*>(vfs->pAppData)->under; }

/// Hands the gathered bytes on. On failure they are dropped: SQLite is told and gives the transaction up.
int hand_on(sqlite3_file* file) {
    LogFile* log = log_of(file);
    if (log->piece->empty()) return SQLITE_OK;
    int result = SQLITE_OK;
    for (std::size_t done = 0; done < log->piece->size() && result == SQLITE_OK; done += call_bytes_max) {
        const std::size_t count = std::min(call_bytes_max, log->piece->size() - done);
        result = log->under->pMethods->xWrite(log->under, log->piece->data() + done, static_cast<int>(count),
                                              log->piece_offset + static_cast<sqlite3_int64>(done));
    }
    log->piece->clear();
    return result;
}

int close_log(sqlite3_file* file) {
    const int handed = hand_on(file);
    const int closed = under_of(file)->pMethods->xClose(under_of(file));
    delete log_of(file)->piece;
    log_of(file)->layer->log = nullptr;
    return handed != SQLITE_OK ? handed : closed;
}

int read_log(sqlite3_file* file, void* out, int count, sqlite3_int64 offset) {
    if (const int result = hand_on(file); result != SQLITE_OK) return result;
    return under_of(file)->pMethods->xRead(under_of(file), out, count, offset);
}

int write_log(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    LogFile* log = log_of(file);
    const bool follows = log->piece_offset + static_cast<sqlite3_int64>(log->piece->size()) == offset;
    if (!follows || log->piece->size() >= piece_bytes_max) {
        if (const int result = hand_on(file); result != SQLITE_OK) return result;
    }
    if (log->piece->empty()) log->piece_offset = offset;
    const auto* begin = static_cast<const char*>(bytes);
    log->piece->insert(log->piece->end(), begin, begin + count);
    if (count == frame_head_bytes) {
        // Bytes 4 to 7 of a page's head: the file's size in pages where the page ends a transaction, else 0.
        log->ends_group = std::any_of(begin + 4, begin + 8, [](char byte) { return byte != 0; });
        return SQLITE_OK;
    }
    if (!log->ends_group) return SQLITE_OK;
    // SQLite now tells other connections of the transaction: they must find it in the file.
    log->ends_group = false;
    return hand_on(file);
}

int truncate_log(sqlite3_file* file, sqlite3_int64 size) {
    if (const int result = hand_on(file); result != SQLITE_OK) return result;
    return under_of(file)->pMethods->xTruncate(under_of(file), size);
}

int sync_log(sqlite3_file* file, int flags) {
    if (const int result = hand_on(file); result != SQLITE_OK) return result;
    return under_of(file)->pMethods->xSync(under_of(file), flags);
}

int size_of_log(sqlite3_file* file, sqlite3_int64* size) {
    if (const int result = hand_on(file); result != SQLITE_OK) return result;
    return under_of(file)->pMethods->xFileSize(under_of(file), size);
}

int lock_log(sqlite3_file* file, int level) { return under_of(file)->pMethods->xLock(under_of(file), level); }
int unlock_log(sqlite3_file* file, int level) { return under_of(file)->pMethods->xUnlock(under_of(file), level); }
int check_log_lock(sqlite3_file* file, int* held) {
    return under_of(file)->pMethods->xCheckReservedLock(under_of(file), held);
}
int control_log(sqlite3_file* file, int operation, void* argument) {
    return under_of(file)->pMethods->xFileControl(under_of(file), operation, argument);
}
int sector_of_log(sqlite3_file* file) { return under_of(file)->pMethods->xSectorSize(under_of(file)); }
int traits_of_log(sqlite3_file* file) { return under_of(file)->pMethods->xDeviceCharacteristics(under_of(file)); }

sqlite3_io_methods make_log_methods() {
    sqlite3_io_methods methods{};
    methods.iVersion = 1;  // shared memory belongs to the main file, whose methods stay untouched
    methods.xClose = close_log;
    methods.xRead = read_log;
    methods.xWrite = write_log;
    methods.xTruncate = truncate_log;
    methods.xSync = sync_log;
    methods.xFileSize = size_of_log;
    methods.xLock = lock_log;
    methods.xUnlock = unlock_log;
    methods.xCheckReservedLock = check_log_lock;
    methods.xFileControl = control_log;
    methods.xSectorSize = sector_of_log;
    methods.xDeviceCharacteristics = traits_of_log;
    return methods;
}

const sqlite3_io_methods log_methods = make_log_methods();

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    sqlite3_vfs* under = under_of(vfs);
    if ((flags & SQLITE_OPEN_WAL) == 0) return under->xOpen(under, name, file, flags, flags_out);
    LogFile* log = log_of(file);
    log->base.pMethods = nullptr;
    log->under = reinterpret_cast<sqlite3_file*>(log + 1);
    log->under->pMethods = nullptr;
    const int result = under->xOpen(under, name, log->under, flags, flags_out);
    if (result != SQLITE_OK) {
        if (log->under->pMethods != nullptr) log->under->pMethods->xClose(log->under);
        return result;
    }
    log->piece = std::make_unique<std::vector<char>>().release();
    log->piece_offset = 0;
    log->ends_group = false;
    log->layer = static_cast<GatherVfs::State*>(vfs->pAppData);
    log->layer->log = file;
    log->base.pMethods = &log_methods;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    return under_of(vfs)->xDelete(under_of(vfs), name, sync_folder);
}
int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* answer) {
    return under_of(vfs)->xAccess(under_of(vfs), name, flags, answer);
}
int full_path(sqlite3_vfs* vfs, const char* name, int size, char* out) {
    return under_of(vfs)->xFullPathname(under_of(vfs), name, size, out);
}
int randomness(sqlite3_vfs* vfs, int count, char* out) { return under_of(vfs)->xRandomness(under_of(vfs), count, out); }
int pause(sqlite3_vfs* vfs, int microseconds) { return under_of(vfs)->xSleep(under_of(vfs), microseconds); }
int last_error(sqlite3_vfs* vfs, int size, char* out) { return under_of(vfs)->xGetLastError(under_of(vfs), size, out); }

std::atomic<std::uint64_t> layers_made{0};

}  // namespace

GatherVfs::GatherVfs() : state_(std::make_unique<State>()) {}

GatherVfs::~GatherVfs() {
    if (state_->under != nullptr) sqlite3_vfs_unregister(&state_->vfs);
}

bool GatherVfs::put_over(const std::string& vfs) {
    State& state = *state_;
    state.under = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
    if (state.under == nullptr) return false;
    state.name = "tieline-gather-" + std::to_string(++layers_made);
    state.vfs.iVersion = 1;
    state.vfs.szOsFile = static_cast<int>(sizeof(LogFile)) + state.under->szOsFile;
    state.vfs.mxPathname = state.under->mxPathname;
    state.vfs.zName = state.name.c_str();
    state.vfs.pAppData = &state;
    state.vfs.xOpen = open_file;
    state.vfs.xDelete = delete_file;
    state.vfs.xAccess = access_file;
    state.vfs.xFullPathname = full_path;
    state.vfs.xRandomness = randomness;
    state.vfs.xSleep = pause;
    state.vfs.xCurrentTime = state.under->xCurrentTime;  // none looks at the vfs it is called for
    state.vfs.xGetLastError = last_error;
    return sqlite3_vfs_register(&state.vfs, 0) == SQLITE_OK;
}

bool GatherVfs::hand_on_log() { return state_->log == nullptr || hand_on(state_->log) == SQLITE_OK; }

bool GatherVfs::sync_log() {
    if (state_->log == nullptr) return true;
    sqlite3_file* const under = under_of(state_->log);
    return under->pMethods->xSync(under, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

const std::string& GatherVfs::name() const { return state_->name; }

}  // namespace tieline::store::sqlite
