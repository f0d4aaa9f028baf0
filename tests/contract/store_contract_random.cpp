// Random batches, syncs, crashes and restarts: every store must agree with the one in plain containers, answer by
// answer.

#include "base/random.h"
#include "contract/store_worlds.h"
#include "store/memory/memory_store.h"

#include <sstream>

namespace tieline::contract {
namespace {

using model::CommandState;
using store::Store;
using store::WriteBatch;

const std::vector<std::string> sites = {"_hub", "plant1"};

/// Builds batches over few keys, so that conflicts, repeats and promotions are common.
class Maker {
public:
    Maker(std::uint64_t seed, Store& model) : random_(seed), model_(model) {}

    WriteBatch batch() {
        WriteBatch batch;
        batch.site = sites[random_.below(sites.size())];
        batch.now = at(static_cast<std::int64_t>(random_.below(100)));
        if (random_.below(20) == 0) batch.lease = {"site/" + batch.site, random_.below(3)};
        while (random_.below(3) != 0) add(batch);
        return batch;
    }
    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }

private:
    std::string word(const char* prefix, std::uint64_t count) { return prefix + std::to_string(random_.below(count)); }
    /// Mostly what is right now, so that most batches pass.
    bool honest() { return random_.below(12) != 0; }

    void add(WriteBatch& batch) {
        switch (random_.below(9)) {
            case 0:
                add_event(batch);
                break;
            case 1:
                add_object(batch);
                break;
            case 2:
                add_cursor(batch);
                break;
            case 3:
                batch.states.push_back({word("flow", 2), word("k", 5), text(), random_.below(3) == 0});
                break;
            case 4:
                batch.waits.push_back({word("flow", 2), word("k", 3), random_.below(9) + 1, random_.below(3) == 0});
                break;
            case 5:
                add_command(batch);
                break;
            case 6:
                add_changes(batch);
                break;
            case 7:
                add_timer_or_exception(batch);
                break;
            case 8:
                batch.views.push_back({word("view", 2), word("a/", 9), text()});
                break;
        }
    }
    std::string text() {
        const std::uint64_t size = random_.below(6);
        if (size == 0) return "";
        return "\"" + std::string(size == 5 ? 5000 : size * 7, static_cast<char>('a' + random_.below(26))) + "\"";
    }
    void add_event(WriteBatch& batch) {
        model::Envelope envelope = event(word("e", 400), word("WO-", 6));
        envelope.site.clear();
        envelope.data = text();
        batch.events.push_back(std::move(envelope));
    }
    void add_object(WriteBatch& batch) {
        store::ObjectRevision object;
        object.source = word("source", 2);
        object.object = word("o", 4);
        const auto stored = *model_.object(batch.site, object.source, object.object);
        object.revision = honest() ? (stored ? stored->revision : 0) + 1 : random_.below(4);
        object.content_hash = text();
        batch.objects.push_back(std::move(object));
    }
    void add_cursor(WriteBatch& batch) {
        store::CursorMove move;
        move.name = word("cursor", 3);
        move.from = honest() ? *model_.cursor(batch.site, move.name) : word("", 3);
        move.to = word("", 50);
        batch.cursors.push_back(std::move(move));
    }
    void add_command(WriteBatch& batch) {
        model::Command command =
            make_command(word("key", honest() ? 100'000 : 30), random_.below(4) == 0 ? "" : word("order", 4));
        command.connector = word("connector", 2);
        command.correlation = word("WO-", 6);
        batch.commands.push_back(std::move(command));
        batch.commands_due.push_back(at(static_cast<std::int64_t>(random_.below(50))));
        std::optional<store::FirstAttempt> first;
        if (random_.below(3) == 0) first = store::FirstAttempt{random_.below(9), at(60)};
        batch.commands_claimed.push_back(first);
    }
    void add_changes(WriteBatch& batch) {
        const auto state = static_cast<CommandState>(random_.below(9));
        const auto found = *model_.due(batch.site, word("connector", 2), state, at(1000), {6, 1 << 20});
        for (const auto& stored : found) {
            if (random_.below(2) == 0) continue;
            store::CommandChange change = change_of(stored, static_cast<CommandState>(1 + random_.below(8)));
            if (!honest()) change.from_attempt += 1;
            if (random_.below(5) == 0) change.payload = text();
            change.due = at(static_cast<std::int64_t>(random_.below(50)));
            batch.changes.push_back(std::move(change));
        }
    }
    void add_timer_or_exception(WriteBatch& batch) {
        if (random_.below(2) == 0) {
            store::TimerPut timer{word("flow", 2), word("k", 4), word("t", 2), std::nullopt};
            if (random_.below(3) != 0) timer.due = at(static_cast<std::int64_t>(random_.below(60)));
            batch.timers.push_back(std::move(timer));
            return;
        }
        store::Exception exception = make_exception(word("EX-", 12));
        exception.key = word("k", 3);
        if (random_.below(2) == 0) exception.state = store::ExceptionState::closed;
        batch.exceptions.push_back(std::move(exception));
    }

    SeededRandom random_;
    Store& model_;
};

void tell(std::ostream& out, const model::StoredCommand& c) {
    out << "command " << c.id << ' ' << c.site << ' ' << c.command.key << ' ' << c.command.order_key << ' '
        << c.command.connector << ' ' << c.command.payload << ' ' << model::to_string(c.state) << ' ' << c.attempt
        << ' ' << c.epoch << ' ' << c.deadline.time_since_epoch().count() << ' ' << c.due.time_since_epoch().count()
        << ' ' << c.created.time_since_epoch().count() << '\n';
}

void tell_commands(std::ostream& out, Store& store, const std::string& site) {
    for (int state = 0; state < 9; ++state) {
        for (const char* connector : {"connector0", "connector1"}) {
            const auto each = static_cast<CommandState>(state);
            for (const auto& command : *store.due(site, connector, each, at(1000), {1000, 1 << 24})) {
                tell(out, command);
            }
            const auto next = *store.next_due(site, connector, each);
            if (next) out << "next due " << next->time_since_epoch().count() << '\n';
        }
    }
    for (const auto& command : *store.commands_of(site, "WO-3", {7, 1 << 20})) tell(out, command);
}

void tell_exceptions(std::ostream& out, Store& store, const std::string& site) {
    for (const bool only_open : {true, false}) {
        for (const auto& exception : *store.exceptions(site, only_open, "", {5, 1 << 20})) {
            out << "exception " << exception.id << ' ' << exception.key << ' ' << static_cast<int>(exception.state)
                << '\n';
        }
    }
    const auto found = *store.open_exception_of(site, "key-EX-3", "cost_posting", "k1");
    out << "open exception " << (found ? found->id : "none") << '\n';
}

/// Everything a reader can see, as text.
std::string tell_all(Store& store) {
    std::ostringstream out;
    for (const auto& site : *store.sites()) {
        out << "site " << site << " head " << *store.head(site) << " open " << store.counters(site)->commands_open
            << ' ' << store.counters(site)->exceptions_open << '\n';
        for (const auto& event : *store.read(site, 0, {10'000, 1 << 26})) {
            out << event.seq << ' ' << event.recorded.time_since_epoch().count() << ' ' << event.envelope.id << ' '
                << event.envelope.site << ' ' << event.envelope.data << '\n';
        }
        for (const auto& event : *store.story(site, "WO-2", 3, {5, 9000})) out << "story " << event.seq << '\n';
        for (const char* flow : {"flow0", "flow1"}) {
            for (const bool parked : {false, true}) {
                for (const auto& state : *store.states(site, flow, "k0", parked, {3, 6000})) {
                    out << "state " << state.key << ' ' << state.parked << ' ' << state.json << '\n';
                }
            }
            for (const auto seq : *store.waits(site, flow, "k1", {5, 100})) out << "wait " << seq << '\n';
        }
        for (const auto& timer : *store.timers_due(site, at(40), {6, 1 << 20})) {
            out << "timer " << timer.flow << timer.key << timer.name << timer.due.time_since_epoch().count() << '\n';
        }
        for (const char* source : {"source0", "source1"}) {
            const auto object = *store.object(site, source, "o1");
            out << "object " << (object ? object->revision : 0) << '\n';
        }
        out << "cursor " << *store.cursor(site, "cursor1") << '\n';
        for (const auto& row : *store.scan(site, "view1", "a/", "a/2", {6, 1 << 20})) {
            out << "view " << row.key << ' ' << row.json << '\n';
        }
        tell_commands(out, store, site);
        tell_exceptions(out, store, site);
    }
    return out.str();
}

/// One step on both; returns whether they agree.
bool step_both(Maker& maker, World& world, store::MemoryStore& model) {
    const std::uint64_t what = maker.below(100);
    if (what < 80) {
        const WriteBatch batch = maker.batch();
        const auto expected = model.apply(batch);
        const auto found = world.store().apply(batch);
        if (expected.has_value() != found.has_value()) return false;
        if (!expected) return expected.error().message == found.error().message;
        return expected->first_seq == found->first_seq && expected->last_seq == found->last_seq &&
               expected->events_repeated == found->events_repeated && expected->claimed == found->claimed;
    }
    if (what < 92) return model.sync().has_value() && world.store().sync().has_value();
    if (what < 95) {
        const std::string site = sites[maker.below(sites.size())];
        return model.drop_view(site, "view0").has_value() == world.store().drop_view(site, "view0").has_value();
    }
    if (what < 97) {
        const std::string holder = maker.below(2) == 0 ? "node-a" : "node-b";
        const WallTime now = at(static_cast<std::int64_t>(maker.below(2000)));
        const auto expected = model.acquire_lease("site/plant1", holder, now, Millis(100));
        const auto found = world.store().acquire_lease("site/plant1", holder, now, Millis(100));
        return expected.has_value() == found.has_value() && (!expected || *expected == *found);
    }
    if (what < 99) {
        model.crash();
        world.crash();
        return true;
    }
    if (!model.sync() || !world.store().sync()) return false;
    world.reopen();
    return true;
}

TEST_P(StoreContract, AgreesWithPlainContainersOverRandomOperations) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const auto world = GetParam().make();
        const auto model = store::make_memory_store();
        Maker maker(seed, *model);
        for (int step = 0; step < 300; ++step) {
            SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step));
            ASSERT_TRUE(step_both(maker, *world, *model));
            if (step % 10 == 9) {
                const std::string expected = tell_all(*model);
                ASSERT_EQ(tell_all(world->store()), expected);
            }
        }
    }
}

}  // namespace
}  // namespace tieline::contract
