#include "bench/phases.h"

#include <algorithm>

namespace tieline::bench {
namespace {

constexpr double full_speed = 5000;

LoadOptions closed(int connections, Pacing pacing = Pacing::booked) {
    LoadOptions load;
    load.connections = connections;
    load.pacing = pacing;
    return load;
}

LoadOptions open(double per_second, int connections = 64) {
    LoadOptions load;
    load.connections = connections;
    load.pacing = Pacing::rate;
    load.per_second = per_second;
    return load;
}

Run measured(Bench& bench, const std::string& folder, LoadOptions load) {
    auto hub = bench.start_hub(folder);
    Run run = bench.run(*hub, std::move(load), bench.warm, bench.duration);
    bench.end_hub(std::move(hub));
    return run;
}

/// A client sends its next order when its last one is at the ERP.
void connections(Bench& bench) {
    double best = 0;
    for (const int count : {1, 16, 64, 256, 768}) {
        const Run run = measured(bench, "closed-" + std::to_string(count), closed(count));
        const bool holds = bench.report_run("connections", std::to_string(count) + " connections", run, true, "");
        if (count >= 64 && holds) best = std::max(best, run.booked_per_s);
    }
    bench.report.add({"connections", "best of 64, 256 and 768 connections", fixed(best, 0) + "/s accept-to-booked",
                      ">= 5000/s", best >= full_speed ? Verdict::holds : Verdict::falls_short,
                      Json::object({{"booked_per_s", json_number(best, 1)}})});
}

/// A client sends its next order when the last one was accepted: what the hub does when more comes than it books.
void flood(Bench& bench) {
    const Run run = measured(bench, "flood", closed(64, Pacing::accepted));
    bench.report_run("flood", "64 connections that wait for 202 only", run, true, "");
}

void rate(Bench& bench) {
    const Run run = measured(bench, "rate", open(500));
    const double allowed = Bench::allowed_p99_ms(run);
    const bool kept = run.booked_per_s >= 490;
    bench.report_run("rate", "500/s", run, kept && run.booked.p99_ms <= allowed,
                     "p99 <= " + fixed(allowed, 2) + " ms beside such an fdatasync");
}

/// The same rate without and with one order in a thousand that the ERP refuses.
void poison(Bench& bench) {
    const Run clean = measured(bench, "poison-none", open(500));
    bench.report_run("poison", "500/s, none refused", clean, true, "");
    LoadOptions load = open(500);
    load.poison_every = 1000;
    const Run with = measured(bench, "poison-some", load);
    const bool same_speed = with.booked_per_s >= 0.95 * clean.booked_per_s;
    const double allowed = std::max(1.25 * clean.booked.p99_ms, Bench::allowed_p99_ms(with));
    bench.report_run("poison",
                     "500/s, " + std::to_string(with.exact.poisoned) + " of " + std::to_string(with.last - with.first) +
                         " refused by the ERP",
                     with, same_speed && with.exact.poisoned > 0 && with.booked.p99_ms <= allowed,
                     "speed >= 95 % and p99 <= " + fixed(allowed, 2) + " ms, as without");
}

/// An ERP that takes its time.
void slow_erp(Bench& bench) {
    for (const int delay : {5, 50}) {
        bench.stub.set_delay(delay * millisecond);
        const std::string late = std::to_string(delay);
        for (const int count : {64, 256}) {
            const Run run = measured(bench, "slow-" + late + "-" + std::to_string(count), closed(count));
            bench.report_run("slow-erp", late + " ms, " + std::to_string(count) + " connections", run, true, "");
        }
        const Run run = measured(bench, "slow-" + late + "-rate", open(500));
        const double allowed = Bench::allowed_p99_ms(run);
        bench.report_run("slow-erp", late + " ms, 500/s", run, run.booked_per_s >= 490 && run.booked.p99_ms <= allowed,
                         "p99 <= " + fixed(allowed, 2) + " ms beside such an fdatasync");
        bench.stub.set_delay(0);
    }
}

}  // namespace

const std::vector<Phase>& phases() {
    static const std::vector<Phase> all = {
        {"connections", "1, 16, 64, 256, 768 connections, closed loop until booked", connections},
        {"flood", "64 connections that wait for the acceptance only", flood},
        {"rate", "500 orders a second", rate},
        {"dead-erp", "100,000 orders wait for a dead ERP; kill -9; the ERP comes back", dead_erp},
        {"poison", "one order in 1,000 is refused by the ERP", poison},
        {"slow-erp", "the ERP answers after 5 and 50 ms", slow_erp},
        {"parts", "part transactions over 1,000 parts, and all of one part", parts},
        {"cmms", "through the CMMS's webhook and a re-read", through_cmms},
    };
    return all;
}

}  // namespace tieline::bench
