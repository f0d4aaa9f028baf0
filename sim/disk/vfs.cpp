// The methods that SQLite calls, and the Disk that owns them.

#include "disk/disk.h"
#include "disk/disk_state.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <string>

namespace tieline::sim {

namespace {

using State = Disk::State;

/// SQLite allocates szOsFile bytes; content is made and destroyed by hand.
struct Handle {
    sqlite3_file base;
    State* disk;
    std::shared_ptr<DiskFile>* file;
    std::uint64_t generation;
};

Handle* handle_of(sqlite3_file* file) { return reinterpret_cast<Handle*>(file); }
State* disk_of(sqlite3_vfs* vfs) { return static_cast<State*>(vfs->pAppData); }
bool is_dead(const Handle* handle) { return handle->generation != handle->disk->generation || handle->disk->power_off; }

int close_file(sqlite3_file* file) {
    delete handle_of(file)->file;
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* out, int count, sqlite3_int64 offset) {
    Handle* handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_READ;
    State& disk = *handle->disk;
    ++disk.stats.reads;
    const auto& bytes = (*handle->file)->now;
    const auto wanted = static_cast<std::size_t>(count);
    const auto begin = std::min(static_cast<std::size_t>(offset), bytes.size());
    std::size_t got = std::min(wanted, bytes.size() - begin);
    const bool broken = disk.strikes(DiskFault::short_read);
    if (broken) got /= 2;
    if (got > 0) std::memcpy(out, bytes.data() + begin, got);
    std::memset(static_cast<char*>(out) + got, 0, wanted - got);
    if (broken) return SQLITE_IOERR_READ;
    return got == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    Handle* handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_WRITE;
    State& disk = *handle->disk;
    ++disk.stats.writes;
    const auto size = static_cast<std::size_t>(count);
    const auto begin = static_cast<std::size_t>(offset);
    if (disk.power_off_at_this() || disk.strikes(DiskFault::write_error)) {
        (*handle->file)->write(bytes, disk.random.below(size + 1), begin);
        return SQLITE_IOERR_WRITE;
    }
    if (disk.strikes(DiskFault::no_space)) return SQLITE_FULL;
    disk.strikes(DiskFault::slow);
    (*handle->file)->write(bytes, size, begin);
    return SQLITE_OK;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    Handle* handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_TRUNCATE;
    (*handle->file)->truncate(static_cast<std::size_t>(size));
    return SQLITE_OK;
}

int sync_file(sqlite3_file* file, int) {
    Handle* handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_FSYNC;
    State& disk = *handle->disk;
    ++disk.stats.syncs;
    if (disk.power_off_at_this()) return SQLITE_IOERR_FSYNC;
    if (disk.strikes(DiskFault::sync_error)) {
        (*handle->file)->unsynced.clear();
        return SQLITE_IOERR_FSYNC;
    }
    disk.strikes(DiskFault::slow);
    if (disk.ignore_syncs) {
        ++disk.stats.syncs_ignored;
        return SQLITE_OK;
    }
    (*handle->file)->sync();
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    Handle* handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>((*handle->file)->now.size());
    return SQLITE_OK;
}

int lock_file(sqlite3_file*, int) { return SQLITE_OK; }
int check_lock(sqlite3_file*, int* held) {
    *held = 0;
    return SQLITE_OK;
}
int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector(sqlite3_file*) { return static_cast<int>(sector_bytes); }
int traits(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

sqlite3_io_methods make_methods() {
    sqlite3_io_methods methods{};
    methods.iVersion = 1;
    methods.xClose = close_file;
    methods.xRead = read_file;
    methods.xWrite = write_file;
    methods.xTruncate = truncate_file;
    methods.xSync = sync_file;
    methods.xFileSize = file_size;
    methods.xLock = lock_file;
    methods.xUnlock = lock_file;
    methods.xCheckReservedLock = check_lock;
    methods.xFileControl = control;
    methods.xSectorSize = sector;
    methods.xDeviceCharacteristics = traits;
    return methods;
}

const sqlite3_io_methods methods = make_methods();

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    State* disk = disk_of(vfs);
    file->pMethods = nullptr;
    if (disk->power_off) return SQLITE_CANTOPEN;
    const std::string path = name == nullptr ? "nameless" : name;
    auto found = disk->files.find(path);
    if (found == disk->files.end()) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
        found = disk->files.emplace(path, std::make_shared<DiskFile>()).first;
    }
    Handle* handle = handle_of(file);
    handle->disk = disk;
    handle->file = std::make_unique<std::shared_ptr<DiskFile>>(found->second).release();
    handle->generation = disk->generation;
    handle->base.pMethods = &methods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
    State* disk = disk_of(vfs);
    if (disk->power_off) return SQLITE_IOERR_DELETE;
    return disk->files.erase(name) > 0 ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int exists(sqlite3_vfs* vfs, const char* name, int, int* answer) {
    *answer = disk_of(vfs)->files.contains(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int count, char* out) {
    for (int i = 0; i < count; ++i) out[i] = static_cast<char>(disk_of(vfs)->random.below(256));
    return count;
}

int no_sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
int no_error(sqlite3_vfs*, int, char*) { return 0; }
/// A fixed day: nothing stored depends on SQLite's idea of time.
int fixed_time(sqlite3_vfs*, double* days) {
    *days = 2461000.5;
    return SQLITE_OK;
}

std::atomic<std::uint64_t> disks_made{0};

}  // namespace

Disk::Disk(std::uint64_t seed) : state_(std::make_unique<State>(seed)) {
    state_->name = "tieline-sim-disk-" + std::to_string(++disks_made);
    auto vfs = std::make_unique<sqlite3_vfs>();
    *vfs = sqlite3_vfs{};
    vfs->iVersion = 1;
    vfs->szOsFile = sizeof(Handle);
    vfs->mxPathname = 512;
    vfs->zName = state_->name.c_str();
    vfs->pAppData = state_.get();
    vfs->xOpen = open_file;
    vfs->xDelete = delete_file;
    vfs->xAccess = exists;
    vfs->xFullPathname = full_path;
    vfs->xRandomness = randomness;
    vfs->xSleep = no_sleep;
    vfs->xCurrentTime = fixed_time;
    vfs->xGetLastError = no_error;
    sqlite3_vfs_register(vfs.get(), 0);
    state_->vfs = vfs.release();
}

Disk::~Disk() {
    const std::unique_ptr<sqlite3_vfs> vfs(static_cast<sqlite3_vfs*>(state_->vfs));
    sqlite3_vfs_unregister(vfs.get());
}

const std::string& Disk::vfs_name() const { return state_->name; }
void Disk::crash() { state_->crash(); }
void Disk::power_off_after(std::uint64_t operations) { state_->power_off_in = operations; }
bool Disk::power_is_off() const { return state_->power_off; }
void Disk::fail(DiskFault fault, std::uint64_t nth) { state_->fail_in[static_cast<std::size_t>(fault)] = nth; }
void Disk::set_rate(DiskFault fault, std::uint32_t per_million) {
    state_->rate[static_cast<std::size_t>(fault)] = per_million;
}
void Disk::set_ignore_syncs(bool ignore) { state_->ignore_syncs = ignore; }
const DiskStats& Disk::stats() const { return state_->stats; }

std::uint64_t Disk::bytes_stored() const {
    std::uint64_t sum = 0;
    for (const auto& [name, file] : state_->files) sum += file->now.size();
    return sum;
}

}  // namespace tieline::sim
