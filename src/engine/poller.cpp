#include "engine/poller.h"

#include "base/log.h"
#include "engine/intake.h"
#include "engine/planted.h"

#include <algorithm>

namespace tieline::engine {
namespace {

constexpr std::size_t page_objects_max = 200;
constexpr std::size_t fetches_max = 16;

}  // namespace

Poller::Poller(SiteContext& site, const ConnectorSetup& setup)
    : site_(site), setup_(setup), channel_(setup.pace), hints_("_hints/" + setup.name) {}

Result<void> Poller::recover() {
    TIELINE_TRY(cursor_, site_.store.cursor(site_.setup.site, "pull/" + setup_.name));
    std::string after;
    for (;;) {
        TIELINE_TRY(const std::vector<store::StatePut> kept,
                    site_.store.states(site_.setup.site, hints_, after, false, {}));
        if (kept.empty()) break;
        for (const store::StatePut& hint : kept) {
            if (wanted_set_.insert(hint.key).second) wanted_.push_back(hint.key);
        }
        after = kept.back().key;
    }
    next_pull_ = site_.now;
    return {};
}

void Poller::hint(store::WriteBatch& batch, const std::string& object) {
    if (planted(PlantedBug::hint_dropped)) return;
    const bool in_flight =
        std::any_of(fetches_.begin(), fetches_.end(), [&](const auto& fetch) { return fetch.second == object; });
    if (in_flight) again_.insert(object);
    if (in_flight || !wanted_set_.insert(object).second) return;
    wanted_.push_back(object);
    batch.states.push_back({hints_, object, "{}", false});
}

void Poller::claim() {
    if (pull_in_flight_) return;
    if (channel_.room(site_.now, fetches_.size()) == 0) return;
    const bool pull_due = setup_.pulls && setup_.pace.poll_every.count() > 0 && site_.now >= next_pull_;
    if (pull_due) {
        if (fetches_.empty()) release(ActionKind::pull, "");
        return;  // no new single reads while a page waits for its turn
    }
    while (!wanted_.empty() && fetches_.size() < fetches_max && channel_.room(site_.now, fetches_.size()) > 0) {
        const std::string object = std::move(wanted_.front());
        wanted_.pop_front();
        wanted_set_.erase(object);
        release(ActionKind::fetch, object);
    }
}

void Poller::release(ActionKind kind, const std::string& object) {
    channel_.leave(site_.now);
    Action action = site_.new_action(kind, setup_.name, site_.now + setup_.pace.deadline);
    if (kind == ActionKind::pull) {
        action.cursor = cursor_;
        action.count_max = page_objects_max;
        pull_in_flight_ = true;
        pull_action_ = action.id;
    } else {
        action.object = object;
        fetches_[action.id] = object;
    }
    site_.actions.push_back(std::move(action));
}

Result<bool> Poller::settle(std::uint64_t action, ActionResult& result) {
    if (pull_in_flight_ && action == pull_action_) {
        pull_in_flight_ = false;
        TIELINE_TRY_VOID(pulled(std::get<Result<connectors::Page>>(result)));
        return true;
    }
    const auto fetch = fetches_.find(action);
    if (fetch == fetches_.end()) return false;
    const std::string object = fetch->second;
    fetches_.erase(fetch);
    TIELINE_TRY_VOID(fetched(object, std::get<Result<connectors::SourceObject>>(result)));
    return true;
}

Ingest Poller::ingest_of(connectors::SourceObject object) const {
    Ingest item;
    item.site = site_.setup.site;
    item.source = setup_.name;
    item.object = std::move(object.object);
    item.type = std::move(object.type);
    item.correlation = std::move(object.correlation);
    item.peer_version = std::move(object.peer_version);
    item.occurred = object.occurred;
    item.data = std::move(object.data);
    item.refused = std::move(object.refused);
    item.subject = std::move(object.subject);
    return item;
}

/// A person had an object read again that the source does not show: they are told, not only the log.
Ingest Poller::replayed_in_vain(const std::string& object, const store::ObjectRevision& known) const {
    Ingest item;
    item.site = site_.setup.site;
    item.source = setup_.name;
    item.object = object;
    item.peer_version = known.peer_version;  // of what was taken: an older state that comes late is still older
    item.occurred = site_.now;
    item.data = "{}";
    item.refused = make_error(ErrorKind::invalid,
                              setup_.name + " does not show " + object +
                                  " at the moment, so that it could not be read again. Look whether it is still there",
                              "not_found");
    return item;
}

Result<void> Poller::pulled(Result<connectors::Page>& outcome) {
    if (!outcome) {
        trouble(outcome.error());
        next_pull_ = std::max(next_pull_, site_.now + std::min(setup_.pace.poll_every, Millis(1000)));
        return {};
    }
    channel_.succeeded(site_.now);
    next_pull_ = outcome->more ? site_.now : site_.now + setup_.pace.poll_every;
    if (outcome->cursor == cursor_ && outcome->objects.empty()) return {};
    store::WriteBatch batch = site_.new_batch();
    if (planted(PlantedBug::cursor_before_page) && outcome->objects.size() > 1) outcome->objects.pop_back();
    Intake intake(site_, batch);
    for (connectors::SourceObject& object : outcome->objects) {
        TIELINE_TRY_VOID(intake.add(ingest_of(std::move(object))));
    }
    if (outcome->cursor != cursor_) batch.cursors.push_back({"pull/" + setup_.name, cursor_, outcome->cursor});
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    cursor_ = outcome->cursor;
    return {};
}

Result<void> Poller::fetched(const std::string& object, Result<connectors::SourceObject>& outcome) {
    const bool again = again_.erase(object) > 0;
    const bool gone = !outcome && outcome.error().kind == ErrorKind::not_found;
    if (!outcome && !gone) {
        trouble(outcome.error());
        if (wanted_set_.insert(object).second) wanted_.push_back(object);
        return {};
    }
    channel_.succeeded(site_.now);
    store::WriteBatch batch = site_.new_batch();
    Intake intake(site_, batch);
    TIELINE_TRY(const auto known, site_.store.object(site_.setup.site, setup_.name, object));
    if (outcome) {
        TIELINE_TRY_VOID(intake.add(ingest_of(std::move(*outcome))));
    } else if (known && is_forgotten(known->content_hash)) {
        TIELINE_TRY_VOID(intake.add(replayed_in_vain(object, *known)));
    } else {
        log(LogLevel::warn, "an object that was to be read again is not at its source",
            {{"source", setup_.name}, {"object", object}});
    }
    if (again) {
        wanted_set_.insert(object);
        wanted_.push_back(object);
    } else {
        batch.states.push_back({hints_, object, "", false});
    }
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    return {};
}

void Poller::trouble(const Error& error) {
    if (error.kind == ErrorKind::rate_limited) {
        channel_.pause(site_.now + error.retry_after.value_or(setup_.pace.backoff_first), error.message);
    } else if (error.kind == ErrorKind::unauthorized) {
        channel_.pause(site_.now + setup_.pace.backoff_max, error.message);
    } else {
        channel_.failed(site_.now, error.message);
    }
}

std::optional<WallTime> Poller::next_wake() const {
    if (pull_in_flight_) return std::nullopt;
    if (const std::optional<WallTime> change = channel_.next_change(site_.now); change && *change > site_.now) {
        return change;
    }
    if (!wanted_.empty() && fetches_.size() < fetches_max && !(setup_.pulls && site_.now >= next_pull_)) {
        return site_.now;
    }
    if (!setup_.pulls || setup_.pace.poll_every.count() == 0) return std::nullopt;
    if (site_.now >= next_pull_ && !fetches_.empty()) return std::nullopt;  // its last fetch will wake us
    return next_pull_;
}

ChannelStatus Poller::status() const {
    ChannelStatus status;
    status.site = site_.setup.site;
    status.connector = setup_.name + " (reading)";
    status.state = channel_.describe(site_.now);
    status.in_flight = fetches_.size() + (pull_in_flight_ ? 1 : 0);
    status.last_error = channel_.last_error();
    status.last_success = channel_.last_success();
    return status;
}

}  // namespace tieline::engine
