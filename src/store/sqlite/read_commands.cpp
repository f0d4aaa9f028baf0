// Reading commands, timers and exceptions.

#include "store/sqlite/store_impl.h"

#include <algorithm>
#include <limits>

namespace tieline::store::sqlite {

using model::CommandState;
using model::StoredCommand;

namespace {

StoredCommand command_of(const Run& run, const SiteId& site) {
    StoredCommand stored;
    stored.id = static_cast<std::uint64_t>(run.integer(0));
    stored.site = site;
    model::Command& command = stored.command;
    command.key = run.text(1);
    command.order_key = run.text(2);
    command.connector = run.text(3);
    command.kind = run.text(4);
    command.noun = run.text(5);
    command.flow = run.text(6);
    command.flow_key = run.text(7);
    command.correlation = run.text(8);
    command.cause = run.text(9);
    command.payload = run.text(10);
    command.echo = run.text(11);
    command.intent = static_cast<int>(run.integer(12));
    stored.created = wall_time(run.integer(13));
    stored.state = static_cast<CommandState>(run.integer(14));
    stored.attempt = static_cast<int>(run.integer(15));
    stored.failures = static_cast<int>(run.integer(16));
    stored.absent_answers = static_cast<int>(run.integer(17));
    stored.epoch = static_cast<std::uint64_t>(run.integer(18));
    stored.due = wall_time(run.integer(19));
    stored.deadline = wall_time(run.integer(20));
    stored.last_error = run.text(21);
    stored.last_code = run.text(22);
    stored.document = run.text(23);
    return stored;
}

Exception exception_of(const Run& run) {
    Exception found;
    found.id = run.text(1);
    found.kind = run.text(2);
    found.code = run.text(3);
    found.subject = run.text(4);
    found.flow = run.text(5);
    found.key = run.text(6);
    found.command_key = run.text(7);
    found.reason = run.text(8);
    found.fix = run.text(9);
    found.details = run.text(10);
    found.correlation = run.text(11);
    found.state = static_cast<ExceptionState>(run.integer(12));
    found.opened = wall_time(run.integer(13));
    if (!run.is_null(14)) found.closed = wall_time(run.integer(14));
    found.resolution = run.text(15);
    return found;
}

Result<std::vector<StoredCommand>> commands_in(Run& run, const SiteId& site, Limit limit, const Database& database) {
    std::vector<StoredCommand> commands;
    Room room(limit);
    while (run.row()) {
        StoredCommand command = command_of(run, site);
        if (!room.take(bytes_of(command))) return commands;
        commands.push_back(std::move(command));
    }
    if (run.failed()) return database.error("reading commands");
    return commands;
}

Result<std::optional<Exception>> one_exception(Run& run, const Database& database) {
    if (run.row()) return std::optional(exception_of(run));
    if (run.failed()) return database.error("reading an exception");
    return std::optional<Exception>();
}

bool is_settled(CommandState state) { return state == CommandState::booked || state == CommandState::withdrawn; }
std::int64_t row_count(Limit limit) { return static_cast<std::int64_t>(std::min<std::size_t>(limit.count, 1 << 30)); }

}  // namespace

Result<std::optional<StoredCommand>> SqliteStore::command(const SiteId& site, std::string_view key) {
    Run run(database_, sql_.command_by_key, site_no(site), key);
    if (run.row()) return std::optional(command_of(run, site));
    if (run.failed()) return read_failure();
    return std::optional<StoredCommand>();
}

Result<std::vector<StoredCommand>> SqliteStore::due(const SiteId& site, std::string_view connector, CommandState state,
                                                    WallTime now, Limit limit) {
    Run run(database_, is_settled(state) ? sql_.commands_settled : sql_.commands_due, site_no(site), name_no(connector),
            static_cast<int>(state), millis(now), row_count(limit));
    return commands_in(run, site, limit, database_);
}

Result<std::vector<StoredCommand>> SqliteStore::commands_of(const SiteId& site, std::string_view correlation,
                                                            Limit limit) {
    Run run(database_, sql_.commands_story, site_no(site), correlation, row_count(limit));
    return commands_in(run, site, limit, database_);
}

Result<std::optional<WallTime>> SqliteStore::next_due(const SiteId& site, std::string_view connector,
                                                      CommandState state) {
    Run run(database_, is_settled(state) ? sql_.next_due_settled : sql_.next_due, site_no(site), name_no(connector),
            static_cast<int>(state));
    if (run.row()) return std::optional(wall_time(run.integer(0)));
    if (run.failed()) return read_failure();
    return std::optional<WallTime>();
}

Result<std::vector<Timer>> SqliteStore::timers_due(const SiteId& site, WallTime now, Limit limit) {
    std::vector<Timer> timers;
    Run run(database_, sql_.timers_due, site_no(site), millis(now), row_count(limit));
    while (run.row()) timers.push_back({run.text(0), run.text(1), run.text(2), wall_time(run.integer(3))});
    if (run.failed()) return read_failure();
    return timers;
}

Result<std::optional<WallTime>> SqliteStore::next_timer(const SiteId& site) {
    Run run(database_, sql_.next_timer, site_no(site));
    if (run.row()) return std::optional(wall_time(run.integer(0)));
    if (run.failed()) return read_failure();
    return std::optional<WallTime>();
}

Result<std::optional<Exception>> SqliteStore::exception(const SiteId& site, std::string_view id) {
    Run run(database_, sql_.exception_get, site_no(site), id);
    return one_exception(run, database_);
}

Result<std::vector<Exception>> SqliteStore::exceptions(const SiteId& site, bool only_open, std::string_view before_id,
                                                       Limit limit) {
    const std::int64_t no = site_no(site);
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    if (!before_id.empty()) {
        Run place(database_, sql_.exception_get, no, before_id);
        if (!place.row()) {
            if (place.failed()) return read_failure();
            return unknown_exception(before_id);
        }
        before = place.integer(0);
    }
    std::vector<Exception> exceptions;
    Room room(limit);
    Run run(database_, only_open ? sql_.exceptions_open : sql_.exceptions_all, no, before, row_count(limit));
    while (run.row()) {
        Exception exception = exception_of(run);
        if (!room.take(bytes_of(exception))) return exceptions;
        exceptions.push_back(std::move(exception));
    }
    if (run.failed()) return read_failure();
    return exceptions;
}

Result<std::optional<Exception>> SqliteStore::open_exception_of(const SiteId& site, std::string_view command_key,
                                                                std::string_view flow, std::string_view key) {
    const std::int64_t no = site_no(site);
    if (!command_key.empty()) {
        Run run(database_, sql_.exception_of_command, no, command_key);
        TIELINE_TRY(auto found, one_exception(run, database_));
        if (found) return found;
    }
    if (flow.empty()) return std::optional<Exception>();
    Run run(database_, sql_.exception_of_key, no, flow, key);
    return one_exception(run, database_);
}

}  // namespace tieline::store::sqlite
