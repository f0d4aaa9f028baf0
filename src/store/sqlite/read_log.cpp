// Reading sites, events, objects, cursors, flow state, views; leases.

#include "store/sqlite/store_impl.h"

#include <algorithm>

namespace tieline::store::sqlite {

namespace {

constexpr std::int64_t sequence_mask = (std::int64_t{1} << 40) - 1;

model::StoredEvent event_of(const Run& run, const SiteId& site) {
    model::StoredEvent stored;
    stored.seq = static_cast<Sequence>(run.integer(0) & sequence_mask);
    stored.recorded = wall_time(run.integer(6));
    model::Envelope& event = stored.envelope;
    event.id = run.text(1);
    event.source = run.text(2);
    event.type = run.text(3);
    event.subject = run.text(4);
    event.site = site;
    event.occurred = wall_time(run.integer(5));
    event.correlation = run.text(7);
    event.cause = run.text(8);
    event.schema_version = static_cast<int>(run.integer(9));
    event.data = run.text(10);
    return stored;
}

/// The first positions of a site's log that lie behind `after`.
std::int64_t position(std::int64_t site_no, Sequence after) {
    const auto bounded = static_cast<std::int64_t>(std::min<Sequence>(after, sequence_mask));
    return (site_no << 40) + bounded;
}

Result<std::vector<model::StoredEvent>> events_of(Run& run, const SiteId& site, Limit limit, const Database& database) {
    std::vector<model::StoredEvent> events;
    Room room(limit);
    while (run.row()) {
        model::StoredEvent event = event_of(run, site);
        if (!room.take(bytes_of(event))) return events;
        events.push_back(std::move(event));
    }
    if (run.failed()) return database.error("reading events");
    return events;
}

std::int64_t row_count(Limit limit) { return static_cast<std::int64_t>(std::min<std::size_t>(limit.count, 1 << 30)); }

}  // namespace

Result<std::vector<SiteId>> SqliteStore::sites() {
    std::vector<SiteId> sites;
    for (const auto& [site, row] : sites_) sites.push_back(site);
    return sites;
}

Result<Sequence> SqliteStore::head(const SiteId& site) {
    const auto found = sites_.find(site);
    return found == sites_.end() ? Sequence{0} : found->second.head;
}

Result<std::vector<model::StoredEvent>> SqliteStore::read(const SiteId& site, Sequence after, Limit limit) {
    const std::int64_t no = site_no(site);
    Run run(database_, sql_.events_read, position(no, after), position(no, sequence_mask), row_count(limit));
    return events_of(run, site, limit, database_);
}

Result<std::optional<model::StoredEvent>> SqliteStore::event(const SiteId& site, Sequence seq) {
    if (seq == 0) return std::optional<model::StoredEvent>();
    const std::int64_t no = site_no(site);
    Run run(database_, sql_.events_read, position(no, seq - 1), position(no, seq), 1);
    if (run.row()) return std::optional(event_of(run, site));
    if (run.failed()) return read_failure();
    return std::optional<model::StoredEvent>();
}

Result<std::optional<model::StoredEvent>> SqliteStore::event_by_id(const SiteId& site, std::string_view id) {
    Run run(database_, sql_.event_by_id, site_no(site), id);
    if (run.row()) return std::optional(event_of(run, site));
    if (run.failed()) return read_failure();
    return std::optional<model::StoredEvent>();
}

Result<std::vector<model::StoredEvent>> SqliteStore::story(const SiteId& site, std::string_view correlation,
                                                           Sequence after, Limit limit) {
    const std::int64_t no = site_no(site);
    Run run(database_, sql_.events_story, no, correlation, position(no, after), row_count(limit));
    return events_of(run, site, limit, database_);
}

Result<std::optional<ObjectRevision>> SqliteStore::object(const SiteId& site, std::string_view source,
                                                          std::string_view object) {
    Run run(database_, sql_.object_get, site_no(site), name_no(source), object);
    if (!run.row()) {
        if (run.failed()) return read_failure();
        return std::optional<ObjectRevision>();
    }
    ObjectRevision found;
    found.source = source;
    found.object = object;
    found.revision = static_cast<std::uint64_t>(run.integer(0));
    found.content_hash = run.text(1);
    found.peer_version = run.text(2);
    return std::optional(std::move(found));
}

Result<std::string> SqliteStore::cursor(const SiteId& site, std::string_view name) {
    Run run(database_, sql_.cursor_get, site_no(site), name);
    if (run.row()) return run.text(0);
    if (run.failed()) return read_failure();
    return std::string();
}

Result<std::optional<StatePut>> SqliteStore::state(const SiteId& site, std::string_view flow, std::string_view key) {
    Run run(database_, sql_.state_get, site_no(site), name_no(flow), key);
    if (run.row()) {
        return std::optional(StatePut{std::string(flow), std::string(key), run.text(1), run.integer(0) != 0});
    }
    if (run.failed()) return read_failure();
    return std::optional<StatePut>();
}

Result<std::vector<StatePut>> SqliteStore::states(const SiteId& site, std::string_view flow, std::string_view after_key,
                                                  bool only_parked, Limit limit) {
    std::vector<StatePut> states;
    Room room(limit);
    Run run(database_, only_parked ? sql_.states_parked : sql_.states_all, site_no(site), name_no(flow), after_key,
            row_count(limit));
    while (run.row()) {
        StatePut state{std::string(flow), run.text(0), run.text(2), run.integer(1) != 0};
        if (!room.take(bytes_of(state))) return states;
        states.push_back(std::move(state));
    }
    if (run.failed()) return read_failure();
    return states;
}

Result<std::vector<Sequence>> SqliteStore::waits(const SiteId& site, std::string_view flow, std::string_view key,
                                                 Limit limit) {
    std::vector<Sequence> sequences;
    Run run(database_, sql_.waits_read, site_no(site), flow, key, row_count(limit));
    while (run.row()) sequences.push_back(static_cast<Sequence>(run.integer(0)));
    if (run.failed()) return read_failure();
    return sequences;
}

Result<std::optional<std::string>> SqliteStore::view(const SiteId& site, std::string_view view, std::string_view key) {
    Run run(database_, sql_.view_get, site_no(site), name_no(view), key);
    if (run.row()) return std::optional(run.text(0));
    if (run.failed()) return read_failure();
    return std::optional<std::string>();
}

Result<std::vector<ViewPut>> SqliteStore::scan(const SiteId& site, std::string_view view, std::string_view prefix,
                                               std::string_view after_key, Limit limit) {
    std::vector<ViewPut> rows;
    Room room(limit);
    // An empty after_key means "from the first": a row whose key is empty belongs in the answer.
    const bool from_prefix = after_key.empty() || after_key < prefix;
    Run run(database_, from_prefix ? sql_.view_from : sql_.view_after, site_no(site), name_no(view),
            from_prefix ? prefix : after_key, row_count(limit));
    while (run.row()) {
        ViewPut row{std::string(view), run.text(0), run.text(1)};
        if (!row.key.starts_with(prefix) || !room.take(bytes_of(row))) return rows;
        rows.push_back(std::move(row));
    }
    if (run.failed()) return read_failure();
    return rows;
}

Result<void> SqliteStore::drop_view(const SiteId& site, std::string_view view) {
    if (failure_) return stopped();
    const std::int64_t site_number = site_no(site);
    const std::int64_t view_number = name_no(view);
    if (site_number == 0 || view_number == 0) return {};
    TIELINE_TRY_VOID(begin_group());
    Run run(database_, sql_.view_drop, site_number, view_number);
    if (!run.done()) return broken("dropping a view");
    return {};
}

Result<Counters> SqliteStore::counters(const SiteId& site) {
    const auto found = sites_.find(site);
    return found == sites_.end() ? Counters{} : found->second.counters;
}

Result<std::uint64_t> SqliteStore::acquire_lease(const std::string& name, const std::string& holder, WallTime now,
                                                 Millis duration) {
    if (failure_) return stopped();
    const auto found = leases_.find(name);
    LeaseRow lease = found == leases_.end() ? LeaseRow{} : found->second;
    if (lease.epoch != 0 && lease.holder != holder && lease.until > now) {
        return lease_held(name, lease.holder, lease.until);
    }
    if (lease.holder != holder || lease.epoch == 0) ++lease.epoch;
    lease.holder = holder;
    lease.until = now + duration;
    TIELINE_TRY_VOID(begin_group());
    {
        Run run(database_, sql_.lease_put, name, lease.holder, lease.epoch, millis(lease.until));
        if (!run.done()) return broken("storing a lease");
    }
    TIELINE_TRY_VOID(sync());
    leases_[name] = lease;
    return lease.epoch;
}

}  // namespace tieline::store::sqlite
