#include "engine/site_engine.h"

#include "base/json.h"

#include <algorithm>
#include <cstdlib>

namespace tieline::engine {

SiteEngine::SiteEngine(SiteContext context) : site_(std::move(context)), read_models_(site_, site_.setup.projections) {
    for (const std::unique_ptr<flows::Flow>& flow : *site_.setup.flows) {
        runners_.push_back(std::make_unique<Runner>(site_, *flow));
    }
    for (const ConnectorSetup& connector : site_.setup.connectors) {
        pollers_.push_back(std::make_unique<Poller>(site_, connector));
        dispatchers_.push_back(std::make_unique<Dispatcher>(site_, connector, *pollers_.back()));
        site_.claimers[connector.name] = dispatchers_.back().get();
    }
}

/// The newest ids may be beyond the log's head, where a batch that was to be applied as well was lost with the process.
Result<void> SiteEngine::find_newest_exception() {
    TIELINE_TRY(const auto newest, site_.store.exceptions(site_.setup.site, false, "", {}));
    for (const store::Exception& exception : newest) {
        const std::string number = exception.id.substr(exception.id.find('-') + 1);
        site_.newest_exception = std::max<Sequence>(site_.newest_exception, std::strtoull(number.c_str(), nullptr, 10));
    }
    return {};
}

Result<void> SiteEngine::open() {
    TIELINE_TRY(site_.head, site_.store.head(site_.setup.site));
    TIELINE_TRY_VOID(find_newest_exception());
    for (auto& runner : runners_) TIELINE_TRY_VOID(runner->open());
    for (auto& dispatcher : dispatchers_) TIELINE_TRY_VOID(dispatcher->recover());
    for (auto& poller : pollers_) TIELINE_TRY_VOID(poller->recover());
    return read_models_.open();
}

Result<bool> SiteEngine::settle(Settlement& settlement) {
    for (auto& dispatcher : dispatchers_) {
        TIELINE_TRY(const bool taken, dispatcher->settle(settlement.action, settlement.result));
        if (taken) return true;
    }
    for (auto& poller : pollers_) {
        // A poller applies its own batch; exceptions count on no other batch being open.
        TIELINE_TRY_VOID(flush());
        TIELINE_TRY(const bool taken, poller->settle(settlement.action, settlement.result));
        if (taken) return true;
    }
    return false;
}

Result<void> SiteEngine::flush() {
    for (auto& dispatcher : dispatchers_) TIELINE_TRY_VOID(dispatcher->flush());
    return {};
}

bool SiteEngine::overloaded() {
    const Result<store::Counters> counters = site_.store.counters(site_.setup.site);
    return counters && counters->commands_open >= site_.options.commands_open_max;
}

Result<std::vector<Result<Ingested>>> SiteEngine::ingest(std::vector<Ingest> items) {
    std::vector<Result<Ingested>> answers;
    answers.reserve(items.size());
    if (overloaded()) {
        Error full = make_error(
            ErrorKind::rate_limited,
            "Too much is waiting for a peer that does not answer. Nothing was taken; send it again.", "backlog_full");
        full.retry_after = Millis(5000);
        site_.metrics.ingest_refused += items.size();
        for (std::size_t i = 0; i < items.size(); ++i) answers.emplace_back(full);
        return answers;
    }
    store::WriteBatch batch = site_.new_batch();
    Intake intake(site_, batch);
    for (Ingest& item : items) {
        TIELINE_TRY(Ingested taken, intake.add(std::move(item)));
        answers.emplace_back(std::move(taken));
    }
    if (!batch.events.empty() || !batch.objects.empty()) TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    return answers;
}

Result<void> SiteEngine::hint(const std::string& connector, const std::string& object) {
    for (auto& poller : pollers_) {
        if (poller->connector() != connector) continue;
        store::WriteBatch batch = site_.new_batch();
        poller->hint(batch, object);
        if (batch.states.empty()) return {};
        TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    }
    return {};
}

Result<Answer> SiteEngine::request(const PersonRequest& request) {
    TIELINE_TRY(const std::optional<store::Exception> exception,
                site_.store.exception(site_.setup.site, request.exception));
    if (!exception) {
        return Answer::of(
            make_error(ErrorKind::not_found, "There is no exception " + request.exception + ".", "unknown_exception"));
    }
    if (exception->state != store::ExceptionState::open) {
        return Answer::of(make_error(ErrorKind::conflict,
                                     exception->id + " is closed already: " + exception->resolution + ".",
                                     "exception_closed"));
    }
    if (exception->kind == "undecidable") {
        for (auto& dispatcher : dispatchers_) {
            TIELINE_TRY(const std::optional<model::StoredCommand> command,
                        site_.store.command(site_.setup.site, exception->command_key));
            if (!command || command->command.connector != dispatcher->connector()) continue;
            Result<void> answer = dispatcher->resolve(request, *exception);
            TIELINE_TRY_VOID(dispatcher->flush());
            return Answer::of(std::move(answer));
        }
    }
    if (exception->kind == "refused_input") return replay_input(request, *exception);
    if (exception->kind == "notice") return answer_notice(request, *exception);
    if (request.kind == PersonRequest::Kind::answer) {
        return Answer::of(make_error(ErrorKind::invalid, exception->id + " is no question: replay it or give it up.",
                                     "wrong_action"));
    }
    return replay(request, *exception);
}

/// The request becomes an event; the runner carries it out when the flow's position reaches it, so that it can never
/// overtake what the flow decided before.
Result<Answer> SiteEngine::replay(const PersonRequest& request, const store::Exception& exception) {
    const bool again = request.kind == PersonRequest::Kind::replay;
    if (!again && request.kind != PersonRequest::Kind::give_up) {
        return Answer::of(make_error(ErrorKind::invalid, exception.id + " is not in doubt: replay it or give it up.",
                                     "wrong_action"));
    }
    Json data = Json::object({{"flow", exception.flow},
                              {"flow_key", exception.key},
                              {"exception", exception.id},
                              {"actor", request.actor},
                              {"reason", request.reason}});
    std::string type = "key.replayed";
    if (!exception.command_key.empty()) {
        TIELINE_TRY(const std::optional<model::StoredCommand> command,
                    site_.store.command(site_.setup.site, exception.command_key));
        TIELINE_CHECK(command.has_value(), "an exception names a command that was never made");
        type = command->command.noun + (again ? ".replayed" : ".given_up");
        data.set("key", exception.command_key);
        data.set("noun", command->command.noun);
        data.set("intent", command->command.intent);
        if (request.payload) {
            const Result<Json> payload = Json::parse(*request.payload);
            if (!payload) return Answer::of(payload.error());
            data.set("payload", *payload);
        }
    } else if (!again) {
        return Answer::of(make_error(
            ErrorKind::unsupported,
            exception.id + " holds back a whole " + exception.flow + " key: it can only be mended and replayed.",
            "wrong_action"));
    }
    store::WriteBatch batch = site_.new_batch();
    batch.events.push_back(site_.new_event(exception.id + ":asked:" + std::to_string(site_.head + 1), type,
                                           exception.subject, data.dump(), exception.correlation,
                                           exception.id + ":opened"));
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    return Answer{};
}

/// A flow hears the answer as an event when its position reaches it. To give a notice up is to have seen it.
Result<Answer> SiteEngine::answer_notice(const PersonRequest& request, const store::Exception& exception) {
    using Kind = PersonRequest::Kind;
    if (request.kind != Kind::answer && request.kind != Kind::give_up) {
        return Answer::of(
            make_error(ErrorKind::invalid, exception.id + " asks for an answer, not for a replay.", "wrong_action"));
    }
    const std::string choice = request.kind == Kind::give_up ? "seen" : request.choice;
    const Result<Json> details = Json::parse(exception.details);
    const Json* choices = details ? details->find("choices") : nullptr;
    std::string allowed = "seen";
    bool known = choice == "seen";
    if (choices != nullptr && choices->is_array()) {
        for (const Json& offered : choices->items()) {
            if (!offered.is_string()) continue;
            allowed += ", " + offered.string();
            known = known || offered.string() == choice;
        }
    }
    if (!known) {
        return Answer::of(
            make_error(ErrorKind::invalid,
                       exception.id + " does not take the answer \"" + choice + "\"; it takes " + allowed + ".",
                       "unknown_value", "choice"));
    }
    const std::size_t mark = exception.key.rfind('#');
    const Json data = Json::object({{"flow", exception.flow},
                                    {"flow_key", exception.key.substr(0, mark)},
                                    {"notice", exception.key.substr(mark + 1)},
                                    {"choice", choice},
                                    {"exception", exception.id},
                                    {"actor", request.actor},
                                    {"reason", request.reason}});
    store::WriteBatch batch = site_.new_batch();
    batch.events.push_back(site_.new_event(exception.id + ":answered", "notice.answered", exception.subject,
                                           data.dump(), exception.correlation, exception.id + ":opened"));
    close_exception(site_, batch, exception,
                    "answered: " + choice + (request.reason.empty() ? "" : ", " + request.reason), request.actor,
                    exception.id + ":answered");
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    return Answer{};
}

Result<Answer> SiteEngine::replay_input(const PersonRequest& request, const store::Exception& exception) {
    const std::string source = exception.flow.substr(std::string("_intake/").size());
    store::WriteBatch batch = site_.new_batch();
    if (request.kind == PersonRequest::Kind::replay) {
        for (auto& poller : pollers_) {
            if (poller->connector() == source) poller->hint(batch, exception.key);
        }
        // What was refused is forgotten, so that the same content is judged anew: unchanged, it is refused once more
        // and not taken for something that is known. A newer state that was taken since stays known.
        TIELINE_TRY(const auto known, site_.store.object(site_.setup.site, source, exception.key));
        const Result<Json> details = Json::parse(exception.details);
        const std::int64_t refused = details ? details->int_or("revision", 0) : 0;
        if (known && static_cast<std::int64_t>(known->revision) == refused)
            batch.objects.push_back(
                {source, exception.key, known->revision + 1, forget_refused(known->content_hash), known->peer_version});
    }
    close_exception(site_, batch, exception,
                    request.kind == PersonRequest::Kind::replay ? "read again" : "given up: " + request.reason,
                    request.actor, "");
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    return Answer{};
}

Result<void> SiteEngine::fire_timers() {
    TIELINE_TRY(const std::vector<store::Timer> due, site_.store.timers_due(site_.setup.site, site_.now, {}));
    if (due.empty()) return {};
    store::WriteBatch batch = site_.new_batch();
    for (const store::Timer& timer : due) {
        const std::string data = Json::object({{"flow", timer.flow}, {"key", timer.key}, {"name", timer.name}}).dump();
        model::Envelope event = site_.new_event("timer:" + timer.flow + ":" + timer.key + ":" + timer.name + ":" +
                                                    std::to_string(timer.due.time_since_epoch().count()),
                                                "timer.fired", timer.key, data, timer.key, "");
        event.occurred = timer.due;
        batch.events.push_back(std::move(event));
        batch.timers.push_back({timer.flow, timer.key, timer.name, std::nullopt});
    }
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    return {};
}

Result<bool> SiteEngine::decide() {
    bool behind = true;
    for (std::size_t round = 0; round < site_.options.rounds_max && behind; ++round) {
        for (auto& runner : runners_) TIELINE_TRY_VOID(runner->run());
        behind = std::any_of(runners_.begin(), runners_.end(),
                             [&](const auto& runner) { return runner->position() < site_.head; });
    }
    return behind;
}

void SiteEngine::let_go_of_read() {
    Sequence read = read_models_.position();
    for (const auto& runner : runners_) read = std::min(read, runner->position());
    site_.tail.let_go(read);
}

Result<void> SiteEngine::claim() {
    for (auto& dispatcher : dispatchers_) TIELINE_TRY_VOID(dispatcher->claim());
    for (auto& poller : pollers_) poller->claim();
    return {};
}

Result<std::optional<WallTime>> SiteEngine::next_wake() {
    std::optional<WallTime> wake;
    const auto earlier = [&wake](const std::optional<WallTime>& other) {
        if (other && (!wake || *other < *wake)) wake = other;
    };
    TIELINE_TRY(const std::optional<WallTime> timer, site_.store.next_timer(site_.setup.site));
    earlier(timer);
    for (auto& dispatcher : dispatchers_) {
        TIELINE_TRY(const std::optional<WallTime> due, dispatcher->next_wake());
        earlier(due);
    }
    for (auto& poller : pollers_) earlier(poller->next_wake());
    return wake;
}

void SiteEngine::status(std::vector<ChannelStatus>& out) const {
    for (const auto& dispatcher : dispatchers_) out.push_back(dispatcher->status());
    for (const auto& poller : pollers_) out.push_back(poller->status());
}

}  // namespace tieline::engine
