#include "sim/watched_store.h"

namespace tieline::sim {
namespace {

/// What a batch is for, read off its members.
void classify(const store::WriteBatch& batch, std::set<Step>& steps) {
    for (const store::CursorMove& cursor : batch.cursors) {
        if (cursor.name.starts_with("flow/")) steps.insert(Step::decide);
        if (cursor.name.starts_with("pull/")) steps.insert(Step::pull);
        if (cursor.name.starts_with("view/")) steps.insert(Step::project);
    }
    for (const store::StatePut& state : batch.states) {
        if (state.flow.starts_with("_hints/")) steps.insert(Step::hint);
    }
    for (const store::CommandChange& change : batch.changes) {
        steps.insert(change.state == model::CommandState::sending ? Step::claim : Step::settle);
    }
    for (const std::optional<store::FirstAttempt>& first : batch.commands_claimed) {
        if (first) steps.insert(Step::claim);
    }
    for (const model::Envelope& event : batch.events) {
        if (event.id.find(":asked:") != std::string::npos) steps.insert(Step::person);
    }
    if (!batch.objects.empty() && batch.cursors.empty()) steps.insert(Step::ingest);
}

}  // namespace

Result<store::Applied> WatchedStore::apply(const store::WriteBatch& batch) {
    classify(batch, steps_);
    if (fate_ == CommitFate::crash_in_group && random_.below(3) == 0) {
        strike(Fault::crash_before);
        throw ProcessDied{};
    }
    return inner_.apply(batch);
}

void WatchedStore::strike(Fault fault) {
    for (const Step step : steps_) struck_(step, fault);
    steps_.clear();
    fate_ = CommitFate::well;
}

std::optional<Result<void>> WatchedStore::befall() {
    const CommitFate fate = steps_.empty() ? CommitFate::well : fate_;
    switch (fate) {
        case CommitFate::well:
            break;
        case CommitFate::crash_in_group:
        case CommitFate::crash_before:
            strike(Fault::crash_before);
            throw ProcessDied{};
        case CommitFate::crash_torn: {
            disk_.die_after_writes(random_.below(12));
            const Result<void> done = inner_.sync();
            strike(done ? Fault::crash_after : Fault::crash_torn);
            throw ProcessDied{};
        }
        case CommitFate::crash_unsynced:
            dies_unsynced_ = true;
            break;
        case CommitFate::crash_after: {
            const Result<void> done = inner_.sync();
            if (!done) return done;
            strike(Fault::crash_after);
            throw ProcessDied{};
        }
        case CommitFate::disk_error: {
            disk_.fail_next_write();
            const Result<void> done = inner_.sync();
            if (!done) strike(Fault::disk_error);
            steps_.clear();
            return done;
        }
    }
    return std::nullopt;
}

Result<void> WatchedStore::sync() {
    TIELINE_TRY_VOID(begin_sync([] {}));
    return finish_sync();
}

Result<void> WatchedStore::begin_sync(std::function<void()> done) {
    if (std::optional<Result<void>> befallen = befall()) {
        if (befallen->has_value()) done_ = std::move(done);
        return std::move(*befallen);
    }
    done_ = std::move(done);
    TIELINE_TRY_VOID(inner_.begin_sync([] {}));
    if (dies_unsynced_) strike(Fault::crash_unsynced);
    steps_.clear();
    return {};
}

Result<void> WatchedStore::finish_sync() {
    // All is written, nothing is durable: the next group may hold work by now.
    if (dies_unsynced_) throw ProcessDied{};
    return inner_.finish_sync();
}

}  // namespace tieline::sim
