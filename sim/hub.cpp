#include "sim/hub.h"

namespace tieline::sim {
namespace {

Step step_of(engine::ActionKind kind) {
    switch (kind) {
        case engine::ActionKind::push:
            return Step::push;
        case engine::ActionKind::find:
            return Step::find;
        case engine::ActionKind::follow:
            return Step::follow;
        case engine::ActionKind::pull:
            return Step::pull;
        case engine::ActionKind::fetch:
            return Step::fetch;
    }
    return Step::push;
}

}  // namespace

/// One exchange on its way; it goes on in the network even when the hub that started it is dead.
template <class T>
class SimHub::Flight : public std::enable_shared_from_this<SimHub::Flight<T>> {
public:
    Flight(SimHub& hub, Step step, const engine::Action& action, connectors::Exchange<T> exchange)
        : hub_(hub),
          life_(hub.life_),
          step_(step),
          action_(action.id),
          deadline_(action.deadline),
          exchange_(std::move(exchange)) {}
    void start() {
        exchange_.start();
        advance();
    }

private:
    void advance() {
        if (exchange_.done()) {
            std::erase_if(hub_.flying_, [this](const auto& flying) { return flying.second == action_; });
            hub_.core_->settle({action_, engine::ActionResult(exchange_.take_result())});
            hub_.poke();
            return;
        }
        net::HttpRequest request = exchange_.take_request();
        request.timeout = std::min(request.timeout, std::max(Millis(1), deadline_ - hub_.world_.clock.now()));
        hub_.network_.send(step_, std::move(request),
                           [self = this->shared_from_this()](Result<net::HttpResponse> reply) {
                               if (self->life_ != self->hub_.life_) return;  // that process is dead
                               self->exchange_.resume(std::move(reply));
                               self->advance();
                           });
    }

    SimHub& hub_;
    std::uint64_t life_;
    Step step_;
    std::uint64_t action_;
    WallTime deadline_;
    connectors::Exchange<T> exchange_;
};

SimHub::SimHub(World& world, Network& network, Matrix& matrix, SimMachine& machine, engine::SiteSetup setup,
               Connectors connectors)
    : world_(world),
      network_(network),
      matrix_(matrix),
      machine_(machine),
      setup_(std::move(setup)),
      connectors_(std::move(connectors)),
      jitter_(world.random.next()) {}

SimHub::~SimHub() { ++life_; }

Result<void> SimHub::start() {
    TIELINE_TRY(store_, machine_.open());
    watched_ = std::make_unique<WatchedStore>(*store_, machine_, world_.random,
                                              [this](Step step, Fault fault) { matrix_.count(step, fault); });
    engine::CoreOptions options;
    options.lease = lease_;
    options.project_every = Millis(200);
    TIELINE_TRY(core_, engine::open_core(*watched_, world_.clock, jitter_, {setup_}, options));
    core_->on_synced([] {});  // pump() says when the disk is done
    ++starts_;
    world_.trace.note(world_.clock.now(), "hub starts");
    poke();
    return {};
}

void SimHub::arm_soon(std::span<const CommitFate> fates, std::function<bool()> over, int tries) {
    if (tries == 0 || over()) return;
    if (up() && !armed()) return arm(fates[world_.random.below(fates.size())]);
    world_.in(Millis(150), [this, fates, over = std::move(over), tries] { arm_soon(fates, over, tries - 1); });
}

void SimHub::crash() {
    if (!up()) return;
    ++life_;
    ++crashes_;
    world_.trace.note(world_.clock.now(), "hub dies");
    machine_.crash();  // before the store closes: a dead process flushes nothing
    core_.reset();
    watched_.reset();
    store_.reset();
    poked_ = false;
    alarm_.reset();
    disk_works_ = false;
    flying_.clear();
    world_.in(Millis(world_.between(restart_low_.count(), restart_high_.count())), [this] {
        if (up()) return;
        const Result<void> started = start();
        if (!started) trouble_ = "the hub does not start again: " + started.error().message;
    });
}

void SimHub::poke() {
    if (poked_) return;
    poked_ = true;
    world_.in(Millis(0), [this, life = life_] {
        if (life == life_ && up()) pump();
    });
}

/// Read models between two turns, into the group that the next turn closes: as the runtime would if its folder were
/// always quicker than the next turn.
Result<void> SimHub::fold(engine::Turn& turn) {
    for (;;) {
        TIELINE_TRY(std::unique_ptr<engine::FoldPiece> piece, core_->begin_fold());
        if (!piece) {
            const std::optional<WallTime> wake = core_->fold_wake();
            if (wake && (!turn.wake || *wake < *turn.wake)) turn.wake = wake;
            return {};
        }
        piece->fold();
        TIELINE_TRY_VOID(core_->end_fold(std::move(piece)));
    }
}

void SimHub::pump() {
    poked_ = false;
    engine::Turn turn;
    try {
        Result<engine::Turn> taken = core_->turn();
        if (!taken) {
            world_.trace.note(world_.clock.now(), "engine stops: " + taken.error().message);
            crash();
            return;
        }
        turn = std::move(*taken);
        if (const Result<void> folded = fold(turn); !folded) {
            world_.trace.note(world_.clock.now(), "engine stops: " + folded.error().message);
            crash();
            return;
        }
    } catch (const ProcessDied&) {
        crash();
        return;
    }
    for (const engine::Action& action : turn.actions) carry_out(action);
    if (turn.more) poke();
    if (turn.syncing && !disk_works_) {
        disk_works_ = true;
        world_.in(Millis(world_.between(0, 4)), [this, life = life_] {
            if (life != life_ || !up()) return;
            disk_works_ = false;
            watched_->synced();
            poke();
        });
    }
    if (!turn.wake) return;
    const WallTime wake = std::max(*turn.wake, world_.clock.now() + Millis(1));
    if (alarm_ && *alarm_ <= wake && *alarm_ > world_.clock.now()) return;  // an earlier alarm is set already
    alarm_ = wake;
    world_.at(wake, [this, life = life_] {
        if (life != life_ || !up()) return;
        poke();
    });
}

bool SimHub::ingest(engine::Ingest item, engine::Done<engine::Ingested> done) {
    if (!up()) return false;
    core_->ingest(std::move(item), std::move(done));
    poke();
    return true;
}

bool SimHub::hint(const std::string& connector, const std::string& object, std::function<void()> done) {
    if (!up()) return false;
    core_->hint(setup_.site, connector, object, [done = std::move(done)](Result<void>) { done(); });
    poke();
    return true;
}

bool SimHub::request(engine::PersonRequest request, engine::Done<void> done) {
    if (!up()) return false;
    core_->request(std::move(request), std::move(done));
    poke();
    return true;
}

bool SimHub::query(std::function<void(store::Store&)> read) {
    if (!up()) return false;
    core_->query(std::move(read));
    poke();
    return true;
}

template <class T>
void SimHub::fly(Step step, const engine::Action& action, connectors::Exchange<T> exchange) {
    std::make_shared<Flight<T>>(*this, step, action, std::move(exchange))->start();
}

void SimHub::carry_out(const engine::Action& action) {
    connectors::Connector& connector = *connectors_.at(action.connector);
    const Step step = step_of(action.kind);
    if (action.kind == engine::ActionKind::push) {
        // Costs are ordered by work order whatever the command says: the engine's own word is not the judge.
        const model::Command& command = action.stored->command;
        const std::string& story = command.flow == "cost_posting" ? command.correlation : command.order_key;
        flying_[{story, action.stored->id}] = action.id;
        // An earlier one of the same order key must have been accepted before this one leaves.
        if (flying_.lower_bound({story, 0})->first.second < action.stored->id) {
            trouble_ = "a command of " + story + " left before the one ahead of it was accepted";
        }
    }
    switch (action.kind) {
        case engine::ActionKind::push:
            return fly(step, action, connector.push(action.stored->command));
        case engine::ActionKind::find:
            return fly(step, action, connector.find(action.stored->command));
        case engine::ActionKind::follow:
            return fly(step, action, connector.follow(action.stored->command, action.stored->document));
        case engine::ActionKind::pull:
            return fly(step, action, connector.pull(action.cursor, action.count_max));
        case engine::ActionKind::fetch:
            return fly(step, action, connector.fetch(action.object));
    }
}

}  // namespace tieline::sim
