// Applying a batch: conditions, undo, and every kind of row but commands and exceptions.

#include "store/sqlite/store_impl.h"

#include <algorithm>

namespace tieline::store::sqlite {

namespace {

// Above this many conditions a savepoint costs less than looking twice.
constexpr std::size_t conditions_looked_up_max = 24;

template <class Items, class Same>
bool any_twice(const Items& items, Same same) {
    for (std::size_t i = 1; i < items.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (same(items[i], items[j])) return true;
        }
    }
    return false;
}

/// Whether a condition of the batch may depend on what the same batch writes before it.
bool depends_on_itself(const WriteBatch& batch) {
    if (batch.changes.size() > 1) {
        for (const auto& change : batch.changes) {
            // An earlier change may promote a waiting command.
            if (change.from_state == model::CommandState::waiting) return true;
        }
    }
    return any_twice(batch.objects, [](const auto& a, const auto& b) { return a.object == b.object; }) ||
           any_twice(batch.cursors, [](const auto& a, const auto& b) { return a.name == b.name; }) ||
           any_twice(batch.changes, [](const auto& a, const auto& b) { return a.id == b.id; }) ||
           any_twice(batch.commands, [](const auto& a, const auto& b) { return a.key == b.key; });
}

}  // namespace

Result<Applied> SqliteStore::apply(const WriteBatch& batch) {
    if (failure_) return stopped();
    TIELINE_TRY_VOID(check_shape(batch));
    TIELINE_TRY_VOID(check_lease(batch.lease));
    TIELINE_TRY_VOID(begin_group());
    // A savepoint copies every page it touches. Where all conditions can be seen to hold beforehand nothing can fail
    // after the first write but the disk, and that ends the process anyway.
    TIELINE_TRY(const bool safe, conditions_hold(batch));
    Result<Applied> applied = safe ? write(batch) : write_undoable(batch);
    if (applied) ++stats_.batches;
    return applied;
}

Result<bool> SqliteStore::conditions_hold(const WriteBatch& batch) {
    const std::size_t count =
        batch.objects.size() + batch.cursors.size() + batch.changes.size() + batch.commands.size();
    if (count == 0) return true;
    if (count > conditions_looked_up_max || depends_on_itself(batch)) return false;
    const std::int64_t no = site_no(batch.site);
    const auto all = [this, no](const auto& items, auto check) -> Result<bool> {
        for (const auto& item : items) {
            const Result<void> held = (this->*check)(no, item);
            if (!held && held.error().kind == ErrorKind::internal) return held.error();
            if (!held) return false;
        }
        return true;
    };
    TIELINE_TRY(const bool objects, all(batch.objects, &SqliteStore::check_object));
    if (!objects) return false;
    TIELINE_TRY(const bool cursors, all(batch.cursors, &SqliteStore::check_cursor));
    if (!cursors) return false;
    TIELINE_TRY(const bool changes, all(batch.changes, &SqliteStore::check_change));
    if (!changes) return false;
    return all(batch.commands, &SqliteStore::check_command);
}

Result<Applied> SqliteStore::write_undoable(const WriteBatch& batch) {
    {
        Run run(database_, sql_.savepoint);
        if (!run.done()) return broken("starting a batch");
    }
    const auto site = sites_.find(batch.site);
    const std::optional<SiteRow> site_before = site == sites_.end() ? std::nullopt : std::optional(site->second);
    const std::uint64_t last_command_before = last_command_;
    const std::uint64_t rows_before = stats_.rows;
    names_added_.clear();
    Result<Applied> applied = write(batch);
    if (failure_) return *failure_;
    if (!applied) {
        Run undo(database_, sql_.undo);
        if (!undo.done()) return broken("undoing a batch");
        if (site_before)
            sites_[batch.site] = *site_before;
        else
            sites_.erase(batch.site);
        for (const auto& name : names_added_) names_.erase(name);
        last_command_ = last_command_before;
        stats_.rows = rows_before;
    }
    Run release(database_, sql_.release);
    if (!release.done()) return broken("ending a batch");
    return applied;
}

Result<Applied> SqliteStore::write(const WriteBatch& batch) {
    Applied applied;
    TIELINE_TRY(SiteRow* const site, site_for_writing(batch.site));
    for (const auto& object : batch.objects) TIELINE_TRY_VOID(put_object(*site, object));
    TIELINE_TRY_VOID(put_events(*site, batch, applied));
    for (const auto& move : batch.cursors) TIELINE_TRY_VOID(put_cursor(*site, move));
    for (const auto& state : batch.states) TIELINE_TRY_VOID(put_state(*site, state));
    for (const auto& wait : batch.waits) TIELINE_TRY_VOID(put_wait(*site, wait));
    for (const auto& change : batch.changes) TIELINE_TRY_VOID(put_change(*site, change));
    for (std::size_t i = 0; i < batch.commands.size(); ++i) TIELINE_TRY_VOID(put_command(*site, batch, i, applied));
    for (const auto& timer : batch.timers) TIELINE_TRY_VOID(put_timer(*site, timer));
    for (const auto& exception : batch.exceptions) TIELINE_TRY_VOID(put_exception(*site, exception));
    for (const auto& view : batch.views) TIELINE_TRY_VOID(put_view(*site, view));
    stats_.rows += batch.objects.size() + batch.events.size() - applied.events_repeated + batch.cursors.size() +
                   batch.states.size() + batch.waits.size() + batch.changes.size() + batch.commands.size() +
                   batch.timers.size() + batch.exceptions.size() + batch.views.size();
    return applied;
}

Result<void> SqliteStore::check_lease(const LeaseRef& lease) const {
    if (lease.name.empty()) return {};
    const auto found = leases_.find(lease.name);
    const std::uint64_t stored = found == leases_.end() ? 0 : found->second.epoch;
    if (stored == 0 || stored != lease.epoch) return lease_conflict(lease, stored);
    return {};
}

Result<void> SqliteStore::check_object(std::int64_t site_no, const ObjectRevision& object) {
    const std::int64_t source = name_no(object.source);
    Run run(database_, sql_.object_get, site_no, source, object.object);
    const std::uint64_t stored = run.row() ? static_cast<std::uint64_t>(run.integer(0)) : 0;
    if (run.failed()) return broken("reading an object");
    if (object.revision != stored + 1) return revision_conflict(object, stored);
    return {};
}

Result<void> SqliteStore::check_cursor(std::int64_t site_no, const CursorMove& move) {
    Run run(database_, sql_.cursor_get, site_no, move.name);
    const std::string_view stored = run.row() ? run.view(0) : std::string_view();
    if (run.failed()) return broken("reading a cursor");
    if (stored != move.from) return cursor_conflict(move, stored);
    return {};
}

Result<SiteRow*> SqliteStore::site_for_writing(const SiteId& site) {
    const auto found = sites_.find(site);
    if (found != sites_.end()) return &found->second;
    std::int64_t last = 0;
    for (const auto& [name, row] : sites_) last = std::max(last, row.no);
    Run run(database_, sql_.site_insert, last + 1, site);
    if (!run.done()) return broken("storing a site");
    SiteRow& row = sites_[site];
    row.no = last + 1;
    return &row;
}

Result<std::int64_t> SqliteStore::name_for_writing(std::string_view name) {
    const auto found = names_.find(name);
    if (found != names_.end()) return found->second;
    std::int64_t last = 0;
    for (const auto& [text, no] : names_) last = std::max(last, no);
    Run run(database_, sql_.name_insert, last + 1, name);
    if (!run.done()) return broken("storing a name");
    names_.emplace(std::string(name), last + 1);
    names_added_.emplace_back(name);
    return last + 1;
}

Result<void> SqliteStore::put_object(const SiteRow& site, const ObjectRevision& object) {
    TIELINE_TRY(const std::int64_t source, name_for_writing(object.source));
    {
        Run run(database_, object.revision == 1 ? sql_.object_insert : sql_.object_change, site.no, source,
                object.object, object.revision, object.content_hash, object.peer_version);
        if (!run.done()) return broken("storing an object");
        if (database_.changed() == 1) return {};
    }
    TIELINE_TRY_VOID(check_object(site.no, object));
    return broken("storing an object");
}

Result<void> SqliteStore::put_events(SiteRow& site, const WriteBatch& batch, Applied& applied) {
    for (const auto& event : batch.events) {
        const std::int64_t pos = (site.no << 40) + static_cast<std::int64_t>(site.head + 1);
        Run run(database_, sql_.event_insert, pos, site.no, event.id, event.source, event.type, event.subject,
                millis(event.occurred), millis(batch.now), event.correlation, event.cause, event.schema_version,
                event.data);
        if (!run.done()) return broken("storing an event");
        if (database_.changed() == 0) {
            ++applied.events_repeated;
            continue;
        }
        ++site.head;
        if (applied.first_seq == 0) applied.first_seq = site.head;
        applied.last_seq = site.head;
    }
    return {};
}

Result<void> SqliteStore::put_cursor(const SiteRow& site, const CursorMove& move) {
    {
        Run run(database_, move.from.empty() ? sql_.cursor_begin : sql_.cursor_move, site.no, move.name, move.to,
                move.from);
        if (!run.done()) return broken("storing a cursor");
        if (database_.changed() == 1) return {};
    }
    TIELINE_TRY_VOID(check_cursor(site.no, move));
    return broken("storing a cursor");
}

Result<void> SqliteStore::put_state(const SiteRow& site, const StatePut& state) {
    TIELINE_TRY(const std::int64_t flow, name_for_writing(state.flow));
    if (state.json.empty() && !state.parked) {
        Run run(database_, sql_.state_delete, site.no, flow, state.key);
        if (!run.done()) return broken("removing a state");
        return {};
    }
    Run run(database_, sql_.state_put, site.no, flow, state.key, state.parked ? 1 : 0, state.json);
    if (!run.done()) return broken("storing a state");
    return {};
}

Result<void> SqliteStore::put_wait(const SiteRow& site, const WaitChange& wait) {
    Run run(database_, wait.remove ? sql_.wait_delete : sql_.wait_put, site.no, wait.flow, wait.key, wait.seq);
    if (!run.done()) return broken("storing a wait list");
    return {};
}

Result<void> SqliteStore::put_timer(const SiteRow& site, const TimerPut& timer) {
    if (timer.due) {
        Run run(database_, sql_.timer_put, site.no, timer.flow, timer.key, timer.name, millis(*timer.due));
        if (!run.done()) return broken("storing a timer");
        return {};
    }
    Run run(database_, sql_.timer_delete, site.no, timer.flow, timer.key, timer.name);
    if (!run.done()) return broken("removing a timer");
    return {};
}

Result<void> SqliteStore::put_view(const SiteRow& site, const ViewPut& view) {
    TIELINE_TRY(const std::int64_t no, name_for_writing(view.view));
    if (view.json.empty()) {
        Run run(database_, sql_.view_delete, site.no, no, view.key);
        if (!run.done()) return broken("removing a view row");
        return {};
    }
    Run run(database_, sql_.view_put, site.no, no, view.key, view.json);
    if (!run.done()) return broken("storing a view row");
    return {};
}

}  // namespace tieline::store::sqlite
