// Reads of the memory store: plain walks, easy to believe.

#include "store/memory/memory_impl.h"

#include <algorithm>

namespace tieline::store::memory {

using model::CommandState;
using model::StoredCommand;
using model::StoredEvent;

Result<std::vector<SiteId>> Impl::sites() {
    std::vector<SiteId> names;
    for (const auto& [name, site] : sites_) names.push_back(name);
    return names;
}

Result<Sequence> Impl::head(const SiteId& site) {
    const Site* found = find(site);
    return found == nullptr ? Sequence{0} : Sequence{found->log.size()};
}

Result<std::vector<StoredEvent>> Impl::read(const SiteId& site, Sequence after, Limit limit) {
    std::vector<StoredEvent> events;
    const Site* found = find(site);
    if (found == nullptr) return events;
    Room room(limit);
    for (std::size_t i = after; i < found->log.size(); ++i) {
        if (!room.take(bytes_of(found->log[i]))) break;
        events.push_back(found->log[i]);
    }
    return events;
}

Result<std::optional<StoredEvent>> Impl::event(const SiteId& site, Sequence seq) {
    const Site* found = find(site);
    if (found == nullptr || seq == 0 || seq > found->log.size()) return std::optional<StoredEvent>();
    return std::optional(found->log[seq - 1]);
}

Result<std::optional<StoredEvent>> Impl::event_by_id(const SiteId& site, std::string_view id) {
    const Site* found = find(site);
    if (found == nullptr) return std::optional<StoredEvent>();
    const auto seq = found->event_ids.find(id);
    if (seq == found->event_ids.end()) return std::optional<StoredEvent>();
    return event(site, seq->second);
}

Result<std::vector<StoredEvent>> Impl::story(const SiteId& site, std::string_view correlation, Sequence after,
                                             Limit limit) {
    std::vector<StoredEvent> events;
    const Site* found = find(site);
    if (found == nullptr || correlation.empty()) return events;
    Room room(limit);
    for (const auto& event : found->log) {
        if (event.seq <= after || event.envelope.correlation != correlation) continue;
        if (!room.take(bytes_of(event))) break;
        events.push_back(event);
    }
    return events;
}

Result<std::optional<ObjectRevision>> Impl::object(const SiteId& site, std::string_view source,
                                                   std::string_view object) {
    const Site* found = find(site);
    if (found == nullptr) return std::optional<ObjectRevision>();
    const auto row = found->objects.find({std::string(source), std::string(object)});
    if (row == found->objects.end()) return std::optional<ObjectRevision>();
    return std::optional(row->second);
}

Result<std::string> Impl::cursor(const SiteId& site, std::string_view name) {
    const Site* found = find(site);
    if (found == nullptr) return std::string();
    const auto row = found->cursors.find(name);
    return row == found->cursors.end() ? std::string() : row->second;
}

Result<std::optional<StatePut>> Impl::state(const SiteId& site, std::string_view flow, std::string_view key) {
    const Site* found = find(site);
    if (found == nullptr) return std::optional<StatePut>();
    const auto row = found->states.find({std::string(flow), std::string(key)});
    if (row == found->states.end()) return std::optional<StatePut>();
    return std::optional(row->second);
}

Result<std::vector<StatePut>> Impl::states(const SiteId& site, std::string_view flow, std::string_view after_key,
                                           bool only_parked, Limit limit) {
    std::vector<StatePut> states;
    const Site* found = find(site);
    if (found == nullptr) return states;
    Room room(limit);
    for (const auto& [key, state] : found->states) {
        if (state.flow != flow || state.key <= after_key || (only_parked && !state.parked)) continue;
        if (!room.take(bytes_of(state))) break;
        states.push_back(state);
    }
    return states;
}

Result<std::vector<Sequence>> Impl::waits(const SiteId& site, std::string_view flow, std::string_view key,
                                          Limit limit) {
    std::vector<Sequence> sequences;
    const Site* found = find(site);
    if (found == nullptr) return sequences;
    for (const auto& [wait_flow, wait_key, seq] : found->waits) {
        if (wait_flow == flow && wait_key == key && sequences.size() < limit.count) sequences.push_back(seq);
    }
    return sequences;
}

Result<std::optional<StoredCommand>> Impl::command(const SiteId& site, std::string_view key) {
    const Site* found = find(site);
    if (found == nullptr) return std::optional<StoredCommand>();
    const auto id = found->command_ids.find(key);
    if (id == found->command_ids.end()) return std::optional<StoredCommand>();
    return std::optional(found->commands.at(id->second));
}

Result<std::vector<StoredCommand>> Impl::due(const SiteId& site, std::string_view connector, CommandState state,
                                             WallTime now, Limit limit) {
    std::vector<StoredCommand> commands;
    const Site* found = find(site);
    if (found == nullptr) return commands;
    std::vector<const StoredCommand*> rows;
    for (const auto& [id, row] : found->commands) {
        if (row.command.connector == connector && row.state == state && row.due <= now) rows.push_back(&row);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return a->due < b->due; });
    Room room(limit);
    for (const StoredCommand* row : rows) {
        if (!room.take(bytes_of(*row))) break;
        commands.push_back(*row);
    }
    return commands;
}

Result<std::vector<StoredCommand>> Impl::commands_of(const SiteId& site, std::string_view correlation, Limit limit) {
    std::vector<StoredCommand> commands;
    const Site* found = find(site);
    if (found == nullptr || correlation.empty()) return commands;
    Room room(limit);
    for (const auto& [id, row] : found->commands) {
        if (row.command.correlation != correlation) continue;
        if (!room.take(bytes_of(row))) break;
        commands.push_back(row);
    }
    return commands;
}

Result<std::optional<WallTime>> Impl::next_due(const SiteId& site, std::string_view connector, CommandState state) {
    const Site* found = find(site);
    std::optional<WallTime> next;
    if (found == nullptr) return next;
    for (const auto& [id, row] : found->commands) {
        if (row.command.connector != connector || row.state != state) continue;
        if (!next || row.due < *next) next = row.due;
    }
    return next;
}

Result<std::vector<Timer>> Impl::timers_due(const SiteId& site, WallTime now, Limit limit) {
    std::vector<Timer> timers;
    const Site* found = find(site);
    if (found == nullptr) return timers;
    for (const auto& [key, due] : found->timers) {
        if (due <= now) timers.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), due});
    }
    std::stable_sort(timers.begin(), timers.end(), [](const auto& a, const auto& b) { return a.due < b.due; });
    if (timers.size() > limit.count) timers.resize(limit.count);
    return timers;
}

Result<std::optional<WallTime>> Impl::next_timer(const SiteId& site) {
    const Site* found = find(site);
    std::optional<WallTime> next;
    if (found == nullptr) return next;
    for (const auto& [key, due] : found->timers) {
        if (!next || due < *next) next = due;
    }
    return next;
}

Result<std::optional<Exception>> Impl::exception(const SiteId& site, std::string_view id) {
    const Site* found = find(site);
    if (found == nullptr) return std::optional<Exception>();
    const auto row = found->exceptions.find(id);
    if (row == found->exceptions.end()) return std::optional<Exception>();
    return std::optional(row->second.exception);
}

Result<std::vector<Exception>> Impl::exceptions(const SiteId& site, bool only_open, std::string_view before_id,
                                                Limit limit) {
    std::vector<Exception> answer;
    const Site* found = find(site);
    std::uint64_t before = UINT64_MAX;
    if (!before_id.empty()) {
        if (found == nullptr || !found->exceptions.contains(before_id)) return unknown_exception(before_id);
        before = found->exceptions.find(before_id)->second.number;
    }
    if (found == nullptr) return answer;
    std::map<std::uint64_t, const Exception*, std::greater<>> newest_first;
    for (const auto& [id, row] : found->exceptions) {
        const bool wanted = !only_open || row.exception.state == ExceptionState::open;
        if (wanted && row.number < before) newest_first[row.number] = &row.exception;
    }
    Room room(limit);
    for (const auto& [number, exception] : newest_first) {
        if (!room.take(bytes_of(*exception))) break;
        answer.push_back(*exception);
    }
    return answer;
}

Result<std::optional<Exception>> Impl::open_exception_of(const SiteId& site, std::string_view command_key,
                                                         std::string_view flow, std::string_view key) {
    Limit all;
    all.count = SIZE_MAX;
    all.bytes = SIZE_MAX;
    TIELINE_TRY(const auto open, exceptions(site, true, "", all));
    if (!command_key.empty()) {
        for (const auto& exception : open) {
            if (exception.command_key == command_key) return std::optional(exception);
        }
    }
    if (flow.empty()) return std::optional<Exception>();
    for (const auto& exception : open) {
        if (exception.flow == flow && exception.key == key) return std::optional(exception);
    }
    return std::optional<Exception>();
}

Result<std::optional<std::string>> Impl::view(const SiteId& site, std::string_view view, std::string_view key) {
    const Site* found = find(site);
    if (found == nullptr) return std::optional<std::string>();
    const auto row = found->views.find({std::string(view), std::string(key)});
    if (row == found->views.end()) return std::optional<std::string>();
    return std::optional(row->second);
}

Result<std::vector<ViewPut>> Impl::scan(const SiteId& site, std::string_view view, std::string_view prefix,
                                        std::string_view after_key, Limit limit) {
    std::vector<ViewPut> rows;
    const Site* found = find(site);
    if (found == nullptr) return rows;
    Room room(limit);
    for (const auto& [place, json] : found->views) {
        if (place.first != view || !place.second.starts_with(prefix)) continue;
        if (!after_key.empty() && place.second <= after_key) continue;
        ViewPut row{place.first, place.second, json};
        if (!room.take(bytes_of(row))) break;
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<void> Impl::drop_view(const SiteId& site, std::string_view view) {
    const auto found = sites_.find(site);
    if (found == sites_.end()) return {};
    std::vector<Pair> places;
    for (const auto& [place, json] : found->second.views) {
        if (place.first == view) places.push_back(place);
    }
    for (auto& place : places) put(found->second.views, std::move(place), std::optional<std::string>());
    return {};
}

Result<Counters> Impl::counters(const SiteId& site) {
    Counters counters;
    const Site* found = find(site);
    if (found == nullptr) return counters;
    for (const auto& [id, row] : found->commands) counters.commands_open += is_open(row.state) ? 1 : 0;
    for (const auto& [id, row] : found->exceptions) {
        counters.exceptions_open += row.exception.state == ExceptionState::open ? 1 : 0;
    }
    return counters;
}

}  // namespace tieline::store::memory
