#include "engine/dispatcher.h"

#include "base/json.h"
#include "engine/planted.h"
#include "engine/receipts.h"

#include <algorithm>

namespace tieline::engine {
namespace {

constexpr Millis first_look{100};  ///< after an unclear answer: a document that is there may be found at once
constexpr int absent_answers_needed = 2;

using model::CommandState;
using model::StoredCommand;

/// What the connector thinks would mend it, in front of the general words.
std::string likely_fix(const Error& error) {
    const Result<Json> facts = Json::parse(error.details.empty() ? "{}" : error.details);
    const std::string fix = facts ? facts->text_or("likely_fix") : std::string();
    return fix.empty() ? fix : fix + " ";
}

}  // namespace

Dispatcher::Dispatcher(SiteContext& site, const ConnectorSetup& setup, Poller& poller)
    : site_(site), setup_(setup), poller_(poller), channel_(setup.pace) {}

store::WriteBatch& Dispatcher::batch() {
    if (!batch_) batch_ = site_.new_batch();
    return *batch_;
}

Result<void> Dispatcher::flush() {
    if (!batch_) return {};
    store::WriteBatch batch = std::move(*batch_);
    batch_.reset();
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    return {};
}

Result<void> Dispatcher::recover() {
    TIELINE_TRY(const std::optional<store::Exception> signed_out,
                site_.store.open_exception_of(site_.setup.site, "", "_connector", setup_.name));
    if (signed_out) sign_in_exception_ = signed_out->id;
    const WallTime ever = WallTime::max();
    for (;;) {
        TIELINE_TRY(const std::vector<StoredCommand> open,
                    site_.store.due(site_.setup.site, setup_.name, CommandState::sending, ever, {}));
        if (open.empty()) return {};
        for (const StoredCommand& stored : open) {
            const bool forget = planted(PlantedBug::recovery_forgets_attempts);
            store::CommandChange change = change_to(stored, forget ? CommandState::pending : CommandState::unknown);
            change.due = site_.now;
            change.absent_answers = 0;
            change.last_error = "Tieline stopped while this was on its way; the peer is asked whether it has it.";
            batch().changes.push_back(std::move(change));
        }
        TIELINE_TRY_VOID(flush());
    }
}

Result<bool> Dispatcher::settle(std::uint64_t action, ActionResult& result) {
    const auto flight = flights_.find(action);
    if (flight == flights_.end()) return false;
    const Flight settled = std::move(flight->second);
    flights_.erase(flight);
    busy_.erase(settled.stored->id);
    switch (settled.kind) {
        case ActionKind::push:
            window_.answered(site_.now, site_.now - settled.left);
            pushed(*settled.stored, std::get<Result<connectors::Receipt>>(result));
            break;
        case ActionKind::find:
            found(*settled.stored, std::get<Result<connectors::Found>>(result));
            break;
        case ActionKind::follow:
            followed(*settled.stored, std::get<Result<connectors::Found>>(result));
            break;
        case ActionKind::pull:
        case ActionKind::fetch:
            TIELINE_CHECK(false, "a poller's action was given to a dispatcher");
    }
    return true;
}

void Dispatcher::pushed(const StoredCommand& stored, Result<connectors::Receipt>& outcome) {
    if (!outcome) return push_failed(stored, outcome.error());
    reached();
    const bool booked = outcome->state == connectors::Receipt::State::booked;
    if (booked || planted(PlantedBug::follow_books_early)) return book(stored, *outcome);
    accept(stored, *outcome);
}

void Dispatcher::push_failed(const StoredCommand& stored, const Error& error) {
    switch (error.kind) {
        case ErrorKind::transient: {
            channel_.failed(site_.now, error.message);
            const bool enough = setup_.pace.transient_max > 0 && stored.failures + 1 >= setup_.pace.transient_max;
            if (enough) return reject(stored, error);  // it never left: the payload may be changed
            return send_again(stored, site_.now + channel_.backoff(stored.failures, site_.random), error);
        }
        case ErrorKind::rate_limited: {
            const WallTime until = site_.now + error.retry_after.value_or(setup_.pace.backoff_first);
            channel_.pause(until, error.message);
            return send_again(stored, until, error);
        }
        case ErrorKind::unauthorized:
            stop_for_sign_in(error);
            return send_again(stored, site_.now + setup_.pace.backoff_max, error);
        case ErrorKind::invalid:
        case ErrorKind::unsupported:
        case ErrorKind::not_found:
        case ErrorKind::conflict:
            reached();  // the peer is there and answers
            return reject(stored, error);
        case ErrorKind::unknown_outcome:
        case ErrorKind::internal:
            break;
    }
    channel_.failed(site_.now, error.message);
    if (planted(PlantedBug::unknown_is_transient)) return send_again(stored, site_.now, error);
    store::CommandChange change = change_to(stored, CommandState::unknown);
    change.failures = stored.failures + 1;
    change.due = site_.now + first_look;
    change.last_error = error.message;
    change.last_code = error.code;
    batch().changes.push_back(std::move(change));
}

void Dispatcher::found(const StoredCommand& stored, Result<connectors::Found>& outcome) {
    if (!outcome) return ask_again(stored, outcome.error());
    reached();
    switch (outcome->state) {
        case connectors::Found::State::present:
            if (outcome->receipt.state == connectors::Receipt::State::accepted) return accept(stored, outcome->receipt);
            return book(stored, outcome->receipt);
        case connectors::Found::State::absent:
            return found_absent(stored);
        case connectors::Found::State::rejected:
            return found_rejected(stored, outcome->why);
        case connectors::Found::State::undecidable:
            return park(stored, outcome->why);
    }
}

/// The refusal may be that of an earlier attempt while this one is still on its way: it counts as late as an "absent".
void Dispatcher::found_rejected(const StoredCommand& stored, const Error& why) {
    const WallTime counts_from = stored.deadline + setup_.pace.settle;
    if (site_.now >= counts_from) return reject(stored, why);
    store::CommandChange change = change_to(stored, CommandState::unknown);
    change.due = counts_from;
    batch().changes.push_back(std::move(change));
}

/// The request may still be on its way: an "absent" counts only once its deadline and the peer's settle time are over.
void Dispatcher::found_absent(const StoredCommand& stored) {
    const WallTime counts_from = stored.deadline + setup_.pace.settle;
    const bool counts = site_.now >= counts_from || planted(PlantedBug::absent_counts_at_once);
    const int answers = counts ? stored.absent_answers + 1 : 0;
    const bool enough = answers >= absent_answers_needed || planted(PlantedBug::absent_counts_at_once);
    store::CommandChange change = change_to(stored, enough ? CommandState::pending : CommandState::unknown);
    change.absent_answers = enough ? 0 : answers;
    change.due = enough ? site_.now : (counts ? site_.now + setup_.pace.settle : counts_from);
    batch().changes.push_back(std::move(change));
}

void Dispatcher::followed(const StoredCommand& stored, Result<connectors::Found>& outcome) {
    if (!outcome) return ask_again(stored, outcome.error());
    reached();
    switch (outcome->state) {
        case connectors::Found::State::present:
            break;
        case connectors::Found::State::rejected:
            return reject(stored, outcome->why);
        case connectors::Found::State::absent:
            return park(stored,
                        make_error(ErrorKind::conflict,
                                   "The peer accepted " + stored.command.correlation + " and now has no document " +
                                       stored.document + ". Ask its administrator what became of it.",
                                   "accepted_then_gone"));
        case connectors::Found::State::undecidable:
            return park(stored, outcome->why);
    }
    if (outcome->receipt.state == connectors::Receipt::State::booked) return book(stored, outcome->receipt);
    store::CommandChange change = change_to(stored, CommandState::accepted);
    change.due = site_.now + setup_.pace.follow_every;
    batch().changes.push_back(std::move(change));
}

void Dispatcher::accept(const StoredCommand& stored, const connectors::Receipt& receipt) {
    store::CommandChange change = change_to(stored, CommandState::accepted);
    change.document = receipt.document;
    change.due = site_.now + setup_.pace.follow_every;
    change.failures = 0;
    batch().changes.push_back(std::move(change));
    add_receipt(site_, batch(), stored, "accepted", ReceiptFacts{receipt.document, receipt.details, "", ""});
}

void Dispatcher::book(const StoredCommand& stored, const connectors::Receipt& receipt) {
    store::CommandChange change = change_to(stored, CommandState::booked);
    change.document = receipt.document;
    change.failures = 0;
    change.last_error.clear();
    change.last_code.clear();
    batch().changes.push_back(std::move(change));
    for (const std::string& object : receipt.touched) poller_.hint(batch(), object);
    ++site_.metrics.booked;
    if (planted(PlantedBug::receipt_without_event)) return;
    add_receipt(site_, batch(), stored, "booked", ReceiptFacts{receipt.document, receipt.details, "", ""});
}

void Dispatcher::reject(const StoredCommand& stored, const Error& error) {
    store::CommandChange change = change_to(stored, CommandState::rejected);
    change.last_error = error.message;
    change.last_code = error.code;
    batch().changes.push_back(std::move(change));
    ++site_.metrics.rejected;
    if (planted(PlantedBug::rejected_is_dropped)) return;
    const model::Command& command = stored.command;
    add_receipt(site_, batch(), stored, "rejected",
                ReceiptFacts{stored.document, error.details, error.code, error.message});
    store::Exception exception;
    exception.kind = "rejected";
    exception.code = error.code;
    exception.subject = command.correlation;
    exception.flow = command.flow;
    exception.key = command.flow_key;
    exception.command_key = command.key;
    exception.reason = error.message;
    exception.fix = likely_fix(error) + "Mend it in " + setup_.name +
                    " or in the payload, then replay. A newer state of " + command.correlation +
                    " replaces it by itself.";
    exception.details = "{\"kind\":\"" + command.kind + "\",\"field\":" + Json(error.field).dump() +
                        ",\"payload\":" + (command.payload.empty() ? "{}" : command.payload) +
                        ",\"answer\":" + (error.details.empty() ? "{}" : error.details) + "}";
    exception.correlation = command.correlation;
    open_exception(site_, batch(), std::move(exception), command.cause);
}

void Dispatcher::park(const StoredCommand& stored, const Error& error) {
    store::CommandChange change = change_to(stored, CommandState::parked);
    change.last_error = error.message;
    change.last_code = error.code;
    batch().changes.push_back(std::move(change));
    ++site_.metrics.parked;
    const model::Command& command = stored.command;
    add_receipt(site_, batch(), stored, "parked", ReceiptFacts{stored.document, "{}", error.code, error.message});
    store::Exception exception;
    exception.kind = "undecidable";
    exception.code = error.code.empty() ? "undecidable" : error.code;
    exception.subject = command.correlation;
    exception.flow = command.flow;
    exception.key = command.flow_key;
    exception.command_key = command.key;
    exception.reason = error.message;
    exception.fix =
        "Look in " + setup_.name + " for reference " + command.key +
        ", then say here whether it is there (and its document number) or not. It is not sent again by itself.";
    exception.details =
        "{\"kind\":\"" + command.kind + "\",\"payload\":" + (command.payload.empty() ? "{}" : command.payload) + "}";
    exception.correlation = command.correlation;
    open_exception(site_, batch(), std::move(exception), command.cause);
}

void Dispatcher::send_again(const StoredCommand& stored, WallTime due, const Error& error) {
    store::CommandChange change = change_to(stored, CommandState::pending);
    change.failures = stored.failures + 1;
    change.due = due;
    change.last_error = error.message;
    change.last_code = error.code;
    batch().changes.push_back(std::move(change));
}

/// A look-up itself failed: the state stays, the question is put again later.
void Dispatcher::ask_again(const StoredCommand& stored, const Error& error) {
    if (error.kind == ErrorKind::unauthorized) {
        stop_for_sign_in(error);
    } else if (error.kind == ErrorKind::rate_limited) {
        channel_.pause(site_.now + error.retry_after.value_or(setup_.pace.backoff_first), error.message);
    } else if (error.kind == ErrorKind::unsupported) {
        return park(stored, error);
    } else {
        channel_.failed(site_.now, error.message);
    }
    store::CommandChange change = change_to(stored, stored.state);
    change.failures = stored.failures + 1;
    change.due = site_.now + channel_.backoff(stored.failures, site_.random);
    change.last_error = error.message;
    change.last_code = error.code;
    batch().changes.push_back(std::move(change));
}

/// The peer answered as one who knows us: an exception about refused sign-in is over.
void Dispatcher::reached() {
    channel_.succeeded(site_.now);
    if (sign_in_exception_.empty()) return;
    const auto open = site_.store.exception(site_.setup.site, sign_in_exception_);
    sign_in_exception_.clear();
    if (open && *open && (*open)->state == store::ExceptionState::open) {
        close_exception(site_, batch(), **open, setup_.name + " accepts our sign-in again", "hub", "");
    }
}

void Dispatcher::stop_for_sign_in(const Error& error) {
    channel_.pause(site_.now + setup_.pace.backoff_max, error.message);
    if (!sign_in_exception_.empty()) return;
    store::Exception exception;
    exception.kind = "connector_paused";
    exception.code = "unauthorized";
    exception.subject = "connector " + setup_.name;
    exception.flow = "_connector";
    exception.key = setup_.name;
    exception.reason = error.message;
    exception.fix = "Give Tieline a valid sign-in for " + setup_.name +
                    " (its secret may have expired). It tries again "
                    "by itself every " +
                    std::to_string(setup_.pace.backoff_max.count() / 1000) + " s.";
    exception.details = "{}";
    sign_in_exception_ = open_exception(site_, batch(), std::move(exception), "");
}

Result<void> Dispatcher::resolve(const PersonRequest& request, const store::Exception& exception) {
    TIELINE_TRY(const std::optional<StoredCommand> stored,
                site_.store.command(site_.setup.site, exception.command_key));
    if (!stored || stored->state != CommandState::parked) {
        return make_error(ErrorKind::conflict,
                          exception.id +
                              " cannot be resolved so: its command is not waiting for "
                              "a person's word any more. Read it again.",
                          "not_parked");
    }
    if (request.kind == PersonRequest::Kind::resolve_present) {
        if (request.document.empty()) {
            return make_error(ErrorKind::invalid, "Give the number of the document that you found at the peer.",
                              "missing_field", "document");
        }
        connectors::Receipt receipt;
        receipt.document = request.document;
        receipt.details = Json::object({{"confirmed_by", request.actor}}).dump();
        book(*stored, receipt);
    } else if (request.kind == PersonRequest::Kind::resolve_absent) {
        store::CommandChange change = change_to(*stored, CommandState::pending);
        change.due = site_.now;
        change.failures = 0;
        batch().changes.push_back(std::move(change));
    } else {
        return make_error(ErrorKind::conflict,
                          "Nobody knows whether " + setup_.name +
                              " has it. Say first whether it "
                              "is there or not.",
                          "undecided");
    }
    close_exception(site_, batch(), exception,
                    request.kind == PersonRequest::Kind::resolve_present
                        ? "found at the peer as " + request.document
                        : "made sure that it is not at the peer; sent again: " + request.reason,
                    request.actor, "");
    return {};
}

ChannelStatus Dispatcher::status() const {
    ChannelStatus status;
    status.site = site_.setup.site;
    status.connector = setup_.name;
    status.state = channel_.describe(site_.now);
    status.in_flight = flights_.size();
    status.last_error = channel_.last_error();
    status.last_success = channel_.last_success();
    return status;
}

}  // namespace tieline::engine
