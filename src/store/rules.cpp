#include "store/rules.h"

namespace tieline::store {

using model::CommandState;

namespace {

bool is_site(std::string_view site) {
    if (site.empty() || site.size() > 32) return false;
    for (const char c : site) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!good) return false;
    }
    return true;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

Result<void> check_shape(const WriteBatch& batch) {
    if (!is_site(batch.site)) {
        return make_error(ErrorKind::invalid,
                          "The site name " + quoted(batch.site) +
                              " is not valid: use 1 to 32 characters out of a-z, 0-9, '_' and '-'.",
                          "bad_site", "site");
    }
    for (const auto& event : batch.events) {
        if (!event.site.empty() && event.site != batch.site) {
            return make_error(ErrorKind::invalid,
                              "The event " + quoted(event.id) + " belongs to site " + quoted(event.site) +
                                  " but its batch to site " + quoted(batch.site) + ". Nothing was stored.",
                              "wrong_site", "events");
        }
        if (event.id.empty()) {
            return make_error(ErrorKind::invalid, "An event without an id cannot be stored in site " + batch.site + ".",
                              "bad_batch", "events");
        }
    }
    if (!batch.commands_due.empty() && batch.commands_due.size() != batch.commands.size()) {
        return make_error(ErrorKind::invalid,
                          "A batch of site " + batch.site + " has " + std::to_string(batch.commands.size()) +
                              " commands but " + std::to_string(batch.commands_due.size()) + " due times.",
                          "bad_batch", "commands_due");
    }
    if (!batch.commands_claimed.empty() && batch.commands_claimed.size() != batch.commands.size()) {
        return make_error(ErrorKind::invalid,
                          "A batch of site " + batch.site + " has " + std::to_string(batch.commands.size()) +
                              " commands but " + std::to_string(batch.commands_claimed.size()) + " first attempts.",
                          "bad_batch", "commands_claimed");
    }
    return {};
}

Error lease_conflict(const LeaseRef& lease, std::uint64_t stored_epoch) {
    const std::string stored = stored_epoch == 0 ? "nobody holds it" : "its epoch is " + std::to_string(stored_epoch);
    return make_error(ErrorKind::conflict,
                      "The lease " + quoted(lease.name) + " was written with epoch " + std::to_string(lease.epoch) +
                          " but " + stored + ": another node has taken over. Nothing was stored.",
                      "lease", "lease");
}

Error revision_conflict(const ObjectRevision& object, std::uint64_t stored) {
    return make_error(ErrorKind::conflict,
                      "Revision " + std::to_string(object.revision) + " of " + object.source + " object " +
                          quoted(object.object) + " does not follow the stored revision " + std::to_string(stored) +
                          ". Read the object again.",
                      "revision", "objects");
}

Error cursor_conflict(const CursorMove& move, std::string_view stored) {
    return make_error(ErrorKind::conflict,
                      "The cursor " + quoted(move.name) + " was to move from " + quoted(move.from) + " to " +
                          quoted(move.to) + " but stands at " + quoted(stored) + ". Read it again.",
                      "cursor", "cursors");
}

Error change_conflict(const CommandChange& change, CommandState stored, int stored_attempt) {
    return make_error(ErrorKind::conflict,
                      "Command number " + std::to_string(change.id) + " was expected in state " +
                          model::to_string(change.from_state) + ", attempt " + std::to_string(change.from_attempt) +
                          ", but is in state " + model::to_string(stored) + ", attempt " +
                          std::to_string(stored_attempt) + ". Read it again.",
                      "command_state", "changes");
}

Error change_without_command(const CommandChange& change) {
    return make_error(ErrorKind::conflict,
                      "Command number " + std::to_string(change.id) + " does not exist in this site.", "command_state",
                      "changes");
}

Error command_conflict(const model::Command& command) {
    return make_error(ErrorKind::conflict,
                      "A command with the key " + quoted(command.key) + " (" + command.kind + " for " +
                          command.connector + ") is already stored: flow " + command.flow + " asked for it twice.",
                      "command_exists", "commands");
}

Error lease_held(const std::string& name, const std::string& holder, WallTime until) {
    return make_error(ErrorKind::conflict,
                      "The lease " + quoted(name) + " is held by " + quoted(holder) + " until " + format_time(until) +
                          ". Stop that node or wait.",
                      "lease");
}

Error unknown_exception(std::string_view id) {
    return make_error(
        ErrorKind::not_found,
        "The list cannot go on after exception " + quoted(id) + ": it does not exist. Start from the top.",
        "unknown_exception");
}

bool is_open(CommandState state) {
    switch (state) {
        case CommandState::waiting:
        case CommandState::pending:
        case CommandState::sending:
        case CommandState::unknown:
        case CommandState::accepted:
            return true;
        case CommandState::booked:
        case CommandState::rejected:
        case CommandState::parked:
        case CommandState::withdrawn:
            return false;
    }
    return false;
}

bool is_sent_anew(const CommandChange& change) {
    return change.state == model::CommandState::pending && change.from_state != model::CommandState::waiting;
}

const FirstAttempt* first_attempt(const WriteBatch& batch, std::size_t index) {
    if (batch.commands_claimed.empty() || !batch.commands_claimed[index]) return nullptr;
    return &*batch.commands_claimed[index];
}

std::size_t bytes_of(const model::StoredEvent& event) {
    const auto& e = event.envelope;
    return e.id.size() + e.source.size() + e.type.size() + e.subject.size() + e.correlation.size() + e.cause.size() +
           e.data.size();
}

std::size_t bytes_of(const model::StoredCommand& stored) {
    const auto& c = stored.command;
    return c.payload.size() + c.echo.size() + c.key.size() + c.order_key.size() + c.correlation.size() +
           stored.last_error.size() + stored.document.size();
}

std::size_t bytes_of(const StatePut& state) { return state.key.size() + state.json.size(); }

std::size_t bytes_of(const Exception& exception) {
    return exception.id.size() + exception.reason.size() + exception.fix.size() + exception.details.size();
}

std::size_t bytes_of(const ViewPut& view) { return view.key.size() + view.json.size(); }

}  // namespace tieline::store
