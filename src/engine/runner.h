#pragma once
// Reads a site's log in order and lets each flow decide. State, commands, new events and the flow's position are
// committed in one batch.

#include "engine/context.h"

#include <map>
#include <string>
#include <vector>

namespace tieline::engine {

/// One per (site, flow). Engine thread only.
class Runner {
public:
    Runner(SiteContext& site, const flows::Flow& flow);
    Result<void> open();
    /// Decides at most options.decide_max events; returns how many it passed.
    Result<std::size_t> run();
    Sequence position() const { return position_; }

private:
    struct KeyState {
        std::string json;
        bool parked = false;
        bool changed = false;
    };
    /// What one batch gathers.
    struct Round {
        store::WriteBatch batch;
        std::map<std::string, KeyState> states;
        Sequence seq = 0;      ///< event being decided
        std::size_t made = 0;  ///< events made for it, for their ids
        std::string late;      ///< key whose wait list is drained: part of the ids, since others' are taken
    };

    Result<void> pass(Round& round, const model::StoredEvent& event);
    Result<void> decide(Round& round, const model::StoredEvent& event, const std::string& key);
    Result<void> merge(Round& round, const model::StoredEvent& event, const std::string& key, flows::Decision decision);
    Result<void> notify(Round& round, const model::StoredEvent& event, const std::string& key, flows::Notice notice);
    Result<void> withdraw(Round& round, const model::StoredEvent& event, const std::string& command_key);
    Result<void> replay_command(Round& round, const model::StoredEvent& event);
    Result<void> deliver_answer(Round& round, const model::StoredEvent& event);
    Result<std::optional<store::Exception>> open_notice(const Round& round, const std::string& notice_key);
    Result<void> replay_key(Round& round, const model::StoredEvent& event);
    Result<std::vector<model::StoredEvent>> waiting(const Round& round, const std::string& key);
    Result<void> drain(Round& round, const std::string& key, const std::string& actor, const std::string& cause);
    Result<void> park(Round& round, const model::StoredEvent& event, const std::string& key, const Error& error);
    Result<KeyState*> state_of(Round& round, const std::string& key);

    SiteContext& site_;
    const flows::Flow& flow_;
    std::string name_;
    Sequence position_ = 0;
};

}  // namespace tieline::engine
