// What leaves for the peer, and when to look again.

#include "engine/dispatcher.h"
#include "engine/receipts.h"

#include <algorithm>
#include <iterator>

namespace tieline::engine {
namespace {

constexpr Millis backlog_after{500};  ///< commands that wait longer than this are a backlog

using model::CommandState;
using model::StoredCommand;

}  // namespace

Result<void> Dispatcher::claim() {
    is_drained_ = false;
    std::size_t room = channel_.room(site_.now, flights_.size());
    if (room == 0) return {};
    TIELINE_TRY(const std::size_t asked, claim_questions(CommandState::unknown, ActionKind::find, room));
    room -= asked;
    if (room == 0) return {};
    TIELINE_TRY(const std::size_t followed, claim_questions(CommandState::accepted, ActionKind::follow, room));
    room -= followed;
    if (room == 0) return {};
    return claim_pushes(room);
}

Result<std::size_t> Dispatcher::claim_questions(CommandState state, ActionKind kind, std::size_t room) {
    store::Limit limit;
    limit.count = room + busy_.size();
    TIELINE_TRY(std::vector<StoredCommand> due,
                site_.store.due(site_.setup.site, setup_.name, state, site_.now, limit));
    std::size_t released = 0;
    for (StoredCommand& stored : due) {
        if (released == room) break;
        if (busy_.contains(stored.id)) continue;
        ++released;
        ++site_.metrics.looked_up;
        release(kind, std::make_shared<StoredCommand>(std::move(stored)), site_.now + setup_.pace.deadline);
    }
    return released;
}

Result<void> Dispatcher::claim_pushes(std::size_t room) {
    // What the backlog may not use is not even read: that would cost more than what leaves.
    if (has_backlog_ && backlog_room() == 0) {
        TIELINE_TRY(const std::optional<WallTime> oldest,
                    site_.store.next_due(site_.setup.site, setup_.name, CommandState::pending));
        has_backlog_ = oldest && *oldest + backlog_after < site_.now;  // the rest of it may have left meanwhile
        if (has_backlog_) return {};
    }
    if (has_backlog_) room = std::min(room, backlog_room());
    store::Limit limit;
    limit.count = room;
    TIELINE_TRY(std::vector<StoredCommand> due,
                site_.store.due(site_.setup.site, setup_.name, CommandState::pending, site_.now, limit));
    is_drained_ = due.size() < room;
    has_backlog_ = !is_drained_ && due.front().due + backlog_after < site_.now;
    if (due.empty()) return {};
    if (has_backlog_) {
        TIELINE_TRY_VOID(let_fresh_ones_in(due, std::min(room, backlog_room())));
    } else {
        if (is_drained_) site_.fresh[setup_.name].clear();  // everything that may leave leaves now
        fresh_quarters_ = 0;
    }
    std::vector<Stored> claimed;
    for (StoredCommand& stored : due) {
        store::CommandChange change = change_to(stored, CommandState::sending);
        change.attempt = stored.attempt + 1;
        change.epoch = site_.lease.epoch;
        change.deadline = site_.now + setup_.pace.deadline;
        change.absent_answers = 0;
        stored.state = change.state;
        stored.attempt = change.attempt;
        stored.epoch = change.epoch;
        stored.deadline = change.deadline;
        stored.absent_answers = 0;
        batch().changes.push_back(std::move(change));
        claimed.push_back(std::make_shared<StoredCommand>(std::move(stored)));
    }
    TIELINE_TRY_VOID(flush());
    for (Stored& stored : claimed) {
        ++site_.metrics.sent;
        const WallTime deadline = stored->deadline;
        release(ActionKind::push, std::move(stored), deadline);
    }
    return {};
}

/// Little's law, less what is on its way.
std::size_t Dispatcher::backlog_room() const {
    const std::size_t window = window_.size(static_cast<std::size_t>(std::max(1, setup_.pace.in_flight_max)));
    return window - std::min(window, flights_.size());
}

Result<void> Dispatcher::let_fresh_ones_in(std::vector<StoredCommand>& due, std::size_t room) {
    Fresh& fresh = site_.fresh[setup_.name];
    fresh_quarters_ = std::min(fresh_quarters_ + room, 4 * Fresh::keys_max);
    std::vector<StoredCommand> chosen;
    while (fresh_quarters_ >= 4 && chosen.size() < room) {
        const std::optional<std::string> key = fresh.take(site_.now - backlog_after);
        if (!key) break;
        TIELINE_TRY(std::optional<StoredCommand> stored, site_.store.command(site_.setup.site, *key));
        const bool may_leave = stored && stored->state == CommandState::pending && stored->due <= site_.now;
        const auto same = [&](const StoredCommand& other) { return other.id == stored->id; };
        if (!may_leave || std::any_of(due.begin(), due.end(), same)) continue;
        chosen.push_back(std::move(*stored));
        fresh_quarters_ -= 4;
    }
    due.resize(room - chosen.size());
    // First, since each one that leaves before them makes them wait.
    due.insert(due.begin(), std::make_move_iterator(chosen.begin()), std::make_move_iterator(chosen.end()));
    return {};
}

void Dispatcher::take(StoredCommand stored) {
    ++site_.metrics.sent;
    const WallTime deadline = stored.deadline;
    release(ActionKind::push, std::make_shared<StoredCommand>(std::move(stored)), deadline);
}

void Dispatcher::release(ActionKind kind, Stored stored, WallTime deadline) {
    channel_.leave(site_.now);
    Action action = site_.new_action(kind, setup_.name, deadline);
    action.stored = stored;
    busy_[stored->id] = action.id;
    flights_[action.id] = Flight{kind, std::move(stored), site_.now};
    site_.actions.push_back(std::move(action));
}

Result<std::optional<WallTime>> Dispatcher::next_wake() {
    std::optional<WallTime> wake;
    const bool full = channel_.room(site_.now, flights_.size()) == 0;
    if (full) return channel_.next_change(site_.now);              // nullopt: a settlement will wake us
    const bool window_full = has_backlog_ && backlog_room() == 0;  // an answer will wake us
    for (const CommandState state : {CommandState::pending, CommandState::unknown, CommandState::accepted}) {
        if (state == CommandState::pending && window_full) continue;
        TIELINE_TRY(const std::optional<WallTime> due, site_.store.next_due(site_.setup.site, setup_.name, state));
        if (!due) continue;
        if (state != CommandState::pending && *due <= site_.now && !busy_.empty()) continue;  // in flight already
        if (!wake || *due < *wake) wake = due;
    }
    return wake;
}

}  // namespace tieline::engine
