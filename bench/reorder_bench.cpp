// What a reorder decision costs beside the number of parts that the hub knows, at 100 and at 100,000 parts, in turn on
// the same machine: the decision itself, and the change of stock from its taking in until it is durable. The verdict is
// on the decision; the rest is the store's, whose pages lie further apart the more parts there are.
//
//   reorder_bench FOLDER [FEW] [MANY]      exits with 0 only where the cost is flat

#include "engine/projections/projections.h"
#include "flows/supply.h"
#include "store/sqlite/sqlite_store.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

using namespace tieline;

constexpr std::size_t changes_per_turn = 32;  // what comes together while a disk syncs
constexpr std::size_t turns = 160;            // of each plant
constexpr std::size_t shortage_every = 64;    // each so-manyth change falls below the reorder point of another part
constexpr double flat_most = 1.5;             // "flat": no more than this times the decision's processor time

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "reorder_bench: %s\n", result.error().message.c_str());
        std::exit(2);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double micros(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

/// Adds up the processor time of its flow's decisions.
class Timed final : public flows::Flow {
public:
    Timed(std::unique_ptr<flows::Flow> flow, double& total) : flow_(std::move(flow)), total_(total) {}
    std::string_view name() const override { return flow_->name(); }
    std::vector<std::string> keys(const model::StoredEvent& event) const override { return flow_->keys(event); }
    Result<flows::Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                                   WallTime now) const override {
        const double begin = micros(CLOCK_THREAD_CPUTIME_ID);
        Result<flows::Decision> decision = flow_->decide(event, key, state, now);
        total_ += micros(CLOCK_THREAD_CPUTIME_ID) - begin;
        return decision;
    }

private:
    std::unique_ptr<flows::Flow> flow_;
    double& total_;
};

/// What one change of stock cost, in microseconds.
struct Cost {
    double decision = 0, processor = 0, wall = 0;
};

/// A hub with so many parts in one storeroom, and no peer that answers: requisitions wait.
class Plant {
public:
    Plant(const std::string& folder, std::size_t parts) : parts_(parts), random_(parts) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        store::SqliteOptions options;
        options.path = folder;
        store_ = must(store::open_sqlite_store(options));
        flows::SupplyConfig supply;
        supply.company = "1000";
        supply.zone = "Europe/Berlin";
        flows_.push_back(std::make_unique<Timed>(flows::make_supply(supply), decided_us_));
        projections_ = engine::projections::make_all();
        engine::SiteSetup site;
        site.site = "north";
        site.flows = &flows_;
        engine::ConnectorSetup erp;
        erp.name = "erp";
        erp.pace.in_flight_max = 1;
        site.connectors.push_back(erp);
        for (const auto& projection : projections_) site.projections.push_back(projection.get());
        core_ = must(engine::open_core(*store_, system_clock(), random_, {site}, {}));
    }

    void fill() {
        for (std::size_t part = 0; part < parts_; ++part) {
            tell("planning.published", part,
                 R"("reorder_point":"10","order_up_to":"50","lot_size":"5","lead_days":3,"seq":1})");
            stock(part, 40);
            if (part % 256 == 255) turn();
        }
        turn();
    }

    /// One turn of changes.
    Cost change() {
        for (std::size_t i = 0; i < changes_per_turn; ++i) {
            ++changed_;
            const bool shortage = changed_ % shortage_every == 0;
            const std::size_t part = shortage ? (changed_ / shortage_every * 7919) % parts_ : random_.below(parts_);
            stock(part, shortage ? 5 : 20 + random_.below(30));
        }
        const double cpu = micros(CLOCK_PROCESS_CPUTIME_ID), wall = micros(CLOCK_MONOTONIC);
        decided_us_ = 0;
        turn();
        const double each = static_cast<double>(changes_per_turn);
        return {decided_us_ / each, (micros(CLOCK_PROCESS_CPUTIME_ID) - cpu) / each,
                (micros(CLOCK_MONOTONIC) - wall) / each};
    }
    std::uint64_t requisitions() { return must(store_->counters("north")).commands_open; }
    std::uint64_t shortages() const { return changed_ / shortage_every; }

private:
    void tell(const char* type, std::size_t part, std::string rest) {
        char name[16];
        std::snprintf(name, sizeof name, "PN-%06zu", part);
        engine::Ingest item;
        item.site = "north";
        item.source = "erp";
        item.object = std::string(type) + ":" + name + "/MAIN";
        item.subject = std::string(name) + "/MAIN";
        item.type = type;
        item.occurred = system_clock().now();
        item.data = R"({"part":")" + std::string(name) + R"(","storeroom":"MAIN",)" + std::move(rest);
        core_->ingest(std::move(item), [](Result<engine::Ingested> taken) { must(std::move(taken)); });
    }
    void stock(std::size_t part, std::uint64_t on_hand) {
        tell(
            "stock.changed", part,
            R"("on_hand":")" + std::to_string(on_hand) +
                R"(","reserved":"0","on_order":"0","on_requisition":"0","unit":"PC","value":"100.00","currency":"EUR",)"
                R"("seq":)" +
                std::to_string(++seq_) + "}");
    }
    void turn() {
        for (bool more = true; more;) more = must(core_->turn()).more;
    }

    double decided_us_ = 0;
    std::size_t parts_;
    SeededRandom random_;
    std::unique_ptr<store::Store> store_;
    flows::FlowSet flows_;
    std::vector<std::unique_ptr<engine::Projection>> projections_;
    std::unique_ptr<engine::Core> core_;
    std::size_t changed_ = 0;
    std::uint64_t seq_ = 1;
};

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) {
        std::fputs("usage: reorder_bench FOLDER [FEW] [MANY]\n", stderr);
        return 2;
    }
    const auto number = [&](int at, std::size_t otherwise) {
        return at < count ? static_cast<std::size_t>(std::atoll(words[at])) : otherwise;
    };
    const std::string folder = words[1];
    const std::size_t sizes[2] = {number(2, 100), number(3, 100'000)};
    Plant few(folder + "/few", sizes[0]), many(folder + "/many", sizes[1]);
    few.fill();
    many.fill();
    std::vector<double> decision[2], cpu[2], wall[2];
    for (std::size_t turn = 0; turn < turns; ++turn) {
        for (std::size_t which = 0; which < 2; ++which) {
            const Cost cost = (which == 0 ? few : many).change();
            decision[which].push_back(cost.decision);
            cpu[which].push_back(cost.processor);
            wall[which].push_back(cost.wall);
        }
    }
    const std::uint64_t expected = std::min<std::uint64_t>(many.shortages(), sizes[1]);
    const bool decided = many.requisitions() == expected && few.requisitions() == std::min(expected, sizes[0]);
    const double ratio = median(decision[1]) / median(decision[0]);
    const bool flat = ratio <= flat_most && decided;
    for (std::size_t which = 0; which < 2; ++which) {
        std::printf("%7zu parts: decision %.1f us, whole change %.1f us of processor time, %.1f us by the clock\n",
                    sizes[which], median(decision[which]), median(cpu[which]), median(wall[which]));
    }
    std::printf(
        "%s: %.2f times the decision's cost (at most %.2f), %.2f times the whole; %llu requisitions of %llu "
        "shortages; medians of %zu turns\n",
        flat ? "holds" : "falls short", ratio, flat_most, median(cpu[1]) / median(cpu[0]),
        static_cast<unsigned long long>(many.requisitions()), static_cast<unsigned long long>(expected), turns);
    return flat ? 0 : 1;
}
