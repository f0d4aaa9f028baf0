#include "engine/runtime.h"

#include "base/log.h"
#include "base/thread.h"

#include <algorithm>

namespace tieline::engine {
namespace {

// While the disk works on a group, fewer jobs than this wait for the next one: a turn costs something of its own.
constexpr std::size_t jobs_beside_sync = 16;
constexpr Millis piece_waits(10);  ///< a folded piece, for a turn
constexpr std::size_t enough_jobs(bool syncing) { return syncing ? jobs_beside_sync : 1; }

}  // namespace

/// One exchange on its way. Keeps itself alive through the callbacks of the client.
template <class T>
class Runtime::Flight : public std::enable_shared_from_this<Runtime::Flight<T>> {
public:
    Flight(Runtime& runtime, std::uint64_t action, WallTime deadline, connectors::Exchange<T> exchange)
        : runtime_(runtime), action_(action), deadline_(deadline), exchange_(std::move(exchange)) {}

    void start() {
        exchange_.start();
        advance();
    }

private:
    void advance() {
        if (exchange_.done()) {
            runtime_.settle(action_, ActionResult(exchange_.take_result()));
            return;
        }
        net::HttpRequest request = exchange_.take_request();
        const Millis left = std::max(Millis(1), deadline_ - runtime_.clock_.now());
        request.timeout = std::min(request.timeout, left);
        runtime_.client_.send(std::move(request), [self = this->shared_from_this()](Result<net::HttpResponse> reply) {
            self->exchange_.resume(std::move(reply));
            self->advance();
        });
    }

    Runtime& runtime_;
    std::uint64_t action_;
    WallTime deadline_;
    connectors::Exchange<T> exchange_;
};

Runtime::Runtime(Core& core, const Clock& clock, net::HttpClient& client, Connectors connectors, RuntimeOptions options)
    : core_(core), clock_(clock), client_(client), connectors_(std::move(connectors)), options_(options) {
    bell_->runtime = this;
    core_.on_synced([bell = bell_] {
        const std::lock_guard lock(bell->mutex);
        if (bell->runtime != nullptr) bell->runtime->synced();
    });
}

Runtime::~Runtime() {
    stop();
    const std::lock_guard lock(bell_->mutex);
    bell_->runtime = nullptr;
}

void Runtime::start() {
    thread_ = std::thread([this] {
        run();
        const std::lock_guard lock(mutex_);
        engine_ended_ = true;
        outgoing_.notify_all();
        piece_there_.notify_all();
    });
    folder_ = std::thread([this] { fold_all(); });
    sender_ = std::thread([this] { send_all(); });
}

void Runtime::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
    if (sender_.joinable()) sender_.join();
    if (folder_.joinable()) folder_.join();
    // Queries that nobody will run any more: their waiters are told by the destruction.
    const std::lock_guard lock(mutex_);
    inbox_ = Inbox{};
}

void Runtime::put(std::function<void(Core&)> job) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || failure_) return;
        inbox_.jobs.push_back(std::move(job));
        first = is_worth_waking();
    }
    if (first) woken_.notify_one();
}

bool Runtime::rest(Millis most) {
    const auto until = std::chrono::steady_clock::now() + most;
    put([](Core& core) { core.rest(); });
    // The question is answered behind the turn in which the rest began.
    ask<bool>([](store::Store&) { return true; });
    std::unique_lock lock(mutex_);
    const auto settled = [this] {
        return stopping_ || failure_ || std::all_of(channels_.begin(), channels_.end(), [](const ChannelStatus& one) {
                   return one.in_flight == 0;
               });
    };
    while (!settled() && std::chrono::steady_clock::now() < until) rested_.wait_for(lock, Millis(20));
    return settled();
}

void Runtime::ingest(Ingest item, Done<Ingested> done) {
    item.content_hash = content_hash_of(item);  // here, where it does not cost the engine's time
    bool first = false;
    bool stopped = false;
    {
        const std::lock_guard lock(mutex_);
        stopped = stopping_ || failure_.has_value();
        if (!stopped && inbox_.ingests < options_.inbox_max) {
            ++inbox_.ingests;
            inbox_.jobs.push_back([item = std::move(item), done = std::move(done)](Core& core) mutable {
                core.ingest(std::move(item), std::move(done));
            });
            first = is_worth_waking();
            done = nullptr;
        }
    }
    if (first) woken_.notify_one();
    if (!done) return;
    Error busy = make_error(ErrorKind::rate_limited,
                            stopped ? "Tieline is stopping; nothing was taken. Send it again when it is back."
                                    : "More comes in than can be stored right now; nothing was taken. Send it again.",
                            stopped ? "stopping" : "inbox_full");
    busy.retry_after = Millis(1000);
    done(busy);
}

void Runtime::hint(SiteId site, std::string connector, std::string object, Done<void> done) {
    put([site = std::move(site), connector = std::move(connector), object = std::move(object),
         done = std::move(done)](Core& core) mutable {
        core.hint(std::move(site), std::move(connector), std::move(object), std::move(done));
    });
}

void Runtime::request(PersonRequest request, Done<void> done) {
    put([request = std::move(request), done = std::move(done)](Core& core) mutable {
        core.request(std::move(request), std::move(done));
    });
}

void Runtime::query(std::function<void(store::Store&)> read) {
    put([read = std::move(read)](Core& core) mutable { core.query(std::move(read)); });
}

void Runtime::settle(std::uint64_t action, ActionResult result) {
    put([action, result = std::move(result)](Core& core) mutable { core.settle({action, std::move(result)}); });
}

Metrics Runtime::metrics() const {
    const std::lock_guard lock(mutex_);
    return metrics_;
}

std::vector<ChannelStatus> Runtime::channels() const {
    const std::lock_guard lock(mutex_);
    return channels_;
}

std::optional<Error> Runtime::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

void Runtime::on_failure(std::function<void(const Error&)> told) {
    const std::lock_guard lock(mutex_);
    on_failure_ = std::move(told);
}

void Runtime::synced() {
    {
        const std::lock_guard lock(mutex_);
        synced_ = true;
    }
    woken_.notify_one();
}

/// Whether the engine may be waiting for just this many jobs.
bool Runtime::is_worth_waking() const { return inbox_.size() == 1 || inbox_.size() == jobs_beside_sync; }

/// False: stop.
bool Runtime::wait_for_work(std::optional<WallTime> wake, bool syncing, Inbox& inbox) {
    std::unique_lock lock(mutex_);
    // Bounded, so that a wall clock set by hand cannot make it sleep through a wake-up.
    Millis wait(1000);
    if (wake) wait = std::clamp(Millis(*wake - clock_.now()), Millis(0), wait);
    // Where more comes in than is folded, nothing new is taken until it is.
    const bool lags = core_.fold_lags();
    takes_piece_at_once_ = lags || !syncing;
    if (lags) {
        woken_.wait(lock, [&] { return stopping_ || inbox_.folded; });
    } else {
        woken_.wait_for(lock, wait, [&] { return stopping_ || synced_ || inbox_.size() >= enough_jobs(syncing); });
    }
    takes_piece_at_once_ = false;
    if (stopping_) return false;
    synced_ = false;
    if (lags) {
        inbox.folded = std::move(inbox_.folded);
        inbox_.is_pressing = false;
    } else {
        std::swap(inbox, inbox_);
    }
    return true;
}

void Runtime::hand_over(Turn& turn) {
    {
        const std::lock_guard lock(mutex_);
        metrics_ = core_.metrics();
        channels_ = core_.channels();
        for (Action& action : turn.actions) outbox_.push_back(std::move(action));
        for (auto& spent : turn.spent) spent_.push_back(std::move(spent));
    }
    if (!turn.actions.empty() || !turn.spent.empty()) outgoing_.notify_one();
}

/// One turn and what is done around it. False: it was the last one.
Result<bool> Runtime::take_turn(bool stop, Inbox& inbox, std::optional<WallTime>& wake, bool& syncing) {
    TIELINE_TRY(Turn turn, stop ? core_.finish() : core_.turn());
    wake = turn.more ? std::optional(clock_.now()) : turn.wake;
    syncing = turn.syncing;
    hand_over(turn);
    if (stop) return false;
    bool has_rows = false;
    if (inbox.folded) {
        TIELINE_TRY(has_rows, core_.end_fold(std::move(inbox.folded)));
    }
    TIELINE_TRY_VOID(hand_over_piece());
    const std::optional<WallTime> fold_wake = core_.fold_wake();
    if (fold_wake && (!wake || *fold_wake < *wake)) wake = fold_wake;
    if (has_rows && !syncing) wake = clock_.now();  // the next turn closes the group that the rows are in
    return true;
}

Result<void> Runtime::hand_over_piece() {
    TIELINE_TRY(std::unique_ptr<FoldPiece> piece, core_.begin_fold());
    if (!piece) return {};
    {
        const std::lock_guard lock(mutex_);
        to_fold_ = std::move(piece);
    }
    piece_there_.notify_one();
    return {};
}

void Runtime::run() {
    base::go_first();
    std::optional<WallTime> wake = clock_.now();
    bool syncing = false;
    for (;;) {
        Inbox inbox;
        const bool stop = !wait_for_work(wake, syncing, inbox);
        for (std::function<void(Core&)>& job : inbox.jobs) job(core_);
        inbox.jobs.clear();
        const Result<bool> goes_on = take_turn(stop, inbox, wake, syncing);
        if (!goes_on) return fail(goes_on.error());
        if (!*goes_on) return;
    }
}

void Runtime::fail(const Error& error) {
    log(LogLevel::error, "the engine stops: " + error.message, {{"code", error.code}});
    std::function<void(const Error&)> told;
    {
        const std::lock_guard lock(mutex_);
        failure_ = error;
        told = on_failure_;
    }
    if (told) told(error);
}

void Runtime::send_all() {
    std::vector<Action> actions;
    std::vector<std::shared_ptr<const void>> spent;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            outgoing_.wait(lock, [this] { return engine_ended_ || !outbox_.empty() || !spent_.empty(); });
            // What the engine released before it ended still leaves: its attempts are in the store.
            if (engine_ended_ && outbox_.empty()) return;
            std::swap(actions, outbox_);
            std::swap(spent, spent_);
        }
        for (Action& action : actions) carry_out(std::move(action));
        actions.clear();
        spent.clear();
    }
}

/// Whether the engine must be woken for it: where it is busy the next turn takes it along, and one of its own would
/// only make the groups that are forced to disk smaller.
bool Runtime::put_folded(std::unique_ptr<FoldPiece> piece) {
    std::unique_lock lock(mutex_);
    inbox_.folded = std::move(piece);
    const auto is_taken = [this] { return engine_ended_ || !inbox_.folded; };
    if (!takes_piece_at_once_ && piece_there_.wait_for(lock, piece_waits, is_taken)) return false;
    inbox_.is_pressing = true;
    return true;
}

void Runtime::fold_all() {
    for (;;) {
        std::unique_ptr<FoldPiece> piece;
        {
            std::unique_lock lock(mutex_);
            piece_there_.wait(lock, [this] { return engine_ended_ || to_fold_; });
            if (engine_ended_) return;
            piece = std::move(to_fold_);
        }
        piece->fold();
        if (put_folded(std::move(piece))) woken_.notify_one();
    }
}

template <class T>
void Runtime::fly(const Action& action, connectors::Exchange<T> exchange) {
    std::make_shared<Flight<T>>(*this, action.id, action.deadline, std::move(exchange))->start();
}

void Runtime::carry_out(Action action) {
    const auto found = connectors_.find({action.site, action.connector});
    TIELINE_CHECK(found != connectors_.end(), "the core asks for a connector that app did not give");
    connectors::Connector& connector = *found->second;
    switch (action.kind) {
        case ActionKind::push:
            return fly(action, connector.push(action.stored->command));
        case ActionKind::find:
            return fly(action, connector.find(action.stored->command));
        case ActionKind::follow:
            return fly(action, connector.follow(action.stored->command, action.stored->document));
        case ActionKind::pull:
            return fly(action, connector.pull(action.cursor, action.count_max));
        case ActionKind::fetch:
            return fly(action, connector.fetch(action.object));
    }
}

}  // namespace tieline::engine
