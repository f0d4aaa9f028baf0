#pragma once
// The store as the engine sees it, with a watcher that knows what each group holds and can end the world at any commit.

#include "base/random.h"
#include "sim/matrix.h"
#include "store/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace tieline::sim {

/// Thrown out of the engine when the simulated process dies.
struct ProcessDied {};

/// What shall happen at the next commit.
enum class CommitFate { well, crash_in_group, crash_before, crash_torn, crash_unsynced, crash_after, disk_error };

/// The disk under the store, as the watcher drives it.
class DiskFaults {
public:
    virtual ~DiskFaults() = default;
    virtual void die_after_writes(std::uint64_t writes) = 0;  ///< then every operation fails and changes nothing
    virtual void fail_next_write() = 0;                       ///< EIO once
};

/// Forwards everything to the real store. One thread.
class WatchedStore final : public store::Store {
public:
    WatchedStore(store::Store& inner, DiskFaults& disk, Random& random, std::function<void(Step, Fault)> struck)
        : inner_(inner), disk_(disk), random_(random), struck_(std::move(struck)) {}
    /// The fate of the next commit that holds something; cleared once it struck.
    void arm(CommitFate fate) { fate_ = fate; }
    CommitFate armed() const { return fate_; }

    Result<store::Applied> apply(const store::WriteBatch& batch) override;
    Result<void> sync() override;
    /// `done` is kept for synced(): the driver says when the disk is done.
    Result<void> begin_sync(std::function<void()> done) override;
    Result<void> finish_sync() override;
    void synced() {
        if (const std::function<void()> done = std::exchange(done_, nullptr)) done();
    }

    Result<std::vector<store::SiteId>> sites() override { return inner_.sites(); }
    Result<store::Sequence> head(const store::SiteId& site) override { return inner_.head(site); }
    Result<std::vector<model::StoredEvent>> read(const store::SiteId& site, store::Sequence after,
                                                 store::Limit limit) override {
        return inner_.read(site, after, limit);
    }
    Result<std::optional<model::StoredEvent>> event(const store::SiteId& site, store::Sequence seq) override {
        return inner_.event(site, seq);
    }
    Result<std::optional<model::StoredEvent>> event_by_id(const store::SiteId& site, std::string_view id) override {
        return inner_.event_by_id(site, id);
    }
    Result<std::vector<model::StoredEvent>> story(const store::SiteId& site, std::string_view correlation,
                                                  store::Sequence after, store::Limit limit) override {
        return inner_.story(site, correlation, after, limit);
    }
    Result<std::optional<store::ObjectRevision>> object(const store::SiteId& site, std::string_view source,
                                                        std::string_view object) override {
        return inner_.object(site, source, object);
    }
    Result<std::string> cursor(const store::SiteId& site, std::string_view name) override {
        return inner_.cursor(site, name);
    }
    Result<std::optional<store::StatePut>> state(const store::SiteId& site, std::string_view flow,
                                                 std::string_view key) override {
        return inner_.state(site, flow, key);
    }
    Result<std::vector<store::StatePut>> states(const store::SiteId& site, std::string_view flow,
                                                std::string_view after_key, bool only_parked,
                                                store::Limit limit) override {
        return inner_.states(site, flow, after_key, only_parked, limit);
    }
    Result<std::vector<store::Sequence>> waits(const store::SiteId& site, std::string_view flow, std::string_view key,
                                               store::Limit limit) override {
        return inner_.waits(site, flow, key, limit);
    }
    Result<std::optional<model::StoredCommand>> command(const store::SiteId& site, std::string_view key) override {
        return inner_.command(site, key);
    }
    Result<std::vector<model::StoredCommand>> due(const store::SiteId& site, std::string_view connector,
                                                  model::CommandState state, WallTime now,
                                                  store::Limit limit) override {
        return inner_.due(site, connector, state, now, limit);
    }
    Result<std::vector<model::StoredCommand>> commands_of(const store::SiteId& site, std::string_view correlation,
                                                          store::Limit limit) override {
        return inner_.commands_of(site, correlation, limit);
    }
    Result<std::optional<WallTime>> next_due(const store::SiteId& site, std::string_view connector,
                                             model::CommandState state) override {
        return inner_.next_due(site, connector, state);
    }
    Result<std::vector<store::Timer>> timers_due(const store::SiteId& site, WallTime now, store::Limit limit) override {
        return inner_.timers_due(site, now, limit);
    }
    Result<std::optional<WallTime>> next_timer(const store::SiteId& site) override { return inner_.next_timer(site); }
    Result<std::optional<store::Exception>> exception(const store::SiteId& site, std::string_view id) override {
        return inner_.exception(site, id);
    }
    Result<std::vector<store::Exception>> exceptions(const store::SiteId& site, bool only_open,
                                                     std::string_view before_id, store::Limit limit) override {
        return inner_.exceptions(site, only_open, before_id, limit);
    }
    Result<std::optional<store::Exception>> open_exception_of(const store::SiteId& site, std::string_view command_key,
                                                              std::string_view flow, std::string_view key) override {
        return inner_.open_exception_of(site, command_key, flow, key);
    }
    Result<std::optional<std::string>> view(const store::SiteId& site, std::string_view view,
                                            std::string_view key) override {
        return inner_.view(site, view, key);
    }
    Result<std::vector<store::ViewPut>> scan(const store::SiteId& site, std::string_view view, std::string_view prefix,
                                             std::string_view after_key, store::Limit limit) override {
        return inner_.scan(site, view, prefix, after_key, limit);
    }
    Result<void> drop_view(const store::SiteId& site, std::string_view view) override {
        return inner_.drop_view(site, view);
    }
    Result<store::Counters> counters(const store::SiteId& site) override { return inner_.counters(site); }
    Result<std::uint64_t> acquire_lease(const std::string& name, const std::string& holder, WallTime now,
                                        Millis duration) override {
        return inner_.acquire_lease(name, holder, now, duration);
    }
    store::StoreStats stats() const override { return inner_.stats(); }

private:
    void strike(Fault fault);
    /// What befalls the group that is about to be committed; nullopt: nothing, go on.
    std::optional<Result<void>> befall();

    store::Store& inner_;
    DiskFaults& disk_;
    Random& random_;
    std::function<void(Step, Fault)> struck_;
    std::set<Step> steps_;  ///< in the open group
    CommitFate fate_ = CommitFate::well;
    bool dies_unsynced_ = false;  ///< between the two halves of this sync
    std::function<void()> done_;
};

}  // namespace tieline::sim
