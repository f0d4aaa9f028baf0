#pragma once
// Sends commands to one peer and finds out what became of them. Alone decides on re-sending (design, unknown
// outcomes): an attempt is durable before it leaves; one without a clear answer is `unknown` and leaves that state
// only by a look-up.

#include "engine/channel.h"
#include "engine/context.h"
#include "engine/poller.h"
#include "engine/window.h"

#include <unordered_map>

namespace tieline::engine {

/// One per (site, connector). Engine thread only. Outcomes are gathered in a batch that flush() applies.
class Dispatcher final : public Claimer {
public:
    Dispatcher(SiteContext& site, const ConnectorSetup& setup, Poller& poller);
    /// Attempts that an earlier life left open become `unknown`.
    Result<void> recover();
    /// Takes in the outcome of an action; false when the id is not one of its own. Effective after flush().
    Result<bool> settle(std::uint64_t action, ActionResult& result);
    /// A person's word on a parked command. Effective after flush().
    Result<void> resolve(const PersonRequest& request, const store::Exception& exception);
    Result<void> flush();
    /// Claims what is due: records the attempts and releases the actions (they leave after the sync).
    Result<void> claim();
    Result<std::optional<WallTime>> next_wake();
    ChannelStatus status() const;
    const std::string& connector() const { return setup_.name; }

    /// 0 unless the last claim() saw that nothing else was due: what waits leaves first.
    std::size_t places() override { return is_drained_ ? channel_.room(site_.now, flights_.size()) : 0; }
    Millis deadline() const override { return setup_.pace.deadline; }
    void take(model::StoredCommand stored) override;

private:
    using Stored = std::shared_ptr<const model::StoredCommand>;
    struct Flight {
        ActionKind kind{};
        Stored stored;
        WallTime left{};
    };
    Result<void> claim_pushes(std::size_t room);
    /// How many more may leave while the oldest ones have waited long: no more than the peer answers at once.
    std::size_t backlog_room() const;
    /// Then new ones take up to a quarter of the places.
    Result<void> let_fresh_ones_in(std::vector<model::StoredCommand>& due, std::size_t room);
    Result<std::size_t> claim_questions(model::CommandState state, ActionKind kind, std::size_t room);
    void release(ActionKind kind, Stored stored, WallTime deadline);
    store::WriteBatch& batch();

    void pushed(const model::StoredCommand& stored, Result<connectors::Receipt>& outcome);
    void push_failed(const model::StoredCommand& stored, const Error& error);
    void found(const model::StoredCommand& stored, Result<connectors::Found>& outcome);
    void found_absent(const model::StoredCommand& stored);
    void found_rejected(const model::StoredCommand& stored, const Error& why);
    void followed(const model::StoredCommand& stored, Result<connectors::Found>& outcome);
    void accept(const model::StoredCommand& stored, const connectors::Receipt& receipt);
    void book(const model::StoredCommand& stored, const connectors::Receipt& receipt);
    void reject(const model::StoredCommand& stored, const Error& error);
    void park(const model::StoredCommand& stored, const Error& error);
    void send_again(const model::StoredCommand& stored, WallTime due, const Error& error);
    void ask_again(const model::StoredCommand& stored, const Error& error);
    void stop_for_sign_in(const Error& error);
    void reached();

    SiteContext& site_;
    ConnectorSetup setup_;
    Poller& poller_;  ///< of the same connector: reads again what a receipt touched
    Channel channel_;
    std::optional<store::WriteBatch> batch_;
    Window window_;
    bool is_drained_ = false;                                ///< the last claim() left nothing that was due
    bool has_backlog_ = false;                               ///< the last claim() that looked saw one
    std::size_t fresh_quarters_ = 0;                         ///< places for new commands not yet used, times four
    std::unordered_map<std::uint64_t, Flight> flights_;      ///< by action
    std::unordered_map<std::uint64_t, std::uint64_t> busy_;  ///< command id → action
    std::string sign_in_exception_;                          ///< open one about a refused sign-in; empty: none
};

}  // namespace tieline::engine
