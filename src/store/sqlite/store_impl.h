#pragma once
// The store on SQLite. One writer connection; a group of batches is one transaction, sync() commits it.

#include "store/rules.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/database.h"
#include "store/sqlite/folder_lock.h"
#include "store/sqlite/gather.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/statements.h"
#include "store/sqlite/syncer.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tieline::store::sqlite {

inline std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime wall_time(std::int64_t value) { return WallTime(Millis(value)); }

/// What is known of a site without asking the file.
struct SiteRow {
    std::int64_t no = 0;
    Sequence head = 0;
    Counters counters;
};
struct LeaseRow {
    std::string holder;
    std::uint64_t epoch = 0;
    WallTime until{};
};

/// Used from one thread. After an error of kind internal from apply() or sync() it answers nothing but that error.
class SqliteStore final : public Store {
public:
    ~SqliteStore() override;
    Result<void> open(const SqliteOptions& options);
    Result<void> checkpoint_now();

    Result<Applied> apply(const WriteBatch& batch) override;
    Result<void> sync() override;
    Result<void> begin_sync(std::function<void()> done) override;
    Result<void> finish_sync() override;

    Result<std::vector<SiteId>> sites() override;
    Result<Sequence> head(const SiteId& site) override;
    Result<std::vector<model::StoredEvent>> read(const SiteId& site, Sequence after, Limit limit) override;
    Result<std::optional<model::StoredEvent>> event(const SiteId& site, Sequence seq) override;
    Result<std::optional<model::StoredEvent>> event_by_id(const SiteId& site, std::string_view id) override;
    Result<std::vector<model::StoredEvent>> story(const SiteId& site, std::string_view correlation, Sequence after,
                                                  Limit limit) override;
    Result<std::optional<ObjectRevision>> object(const SiteId& site, std::string_view source,
                                                 std::string_view object) override;
    Result<std::string> cursor(const SiteId& site, std::string_view name) override;
    Result<std::optional<StatePut>> state(const SiteId& site, std::string_view flow, std::string_view key) override;
    Result<std::vector<StatePut>> states(const SiteId& site, std::string_view flow, std::string_view after_key,
                                         bool only_parked, Limit limit) override;
    Result<std::vector<Sequence>> waits(const SiteId& site, std::string_view flow, std::string_view key,
                                        Limit limit) override;
    Result<std::optional<model::StoredCommand>> command(const SiteId& site, std::string_view key) override;
    Result<std::vector<model::StoredCommand>> due(const SiteId& site, std::string_view connector,
                                                  model::CommandState state, WallTime now, Limit limit) override;
    Result<std::vector<model::StoredCommand>> commands_of(const SiteId& site, std::string_view correlation,
                                                          Limit limit) override;
    Result<std::optional<WallTime>> next_due(const SiteId& site, std::string_view connector,
                                             model::CommandState state) override;
    Result<std::vector<Timer>> timers_due(const SiteId& site, WallTime now, Limit limit) override;
    Result<std::optional<WallTime>> next_timer(const SiteId& site) override;
    Result<std::optional<Exception>> exception(const SiteId& site, std::string_view id) override;
    Result<std::vector<Exception>> exceptions(const SiteId& site, bool only_open, std::string_view before_id,
                                              Limit limit) override;
    Result<std::optional<Exception>> open_exception_of(const SiteId& site, std::string_view command_key,
                                                       std::string_view flow, std::string_view key) override;
    Result<std::optional<std::string>> view(const SiteId& site, std::string_view view, std::string_view key) override;
    Result<std::vector<ViewPut>> scan(const SiteId& site, std::string_view view, std::string_view prefix,
                                      std::string_view after_key, Limit limit) override;
    Result<void> drop_view(const SiteId& site, std::string_view view) override;
    Result<Counters> counters(const SiteId& site) override;
    Result<std::uint64_t> acquire_lease(const std::string& name, const std::string& holder, WallTime now,
                                        Millis duration) override;
    StoreStats stats() const override;

private:
    // open.cpp: opening, groups, the log file
    Result<void> open_file(const SqliteOptions& options);
    Result<void> load();
    Result<void> begin_group();
    Result<void> end_group();
    Error log_not_synced();
    Result<void> keep_log_short();
    Result<void> restart_log(int mode);
    std::int64_t log_bytes() const { return log_pages_ * (page_bytes_ + 24); }
    /// Remembers that the file can no longer be trusted, and says so.
    Error broken(std::string_view doing);
    Error stopped() const;

    // apply.cpp
    Result<bool> conditions_hold(const WriteBatch& batch);
    Result<Applied> write(const WriteBatch& batch);
    Result<Applied> write_undoable(const WriteBatch& batch);
    Result<void> check_lease(const LeaseRef& lease) const;
    Result<void> check_object(std::int64_t site_no, const ObjectRevision& object);
    Result<void> check_cursor(std::int64_t site_no, const CursorMove& move);
    Result<void> check_change(std::int64_t site_no, const CommandChange& change);
    Result<void> check_command(std::int64_t site_no, const model::Command& command);
    Result<SiteRow*> site_for_writing(const SiteId& site);
    Result<std::int64_t> name_for_writing(std::string_view name);
    Result<void> put_object(const SiteRow& site, const ObjectRevision& object);
    Result<void> put_events(SiteRow& site, const WriteBatch& batch, Applied& applied);
    Result<void> put_cursor(const SiteRow& site, const CursorMove& move);
    Result<void> put_state(const SiteRow& site, const StatePut& state);
    Result<void> put_wait(const SiteRow& site, const WaitChange& wait);
    Result<void> put_timer(const SiteRow& site, const TimerPut& timer);
    Result<void> put_view(const SiteRow& site, const ViewPut& view);
    // apply_commands.cpp
    Result<void> put_change(SiteRow& site, const CommandChange& change);
    Result<bool> is_held_back(const SiteRow& site, std::uint64_t id);
    Result<void> move_in_order(const SiteRow& site, std::uint64_t id, bool blocks);
    Result<void> put_command(SiteRow& site, const WriteBatch& batch, std::size_t index, Applied& applied);
    Result<void> put_exception(SiteRow& site, const Exception& exception);

    /// Numbers in the file; 0 = never written.
    std::int64_t site_no(std::string_view site) const;
    std::int64_t name_no(std::string_view name) const;
    Error read_failure() const { return database_.error("reading"); }

    FolderLock lock_;
    GatherVfs gather_;  // before database_: must outlive it
    Database database_;
    Statements sql_;  // after database_: finalised before it closes
    Checkpointer checkpointer_;
    Syncer syncer_;  // after database_ and gather_: ends first
    SqliteOptions options_;
    std::map<std::string, SiteRow, std::less<>> sites_;
    std::map<std::string, std::int64_t, std::less<>> names_;
    std::map<std::string, LeaseRow, std::less<>> leases_;
    std::vector<std::string> names_added_;  // by the batch under way
    std::uint64_t last_command_ = 0;
    bool group_open_ = false;
    bool sync_begun_ = false;
    std::optional<Error> failure_;
    std::int64_t page_bytes_ = 0;
    std::int64_t log_pages_ = 0;
    std::int64_t log_bytes_asked_ = 0;  // log length when the background copy was last asked for
    StoreStats stats_;
};

}  // namespace tieline::store::sqlite
