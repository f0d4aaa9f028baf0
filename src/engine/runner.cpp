#include "engine/runner.h"

#include "base/json.h"
#include "engine/planted.h"

#include <algorithm>

namespace tieline::engine {
namespace {

constexpr std::size_t waits_max = 100'000;  ///< of one parked key; more is our own fault

bool ends_with(std::string_view text, std::string_view ending) { return text.ends_with(ending); }

/// Which object of a source a snapshot shows: its id without the revision. Several objects may share a subject.
std::string object_of(const model::Envelope& snapshot) { return snapshot.id.substr(0, snapshot.id.rfind(':')); }

store::CommandChange change_of(const model::StoredCommand& stored, model::CommandState state) {
    store::CommandChange change;
    change.id = stored.id;
    change.from_state = stored.state;
    change.from_attempt = stored.attempt;
    change.state = state;
    change.attempt = stored.attempt;
    change.epoch = stored.epoch;
    change.due = stored.due;
    change.deadline = stored.deadline;
    change.last_error = stored.last_error;
    change.last_code = stored.last_code;
    change.document = stored.document;
    return change;
}

/// Proven not to be at the peer: refused, or never tried.
bool is_absent(const model::StoredCommand& stored) {
    return stored.state == model::CommandState::rejected ||
           ((stored.state == model::CommandState::pending || stored.state == model::CommandState::waiting) &&
            stored.attempt == 0);
}

/// What a command's echo repeats of its payload follows a person's change of it: a receipt tells what was sent, not
/// what was to be sent before.
std::optional<std::string> echo_after(const model::Command& command, const Json& changed) {
    Result<Json> echo = Json::parse(command.echo.empty() ? "{}" : command.echo);
    const Result<Json> before = Json::parse(command.payload);
    if (!echo || !echo->is_object() || !before || !before->is_object() || !changed.is_object()) return std::nullopt;
    bool is_same = true;
    for (const Json::Member& member : before->members()) {
        Json* repeated = echo->find(member.first);
        const Json* now = changed.find(member.first);
        if (repeated == nullptr || now == nullptr || *repeated != member.second || *now == member.second) continue;
        *repeated = *now;
        is_same = false;
    }
    return is_same ? std::nullopt : std::optional(echo->dump());
}

}  // namespace

Runner::Runner(SiteContext& site, const flows::Flow& flow) : site_(site), flow_(flow), name_(flow.name()) {}

Result<void> Runner::open() {
    TIELINE_TRY(const std::string stored, site_.store.cursor(site_.setup.site, "flow/" + name_));
    position_ = stored.empty() ? 0 : std::stoull(stored);
    return {};
}

Result<std::size_t> Runner::run() {
    TIELINE_TRY(const Events events, site_.events_after(position_, site_.options.decide_max));
    if (events.empty()) return std::size_t{0};

    Round round;
    round.batch = site_.new_batch();
    Sequence last = position_;
    for (const auto& event : events) {
        const bool skip = planted(PlantedBug::position_ahead_of_decision) && site_.random.below(64) == 0;
        if (!skip) TIELINE_TRY_VOID(pass(round, *event));
        last = event->seq;
    }
    round.batch.cursors.push_back(
        store::CursorMove{"flow/" + name_, position_ == 0 ? "" : std::to_string(position_), std::to_string(last)});
    for (auto& [key, state] : round.states) {
        if (state.changed) round.batch.states.push_back({name_, key, std::move(state.json), state.parked});
    }
    const std::size_t passed = events.size();
    TIELINE_TRY_VOID(site_.apply(std::move(round.batch)));
    position_ = last;
    site_.metrics.decided += passed;
    return passed;
}

Result<void> Runner::pass(Round& round, const model::StoredEvent& event) {
    round.seq = event.seq;
    round.made = 0;
    const std::string& type = event.envelope.type;
    if (type == "key.replayed") return replay_key(round, event);
    if (type == "notice.answered") return deliver_answer(round, event);
    if (ends_with(type, ".replayed") || ends_with(type, ".given_up")) return replay_command(round, event);
    for (const std::string& key : flow_.keys(event)) {
        TIELINE_TRY(KeyState * state, state_of(round, key));
        if (state->parked) {
            if (planted(PlantedBug::wait_list_lost)) continue;
            round.batch.waits.push_back({name_, key, event.seq, false});
            // A newer state of the object may be what mends it.
            const bool snapshot = event.envelope.source != "hub" && !event.envelope.source.starts_with("flow/");
            if (snapshot)
                TIELINE_TRY_VOID(drain(round, key, "a newer state of " + event.envelope.subject, event.envelope.id));
            continue;
        }
        TIELINE_TRY_VOID(decide(round, event, key));
    }
    return {};
}

Result<Runner::KeyState*> Runner::state_of(Round& round, const std::string& key) {
    const auto found = round.states.find(key);
    if (found != round.states.end()) return &found->second;
    TIELINE_TRY(std::optional<store::StatePut> stored, site_.store.state(site_.setup.site, name_, key));
    KeyState state;
    if (stored) state = KeyState{std::move(stored->json), stored->parked, false};
    return &round.states.emplace(key, std::move(state)).first->second;
}

Result<void> Runner::decide(Round& round, const model::StoredEvent& event, const std::string& key) {
    TIELINE_TRY(KeyState * state, state_of(round, key));
    Result<flows::Decision> decision = flow_.decide(event, key, state->json, event.recorded);
    if (!decision) {
        return park(round, event, key, decision.error());
    }
    return merge(round, event, key, std::move(*decision));
}

Result<void> Runner::merge(Round& round, const model::StoredEvent& event, const std::string& key,
                           flows::Decision decision) {
    const model::Envelope& cause = event.envelope;
    for (flows::NewEvent& made : decision.events) {
        model::Envelope envelope =
            site_.new_event(name_ + ":" + std::to_string(round.seq) + round.late + ":" + std::to_string(round.made++),
                            std::move(made.type), std::move(made.subject), std::move(made.data),
                            made.correlation.empty() ? cause.correlation : std::move(made.correlation), cause.id);
        envelope.source = "flow/" + name_;
        envelope.schema_version = made.schema_version;
        envelope.occurred = made.occurred.value_or(cause.occurred);
        round.batch.events.push_back(std::move(envelope));
    }
    for (const std::string& withdrawn : decision.withdrawals) {
        TIELINE_TRY_VOID(withdraw(round, event, withdrawn));
    }
    for (model::Command& command : decision.commands) {
        command.flow = name_;
        command.flow_key = key;
        if (command.correlation.empty()) command.correlation = cause.correlation;
        command.cause = cause.id;
        if (planted(PlantedBug::order_key_ignored)) command.order_key = command.key;
        round.batch.commands.push_back(std::move(command));
    }
    for (flows::Wakeup& wakeup : decision.wakeups) {
        round.batch.timers.push_back({name_, key, std::move(wakeup.name), wakeup.due});
    }
    for (flows::Notice& notice : decision.notices) {
        TIELINE_TRY_VOID(notify(round, event, key, std::move(notice)));
    }
    for (const std::string& over : decision.closed_notices) {
        TIELINE_TRY(std::optional<store::Exception> open, open_notice(round, notice_key(key, over)));
        if (open) close_exception(site_, round.batch, std::move(*open), "over by itself", "flow/" + name_, cause.id);
    }
    if (decision.state) {
        TIELINE_TRY(KeyState * state, state_of(round, key));
        state->json = std::move(*decision.state);
        state->changed = true;
    }
    return {};
}

/// The open notice of this key, also when this very batch opened or closed it.
Result<std::optional<store::Exception>> Runner::open_notice(const Round& round, const std::string& notice_key) {
    for (auto put = round.batch.exceptions.rbegin(); put != round.batch.exceptions.rend(); ++put) {
        if (put->flow != name_ || put->key != notice_key) continue;
        if (put->state == store::ExceptionState::open) return std::optional(*put);
        return std::optional<store::Exception>();
    }
    return site_.store.open_exception_of(site_.setup.site, "", name_, notice_key);
}

Result<void> Runner::notify(Round& round, const model::StoredEvent& event, const std::string& key,
                            flows::Notice notice) {
    TIELINE_CHECK(notice.id.find('#') == std::string::npos, "a notice's id holds no #: it ends the flow key");
    store::Exception exception;
    exception.kind = "notice";
    exception.code = std::move(notice.code);
    exception.subject = notice.subject.empty() ? event.envelope.subject : std::move(notice.subject);
    exception.flow = name_;
    exception.key = notice_key(key, notice.id);
    exception.reason = std::move(notice.reason);
    exception.fix = std::move(notice.fix);
    exception.details = notice.details.empty() ? "{}" : std::move(notice.details);
    exception.correlation = event.envelope.correlation;
    TIELINE_TRY(std::optional<store::Exception> open, open_notice(round, exception.key));
    if (open) {
        const bool same = open->reason == exception.reason && open->fix == exception.fix &&
                          open->details == exception.details && open->code == exception.code;
        if (same) return {};
        close_exception(site_, round.batch, std::move(*open), "replaced by a newer one", "flow/" + name_,
                        event.envelope.id);
    }
    open_exception(site_, round.batch, std::move(exception), event.envelope.id);
    return {};
}

Result<void> Runner::deliver_answer(Round& round, const model::StoredEvent& event) {
    TIELINE_TRY(const Json data, Json::parse(event.envelope.data));
    if (data.text_or("flow") != name_) return {};
    const std::string key = data.text_or("flow_key");
    TIELINE_TRY(KeyState * state, state_of(round, key));
    if (state->parked) {
        round.batch.waits.push_back({name_, key, event.seq, false});
        return {};
    }
    return decide(round, event, key);
}

Result<void> Runner::withdraw(Round& round, const model::StoredEvent& event, const std::string& command_key) {
    TIELINE_TRY(const std::optional<model::StoredCommand> stored, site_.store.command(site_.setup.site, command_key));
    TIELINE_CHECK(stored.has_value(), "a flow withdraws a command that it never made");
    if (stored->state == model::CommandState::withdrawn) return {};
    TIELINE_CHECK(is_absent(*stored), "a flow withdraws a command that may be at the peer");
    round.batch.changes.push_back(change_of(*stored, model::CommandState::withdrawn));
    TIELINE_TRY(std::optional<store::Exception> open,
                site_.store.open_exception_of(site_.setup.site, command_key, name_, stored->command.flow_key));
    if (open) {
        close_exception(site_, round.batch, std::move(*open), "superseded: a newer state of the object replaced it",
                        "flow/" + name_, event.envelope.id);
    }
    return {};
}

Result<void> Runner::replay_command(Round& round, const model::StoredEvent& event) {
    TIELINE_TRY(const Json data, Json::parse(event.envelope.data));
    if (data.text_or("flow") != name_) return {};
    const std::string key = data.text_or("key");
    TIELINE_TRY(const std::optional<model::StoredCommand> stored, site_.store.command(site_.setup.site, key));
    // Superseded in the meantime: the request is in the log, but there is nothing left to do.
    if (!stored || stored->state != model::CommandState::rejected) return {};
    // A person's word is about one refusal: asked twice, or about an earlier one, it changes nothing.
    TIELINE_TRY(std::optional<store::Exception> open,
                site_.store.open_exception_of(site_.setup.site, key, name_, stored->command.flow_key));
    const bool answered = std::any_of(round.batch.changes.begin(), round.batch.changes.end(),
                                      [&](const store::CommandChange& made) { return made.id == stored->id; });
    if (answered || !open || open->id != data.text_or("exception")) return {};
    const bool again = ends_with(event.envelope.type, ".replayed");
    store::CommandChange change =
        change_of(*stored, again ? model::CommandState::pending : model::CommandState::withdrawn);
    change.due = site_.now;
    if (const Json* payload = data.find("payload"); again && payload) {
        change.payload = payload->dump();
        change.echo = echo_after(stored->command, *payload);
    }
    round.batch.changes.push_back(std::move(change));
    close_exception(site_, round.batch, std::move(*open), again ? "replayed" : "given up: " + data.text_or("reason"),
                    data.text_or("actor"), event.envelope.id);
    TIELINE_TRY(KeyState * state, state_of(round, stored->command.flow_key));
    if (state->parked) {
        round.batch.waits.push_back({name_, stored->command.flow_key, event.seq, false});
        return {};
    }
    return decide(round, event, stored->command.flow_key);
}

Result<void> Runner::replay_key(Round& round, const model::StoredEvent& event) {
    TIELINE_TRY(const Json data, Json::parse(event.envelope.data));
    if (data.text_or("flow") != name_) return {};
    const std::string key = data.text_or("flow_key");
    TIELINE_TRY(KeyState * state, state_of(round, key));
    if (!state->parked) return {};
    return drain(round, key, data.text_or("actor"), event.envelope.id);
}

/// Events on the wait list of a key, in log order, with those that this very batch set aside.
Result<std::vector<model::StoredEvent>> Runner::waiting(const Round& round, const std::string& key) {
    store::Limit limit;
    limit.count = waits_max;
    TIELINE_TRY(std::vector<Sequence> sequences, site_.store.waits(site_.setup.site, name_, key, limit));
    for (const store::WaitChange& wait : round.batch.waits) {
        if (wait.key != key) continue;
        std::erase(sequences, wait.seq);
        if (!wait.remove) sequences.push_back(wait.seq);
    }
    std::sort(sequences.begin(), sequences.end());
    std::vector<model::StoredEvent> events;
    for (const Sequence seq : sequences) {
        TIELINE_TRY(std::optional<model::StoredEvent> event, site_.store.event(site_.setup.site, seq));
        TIELINE_CHECK(event.has_value(), "an event on a wait list is not in the log");
        events.push_back(std::move(*event));
    }
    return events;
}

/// Decides what waited, in order. A source's snapshot that a newer one of the same object replaced is passed over: the
/// newest is the truth, and the old one may be just what could not be decided.
Result<void> Runner::drain(Round& round, const std::string& key, const std::string& actor, const std::string& cause) {
    TIELINE_TRY(const std::vector<model::StoredEvent> events, waiting(round, key));
    std::map<std::string, Sequence> newest;
    for (const model::StoredEvent& event : events) {
        newest[object_of(event.envelope)] = event.seq;
    }
    TIELINE_TRY(KeyState * state, state_of(round, key));  // stays valid: keys are never taken out of the round
    state->parked = false;
    state->changed = true;
    const Sequence current_seq = round.seq;
    const std::size_t current_made = round.made;
    for (const model::StoredEvent& event : events) {
        if (state->parked) break;  // parked again: this one and the rest stay on the list
        const bool snapshot = event.envelope.source != "hub" && !event.envelope.source.starts_with("flow/");
        round.batch.waits.push_back({name_, key, event.seq, true});
        if (snapshot && newest[object_of(event.envelope)] != event.seq) continue;
        round.seq = event.seq;
        round.made = 0;
        round.late = ":" + key;
        TIELINE_TRY_VOID(decide(round, event, key));
    }
    round.late.clear();
    round.seq = current_seq;
    round.made = current_made;
    if (state->parked) return {};
    TIELINE_TRY(std::optional<store::Exception> open, site_.store.open_exception_of(site_.setup.site, "", name_, key));
    if (open) close_exception(site_, round.batch, std::move(*open), "replayed", actor, cause);
    return {};
}

Result<void> Runner::park(Round& round, const model::StoredEvent& event, const std::string& key, const Error& error) {
    KeyState& state = round.states[key];
    state.parked = true;
    state.changed = true;
    round.batch.waits.push_back({name_, key, event.seq, false});
    TIELINE_TRY(const std::optional<store::Exception> open,
                site_.store.open_exception_of(site_.setup.site, "", name_, key));
    if (open) return {};  // told already
    store::Exception exception;
    exception.kind = "cannot_decide";
    exception.code = error.code;
    exception.subject = event.envelope.subject;
    exception.flow = name_;
    exception.key = key;
    exception.reason = error.message;
    exception.fix =
        "Mend what the reason names (master data or configuration), then replay: the events that waited "
        "are decided in order.";
    exception.details = Json::object({{"field", error.field}, {"event", event.envelope.id}}).dump();
    exception.correlation = event.envelope.correlation;
    open_exception(site_, round.batch, std::move(exception), event.envelope.id);
    ++site_.metrics.parked;
    return {};
}

}  // namespace tieline::engine
