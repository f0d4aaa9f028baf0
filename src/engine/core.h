#pragma once
// The moving part's front door: takes in events, lets flows decide, sends commands, keeps exceptions. Synchronous and
// single-threaded: a driver calls turn() again and again, carries the actions out and settles them. The live driver
// is engine/runtime.h, the simulator has its own.

#include "base/json.h"
#include "base/random.h"
#include "base/time.h"
#include "connectors/connector.h"
#include "flows/flow.h"
#include "store/store.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tieline::engine {

using model::Sequence;
using model::SiteId;

/// A snapshot of a source's object on its way into the log.
struct Ingest {
    SiteId site;
    std::string source;  ///< configured name of the connector: "cmms"
    std::string object;  ///< "WO-000123"
    std::string type;    ///< "workorder.completed"
    std::string correlation;
    std::string peer_version;  ///< a whole number is taken as a counter: an older one is ignored
    WallTime occurred{};
    std::string data;                                 ///< canonical JSON
    std::optional<Error> refused;                     ///< could not be mapped: becomes an exception instead of an event
    std::string subject{};                            ///< of the event; empty: `object`
    std::shared_ptr<const Json> parsed{};             ///< of `data`, where the sender has it at hand
    std::shared_ptr<const model::WorkOrder> order{};  ///< that `parsed` was written from, likewise
    std::string content_hash{};                       ///< content_hash_of() this, likewise
};
/// Tells a new content of an object from the one before.
std::string content_hash_of(const Ingest& item);
struct Ingested {
    std::string event_id;
    std::uint64_t revision = 0;
    Sequence seq = 0;       ///< 0 when repeated
    bool repeated = false;  ///< equal to the newest revision, or older than it
};

enum class ActionKind { push, find, follow, pull, fetch };
const char* to_string(ActionKind kind);
/// Something to do outside. At most one settlement per id; ids of an earlier life of the process are ignored.
struct Action {
    std::uint64_t id = 0;
    SiteId site;
    ActionKind kind{};
    std::string connector;
    std::shared_ptr<const model::StoredCommand> stored;  ///< push, find, follow
    std::string cursor;                                  ///< pull
    std::size_t count_max = 0;
    std::string object;   ///< fetch
    WallTime deadline{};  ///< the outside must have answered or be given up by then
};
using ActionResult = std::variant<Result<connectors::Receipt>, Result<connectors::Found>, Result<connectors::Page>,
                                  Result<connectors::SourceObject>>;
struct Settlement {
    std::uint64_t action = 0;
    ActionResult result;
};

/// What a person does about an exception. All of it is in the log with `actor` and `reason`.
struct PersonRequest {
    enum class Kind {
        replay,           ///< try again, with `payload` instead of the old one where given
        resolve_present,  ///< undecidable: the person saw `document` at the peer
        resolve_absent,   ///< undecidable: the person made sure that it is not there; it is sent again
        give_up,          ///< leave it: the command is withdrawn, `reason` is kept
        answer,           ///< a flow's notice: `choice` is one of its choices, or "seen"
    };
    Kind kind = Kind::replay;
    SiteId site;
    std::string exception;
    std::string actor, reason;
    std::optional<std::string> payload;
    std::string document;
    std::string choice;
};

template <class T>
using Done = std::function<void(Result<T>)>;

/// A read model: folds events into rows. Pure, and called from two threads: keys() on the engine's, the rest wherever
/// pieces are folded; events are parsed by then, so that their json() may be asked for there, but not their
/// work_order(). A new version is built beside the old one and swapped.
class Projection {
public:
    virtual ~Projection() = default;
    virtual std::string_view name() const = 0;
    virtual int version() const = 0;
    virtual std::vector<std::string> keys(const model::StoredEvent& event) const = 0;
    /// The row after the event; "" drops it.
    virtual std::string fold(const model::StoredEvent& event, std::string_view key, const std::string& row) const = 0;
    /// Whether rows are made of events' data; where not, it need not be parsed.
    virtual bool reads_data() const { return true; }
    /// Whether a row depends on what it was before; where not, it is not looked up.
    virtual bool reads_rows() const { return true; }
    /// Whether fold_parsed() may be used instead: both give the same row.
    virtual bool folds_parsed() const { return false; }
    /// The same on a row that stays parsed while many events touch it; null is no row.
    virtual void fold_parsed(const model::StoredEvent&, std::string_view, Json&) const {}
};
/// Name under which a projection's rows are stored: "cost.v1".
std::string view_name(const Projection& projection);
/// A projection's name → the name under which its rows are stored.
using ViewNames = std::map<std::string, std::string, std::less<>>;
ViewNames view_names(const std::vector<std::unique_ptr<Projection>>& projections);

struct ConnectorSetup {
    std::string name;  ///< "erp"
    connectors::Pace pace;
    bool pulls = false;  ///< a source that is polled
};
struct SiteSetup {
    SiteId site;
    const flows::FlowSet* flows = nullptr;  ///< outlives the core
    std::vector<ConnectorSetup> connectors;
    std::vector<const Projection*> projections;  ///< outlive the core
};
struct CoreOptions {
    std::string holder = "hub";  ///< name of this node in leases
    Millis lease{10'000};
    std::size_t decide_max = 256;                 ///< events decided per flow and batch
    std::size_t rounds_max = 4;                   ///< batches per flow and turn
    std::uint64_t commands_open_max = 1'000'000;  ///< more: ingest is refused with rate_limited
    Millis project_every{100};
};

/// Totals since the start of the process, and where each part stands.
struct Metrics {
    std::uint64_t received = 0, repeated = 0, decided = 0, sent = 0, booked = 0, rejected = 0, parked = 0,
                  looked_up = 0;
    std::uint64_t turns = 0, ingest_refused = 0;
};
struct ChannelStatus {
    SiteId site;
    std::string connector;
    std::string state;  ///< "ok", "waiting for <peer>", "paused: ..."
    std::size_t in_flight = 0;
    std::string last_error;
    std::optional<WallTime> last_success;
};

/// Events on their way into read models: made ready by the core, folded by its driver on any thread, taken back by the
/// core, which outlives fold(). One that is not taken back, or not yet written, is folded again after the next start.
class FoldPiece {
public:
    virtual ~FoldPiece() = default;
    virtual void fold() = 0;  ///< some milliseconds of work, at most some ten
};

struct Turn {
    std::vector<Action> actions;
    std::vector<std::shared_ptr<const void>> spent;  ///< to be let go, on whatever thread has time for it
    std::optional<WallTime> wake;  ///< call turn() again at the latest then; nullopt: only when something comes in
    bool more = false;             ///< work is left: call again at once
    bool syncing = false;  ///< something is on its way to the disk: on_synced's function tells when to call again
};

class Core {
public:
    virtual ~Core() = default;

    // Inputs: queued, handled by the next turn(). `done` runs inside turn(), after the sync that made it durable.
    virtual void ingest(Ingest item, Done<Ingested> done) = 0;
    /// A webhook's hint: answered once it is durable; the object is then read again.
    virtual void hint(SiteId site, std::string connector, std::string object, Done<void> done) = 0;
    virtual void settle(Settlement settlement) = 0;
    virtual void request(PersonRequest request, Done<void> done) = 0;
    /// Runs on the engine's thread after the next sync. Must be short (≤ 100 ms) and must not write.
    virtual void query(std::function<void(store::Store&)> read) = 0;

    /// From now on nothing more leaves for peers; what is on its way still settles. Before an orderly end.
    virtual void rest() = 0;

    /// One round: everything that came in is applied, decided and made durable, then answered. An error is fatal: the
    /// store or the lease is gone, the process must stop.
    virtual Result<Turn> turn() = 0;
    /// Waits for what is on its way to the disk and makes durable what is not yet; before a driver ends.
    virtual Result<Turn> finish() = 0;
    /// With it turns go on while the disk works, and `told` is called, from any thread, when it is done. What a turn
    /// releases then leaves with a later one, and the driver has read models folded beside them. Without it each turn
    /// waits for the disk and folds what is due.
    virtual void on_synced(std::function<void()> told) = 0;
    /// What is to be folded now, between two turns; null: nothing, or a piece is out. An error is fatal.
    virtual Result<std::unique_ptr<FoldPiece>> begin_fold() = 0;
    /// Takes the piece that is out back. True: rows were written into the group that the next turn closes, which should
    /// come soon. An error is fatal.
    virtual Result<bool> end_fold(std::unique_ptr<FoldPiece> piece) = 0;
    /// When begin_fold() has something; nullopt: nothing is to be folded or written, or a piece is out.
    virtual std::optional<WallTime> fold_wake() const = 0;
    /// Whether events behind the piece that is out are soon no longer in memory: better wait for it than take more in.
    virtual bool fold_lags() const = 0;

    virtual Metrics metrics() const = 0;
    virtual std::vector<ChannelStatus> channels() const = 0;
};

/// Takes the leases of the sites and recovers: an attempt left open by a crash becomes `unknown`.
Result<std::unique_ptr<Core>> open_core(store::Store& store, const Clock& clock, Random& random,
                                        std::vector<SiteSetup> sites, CoreOptions options);

}  // namespace tieline::engine
