#include "engine/core.h"

#include "base/log.h"
#include "engine/planted.h"
#include "engine/site_engine.h"

#include <algorithm>
#include <atomic>
#include <deque>

namespace tieline::engine {
namespace {

constexpr std::size_t ingests_per_turn = 512;

Error no_site(const SiteId& site) {
    return make_error(ErrorKind::not_found, "This hub has no site \"" + site + "\". See the sites in tieline.yaml.",
                      "unknown_site", "site");
}

/// The core: one thread, one store, the engines of its sites.
class CoreOfSites final : public Core {
public:
    CoreOfSites(store::Store& store, const Clock& clock, Random& random, CoreOptions options)
        : store_(store), clock_(clock), random_(random), options_(std::move(options)) {}

    Result<void> open(std::vector<SiteSetup> sites);
    void ingest(Ingest item, Done<Ingested> done) override { ingests_.push_back({std::move(item), std::move(done)}); }
    void hint(SiteId site, std::string connector, std::string object, Done<void> done) override {
        hints_.push_back({std::move(site), std::move(connector), std::move(object), std::move(done)});
    }
    void settle(Settlement settlement) override { settlements_.push_back(std::move(settlement)); }
    void request(PersonRequest request, Done<void> done) override {
        requests_.push_back({std::move(request), std::move(done)});
    }
    void query(std::function<void(store::Store&)> read) override { queries_.push_back(std::move(read)); }
    Result<Turn> turn() override;
    Result<Turn> finish() override;
    void on_synced(std::function<void()> told) override { told_ = std::move(told); }
    Result<std::unique_ptr<FoldPiece>> begin_fold() override;
    Result<bool> end_fold(std::unique_ptr<FoldPiece> piece) override;
    std::optional<WallTime> fold_wake() const override;
    bool fold_lags() const override { return folding_ != nullptr && folding_->lags(); }
    void rest() override;
    Metrics metrics() const override { return metrics_; }
    std::vector<ChannelStatus> channels() const override {
        std::vector<ChannelStatus> all;
        for (const auto& site : sites_) site->status(all);
        return all;
    }

private:
    struct IngestJob {
        Ingest item;
        Done<Ingested> done;
    };
    struct HintJob {
        SiteId site;
        std::string connector, object;
        Done<void> done;
    };
    struct RequestJob {
        PersonRequest request;
        Done<void> done;
    };
    using Answers = std::vector<std::function<void()>>;
    /// What may leave once a group is durable.
    struct Held {
        Answers answers;
        std::vector<Action> actions;
        bool dirty = false;  ///< something was applied for it
    };

    SiteEngine* find(const SiteId& site);
    Result<void> renew_leases(WallTime now);
    Result<void> take_settlements();
    Result<void> take_ingests(Answers& answers);
    Result<void> take_hints(Answers& answers);
    Result<void> take_requests(Answers& answers);
    Result<void> advance(Turn& turn);
    Result<void> fold_what_is_due();
    static void wake_at(std::optional<WallTime> time, Turn& turn);
    Result<void> when_to_wake(Turn& turn);
    void hold(Answers answers, Turn& turn);
    Result<void> begin_sync(Turn& turn);
    Result<void> finish_sync(Turn& turn);
    Result<void> make_durable(Turn& turn);
    Result<Turn> pass_on();
    static void release(Held& held, Turn& turn);

    store::Store& store_;
    const Clock& clock_;
    Random& random_;
    CoreOptions options_;
    Metrics metrics_;
    bool resting_ = false;
    std::uint64_t next_action_ = 1;
    std::vector<std::unique_ptr<SiteEngine>> sites_;
    std::optional<WallTime> renew_at_;
    std::deque<IngestJob> ingests_;
    std::deque<HintJob> hints_;
    std::deque<Settlement> settlements_;
    std::deque<RequestJob> requests_;
    std::deque<std::function<void(store::Store&)>> queries_;
    Held held_;                      ///< of the open group
    std::optional<Held> syncing_;    ///< of the group on its way to the disk
    ReadModels* folding_ = nullptr;  ///< whose piece is out
    std::size_t folds_next_ = 0;     ///< site whose turn it is
    std::function<void()> told_;
    /// Set by the store's thread, which may outlive this core.
    std::shared_ptr<std::atomic<bool>> synced_ = std::make_shared<std::atomic<bool>>(false);
};

Result<void> CoreOfSites::open(std::vector<SiteSetup> sites) {
    const WallTime now = clock_.now();
    for (SiteSetup& setup : sites) {
        const std::string lease = "site/" + setup.site;
        TIELINE_TRY(const std::uint64_t epoch, store_.acquire_lease(lease, options_.holder, now, options_.lease));
        SiteContext context{std::move(setup), store_, clock_, random_, options_, metrics_, {lease, epoch}, 0, {}, now,
                            &next_action_,    {},     false};
        sites_.push_back(std::make_unique<SiteEngine>(std::move(context)));
        TIELINE_TRY_VOID(sites_.back()->open());
    }
    renew_at_ = now + options_.lease / 3;
    return store_.sync();
}

void CoreOfSites::rest() {
    resting_ = true;
    for (const auto& engine : sites_) engine->context().claimers.clear();
}

SiteEngine* CoreOfSites::find(const SiteId& site) {
    for (const auto& engine : sites_) {
        if (engine->context().setup.site == site) return engine.get();
    }
    return nullptr;
}

Result<void> CoreOfSites::renew_leases(WallTime now) {
    if (renew_at_ && now < *renew_at_) return {};
    for (const auto& engine : sites_) {
        store::LeaseRef& lease = engine->context().lease;
        TIELINE_TRY(const std::uint64_t epoch, store_.acquire_lease(lease.name, options_.holder, now, options_.lease));
        if (epoch != lease.epoch) {
            return make_error(ErrorKind::conflict, "Another node took over " + lease.name + "; this one stops.",
                              "lease_lost");
        }
    }
    renew_at_ = now + options_.lease / 3;
    return {};
}

Result<void> CoreOfSites::take_settlements() {
    while (!settlements_.empty()) {
        Settlement settlement = std::move(settlements_.front());
        settlements_.pop_front();
        for (const auto& engine : sites_) {
            TIELINE_TRY(const bool taken, engine->settle(settlement));
            if (taken) break;
        }
    }
    for (const auto& engine : sites_) TIELINE_TRY_VOID(engine->flush());
    return {};
}

Result<void> CoreOfSites::take_ingests(Answers& answers) {
    std::vector<std::vector<IngestJob>> by_site(sites_.size());
    for (std::size_t taken = 0; taken < ingests_per_turn && !ingests_.empty(); ++taken) {
        IngestJob job = std::move(ingests_.front());
        ingests_.pop_front();
        const auto engine = std::find_if(sites_.begin(), sites_.end(), [&](const auto& candidate) {
            return candidate->context().setup.site == job.item.site;
        });
        if (engine == sites_.end()) {
            answers.push_back([done = std::move(job.done), error = no_site(job.item.site)] { done(error); });
            continue;
        }
        by_site[static_cast<std::size_t>(engine - sites_.begin())].push_back(std::move(job));
    }
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        if (by_site[i].empty()) continue;
        std::vector<Ingest> items;
        items.reserve(by_site[i].size());
        for (IngestJob& job : by_site[i]) items.push_back(std::move(job.item));
        TIELINE_TRY(std::vector<Result<Ingested>> results, sites_[i]->ingest(std::move(items)));
        for (std::size_t k = 0; k < results.size(); ++k) {
            if (planted(PlantedBug::answer_before_sync)) {
                by_site[i][k].done(std::move(results[k]));
                continue;
            }
            answers.push_back([done = std::move(by_site[i][k].done), result = std::move(results[k])] { done(result); });
        }
    }
    return {};
}

Result<void> CoreOfSites::take_hints(Answers& answers) {
    while (!hints_.empty()) {
        HintJob job = std::move(hints_.front());
        hints_.pop_front();
        SiteEngine* engine = find(job.site);
        if (engine == nullptr) {
            answers.push_back([done = std::move(job.done), error = no_site(job.site)] { done(error); });
            continue;
        }
        TIELINE_TRY_VOID(engine->hint(job.connector, job.object));
        answers.push_back([done = std::move(job.done)] { done(Result<void>()); });
    }
    return {};
}

Result<void> CoreOfSites::take_requests(Answers& answers) {
    while (!requests_.empty()) {
        RequestJob job = std::move(requests_.front());
        requests_.pop_front();
        SiteEngine* engine = find(job.request.site);
        if (engine == nullptr) {
            answers.push_back([done = std::move(job.done), error = no_site(job.request.site)] { done(error); });
            continue;
        }
        TIELINE_TRY(Answer answer, engine->request(job.request));
        answers.push_back([done = std::move(job.done), answer = std::move(answer)] { done(answer.said()); });
    }
    return {};
}

Result<void> CoreOfSites::advance(Turn& turn) {
    for (const auto& engine : sites_) {
        TIELINE_TRY_VOID(engine->fire_timers());
        TIELINE_TRY(const bool behind, engine->decide());
        turn.more = turn.more || behind;
        if (!resting_) {
            TIELINE_TRY_VOID(engine->claim());
        }
    }
    return told_ ? Result<void>() : fold_what_is_due();
}

/// For drivers that take turns and nothing else.
Result<void> CoreOfSites::fold_what_is_due() {
    for (;;) {
        TIELINE_TRY(std::unique_ptr<FoldPiece> piece, begin_fold());
        if (!piece) return {};
        piece->fold();
        TIELINE_TRY_VOID(end_fold(std::move(piece)));
    }
}

Result<std::unique_ptr<FoldPiece>> CoreOfSites::begin_fold() {
    if (folding_ != nullptr) return std::unique_ptr<FoldPiece>();
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        ReadModels& models = sites_[folds_next_++ % sites_.size()]->read_models();
        TIELINE_TRY(std::unique_ptr<ReadModels::Piece> piece, models.begin());
        if (!piece) continue;
        folding_ = &models;
        return std::unique_ptr<FoldPiece>(std::move(piece));
    }
    return std::unique_ptr<FoldPiece>();
}

Result<bool> CoreOfSites::end_fold(std::unique_ptr<FoldPiece> piece) {
    TIELINE_CHECK(folding_ != nullptr, "a piece is taken back once");
    ReadModels& models = *std::exchange(folding_, nullptr);
    return models.end(static_cast<ReadModels::Piece&>(*piece));
}

std::optional<WallTime> CoreOfSites::fold_wake() const {
    std::optional<WallTime> wake;
    if (folding_ != nullptr) return wake;
    for (const auto& engine : sites_) {
        const std::optional<WallTime> of_site = engine->read_models().next_wake();
        if (of_site && (!wake || *of_site < *wake)) wake = of_site;
    }
    return wake;
}

void CoreOfSites::wake_at(std::optional<WallTime> time, Turn& turn) {
    if (time && (!turn.wake || *time < *turn.wake)) turn.wake = time;
}

Result<void> CoreOfSites::when_to_wake(Turn& turn) {
    for (const auto& engine : sites_) {
        if (resting_) break;  // only what settles wakes it
        TIELINE_TRY(const std::optional<WallTime> wake, engine->next_wake());
        wake_at(wake, turn);
    }
    wake_at(renew_at_, turn);
    if (!told_ && !resting_) wake_at(fold_wake(), turn);
    turn.more = turn.more || !ingests_.empty();
    return {};
}

void CoreOfSites::hold(Answers answers, Turn& turn) {
    for (const auto& engine : sites_) {
        SiteContext& site = engine->context();
        held_.dirty = held_.dirty || site.dirty;
        site.dirty = false;
        engine->let_go_of_read();
        for (auto& spent : site.tail.take_spent()) turn.spent.push_back(std::move(spent));
        for (Action& action : site.actions) held_.actions.push_back(std::move(action));
        site.actions.clear();
    }
    for (auto& answer : answers) held_.answers.push_back(std::move(answer));
}

void CoreOfSites::release(Held& held, Turn& turn) {
    for (Action& action : held.actions) turn.actions.push_back(std::move(action));
    for (const std::function<void()>& answer : held.answers) answer();
    held = Held{};
}

Result<void> CoreOfSites::begin_sync(Turn& turn) {
    // A turn that changed nothing waits for nothing: all it says was durable before.
    const bool early = planted(PlantedBug::send_before_sync);
    if (!held_.dirty || early) {
        release(held_, turn);
        return {};
    }
    syncing_ = std::move(held_);
    held_ = Held{};
    synced_->store(false);
    TIELINE_TRY_VOID(store_.begin_sync([synced = synced_, told = told_] {
        synced->store(true);
        if (told) told();
    }));
    if (planted(PlantedBug::release_at_begin)) release(*syncing_, turn);
    return {};
}

/// Nothing may leave, neither answers nor requests, before the store says that the group is durable.
Result<void> CoreOfSites::finish_sync(Turn& turn) {
    if (!syncing_) return {};
    TIELINE_TRY_VOID(store_.finish_sync());
    Held durable = std::move(*syncing_);
    syncing_.reset();
    release(durable, turn);
    return {};
}

Result<void> CoreOfSites::make_durable(Turn& turn) {
    TIELINE_TRY_VOID(finish_sync(turn));
    TIELINE_TRY_VOID(begin_sync(turn));
    return finish_sync(turn);
}

/// The disk is done: what was held leaves at once and the next group follows; what came in is for the next turn.
Result<Turn> CoreOfSites::pass_on() {
    Turn turn;
    TIELINE_TRY_VOID(finish_sync(turn));
    hold({}, turn);  // rows that were folded since the last turn
    TIELINE_TRY_VOID(begin_sync(turn));
    TIELINE_TRY_VOID(when_to_wake(turn));
    turn.more = turn.more || !settlements_.empty() || !hints_.empty() || !requests_.empty();
    turn.syncing = syncing_.has_value();
    return turn;
}

Result<Turn> CoreOfSites::turn() {
    const WallTime now = clock_.now();
    ++metrics_.turns;
    Turn turn;
    // A lease is durable when it is taken, and queries must not see what is not: both wait for the disk.
    const bool alone = !told_ || !queries_.empty() || !renew_at_ || now >= *renew_at_;
    if (alone) {
        TIELINE_TRY_VOID(finish_sync(turn));
    } else if (syncing_ && synced_->load()) {
        return pass_on();
    }
    TIELINE_TRY_VOID(renew_leases(now));
    for (const auto& engine : sites_) engine->context().now = now;
    Answers answers;
    TIELINE_TRY_VOID(take_settlements());
    TIELINE_TRY_VOID(take_ingests(answers));
    TIELINE_TRY_VOID(take_hints(answers));
    TIELINE_TRY_VOID(take_requests(answers));
    TIELINE_TRY_VOID(advance(turn));
    hold(std::move(answers), turn);
    if (alone) {
        TIELINE_TRY_VOID(make_durable(turn));
    } else if (!syncing_) {
        TIELINE_TRY_VOID(begin_sync(turn));
    }
    TIELINE_TRY_VOID(when_to_wake(turn));
    turn.syncing = syncing_.has_value();
    while (!queries_.empty()) {
        queries_.front()(store_);
        queries_.pop_front();
    }
    return turn;
}

Result<Turn> CoreOfSites::finish() {
    Turn turn;
    hold({}, turn);  // rows that were folded behind the last turn
    TIELINE_TRY_VOID(make_durable(turn));
    return turn;
}

}  // namespace

Result<std::unique_ptr<Core>> open_core(store::Store& store, const Clock& clock, Random& random,
                                        std::vector<SiteSetup> sites, CoreOptions options) {
    auto core = std::make_unique<CoreOfSites>(store, clock, random, std::move(options));
    TIELINE_TRY_VOID(core->open(std::move(sites)));
    return std::unique_ptr<Core>(std::move(core));
}

}  // namespace tieline::engine
