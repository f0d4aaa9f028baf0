#pragma once
// The store's one door: site logs, commands (the outbox), flow state, cursors, timers, exceptions and read models,
// changed together by values of WriteBatch. Synchronous; used from one thread, the writer's.

#include "base/result.h"
#include "base/time.h"
#include "model/command.h"
#include "model/event.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::store {

using model::Sequence;
using model::SiteId;

/// A lease as held: checked against the stored epoch in the transaction of each batch that names it.
struct LeaseRef {
    std::string name;  ///< "site/<site>"; empty: no check (tools, tests)
    std::uint64_t epoch = 0;
};

/// The hub's own revision counter of one source object.
struct ObjectRevision {
    std::string source, object;
    std::uint64_t revision = 0;  ///< 1, 2, 3 ... of different contents
    std::string content_hash;
    std::string peer_version;  ///< ETag, change number or time, as the peer says; informative
};
struct CursorMove {
    std::string name, from, to;  ///< `from` must match what is stored ("" = none yet), else conflict
};
struct StatePut {
    std::string flow, key;
    std::string json;     ///< empty: delete, unless parked
    bool parked = false;  ///< a person must act; events of this key go to its wait list
};
/// An event that waits because its (flow, key) is parked. Order of drain = seq.
struct WaitChange {
    std::string flow, key;
    Sequence seq = 0;
    bool remove = false;
};
/// Change of a stored command. `from_state` and `from_attempt` must match, else the batch is rejected (conflict).
/// A refused or parked one set to pending becomes `waiting` while an earlier one of its order key still blocks.
struct CommandChange {
    std::uint64_t id = 0;
    model::CommandState from_state{};
    int from_attempt = 0;
    model::CommandState state{};
    int attempt = 0, failures = 0, absent_answers = 0;
    std::uint64_t epoch = 0;
    WallTime due{}, deadline{};
    std::string last_error, last_code, document;
    std::optional<std::string> payload;  ///< a person's fix; both versions are in the log
    std::optional<std::string> echo;     ///< what it repeats of the payload, changed with it
};
struct TimerPut {
    std::string flow, key, name;
    std::optional<WallTime> due;  ///< nullopt: cancel
};
struct Timer {
    std::string flow, key, name;
    WallTime due{};
};
enum class ExceptionState { open, closed };
/// What a person must see. Open until fixed, superseded or given up with a reason.
struct Exception {
    std::string id;           ///< "EX-<number>": the sequence of its event, or one soon after it; grows
    std::string kind;         ///< "rejected", "undecidable", "cannot_decide", "connector_paused", ...
    std::string code;         ///< Error::code: "period_closed"
    std::string subject;      ///< work order, connector
    std::string flow, key;    ///< what is parked; key of the flow
    std::string command_key;  ///< or empty
    std::string reason;       ///< plain words
    std::string fix;          ///< what would mend it, plain words
    std::string details;      ///< JSON: the payload, the mapping, the peer's answer
    std::string correlation;
    ExceptionState state = ExceptionState::open;
    WallTime opened{};
    std::optional<WallTime> closed;
    std::string resolution;  ///< "replayed", "superseded by revision 3", ...
};
struct ViewPut {
    std::string view, key;
    std::string json;  ///< empty: delete
};
/// A new command that leaves at once: stored as `sending`, its first attempt recorded.
struct FirstAttempt {
    std::uint64_t epoch = 0;
    WallTime deadline{};
};

/// All or nothing. Applied in the order of the members. Events get their sequence numbers in apply().
struct WriteBatch {
    std::string id;  ///< unique; resolves a connection lost at COMMIT on PostgreSQL. May be empty on other stores
    SiteId site;
    LeaseRef lease;
    WallTime now{};                       ///< recorded time of its events
    std::vector<ObjectRevision> objects;  ///< revision must be the stored one + 1, else conflict
    std::vector<model::Envelope> events;  ///< an id already in the site's log: left out, changes nothing
    std::vector<CursorMove> cursors;
    std::vector<StatePut> states;
    std::vector<WaitChange> waits;
    std::vector<CommandChange> changes;
    std::vector<model::Command> commands;               ///< a key already present: conflict (a bug of the flow)
    std::vector<std::optional<WallTime>> commands_due;  ///< empty, or one per command
    /// Empty, or one per command. One that has to wait for an earlier one of its order key waits all the same.
    std::vector<std::optional<FirstAttempt>> commands_claimed;
    std::vector<TimerPut> timers;
    std::vector<Exception> exceptions;  ///< put by id
    std::vector<ViewPut> views;
};
struct Applied {
    Sequence first_seq = 0;  ///< of the events really added; 0 when none
    Sequence last_seq = 0;
    std::size_t events_repeated = 0;
    /// Of each command that was stored as `sending`: its place among the batch's commands, and its id.
    std::vector<std::pair<std::size_t, std::uint64_t>> claimed;
};

/// How far a bounded read goes.
struct Limit {
    std::size_t count = 256;
    std::size_t bytes = 4 << 20;
};

struct Counters {
    std::uint64_t commands_open = 0;  ///< waiting, pending, sending, unknown, accepted
    std::uint64_t exceptions_open = 0;
};
struct StoreStats {
    std::uint64_t syncs = 0;
    std::uint64_t batches = 0;
    std::uint64_t rows = 0;
    std::uint64_t wal_bytes = 0;
};

class Store {
public:
    virtual ~Store() = default;

    /// Adds the batch to the open group as a savepoint. Reads on this door see it at once; it is durable only after
    /// sync(). conflict: a condition or the lease failed, this batch alone is undone. Nothing may leave the process
    /// (answers, requests) before sync() returned.
    virtual Result<Applied> apply(const WriteBatch& batch) = 0;
    /// Makes all applied batches durable. An error here means the process must stop: what is on disk is unknown
    /// until the store is opened again.
    virtual Result<void> sync() = 0;
    /// The first half of sync(): closes the open group and starts to make it durable, on a thread of the store where it
    /// has one; what is applied meanwhile belongs to the next group. `done` is called once, from any thread, as soon as
    /// finish_sync() will not wait. Finish one before the next.
    virtual Result<void> begin_sync(std::function<void()> done);
    /// The second half: only now what belongs to the group begun may leave the process. Errors as those of sync().
    virtual Result<void> finish_sync() { return {}; }
    /// apply + sync.
    Result<Applied> commit(const WriteBatch& batch);

    virtual Result<std::vector<SiteId>> sites() = 0;
    virtual Result<Sequence> head(const SiteId& site) = 0;  ///< last sequence, 0 when empty
    virtual Result<std::vector<model::StoredEvent>> read(const SiteId& site, Sequence after, Limit limit) = 0;
    virtual Result<std::optional<model::StoredEvent>> event(const SiteId& site, Sequence seq) = 0;
    virtual Result<std::optional<model::StoredEvent>> event_by_id(const SiteId& site, std::string_view id) = 0;
    /// Events of one story in log order.
    virtual Result<std::vector<model::StoredEvent>> story(const SiteId& site, std::string_view correlation,
                                                          Sequence after, Limit limit) = 0;

    virtual Result<std::optional<ObjectRevision>> object(const SiteId& site, std::string_view source,
                                                         std::string_view object) = 0;
    virtual Result<std::string> cursor(const SiteId& site, std::string_view name) = 0;  ///< "" when none
    virtual Result<std::optional<StatePut>> state(const SiteId& site, std::string_view flow, std::string_view key) = 0;
    /// States of one flow in key order; `only_parked` leaves out the others.
    virtual Result<std::vector<StatePut>> states(const SiteId& site, std::string_view flow, std::string_view after_key,
                                                 bool only_parked, Limit limit) = 0;
    virtual Result<std::vector<Sequence>> waits(const SiteId& site, std::string_view flow, std::string_view key,
                                                Limit limit) = 0;

    virtual Result<std::optional<model::StoredCommand>> command(const SiteId& site, std::string_view key) = 0;
    /// Commands of one connector in a state and due, oldest due first.
    virtual Result<std::vector<model::StoredCommand>> due(const SiteId& site, std::string_view connector,
                                                          model::CommandState state, WallTime now, Limit limit) = 0;
    virtual Result<std::vector<model::StoredCommand>> commands_of(const SiteId& site, std::string_view correlation,
                                                                  Limit limit) = 0;
    /// When the next command in this state falls due; nullopt when none.
    virtual Result<std::optional<WallTime>> next_due(const SiteId& site, std::string_view connector,
                                                     model::CommandState state) = 0;
    virtual Result<std::vector<Timer>> timers_due(const SiteId& site, WallTime now, Limit limit) = 0;
    virtual Result<std::optional<WallTime>> next_timer(const SiteId& site) = 0;

    virtual Result<std::optional<Exception>> exception(const SiteId& site, std::string_view id) = 0;
    /// Newest first; `before_id` empty = from the newest. Open ones only, or all.
    virtual Result<std::vector<Exception>> exceptions(const SiteId& site, bool only_open, std::string_view before_id,
                                                      Limit limit) = 0;
    /// The open exception of a command key, or of a (flow, key); nullopt when none.
    virtual Result<std::optional<Exception>> open_exception_of(const SiteId& site, std::string_view command_key,
                                                               std::string_view flow, std::string_view key) = 0;

    virtual Result<std::optional<std::string>> view(const SiteId& site, std::string_view view,
                                                    std::string_view key) = 0;
    /// Rows of a view whose key starts with `prefix`, after `after_key`, in key order.
    virtual Result<std::vector<ViewPut>> scan(const SiteId& site, std::string_view view, std::string_view prefix,
                                              std::string_view after_key, Limit limit) = 0;
    /// Removes a whole view (a rebuild under a new version swaps, then drops the old one).
    virtual Result<void> drop_view(const SiteId& site, std::string_view view) = 0;

    virtual Result<Counters> counters(const SiteId& site) = 0;

    /// Takes or renews a lease until now + duration; returns the epoch. Another holder's live lease: conflict.
    /// A new holder raises the epoch. Durable on return.
    virtual Result<std::uint64_t> acquire_lease(const std::string& name, const std::string& holder, WallTime now,
                                                Millis duration) = 0;

    virtual StoreStats stats() const = 0;
};

}  // namespace tieline::store
