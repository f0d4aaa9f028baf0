#pragma once
// Drives the core live: one engine thread that takes turns, one that starts exchanges over an HttpClient, one
// that folds read models, and a thread-safe inbox.

#include "engine/core.h"
#include "net/http_client.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tieline::engine {

struct RuntimeOptions {
    std::size_t inbox_max = 20'000;  ///< snapshots waiting for a turn; more are refused with rate_limited
};

/// Owned by app; its methods may be called from any thread. The core and the connectors must outlive it.
class Runtime {
public:
    /// Connectors by (site, configured name). They are used from the sender's and the client's thread: thread-safe.
    using Connectors = std::map<std::pair<SiteId, std::string>, connectors::Connector*>;

    Runtime(Core& core, const Clock& clock, net::HttpClient& client, Connectors connectors,
            RuntimeOptions options = {});
    ~Runtime();  ///< stop()

    void start();
    /// Ends the engine thread after its present turn. What is on its way is found again at the next start.
    void stop();

    /// Lets what is on its way to peers settle, and nothing more leave: at most so long. False: something still is.
    bool rest(Millis most);

    void ingest(Ingest item, Done<Ingested> done);
    void hint(SiteId site, std::string connector, std::string object, Done<void> done);
    void request(PersonRequest request, Done<void> done);
    /// See Core::query. Dropped without a call when the runtime stops first.
    void query(std::function<void(store::Store&)> read);
    /// Runs `read` on the engine's thread and waits for it; nullopt when the runtime stopped.
    template <class T>
    std::optional<T> ask(std::function<T(store::Store&)> read);

    Metrics metrics() const;
    std::vector<ChannelStatus> channels() const;
    /// Why the engine stopped by itself: the store or the lease is gone. The process should end.
    std::optional<Error> failure() const;
    /// Called once, on the engine's thread, when it stops by itself.
    void on_failure(std::function<void(const Error&)> told);

private:
    template <class T>
    class Flight;
    /// Reaches the runtime from the store's thread, as long as there is one.
    struct Bell {
        std::mutex mutex;
        Runtime* runtime = nullptr;
    };
    struct Inbox {
        std::vector<std::function<void(Core&)>> jobs;
        std::size_t ingests = 0;
        std::unique_ptr<FoldPiece> folded;
        bool is_pressing = false;  ///< `folded` has waited long enough for a turn that takes it along
        std::size_t size() const { return jobs.size() + (is_pressing ? 1 : 0); }
    };

    void run();
    Result<bool> take_turn(bool stop, Inbox& inbox, std::optional<WallTime>& wake, bool& syncing);
    Result<void> hand_over_piece();
    bool put_folded(std::unique_ptr<FoldPiece> piece);
    void fold_all();  ///< the folder's thread: folding read models must not hold up the engine either
    void fail(const Error& error);
    void send_all();  ///< the sender's thread: making a request out of a command must not hold up the engine
    void put(std::function<void(Core&)> job);
    void synced();
    bool wait_for_work(std::optional<WallTime> wake, bool syncing, Inbox& inbox);
    void hand_over(Turn& turn);
    bool is_worth_waking() const;
    void settle(std::uint64_t action, ActionResult result);
    void carry_out(Action action);
    template <class T>
    void fly(const Action& action, connectors::Exchange<T> exchange);

    Core& core_;
    const Clock& clock_;
    net::HttpClient& client_;
    Connectors connectors_;
    RuntimeOptions options_;

    mutable std::mutex mutex_;
    std::condition_variable woken_;
    std::condition_variable rested_;  ///< nobody notifies it: rest() looks again every so often
    Inbox inbox_;
    std::condition_variable outgoing_;
    std::vector<Action> outbox_;
    std::vector<std::shared_ptr<const void>> spent_;  ///< freed by the sender
    std::condition_variable piece_there_;             ///< to be folded, or the one before is taken back
    std::unique_ptr<FoldPiece> to_fold_;
    std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
    bool stopping_ = false;
    bool synced_ = false;  ///< the disk is done since the last turn began
    bool engine_ended_ = false;
    bool takes_piece_at_once_ = false;  ///< the engine waits, and for no turn that is under way
    std::optional<Error> failure_;
    std::function<void(const Error&)> on_failure_;
    Metrics metrics_;
    std::vector<ChannelStatus> channels_;
    std::thread thread_, sender_, folder_;
};

template <class T>
std::optional<T> Runtime::ask(std::function<T(store::Store&)> read) {
    struct Slot {
        std::mutex mutex;
        std::condition_variable filled;
        std::optional<T> value;
        bool dropped = false;
    };
    auto slot = std::make_shared<Slot>();
    // Dropping the query without a call destroys this guard, which tells the waiter.
    std::shared_ptr<void> guard(nullptr, [slot](void*) {
        const std::lock_guard lock(slot->mutex);
        slot->dropped = true;
        slot->filled.notify_all();
    });
    query([slot, guard, read = std::move(read)](store::Store& store) {
        T value = read(store);
        const std::lock_guard lock(slot->mutex);
        slot->value = std::move(value);
        slot->filled.notify_all();
    });
    guard.reset();
    std::unique_lock lock(slot->mutex);
    slot->filled.wait(lock, [&] { return slot->value.has_value() || slot->dropped; });
    return std::move(slot->value);
}

}  // namespace tieline::engine
