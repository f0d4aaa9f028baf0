// Opening the file, groups of batches, and the write-ahead log's length.

#include "store/sqlite/schema.h"
#include "store/sqlite/store_impl.h"

#include <mutex>

namespace tieline::store {

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options) {
    auto store = std::make_unique<sqlite::SqliteStore>();
    TIELINE_TRY_VOID(store->open(options));
    return std::unique_ptr<Store>(std::move(store));
}

Result<void> checkpoint(Store& store) {
    auto* sqlite_store = dynamic_cast<sqlite::SqliteStore*>(&store);
    TIELINE_CHECK(sqlite_store != nullptr, "checkpoint() is for stores of open_sqlite_store");
    return sqlite_store->checkpoint_now();
}

}  // namespace tieline::store

namespace tieline::store::sqlite {

namespace {

// Left-over tail that the writer copies itself when it starts the log over: about one short write and one fsync.
constexpr std::int64_t tail_bytes_max = 1 << 20;
constexpr const char* main_file = "/tieline.db";

int note_log_pages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<std::int64_t*>(pages) = count;
    return SQLITE_OK;
}

std::string pragma(const char* name, std::int64_t value) {
    return "PRAGMA " + std::string(name) + " = " + std::to_string(value) + ";";
}

}  // namespace

SqliteStore::~SqliteStore() {
    syncer_.stop();
    checkpointer_.stop();
    // After a failed fsync nobody knows what the log holds: leave copying to the next start, which reads it afresh.
    if (failure_ && database_.handle() != nullptr) {
        sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
}

Result<void> SqliteStore::open(const SqliteOptions& options) {
    // Counting every allocation costs a mutex each; refused without harm once SQLite runs.
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
    options_ = options;
    if (!options.vfs.empty()) options_.checkpoint_thread = false;
    if (options.vfs.empty()) TIELINE_TRY_VOID(lock_.take(options.path));
    TIELINE_TRY_VOID(open_file(options));
    TIELINE_TRY_VOID(load());
    if (options_.checkpoint_thread) TIELINE_TRY_VOID(checkpointer_.start(options.path + main_file));
    return {};
}

Result<void> SqliteStore::open_file(const SqliteOptions& options) {
    if (!gather_.put_over(options.vfs)) {
        return make_error(ErrorKind::internal, "SQLite knows no disk named '" + options.vfs + "'.", "store_open");
    }
    TIELINE_TRY_VOID(database_.open(options.path + main_file, gather_.name()));
    // A vfs of the simulator has no shared memory; exclusive locking keeps the log's index in the heap.
    std::string setup = options.vfs.empty() ? "" : "PRAGMA locking_mode = EXCLUSIVE;";
    setup += "PRAGMA auto_vacuum = NONE;" + pragma("page_size", options.page_bytes);
    setup += "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;";
    // Erasure of personal data destroys keys (DESIGN, Personal data): overwriting freed pages would only cost time.
    setup += "PRAGMA secure_delete = OFF; PRAGMA wal_autocheckpoint = 0;";
    setup += pragma("cache_size", -options.cache_bytes / 1024);
    TIELINE_TRY_VOID(database_.exec(setup));
    TIELINE_TRY(const std::string mode, database_.value("PRAGMA journal_mode"));
    if (mode != "wal") {
        return make_error(ErrorKind::internal,
                          "The data folder " + options.path +
                              " lies on a file system that cannot hold a write-ahead log. Use a local disk.",
                          "store_open");
    }
    TIELINE_TRY(const std::string page_bytes, database_.value("PRAGMA page_size"));
    page_bytes_ = std::stoll(page_bytes);
    sqlite3_wal_hook(database_.handle(), note_log_pages, &log_pages_);
    TIELINE_TRY_VOID(prepare_schema(database_));
    // From here on a COMMIT only writes: begin_sync() and sync() make the log durable themselves. SQLite still syncs
    // the log before it copies it, and its head when it starts it over.
    return database_.exec("PRAGMA synchronous = NORMAL");
}

Result<void> SqliteStore::load() {
    Statement sites(
        "SELECT s.site, s.site_no, (SELECT max(pos) FROM events WHERE pos > s.site_no << 40 AND "
        "pos < (s.site_no + 1) << 40) FROM sites s");
    std::map<std::int64_t, SiteRow*> by_no;
    Run run(database_, sites);
    while (run.row()) {
        SiteRow& row = sites_[run.text(0)];
        row.no = run.integer(1);
        row.head = run.is_null(2) ? 0 : static_cast<Sequence>(run.integer(2) - (row.no << 40));
        by_no[row.no] = &row;
    }
    if (run.failed()) return read_failure();
    Statement open_commands(
        "SELECT site_no, count(*) FROM standings WHERE state <> 5 AND state <> 8 AND state < 5 "
        "GROUP BY site_no");
    Run commands(database_, open_commands);
    while (commands.row()) {
        by_no.at(commands.integer(0))->counters.commands_open = static_cast<std::uint64_t>(commands.integer(1));
    }
    Statement open_exceptions("SELECT site_no, count(*) FROM exceptions WHERE state = 0 GROUP BY site_no");
    Run exceptions(database_, open_exceptions);
    while (exceptions.row()) {
        by_no.at(exceptions.integer(0))->counters.exceptions_open = static_cast<std::uint64_t>(exceptions.integer(1));
    }
    Statement names("SELECT name, no FROM names");
    Run names_run(database_, names);
    while (names_run.row()) names_[names_run.text(0)] = names_run.integer(1);
    Statement leases("SELECT name, holder, epoch, until FROM leases");
    Run leases_run(database_, leases);
    while (leases_run.row()) {
        LeaseRow& row = leases_[leases_run.text(0)];
        row.holder = leases_run.text(1);
        row.epoch = static_cast<std::uint64_t>(leases_run.integer(2));
        row.until = wall_time(leases_run.integer(3));
    }
    Statement last("SELECT max(id) FROM commands");
    Run last_run(database_, last);
    if (last_run.row()) last_command_ = static_cast<std::uint64_t>(last_run.integer(0));
    if (commands.failed() || exceptions.failed() || names_run.failed() || leases_run.failed() || last_run.failed()) {
        return read_failure();
    }
    return {};
}

Result<void> SqliteStore::begin_group() {
    if (group_open_) return {};
    Run run(database_, sql_.begin);
    if (!run.done()) return broken("starting a group");
    group_open_ = true;
    return {};
}

/// Closes the open group: all of it is written, none of it is durable yet.
Result<void> SqliteStore::end_group() {
    {
        Run run(database_, sql_.commit);
        if (!run.done()) return broken("writing a group");
    }
    if (!gather_.hand_on_log()) return log_not_synced();
    group_open_ = false;
    ++stats_.syncs;
    return {};
}

Error SqliteStore::log_not_synced() {
    if (!failure_) {
        failure_ = make_error(ErrorKind::internal,
                              "The disk failed while the log of the data file in " + options_.path +
                                  " was made durable; what it holds is unknown. Check the disk, then start again.",
                              "store_io");
    }
    return *failure_;
}

Result<void> SqliteStore::sync() {
    TIELINE_TRY_VOID(finish_sync());
    if (!group_open_) return {};
    TIELINE_TRY_VOID(end_group());
    if (!gather_.sync_log()) return log_not_synced();
    return keep_log_short();
}

Result<void> SqliteStore::begin_sync(std::function<void()> done) {
    TIELINE_CHECK(!sync_begun_, "one sync is finished before the next begins");
    if (failure_) return stopped();
    if (group_open_) {
        TIELINE_TRY_VOID(end_group());
        // Now, since a later group that is open would forbid it. It syncs what it copies.
        TIELINE_TRY_VOID(keep_log_short());
    }
    sync_begun_ = true;
    if (options_.vfs.empty()) {
        syncer_.begin([this] { return gather_.sync_log(); }, std::move(done));
    } else {
        done();
    }
    return {};
}

Result<void> SqliteStore::finish_sync() {
    if (failure_) return stopped();
    if (!sync_begun_) return {};
    sync_begun_ = false;
    const bool synced = options_.vfs.empty() ? syncer_.finish() : gather_.sync_log();
    if (!synced) return log_not_synced();
    return {};
}

Result<void> SqliteStore::keep_log_short() {
    if (checkpointer_.failed()) {
        failure_ = make_error(ErrorKind::internal, checkpointer_.failure(), "store_io");
        return *failure_;
    }
    const std::int64_t bytes = log_bytes();
    if (bytes < log_bytes_asked_) log_bytes_asked_ = 0;  // SQLite started the log over by itself
    const bool long_enough = bytes >= options_.wal_reset_bytes;
    if (bytes >= options_.wal_max_bytes) {
        const std::lock_guard guard(checkpointer_.passing());
        return restart_log(SQLITE_CHECKPOINT_RESTART);
    }
    if (!checkpointer_.running()) {
        if (long_enough) return restart_log(SQLITE_CHECKPOINT_RESTART);
        return {};
    }
    if (long_enough) {
        const std::unique_lock guard(checkpointer_.passing(), std::try_to_lock);
        const std::int64_t tail = (log_pages_ - checkpointer_.pages_copied()) * page_bytes_;
        if (guard.owns_lock() && tail <= tail_bytes_max) return restart_log(SQLITE_CHECKPOINT_RESTART);
    }
    if (long_enough || bytes - log_bytes_asked_ >= options_.backfill_bytes) {
        checkpointer_.wake();
        log_bytes_asked_ = bytes;
    }
    return {};
}

Result<void> SqliteStore::restart_log(int mode) {
    const int result = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, mode, nullptr, nullptr);
    // Busy: somebody reads the file from outside. The log grows until that reader is done.
    if ((result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED) return {};
    if (result != SQLITE_OK) return broken("copying the log");
    log_pages_ = 0;
    log_bytes_asked_ = 0;
    return {};
}

Result<void> SqliteStore::checkpoint_now() {
    TIELINE_TRY_VOID(sync());
    const std::lock_guard guard(checkpointer_.passing());
    return restart_log(SQLITE_CHECKPOINT_TRUNCATE);
}

Error SqliteStore::broken(std::string_view doing) {
    if (!failure_) failure_ = database_.error(doing);
    return *failure_;
}

Error SqliteStore::stopped() const {
    Error error = *failure_;
    error.message = "The store stopped earlier and must be opened again. " + error.message;
    return error;
}

StoreStats SqliteStore::stats() const {
    StoreStats now = stats_;
    now.wal_bytes = static_cast<std::uint64_t>(log_bytes());
    return now;
}

std::int64_t SqliteStore::site_no(std::string_view site) const {
    const auto found = sites_.find(site);
    return found == sites_.end() ? 0 : found->second.no;
}

std::int64_t SqliteStore::name_no(std::string_view name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? 0 : found->second;
}

}  // namespace tieline::store::sqlite
