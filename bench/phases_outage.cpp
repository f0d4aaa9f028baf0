#include "bench/phases.h"

#include <algorithm>

namespace tieline::bench {
namespace {

constexpr Nanos minute = 60 * second;
constexpr double memory_max_mib = 100;

LoadOptions accepted_only(Hub& hub, int connections, std::uint64_t orders_max) {
    LoadOptions load;
    load.port = hub.port();
    load.request = event_request(hub.port());
    load.connections = connections;
    load.pacing = Pacing::accepted;
    load.orders_max = orders_max;
    return load;
}

/// Fills the outbox while nobody listens. Returns the number of accepted orders.
std::uint64_t fill(Bench& bench, Hub& hub, std::uint64_t wanted) {
    const std::uint32_t first = bench.tally.size();
    const Nanos from = now_ns();
    Load load(bench.loop, bench.tally, accepted_only(hub, 64, wanted));
    bench.loop.run_until([&] { return (load.counts().sent >= wanted && load.idle()) || load.counts().refused > 1000; },
                         from + 4 * minute);
    load.stop();
    bench.loop.run_until([&] { return load.idle(); }, now_ns() + 10 * second);
    const double seconds = static_cast<double>(now_ns() - from) / 1e9;
    const LoadCounts& counts = load.counts();
    const Spread spread = latency(bench.tally, first, bench.tally.size(), from, now_ns(), Until::answered);
    const double peak = static_cast<double>(hub.process().memory_peak_kib()) / 1024;
    const bool goes_on = counts.failed == 0 && counts.refusals_say_when &&
                         (counts.accepted >= wanted || counts.refused > 0) && counts.accepted > 0;
    bench.report.add({"dead-erp", "memory while orders wait",
                      std::to_string(counts.accepted) + " waiting, peak " + fixed(peak, 1) + " MiB; accepted at " +
                          fixed(static_cast<double>(counts.accepted) / seconds, 0) + "/s, p99 " +
                          fixed(spread.p99_ms, 2) + " ms, " + std::to_string(counts.refused) + " refused" +
                          (counts.failed > 0 ? "; first failure: " + counts.first_failure : ""),
                      "<= 100 MiB with " + std::to_string(wanted) + " waiting; taken, or 503 with Retry-After",
                      goes_on && peak <= memory_max_mib ? Verdict::holds : Verdict::falls_short,
                      Json::object({{"waiting", static_cast<std::int64_t>(counts.accepted)},
                                    {"memory_peak_mib", json_number(peak, 1)},
                                    {"refused", static_cast<std::int64_t>(counts.refused)}})});
    return counts.accepted;
}

/// kill -9, start again, until an order is accepted.
void kill_and_start(Bench& bench, Hub& hub) {
    const Nanos killed = now_ns();
    hub.process().kill_now();
    const std::uint64_t before = bench.tally.accepted_total;
    Load load(bench.loop, bench.tally, accepted_only(hub, 1, 1'000'000));
    hub.start();
    const bool back = bench.loop.run_until([&] { return bench.tally.accepted_total > before; }, killed + minute);
    const double seconds = static_cast<double>(now_ns() - killed) / 1e9;
    load.stop();
    bench.loop.run_until([&] { return load.idle(); }, now_ns() + 10 * second);
    bench.report.add({"dead-erp", "kill -9 to the next accepted order", back ? fixed(seconds, 3) + " s" : "never",
                      "<= 1 s", back && seconds <= 1.0 ? Verdict::holds : Verdict::falls_short,
                      Json::object({{"seconds", json_number(seconds, 3)}})});
}

/// The ERP is back: how fast the old ones leave, and how long new ones take meanwhile.
void drain(Bench& bench, Hub& hub, std::uint32_t first, double reference_per_s) {
    const std::uint32_t backlog_last = bench.tally.size();
    LoadOptions load_options = accepted_only(hub, 16, UINT64_MAX);
    load_options.pacing = Pacing::rate;
    load_options.per_second = 100;
    Load load(bench.loop, bench.tally, load_options);
    const std::uint64_t arrived_before = bench.tally.arrived_total;
    const Nanos back = now_ns();
    bench.stub.listen();
    bench.loop.run_until([&] { return bench.tally.arrived_total > arrived_before; }, back + 2 * minute);
    const Nanos begin = now_ns();
    const auto drained = [&] { return exactness(bench.tally, first, backlog_last).missing == 0; };
    const bool all = bench.loop.run_until(drained, begin + 4 * minute);
    const double unshown = metric_of(hub.metrics(), "unshown_events");
    Nanos end = begin + 1;
    for (std::uint32_t i = first; i < backlog_last; ++i) end = std::max(end, bench.tally[i].arrived);
    load.stop();
    const auto new_ones_there = [&] {
        return load.idle() && exactness(bench.tally, backlog_last, bench.tally.size()).missing == 0;
    };
    bench.loop.run_until(new_ones_there, now_ns() + minute);
    bench.loop.run_for(second / 2);
    // All arrivals, the new orders' too, while old ones were left.
    const std::uint64_t count = arrivals(bench.tally, first, bench.tally.size(), begin, end);
    const double per_s = static_cast<double>(count) * 1e9 / static_cast<double>(end - begin);
    const std::uint32_t last = bench.tally.size();
    const Spread booked = latency(bench.tally, backlog_last, last, begin, end, Until::arrived);
    const Spread taken = latency(bench.tally, backlog_last, last, begin, end, Until::answered);
    const double share = reference_per_s > 0 ? per_s / reference_per_s : 0;
    bench.report.add({"dead-erp", "the backlog drains",
                      fixed(per_s, 0) + "/s, " + fixed(share * 100, 0) + " % of full speed; first posting " +
                          fixed(static_cast<double>(begin - back) / 1e9, 2) + " s after the ERP was back" + ", " +
                          fixed(unshown, 0) + " events not shown yet" + (all ? "" : "; not drained in time"),
                      ">= 80 % of full speed (" + fixed(reference_per_s, 0) +
                          "/s at 64 connections, same run), and shown within a second",
                      all && share >= 0.8 && (bench.options.bare || is_shown(unshown, per_s)) ? Verdict::holds
                                                                                              : Verdict::falls_short,
                      Json::object({{"per_s", json_number(per_s, 1)}, {"share", json_number(share, 3)}})});
    bench.report.add(
        {"dead-erp", "new orders at 100/s meanwhile",
         "accept-to-booked p99 " + fixed(booked.p99_ms, 1) + " ms (p50 " + fixed(booked.p50_ms, 1) +
             " ms), accepted p99 " + fixed(taken.p99_ms, 1) + " ms, " + std::to_string(booked.count) + " orders",
         "accept-to-booked p99 <= 50 ms",
         booked.count > 0 && booked.p99_ms <= 50 ? Verdict::holds : Verdict::falls_short,
         Json::object(
             {{"booked_p99_ms", json_number(booked.p99_ms, 2)}, {"accepted_p99_ms", json_number(taken.p99_ms, 2)}})});
}

}  // namespace

void dead_erp(Bench& bench) {
    auto hub = bench.start_hub("dead-erp");
    LoadOptions full = accepted_only(*hub, 64, UINT64_MAX);
    full.pacing = Pacing::booked;
    const Run reference = bench.run(*hub, full, bench.warm, bench.duration / 2);
    const std::uint32_t first = bench.tally.size();
    const StubCounts before = bench.stub.counts();
    bench.stub.refuse();
    fill(bench, *hub, bench.options.quick ? 10'000 : 100'000);
    kill_and_start(bench, *hub);
    drain(bench, *hub, first, reference.booked_per_s);
    const Exactness exact = exactness(bench.tally, first, bench.tally.size());
    const StubCounts& after = bench.stub.counts();
    const std::uint64_t twice = after.duplicate_references - before.duplicate_references;
    const double peak = static_cast<double>(hub->process().memory_peak_kib()) / 1024;
    bench.report.add({"dead-erp", "nothing lost, nothing twice",
                      exact.text() + "; " + std::to_string(after.finds - before.finds) +
                          " look-ups, peak after the kill " + fixed(peak, 1) + " MiB",
                      "each accepted order at the ERP once",
                      exact.holds() && twice == 0 ? Verdict::holds : Verdict::falls_short, Json::object()});
    bench.end_hub(std::move(hub));
}

}  // namespace tieline::bench
