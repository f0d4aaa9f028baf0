// What the store costs per work order, and how fast it is durable. Prints a table; no judgement of its own.
//
//   store_bench [FOLDER] [WORK_ORDERS] [PRELOAD]   a scratch folder is made and removed when none is given

#include "store/sqlite/sqlite_store.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace tieline;
using model::CommandState;
using store::WriteBatch;

double cpu_us(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "store_bench: %s\n", result.error().message.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

WallTime at(std::int64_t ms) { return WallTime(Millis(1'700'000'000'000 + ms)); }

/// One work order as the main line moves it: taken in, decided, sent, booked. Four batches.
class WorkOrder {
public:
    WorkOrder(std::uint64_t number, std::uint64_t command_id) : number_(number), command_id_(command_id) {
        char text[32];
        std::snprintf(text, sizeof text, "WO-%09llu", static_cast<unsigned long long>(number));
        name_ = text;
        // Keys of commands are hashes: spread over the whole range, as in life.
        std::uint64_t mixed = (number + 1) * 0x9e3779b97f4a7c15ULL;
        mixed ^= mixed >> 29;
        std::snprintf(text, sizeof text, "%016llX", static_cast<unsigned long long>(mixed * 0xbf58476d1ce4e5b9ULL));
        key_ = text;
    }

    WriteBatch taken_in() const {
        WriteBatch batch = empty();
        store::ObjectRevision object;
        object.source = "cmms";
        object.object = name_;
        object.revision = 1;
        object.content_hash = std::string(64, 'a');
        object.peer_version = "1";
        batch.objects.push_back(std::move(object));
        batch.events.push_back(event("cmms:" + name_ + ":1", "workorder.completed", 2000));
        return batch;
    }
    WriteBatch decided() const {
        WriteBatch batch = empty();
        model::Command command;
        command.key = key_;
        command.order_key = "cost:" + name_;
        command.connector = "erp";
        command.kind = "journal.post";
        command.noun = "cost";
        command.flow = "cost_posting";
        command.flow_key = name_;
        command.correlation = name_;
        command.cause = "cmms:" + name_ + ":1";
        command.payload = std::string(900, 'p');
        command.echo = std::string(300, 'e');
        batch.commands.push_back(std::move(command));
        batch.states.push_back({"cost_posting", name_, std::string(700, 's'), false});
        return batch;
    }
    WriteBatch sent() const {
        WriteBatch batch = empty();
        batch.changes.push_back(change(CommandState::pending, 0, CommandState::sending, 1));
        return batch;
    }
    WriteBatch booked() const {
        WriteBatch batch = empty();
        batch.changes.push_back(change(CommandState::sending, 1, CommandState::booked, 1));
        batch.changes.back().document = "4900001234";
        batch.events.push_back(event("hub:" + key_ + ":booked", "cost.booked", 600));
        batch.states.push_back({"cost_posting", name_, std::string(900, 'S'), false});
        batch.views.push_back({"work_orders", name_, std::string(500, 'v')});
        return batch;
    }

private:
    WriteBatch empty() const {
        WriteBatch batch;
        batch.site = "plant1";
        batch.now = at(static_cast<std::int64_t>(number_));
        return batch;
    }
    model::Envelope event(std::string id, const char* type, std::size_t bytes) const {
        model::Envelope envelope;
        envelope.id = std::move(id);
        envelope.source = "cmms";
        envelope.type = type;
        envelope.subject = name_;
        envelope.site = "plant1";
        envelope.occurred = at(static_cast<std::int64_t>(number_));
        envelope.correlation = name_;
        envelope.data = std::string(bytes, 'd');
        return envelope;
    }
    store::CommandChange change(CommandState from, int from_attempt, CommandState to, int attempt) const {
        store::CommandChange change;
        change.id = command_id_;
        change.from_state = from;
        change.from_attempt = from_attempt;
        change.state = to;
        change.attempt = attempt;
        change.due = at(static_cast<std::int64_t>(number_));
        change.deadline = at(static_cast<std::int64_t>(number_) + 30'000);
        return change;
    }

    std::uint64_t number_;
    std::uint64_t command_id_;
    std::string name_, key_;
};

struct Measured {
    double store_us = 0;    // writer thread inside the store
    double process_us = 0;  // with the background copy, without making the batches
    double wall_us = 0;
    std::vector<double> syncs_us;
    std::uint64_t rows = 0, batches = 0;
};

/// Times apply and sync of one stage over one group; making the batches is not counted.
void run_stage(store::Store& store, const std::vector<WriteBatch>& batches, Measured& measured) {
    const double thread_before = cpu_us(CLOCK_THREAD_CPUTIME_ID);
    const double process_before = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
    const auto wall_before = std::chrono::steady_clock::now();
    for (const auto& batch : batches) must(store.apply(batch));
    const auto sync_before = std::chrono::steady_clock::now();
    must(store.sync());
    const auto done = std::chrono::steady_clock::now();
    measured.store_us += cpu_us(CLOCK_THREAD_CPUTIME_ID) - thread_before;
    measured.process_us += cpu_us(CLOCK_PROCESS_CPUTIME_ID) - process_before;
    measured.wall_us += std::chrono::duration<double, std::micro>(done - wall_before).count();
    measured.syncs_us.push_back(std::chrono::duration<double, std::micro>(done - sync_before).count());
}

Measured run(store::Store& store, std::uint64_t& next, std::uint64_t orders, std::size_t group) {
    Measured measured;
    const store::StoreStats before = store.stats();
    for (std::uint64_t done = 0; done < orders; done += group) {
        std::vector<WriteBatch> stages[4];
        for (std::size_t i = 0; i < group; ++i) {
            const WorkOrder order(next, next + 1);
            ++next;
            stages[0].push_back(order.taken_in());
            stages[1].push_back(order.decided());
            stages[2].push_back(order.sent());
            stages[3].push_back(order.booked());
        }
        for (const auto& stage : stages) run_stage(store, stage, measured);
    }
    measured.rows = store.stats().rows - before.rows;
    measured.batches = store.stats().batches - before.batches;
    return measured;
}

double percentile(std::vector<double> values, double part) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

void print(std::size_t group, std::uint64_t orders, const Measured& m) {
    const auto n = static_cast<double>(orders);
    std::printf("%6zu %10.0f %11.0f %11.1f %12.1f %11.0f %10.0f %10.0f\n", group,
                static_cast<double>(m.syncs_us.size()) / m.wall_us * 1e6, static_cast<double>(m.rows) / m.wall_us * 1e6,
                m.store_us / n, m.process_us / n, n / m.wall_us * 1e6, percentile(m.syncs_us, 0.5),
                percentile(m.syncs_us, 0.99));
}

}  // namespace

int main(int count, char** words) {
    const bool scratch = count < 2;
    std::string folder = scratch ? (std::filesystem::temp_directory_path() / "tieline_store_bench").string() : words[1];
    const std::uint64_t orders = count > 2 ? std::strtoull(words[2], nullptr, 10) : 16384;
    const std::uint64_t preload = count > 3 ? std::strtoull(words[3], nullptr, 10) : 0;
    if (scratch) std::filesystem::remove_all(folder);
    {
        store::SqliteOptions options;
        options.path = folder;
        if (const char* page = std::getenv("STORE_BENCH_PAGE")) options.page_bytes = std::atoi(page);
        const auto store = must(store::open_sqlite_store(options));
        if (must(store->head("plant1")) != 0) {
            std::fprintf(stderr, "store_bench: the folder %s is not empty. Give a new one.\n", folder.c_str());
            return 1;
        }
        std::uint64_t next = 0;
        if (preload > 0) {
            const Measured loaded = run(*store, next, preload, 256);
            std::printf("preloaded %llu work orders (%llu rows) at %.1f us CPU each\n",
                        static_cast<unsigned long long>(preload), static_cast<unsigned long long>(loaded.rows),
                        loaded.process_us / static_cast<double>(preload));
        }
        std::printf("%6s %10s %11s %11s %12s %11s %10s %10s\n", "group", "syncs/s", "rows/s", "us CPU/WO",
                    "with copying", "WO/s", "sync p50", "sync p99");
        for (const std::size_t group : {std::size_t{1}, std::size_t{16}, std::size_t{64}, std::size_t{256}}) {
            // Single ones cost an fsync each: fewer of them say as much.
            const std::uint64_t enough = group == 1 ? std::max<std::uint64_t>(orders / 16, 64) : orders;
            const std::uint64_t rounded = (enough + group - 1) / group * group;
            print(group, rounded, run(*store, next, rounded, group));
        }
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        std::printf("peak memory %ld MiB, data on disk %.0f MiB\n", usage.ru_maxrss / 1024,
                    static_cast<double>(std::filesystem::file_size(folder + "/tieline.db")) / 1048576.0);
    }
    if (scratch) std::filesystem::remove_all(folder);
    return 0;
}
