#pragma once
// Tables of the memory store, and how a change of them is taken back.

#include "store/memory/memory_store.h"
#include "store/rules.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tieline::store::memory {

using Pair = std::pair<std::string, std::string>;

struct Lease {
    std::string holder;
    std::uint64_t epoch = 0;
    WallTime until{};
};

struct ExceptionRow {
    std::uint64_t number = 0;  ///< grows with the first put; the order of lists
    Exception exception;
};

struct Site {
    std::vector<model::StoredEvent> log;
    std::map<std::string, Sequence, std::less<>> event_ids;
    std::map<Pair, ObjectRevision> objects;  ///< source, object
    std::map<std::string, std::string, std::less<>> cursors;
    std::map<Pair, StatePut> states;                                 ///< flow, key
    std::set<std::tuple<std::string, std::string, Sequence>> waits;  ///< flow, key, seq
    std::map<std::uint64_t, model::StoredCommand> commands;
    std::map<std::string, std::uint64_t, std::less<>> command_ids;                 ///< by key
    std::map<std::tuple<std::string, std::string, std::string>, WallTime> timers;  ///< flow, key, name
    std::map<std::string, ExceptionRow, std::less<>> exceptions;
    std::map<Pair, std::string> views;  ///< view, key
};

/// What takes back the changes made since the last sync, newest last.
using Undo = std::vector<std::function<void()>>;

class Impl final : public MemoryStore {
public:
    void crash() override;

    Result<Applied> apply(const WriteBatch& batch) override;
    Result<void> sync() override;
    Result<std::vector<SiteId>> sites() override;
    Result<Sequence> head(const SiteId& site) override;
    Result<std::vector<model::StoredEvent>> read(const SiteId& site, Sequence after, Limit limit) override;
    Result<std::optional<model::StoredEvent>> event(const SiteId& site, Sequence seq) override;
    Result<std::optional<model::StoredEvent>> event_by_id(const SiteId& site, std::string_view id) override;
    Result<std::vector<model::StoredEvent>> story(const SiteId& site, std::string_view correlation, Sequence after,
                                                  Limit limit) override;
    Result<std::optional<ObjectRevision>> object(const SiteId& site, std::string_view source,
                                                 std::string_view object) override;
    Result<std::string> cursor(const SiteId& site, std::string_view name) override;
    Result<std::optional<StatePut>> state(const SiteId& site, std::string_view flow, std::string_view key) override;
    Result<std::vector<StatePut>> states(const SiteId& site, std::string_view flow, std::string_view after_key,
                                         bool only_parked, Limit limit) override;
    Result<std::vector<Sequence>> waits(const SiteId& site, std::string_view flow, std::string_view key,
                                        Limit limit) override;
    Result<std::optional<model::StoredCommand>> command(const SiteId& site, std::string_view key) override;
    Result<std::vector<model::StoredCommand>> due(const SiteId& site, std::string_view connector,
                                                  model::CommandState state, WallTime now, Limit limit) override;
    Result<std::vector<model::StoredCommand>> commands_of(const SiteId& site, std::string_view correlation,
                                                          Limit limit) override;
    Result<std::optional<WallTime>> next_due(const SiteId& site, std::string_view connector,
                                             model::CommandState state) override;
    Result<std::vector<Timer>> timers_due(const SiteId& site, WallTime now, Limit limit) override;
    Result<std::optional<WallTime>> next_timer(const SiteId& site) override;
    Result<std::optional<Exception>> exception(const SiteId& site, std::string_view id) override;
    Result<std::vector<Exception>> exceptions(const SiteId& site, bool only_open, std::string_view before_id,
                                              Limit limit) override;
    Result<std::optional<Exception>> open_exception_of(const SiteId& site, std::string_view command_key,
                                                       std::string_view flow, std::string_view key) override;
    Result<std::optional<std::string>> view(const SiteId& site, std::string_view view, std::string_view key) override;
    Result<std::vector<ViewPut>> scan(const SiteId& site, std::string_view view, std::string_view prefix,
                                      std::string_view after_key, Limit limit) override;
    Result<void> drop_view(const SiteId& site, std::string_view view) override;
    Result<Counters> counters(const SiteId& site) override;
    Result<std::uint64_t> acquire_lease(const std::string& name, const std::string& holder, WallTime now,
                                        Millis duration) override;
    StoreStats stats() const override { return stats_; }

private:
    Result<Applied> write(const WriteBatch& batch);
    void add_events(Site& site, const WriteBatch& batch, Applied& applied);
    Result<void> change(Site& site, const CommandChange& change);
    Result<void> add_command(Site& site, const WriteBatch& batch, std::size_t index, Applied& applied);
    void put_exception(Site& site, const Exception& exception);
    /// The first command of an order key that blocks it, or nullptr.
    static const model::StoredCommand* first_blocking(const Site& site, const model::Command& like);
    void hold_followers(Site& site, std::uint64_t id, const model::Command& like);
    const Site* find(std::string_view site) const;
    void take_back(std::size_t keep);

    /// Sets or removes one row, and remembers what was there. Nodes of a std::map stay where they are.
    template <class Map, class Key, class Value>
    void put(Map& map, Key key, std::optional<Value> value) {
        const auto found = map.find(key);
        std::optional<Value> before;
        if (found != map.end()) before = found->second;
        if (value)
            map.insert_or_assign(key, std::move(*value));
        else
            map.erase(key);
        undo_.push_back([&map, key = std::move(key), before = std::move(before)] {
            if (before)
                map.insert_or_assign(key, *before);
            else
                map.erase(key);
        });
    }

    std::map<std::string, Site, std::less<>> sites_;
    std::map<std::string, Lease, std::less<>> leases_;
    std::uint64_t last_command_ = 0;
    std::uint64_t last_exception_ = 0;
    Undo undo_;
    StoreStats stats_;
};

}  // namespace tieline::store::memory
