#include "engine/context.h"

#include "base/json.h"

#include <algorithm>

namespace tieline::engine {

const char* to_string(ActionKind kind) {
    switch (kind) {
        case ActionKind::push:
            return "push";
        case ActionKind::find:
            return "find";
        case ActionKind::follow:
            return "follow";
        case ActionKind::pull:
            return "pull";
        case ActionKind::fetch:
            return "fetch";
    }
    return "?";
}

std::string view_name(const Projection& projection) {
    return std::string(projection.name()) + ".v" + std::to_string(projection.version());
}

ViewNames view_names(const std::vector<std::unique_ptr<Projection>>& projections) {
    ViewNames names;
    for (const auto& projection : projections) names.emplace(projection->name(), view_name(*projection));
    return names;
}

void Tail::add(model::StoredEvent event) {
    if (!events_.empty() && events_.back()->seq + 1 != event.seq) events_.clear();
    events_.push_back(std::make_shared<const model::StoredEvent>(std::move(event)));
    // Whoever else has the event may be reading what was parsed.
    const auto* old = events_.size() > parsed_max ? &events_[events_.size() - 1 - parsed_max] : nullptr;
    if (old != nullptr && old->use_count() == 1) (*old)->envelope.parsed.drop(spent_);
    for (; events_.size() > events_max; events_.pop_front()) spent_.push_back(std::move(events_.front()));
}

void Tail::let_go(Sequence upto) {
    for (; events_.size() > 1 && events_.front()->seq <= upto; events_.pop_front()) {
        spent_.push_back(std::move(events_.front()));
    }
}

std::optional<Events> Tail::after(Sequence after, std::size_t count_max) const {
    if (!reaches(after)) return std::nullopt;
    const std::size_t first = std::min(static_cast<std::size_t>(after + 1 - events_.front()->seq), events_.size());
    const auto begin = events_.begin() + static_cast<std::ptrdiff_t>(first);
    return Events(begin, begin + static_cast<std::ptrdiff_t>(std::min(count_max, events_.size() - first)));
}

void Fresh::add(std::string key, WallTime made) {
    commands_.emplace_back(std::move(key), made);
    if (commands_.size() > keys_max) commands_.pop_front();
}

std::optional<std::string> Fresh::take(WallTime since) {
    while (!commands_.empty()) {
        auto [key, made] = std::move(commands_.front());
        commands_.pop_front();
        if (made >= since) return std::move(key);
    }
    return std::nullopt;
}

store::WriteBatch SiteContext::new_batch() const {
    store::WriteBatch batch;
    batch.site = setup.site;
    batch.lease = lease;
    batch.now = now;
    return batch;
}

Result<Events> SiteContext::events_after(Sequence after, std::size_t count_max) const {
    if (std::optional<Events> kept = tail.after(after, count_max)) return std::move(*kept);
    store::Limit limit;
    limit.count = count_max;
    TIELINE_TRY(std::vector<model::StoredEvent> read, store.read(setup.site, after, limit));
    Events events;
    events.reserve(read.size());
    for (model::StoredEvent& event : read) {
        events.push_back(std::make_shared<const model::StoredEvent>(std::move(event)));
    }
    return events;
}

/// Asks for first attempts as far as there are places: what would be claimed in this turn anyway is stored as that.
void SiteContext::claim_new(store::WriteBatch& batch) {
    if (batch.commands.empty() || !batch.commands_due.empty()) return;
    std::map<std::string_view, std::size_t> places;
    for (const model::Command& command : batch.commands) {
        std::optional<store::FirstAttempt> first;
        if (const auto found = claimers.find(command.connector); found != claimers.end()) {
            std::size_t& left = places.try_emplace(command.connector, found->second->places()).first->second;
            if (left > 0) first = store::FirstAttempt{lease.epoch, now + found->second->deadline()};
            left -= left > 0 ? 1 : 0;
        }
        batch.commands_claimed.push_back(first);
    }
}

void SiteContext::pass_on_new(store::WriteBatch& batch, const store::Applied& applied) {
    auto claimed = applied.claimed.begin();
    for (std::size_t i = 0; i < batch.commands.size(); ++i) {
        model::Command& command = batch.commands[i];
        if (claimed == applied.claimed.end() || claimed->first != i) {
            fresh[command.connector].add(std::move(command.key), now);
            continue;
        }
        model::StoredCommand stored;
        stored.id = claimed->second;
        stored.site = setup.site;
        stored.state = model::CommandState::sending;
        stored.attempt = 1;
        stored.epoch = batch.commands_claimed[i]->epoch;
        stored.deadline = batch.commands_claimed[i]->deadline;
        stored.due = batch.now;
        stored.created = batch.now;
        Claimer& claimer = *claimers.at(command.connector);
        stored.command = std::move(command);
        claimer.take(std::move(stored));
        ++claimed;
    }
}

Result<store::Applied> SiteContext::apply(store::WriteBatch batch) {
    claim_new(batch);
    TIELINE_TRY(const store::Applied applied, store.apply(batch));
    dirty = true;
    pass_on_new(batch, applied);
    if (applied.last_seq == 0) return applied;
    TIELINE_CHECK(applied.first_seq == head + 1, "another writer appended to a log that this node leases");
    head = applied.last_seq;
    if (applied.events_repeated > 0) {
        tail.clear();  // which ones were left out is not told; readers fall back to the store
        return applied;
    }
    Sequence seq = applied.first_seq;
    for (model::Envelope& envelope : batch.events) {
        tail.add(model::StoredEvent{seq, now, std::move(envelope)});
        ++seq;
    }
    return applied;
}

Action SiteContext::new_action(ActionKind kind, const std::string& connector, WallTime deadline) const {
    Action action;
    action.id = (*next_action)++;
    action.site = setup.site;
    action.kind = kind;
    action.connector = connector;
    action.deadline = deadline;
    return action;
}

model::Envelope SiteContext::new_event(std::string id, std::string type, std::string subject, std::string data,
                                       std::string correlation, std::string cause) const {
    model::Envelope event;
    event.id = std::move(id);
    event.source = "hub";
    event.type = std::move(type);
    event.subject = std::move(subject);
    event.site = setup.site;
    event.occurred = now;
    event.correlation = std::move(correlation);
    event.cause = std::move(cause);
    event.data = std::move(data);
    return event;
}

std::string notice_key(std::string_view flow_key, std::string_view notice) {
    return std::string(flow_key).append("#").append(notice);
}

std::string open_exception(SiteContext& site, store::WriteBatch& batch, store::Exception exception,
                           const std::string& cause) {
    // The sequence of its event, but where another batch is open too (each dispatcher has one): both would count from
    // the same head. Never more than that sequence will have reached once all of them are applied.
    site.newest_exception = std::max<Sequence>(site.head + batch.events.size(), site.newest_exception) + 1;
    exception.id = "EX-" + std::to_string(site.newest_exception);
    exception.opened = site.now;
    exception.state = store::ExceptionState::open;
    const Json data = Json::object({{"exception", exception.id},
                                    {"kind", exception.kind},
                                    {"code", exception.code},
                                    {"reason", exception.reason},
                                    {"fix", exception.fix},
                                    {"flow", exception.flow},
                                    {"flow_key", exception.key},
                                    {"command", exception.command_key}});
    batch.events.push_back(site.new_event(exception.id + ":opened", "exception.opened", exception.subject, data.dump(),
                                          exception.correlation, cause));
    std::string id = exception.id;
    batch.exceptions.push_back(std::move(exception));
    return id;
}

void close_exception(SiteContext& site, store::WriteBatch& batch, store::Exception exception, std::string resolution,
                     const std::string& actor, const std::string& cause) {
    exception.state = store::ExceptionState::closed;
    exception.closed = site.now;
    exception.resolution = std::move(resolution);
    const Json data = Json::object({{"exception", exception.id},
                                    {"resolution", exception.resolution},
                                    {"actor", actor},
                                    {"kind", exception.kind}});
    // One exception is closed once: its id makes the event's id.
    batch.events.push_back(site.new_event(exception.id + ":closed", "exception.closed", exception.subject, data.dump(),
                                          exception.correlation, cause));
    batch.exceptions.push_back(std::move(exception));
}

}  // namespace tieline::engine
