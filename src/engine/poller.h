#pragma once
// Reads a source: pages after a cursor, and single objects that a webhook hinted at. Pages and single reads never
// overlap, so that a late answer cannot pass for a newer state.

#include "engine/channel.h"
#include "engine/context.h"

#include <deque>
#include <set>
#include <unordered_map>

namespace tieline::engine {

/// One per (site, source connector). Engine thread only.
class Poller {
public:
    Poller(SiteContext& site, const ConnectorSetup& setup);
    /// Reads cursor and hints kept by an earlier life.
    Result<void> recover();
    /// Keeps a hint in the batch; it is fetched after the sync.
    void hint(store::WriteBatch& batch, const std::string& object);
    Result<bool> settle(std::uint64_t action, ActionResult& result);
    /// Releases the reads that are due.
    void claim();
    std::optional<WallTime> next_wake() const;
    ChannelStatus status() const;
    const std::string& connector() const { return setup_.name; }

private:
    Result<void> pulled(Result<connectors::Page>& outcome);
    Result<void> fetched(const std::string& object, Result<connectors::SourceObject>& outcome);
    void trouble(const Error& error);
    void release(ActionKind kind, const std::string& object);
    Ingest ingest_of(connectors::SourceObject object) const;
    Ingest replayed_in_vain(const std::string& object, const store::ObjectRevision& known) const;

    SiteContext& site_;
    ConnectorSetup setup_;
    Channel channel_;
    std::string cursor_;
    std::string hints_;  ///< flow name under which hints are kept as states
    WallTime next_pull_{};
    bool pull_in_flight_ = false;
    std::uint64_t pull_action_ = 0;
    std::deque<std::string> wanted_;    ///< objects to fetch
    std::set<std::string> wanted_set_;  ///< the same, for look-up
    std::unordered_map<std::uint64_t, std::string> fetches_;
    std::set<std::string> again_;  ///< hinted while its fetch is in flight
};

}  // namespace tieline::engine
