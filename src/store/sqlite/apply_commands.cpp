// Commands, their order, their standing, and exceptions.

#include "store/sqlite/store_impl.h"

namespace tieline::store::sqlite {

using model::CommandState;

Result<void> SqliteStore::check_change(std::int64_t site_no, const CommandChange& change) {
    Run run(database_, sql_.standing_get, change.id);
    if (!run.row() || run.integer(0) != site_no) {
        if (run.failed()) return broken("reading a command");
        return change_without_command(change);
    }
    const auto state = static_cast<CommandState>(run.integer(1));
    const auto attempt = static_cast<int>(run.integer(2));
    if (state != change.from_state || attempt != change.from_attempt) return change_conflict(change, state, attempt);
    return {};
}

Result<void> SqliteStore::check_command(std::int64_t site_no, const model::Command& command) {
    Run run(database_, sql_.command_exists, site_no, command.key);
    const bool exists = run.row();
    if (run.failed()) return broken("reading a command");
    if (exists) return command_conflict(command);
    return {};
}

/// Whether an earlier command of the same order key still blocks it.
Result<bool> SqliteStore::is_held_back(const SiteRow& site, std::uint64_t id) {
    Run order(database_, sql_.command_order, id);
    if (!order.row()) return broken("reading a command's order");
    const std::string_view key = order.view(1);  // stays valid: `order` is not stepped again
    if (key.empty()) return false;
    Run first(database_, sql_.blocking_first, site.no, order.integer(0), key);
    if (first.row()) return static_cast<std::uint64_t>(first.integer(0)) < id;
    if (first.failed()) return broken("reading waiting commands");
    return false;
}

Result<void> SqliteStore::put_change(SiteRow& site, const CommandChange& change) {
    CommandState state = change.state;
    if (is_sent_anew(change)) {
        TIELINE_TRY(const bool held_back, is_held_back(site, change.id));
        if (held_back) state = CommandState::waiting;
    }
    {
        Run run(database_, sql_.standing_put, change.id, static_cast<int>(state), change.attempt, change.failures,
                change.absent_answers, change.epoch, millis(change.due), millis(change.deadline), change.last_error,
                change.last_code, change.document, site.no, static_cast<int>(change.from_state), change.from_attempt);
        if (!run.done()) return broken("changing a command");
    }
    if (database_.changed() == 0) {
        TIELINE_TRY_VOID(check_change(site.no, change));
        return broken("changing a command");
    }
    if (change.payload) {
        Run run(database_, sql_.command_payload, change.id, *change.payload);
        if (!run.done()) return broken("changing a command's payload");
    }
    if (change.echo) {
        Run run(database_, sql_.command_echo, change.id, *change.echo);
        if (!run.done()) return broken("changing a command's echo");
    }
    if (is_open(change.from_state) && !is_open(change.state)) --site.counters.commands_open;
    if (!is_open(change.from_state) && is_open(change.state)) ++site.counters.commands_open;
    const bool blocks = model::blocks_order_key(change.state);
    if (blocks == model::blocks_order_key(change.from_state)) return {};
    return move_in_order(site, change.id, blocks);
}

Result<void> SqliteStore::move_in_order(const SiteRow& site, std::uint64_t id, bool blocks) {
    Run order(database_, sql_.command_order, id);
    if (!order.row()) return broken("reading a command's order");
    const std::int64_t connector = order.integer(0);
    const std::string_view key = order.view(1);  // stays valid: `order` is not stepped again
    if (key.empty()) return {};
    {
        Run run(database_, blocks ? sql_.blocking_insert : sql_.blocking_delete, site.no, connector, key, id);
        if (!run.done()) return broken("ordering a command");
    }
    if (blocks) {
        Run hold(database_, sql_.standing_hold, site.no, connector, key, id);
        if (!hold.done()) return broken("holding back the commands behind a refused one");
        return {};
    }
    Run first(database_, sql_.blocking_first, site.no, connector, key);
    if (!first.row()) {
        if (first.failed()) return broken("reading waiting commands");
        return {};
    }
    // Only the first one may go: one that is refused or parked before it still holds the others back.
    Run promote(database_, sql_.standing_promote, first.integer(0));
    if (!promote.done()) return broken("releasing a waiting command");
    return {};
}

Result<void> SqliteStore::put_command(SiteRow& site, const WriteBatch& batch, std::size_t index, Applied& applied) {
    const model::Command& command = batch.commands[index];
    TIELINE_TRY(const std::int64_t connector, name_for_writing(command.connector));
    const std::uint64_t id = last_command_ + 1;
    auto state = CommandState::pending;
    if (!command.order_key.empty()) {
        Run first(database_, sql_.blocking_first, site.no, connector, command.order_key);
        if (first.row()) state = CommandState::waiting;
        if (first.failed()) return broken("reading waiting commands");
    }
    {
        Run run(database_, sql_.command_insert, id, site.no, command.key, command.order_key, connector, command.kind,
                command.noun, command.flow, command.flow_key, command.correlation, command.cause, command.payload,
                command.echo, command.intent, millis(batch.now));
        if (!run.done()) return broken("storing a command");
        if (database_.changed() == 0) return command_conflict(command);
    }
    const FirstAttempt* first = state == CommandState::pending ? first_attempt(batch, index) : nullptr;
    if (first != nullptr) {
        state = CommandState::sending;
        applied.claimed.emplace_back(index, id);
    }
    {
        const bool has_due = !batch.commands_due.empty() && batch.commands_due[index].has_value();
        Run run(database_, sql_.standing_insert, id, site.no, connector, static_cast<int>(state),
                first != nullptr ? 1 : 0, first != nullptr ? first->epoch : 0,
                millis(has_due ? *batch.commands_due[index] : batch.now),
                first != nullptr ? millis(first->deadline) : 0);
        if (!run.done()) return broken("storing a command");
    }
    if (!command.order_key.empty()) {
        Run run(database_, sql_.blocking_insert, site.no, connector, command.order_key, id);
        if (!run.done()) return broken("ordering a command");
    }
    last_command_ = id;
    ++site.counters.commands_open;
    return {};
}

Result<void> SqliteStore::put_exception(SiteRow& site, const Exception& exception) {
    const bool open_now = exception.state == ExceptionState::open;
    bool open_before = false;
    {
        Run run(database_, sql_.exception_state, site.no, exception.id);
        if (run.row()) open_before = run.integer(0) == static_cast<int>(ExceptionState::open);
        if (run.failed()) return broken("reading an exception");
    }
    const std::optional<std::int64_t> closed =
        exception.closed ? std::optional(millis(*exception.closed)) : std::nullopt;
    Run run(database_, sql_.exception_put, site.no, exception.id, exception.kind, exception.code, exception.subject,
            exception.flow, exception.key, exception.command_key, exception.reason, exception.fix, exception.details,
            exception.correlation, static_cast<int>(exception.state), millis(exception.opened), closed,
            exception.resolution);
    if (!run.done()) return broken("storing an exception");
    if (open_now && !open_before) ++site.counters.exceptions_open;
    if (!open_now && open_before) --site.counters.exceptions_open;
    return {};
}

}  // namespace tieline::store::sqlite
