#include "store/memory/memory_store.h"

#include "store/memory/memory_impl.h"

namespace tieline::store {

std::unique_ptr<MemoryStore> make_memory_store() { return std::make_unique<memory::Impl>(); }

}  // namespace tieline::store

namespace tieline::store::memory {

using model::CommandState;
using model::StoredCommand;

void Impl::take_back(std::size_t keep) {
    while (undo_.size() > keep) {
        undo_.back()();
        undo_.pop_back();
    }
}

void Impl::crash() { take_back(0); }

Result<void> Impl::sync() {
    if (undo_.empty()) return {};
    undo_.clear();
    ++stats_.syncs;
    return {};
}

Result<Applied> Impl::apply(const WriteBatch& batch) {
    TIELINE_TRY_VOID(check_shape(batch));
    if (!batch.lease.name.empty()) {
        const auto found = leases_.find(batch.lease.name);
        const std::uint64_t stored = found == leases_.end() ? 0 : found->second.epoch;
        if (stored == 0 || stored != batch.lease.epoch) return lease_conflict(batch.lease, stored);
    }
    const std::size_t keep = undo_.size();
    Result<Applied> applied = write(batch);
    if (applied)
        ++stats_.batches;
    else
        take_back(keep);
    return applied;
}

Result<Applied> Impl::write(const WriteBatch& batch) {
    Applied applied;
    if (!sites_.contains(batch.site)) {
        sites_.try_emplace(batch.site);
        undo_.push_back([this, name = batch.site] { sites_.erase(name); });
    }
    Site& site = sites_.find(batch.site)->second;
    for (const auto& object : batch.objects) {
        const auto found = site.objects.find({object.source, object.object});
        const std::uint64_t stored = found == site.objects.end() ? 0 : found->second.revision;
        if (object.revision != stored + 1) return revision_conflict(object, stored);
        put(site.objects, Pair{object.source, object.object}, std::optional(object));
    }
    add_events(site, batch, applied);
    for (const auto& move : batch.cursors) {
        const auto found = site.cursors.find(move.name);
        const std::string stored = found == site.cursors.end() ? "" : found->second;
        if (stored != move.from) return cursor_conflict(move, stored);
        put(site.cursors, move.name, std::optional(move.to));
    }
    for (const auto& state : batch.states) {
        const bool removed = state.json.empty() && !state.parked;
        put(site.states, Pair{state.flow, state.key}, removed ? std::nullopt : std::optional(state));
    }
    for (const auto& wait : batch.waits) {
        auto row = std::make_tuple(wait.flow, wait.key, wait.seq);
        const bool changed = wait.remove ? site.waits.erase(row) > 0 : site.waits.insert(row).second;
        if (!changed) continue;
        undo_.push_back([&waits = site.waits, row, remove = wait.remove] {
            if (remove)
                waits.insert(row);
            else
                waits.erase(row);
        });
    }
    for (const auto& item : batch.changes) TIELINE_TRY_VOID(change(site, item));
    for (std::size_t i = 0; i < batch.commands.size(); ++i) TIELINE_TRY_VOID(add_command(site, batch, i, applied));
    for (const auto& timer : batch.timers) {
        put(site.timers, std::make_tuple(timer.flow, timer.key, timer.name), timer.due);
    }
    for (const auto& exception : batch.exceptions) put_exception(site, exception);
    for (const auto& view : batch.views) {
        put(site.views, Pair{view.view, view.key}, view.json.empty() ? std::nullopt : std::optional(view.json));
    }
    stats_.rows += batch.objects.size() + batch.events.size() - applied.events_repeated + batch.cursors.size() +
                   batch.states.size() + batch.waits.size() + batch.changes.size() + batch.commands.size() +
                   batch.timers.size() + batch.exceptions.size() + batch.views.size();
    return applied;
}

void Impl::add_events(Site& site, const WriteBatch& batch, Applied& applied) {
    for (const auto& event : batch.events) {
        if (site.event_ids.contains(event.id)) {
            ++applied.events_repeated;
            continue;
        }
        model::StoredEvent stored;
        stored.seq = site.log.size() + 1;
        stored.recorded = batch.now;
        stored.envelope = event;
        stored.envelope.site = batch.site;
        if (applied.first_seq == 0) applied.first_seq = stored.seq;
        applied.last_seq = stored.seq;
        put(site.event_ids, event.id, std::optional(stored.seq));
        site.log.push_back(std::move(stored));
        undo_.push_back([&log = site.log] { log.pop_back(); });
    }
}

Result<void> Impl::change(Site& site, const CommandChange& change) {
    const auto found = site.commands.find(change.id);
    if (found == site.commands.end()) return change_without_command(change);
    StoredCommand stored = found->second;
    if (stored.state != change.from_state || stored.attempt != change.from_attempt) {
        return change_conflict(change, stored.state, stored.attempt);
    }
    const bool blocked = model::blocks_order_key(stored.state);
    const StoredCommand* ahead = is_sent_anew(change) ? first_blocking(site, stored.command) : nullptr;
    const bool held_back = ahead != nullptr && ahead->id < change.id;
    stored.state = held_back ? CommandState::waiting : change.state;
    stored.attempt = change.attempt;
    stored.failures = change.failures;
    stored.absent_answers = change.absent_answers;
    stored.epoch = change.epoch;
    stored.due = change.due;
    stored.deadline = change.deadline;
    stored.last_error = change.last_error;
    stored.last_code = change.last_code;
    stored.document = change.document;
    if (change.payload) stored.command.payload = *change.payload;
    if (change.echo) stored.command.echo = *change.echo;
    const model::Command like = stored.command;
    put(site.commands, change.id, std::optional(stored));
    const bool blocks = model::blocks_order_key(change.state);
    if (!blocked && blocks) hold_followers(site, change.id, like);
    if (!blocked || blocks) return {};
    const StoredCommand* first = first_blocking(site, like);
    if (first != nullptr && first->state == CommandState::waiting) {
        StoredCommand promoted = *first;
        promoted.state = CommandState::pending;
        put(site.commands, promoted.id, std::optional(promoted));
    }
    return {};
}

/// An accepted command was refused: what has not left yet waits behind it again.
void Impl::hold_followers(Site& site, std::uint64_t id, const model::Command& like) {
    if (like.order_key.empty()) return;
    std::vector<StoredCommand> held;
    for (const auto& [other, stored] : site.commands) {
        const bool follows = other > id && stored.command.connector == like.connector &&
                             stored.command.order_key == like.order_key && stored.state == CommandState::pending;
        if (follows) held.push_back(stored);
    }
    for (StoredCommand& stored : held) {
        stored.state = CommandState::waiting;
        put(site.commands, stored.id, std::optional(stored));
    }
}

Result<void> Impl::add_command(Site& site, const WriteBatch& batch, std::size_t index, Applied& applied) {
    const model::Command& command = batch.commands[index];
    if (site.command_ids.contains(command.key)) return command_conflict(command);
    StoredCommand stored;
    stored.id = last_command_ + 1;
    stored.site = batch.site;
    stored.command = command;
    stored.state = first_blocking(site, command) == nullptr ? CommandState::pending : CommandState::waiting;
    stored.due = batch.commands_due.empty() ? batch.now : batch.commands_due[index].value_or(batch.now);
    stored.created = batch.now;
    if (const FirstAttempt* first = first_attempt(batch, index);
        first != nullptr && stored.state == CommandState::pending) {
        stored.state = CommandState::sending;
        stored.attempt = 1;
        stored.epoch = first->epoch;
        stored.deadline = first->deadline;
        applied.claimed.emplace_back(index, stored.id);
    }
    undo_.push_back([this, before = last_command_] { last_command_ = before; });
    last_command_ = stored.id;
    put(site.command_ids, command.key, std::optional(stored.id));
    put(site.commands, stored.id, std::optional(stored));
    return {};
}

void Impl::put_exception(Site& site, const Exception& exception) {
    const auto found = site.exceptions.find(exception.id);
    ExceptionRow row;
    row.exception = exception;
    row.number = found == site.exceptions.end() ? ++last_exception_ : found->second.number;
    put(site.exceptions, exception.id, std::optional(row));
}

const StoredCommand* Impl::first_blocking(const Site& site, const model::Command& like) {
    if (like.order_key.empty()) return nullptr;
    for (const auto& [id, stored] : site.commands) {
        if (stored.command.connector == like.connector && stored.command.order_key == like.order_key &&
            model::blocks_order_key(stored.state)) {
            return &stored;
        }
    }
    return nullptr;
}

const Site* Impl::find(std::string_view site) const {
    const auto found = sites_.find(site);
    return found == sites_.end() ? nullptr : &found->second;
}

Result<std::uint64_t> Impl::acquire_lease(const std::string& name, const std::string& holder, WallTime now,
                                          Millis duration) {
    const auto found = leases_.find(name);
    Lease lease = found == leases_.end() ? Lease{} : found->second;
    if (lease.epoch != 0 && lease.holder != holder && lease.until > now) {
        return lease_held(name, lease.holder, lease.until);
    }
    if (lease.holder != holder || lease.epoch == 0) ++lease.epoch;
    lease.holder = holder;
    lease.until = now + duration;
    put(leases_, name, std::optional(lease));
    TIELINE_TRY_VOID(sync());
    return lease.epoch;
}

}  // namespace tieline::store::memory
