#pragma once
// From snapshots of source objects to events: the hub's own revision counter decides what is new.

#include "engine/context.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace tieline::engine {

/// The kept content of an object (store::ObjectRevision) without what was refused of it: the same is refused anew.
std::string forget_refused(const std::string& content_hash);
/// Whether that was done, and the object has not been read since.
bool is_forgotten(const std::string& content_hash);

/// Adds snapshots to a batch. One Intake per batch; engine thread only.
class Intake {
public:
    Intake(SiteContext& site, store::WriteBatch& batch) : site_(site), batch_(batch) {}
    /// Decides whether the snapshot is new; adds revision and event, or an exception for a refused one. `seq` of the
    /// result counts on the batch being applied next.
    Result<Ingested> add(Ingest item);

private:
    Result<std::optional<store::ObjectRevision>> newest(const Ingest& item, const std::string& name);
    void refuse(const Ingest& item, std::uint64_t revision);

    SiteContext& site_;
    store::WriteBatch& batch_;
    std::unordered_map<std::string, store::ObjectRevision> in_batch_;
};

}  // namespace tieline::engine
