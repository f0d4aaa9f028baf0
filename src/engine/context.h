#pragma once
// What the parts of one site's engine share: the store, the clock, the lease, and the tail of the log in memory.

#include "engine/core.h"

#include <deque>

namespace tieline::engine {

/// Events of a log, one after the other. Another thread may look at them as well.
using Events = std::vector<std::shared_ptr<const model::StoredEvent>>;

/// The events of one site's log that somebody has still to read, as they were applied, so that flows and read models
/// need not read them back from the store.
class Tail {
public:
    static constexpr std::size_t events_max = 2048;
    /// Newest ones that keep their data parsed; so do those that somebody else has when they get older.
    static constexpr std::size_t parsed_max = 1024;
    void add(model::StoredEvent event);
    void clear() { events_.clear(); }
    /// Whether the events after `after` are all here.
    bool reaches(Sequence after) const { return !events_.empty() && after + 1 >= events_.front()->seq; }
    /// All who read in order have read the events up to `upto`: they are let go of, but for the newest. What is read
    /// once more soon should still be in the processor's cache, and nothing else be in its way.
    void let_go(Sequence upto);
    /// Events and parsed data that are no longer kept, since the last call.
    std::vector<std::shared_ptr<const void>> take_spent() { return std::exchange(spent_, {}); }
    /// Events after `after`, at most `count_max`; nullopt when the tail does not reach back that far.
    std::optional<Events> after(Sequence after, std::size_t count_max) const;

private:
    std::deque<std::shared_ptr<const model::StoredEvent>> events_;  ///< contiguous sequences
    std::vector<std::shared_ptr<const void>> spent_;
};

/// The newest commands of one connector, so that a backlog does not hold up what has just come in. Only a hint: what
/// it forgets leaves in the order of the store.
class Fresh {
public:
    static constexpr std::size_t keys_max = 512;
    void add(std::string key, WallTime made);
    /// Key of the oldest one made after `since`, taken out; nullopt: none.
    std::optional<std::string> take(WallTime since);
    void clear() { commands_.clear(); }

private:
    std::deque<std::pair<std::string, WallTime>> commands_;
};

/// Lets new commands leave without being stored as waiting for it first. Engine thread only.
class Claimer {
public:
    virtual ~Claimer() = default;
    /// How many new commands may leave now, before anything else of their connector.
    virtual std::size_t places() = 0;
    virtual Millis deadline() const = 0;
    /// A new command whose first attempt is recorded in the open group.
    virtual void take(model::StoredCommand stored) = 0;
};

/// One site. Owned by the core; engine thread only.
struct SiteContext {
    SiteSetup setup;
    store::Store& store;
    const Clock& clock;
    Random& random;
    const CoreOptions& options;
    Metrics& metrics;
    store::LeaseRef lease;
    Sequence head = 0;
    Tail tail;
    WallTime now{};                                           ///< of this turn
    std::uint64_t* next_action = nullptr;                     ///< shared by all sites
    std::vector<Action> actions;                              ///< released after the sync
    bool dirty = false;                                       ///< something was applied since the last sync
    std::map<std::string, Fresh, std::less<>> fresh{};        ///< by connector
    std::map<std::string, Claimer*, std::less<>> claimers{};  ///< by connector; owned by the site's engine
    Sequence newest_exception = 0;  ///< the number in the newest id that an exception was given

    store::WriteBatch new_batch() const;
    /// Events after `after`, at most `count_max`: of the tail, or else of the store.
    Result<Events> events_after(Sequence after, std::size_t count_max) const;
    /// Applies, keeps head and tail right. Errors: conflict (the batch is undone) or fatal ones.
    Result<store::Applied> apply(store::WriteBatch batch);
    /// With an id of its own; the caller says what it is about and puts it among `actions`.
    Action new_action(ActionKind kind, const std::string& connector, WallTime deadline) const;
    model::Envelope new_event(std::string id, std::string type, std::string subject, std::string data,
                              std::string correlation, std::string cause) const;

private:
    void claim_new(store::WriteBatch& batch);
    void pass_on_new(store::WriteBatch& batch, const store::Applied& applied);
};

/// Under which key a flow's notice stands among the exceptions: "<flow key>#<notice>".
std::string notice_key(std::string_view flow_key, std::string_view notice);

/// Opens an exception in a batch: its row and its event "exception.opened". Returns its id.
std::string open_exception(SiteContext& site, store::WriteBatch& batch, store::Exception exception,
                           const std::string& cause);
/// Closes an exception in a batch with a resolution.
void close_exception(SiteContext& site, store::WriteBatch& batch, store::Exception exception, std::string resolution,
                     const std::string& actor, const std::string& cause);

}  // namespace tieline::engine
