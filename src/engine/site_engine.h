#pragma once
// All moving parts of one site. The core owns one per leased site.

#include "engine/dispatcher.h"
#include "engine/intake.h"
#include "engine/poller.h"
#include "engine/read_models.h"
#include "engine/runner.h"

#include <deque>
#include <memory>
#include <vector>

namespace tieline::engine {

/// What a person is told; apart from errors of our own, which are fatal.
class Answer {
public:
    Answer() = default;
    static Answer of(Result<void> said) {
        Answer answer;
        answer.said_ = std::move(said);
        return answer;
    }
    const Result<void>& said() const { return said_; }

private:
    Result<void> said_;
};

/// Engine thread only. Methods are called by the core in the order of a turn.
class SiteEngine {
public:
    SiteEngine(SiteContext context);
    SiteEngine(const SiteEngine&) = delete;
    Result<void> open();

    SiteContext& context() { return site_; }
    /// False: no part of this site waits for that action.
    Result<bool> settle(Settlement& settlement);
    Result<void> flush();
    /// Snapshots that came in, in one batch; results in the same order.
    Result<std::vector<Result<Ingested>>> ingest(std::vector<Ingest> items);
    Result<void> hint(const std::string& connector, const std::string& object);
    /// A person's request. An error is fatal; what the person is told is in the answer.
    Result<Answer> request(const PersonRequest& request);
    Result<void> fire_timers();
    /// Lets the flows decide; true when they have not caught up.
    Result<bool> decide();
    Result<void> claim();
    ReadModels& read_models() { return read_models_; }
    /// Lets go of the events that every flow and read model has.
    void let_go_of_read();
    Result<std::optional<WallTime>> next_wake();
    void status(std::vector<ChannelStatus>& out) const;

private:
    Result<void> find_newest_exception();
    Result<Answer> replay(const PersonRequest& request, const store::Exception& exception);
    Result<Answer> answer_notice(const PersonRequest& request, const store::Exception& exception);
    Result<Answer> replay_input(const PersonRequest& request, const store::Exception& exception);
    bool overloaded();

    SiteContext site_;
    std::vector<std::unique_ptr<Runner>> runners_;
    std::vector<std::unique_ptr<Poller>> pollers_;
    std::vector<std::unique_ptr<Dispatcher>> dispatchers_;  ///< each beside its connector's poller
    ReadModels read_models_;
};

}  // namespace tieline::engine
