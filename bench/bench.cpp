#include "bench/phases.h"

#include <sys/resource.h>

#include <filesystem>
#include <sstream>

namespace tieline::bench {
namespace {

constexpr Nanos settle_limit = 120 * second;
constexpr Nanos duplicates_wait = 300 * millisecond;

/// Processor time of this program: generator, stub and prober.
Nanos own_processor_ns() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto nanos = [](const timeval& time) { return time.tv_sec * second + time.tv_usec * 1000; };
    return nanos(usage.ru_utime) + nanos(usage.ru_stime);
}

/// `items`: the end of a journal from "items" on, or what a goods issue says.
bool adds_up(const std::string& items) {
    if (items.starts_with(R"("quantity")")) return items == issued_items;
    const Result<Json> posting = Json::parse("{" + items);
    const Result<Decimal> wanted = Decimal::parse(order_total);
    if (!posting || !wanted) return false;
    Decimal debit, credit;
    const Json* lines = posting->find("items");
    if (lines == nullptr || !lines->is_array()) return false;
    for (const Json& line : lines->items()) {
        const Result<Decimal> amount = line.decimal("amount");
        if (!amount) return false;
        Decimal& side = line.text_or("debitCredit") == "D" ? debit : credit;
        const Result<Decimal> sum = side.plus(*amount);
        if (!sum) return false;
        side = *sum;
    }
    return debit == *wanted && credit == *wanted;
}

double ratio(double value, double by) { return by > 0 ? value / by : 0; }

Json spread_json(const Spread& spread) {
    return Json::object({{"count", static_cast<std::int64_t>(spread.count)},
                         {"p50_ms", json_number(spread.p50_ms, 3)},
                         {"p99_ms", json_number(spread.p99_ms, 3)},
                         {"max_ms", json_number(spread.max_ms, 3)}});
}

}  // namespace

bool Run::is_exact() const {
    return settled && total_right && exact.holds() && duplicates == 0 && other_items == 0 && load.failed == 0 &&
           postings == exact.once + exact.unaccepted_arrived + exact.poisoned;
}

Bench::Bench(BenchOptions given, Report& lines)
    : options(std::move(given)),
      report(lines),
      prober((std::filesystem::create_directories(options.data), options.data)),
      stub(loop, tally, StubOptions{0, 0, "WP", order_total}),
      warm(options.quick ? second / 2 : 2 * second),
      duration(options.quick ? 2 * second : 10 * second) {}

std::unique_ptr<Hub> Bench::start_hub(const std::string& phase, HubOptions more) {
    more.program = options.hub;
    more.bare = options.bare;
    more.views = options.views;
    more.folder = options.data + "/" + phase;
    more.erp_port = stub.port();
    stub.forget_items();
    auto hub = std::make_unique<Hub>(std::move(more));
    hub->start();
    const Nanos limit = now_ns() + 30 * second;
    const bool ready = loop.run_until([&] { return hub->answers() || !hub->process().running(); }, limit);
    if (!ready || !hub->process().running()) {
        give_up("the hub did not get ready; it says in " + hub->log_path() + " why");
    }
    return hub;
}

void Bench::end_hub(std::unique_ptr<Hub> hub) {
    if (!hub->process().stop(10 * second)) {
        report.add({"hub", "ends on SIGTERM", "had to be killed or ended badly, see " + hub->log_path(), "within 10 s",
                    Verdict::falls_short, Json::object()});
    }
}

void Bench::start_side_command(Hub& hub) {
    if (options.after_start.empty()) return;
    std::string command = options.after_start;
    const std::string pid = std::to_string(hub.process().id());
    for (std::size_t at = command.find("{pid}"); at != std::string::npos; at = command.find("{pid}")) {
        command.replace(at, 5, pid);
    }
    side_.start({"/bin/sh", "-c", command}, options.data + "/side.log");
}

Run Bench::run(Hub& hub, LoadOptions load_options, Nanos warm_up, Nanos measured) {
    Run run;
    run.first = tally.size();
    const StubCounts before = stub.counts();
    if (load_options.port == 0) load_options.port = hub.port();
    if (load_options.request.empty()) load_options.request = event_request(hub.port());
    stub.set_parts(load_options.parts);
    Load load(loop, tally, load_options);
    loop.run_for(warm_up);
    const double syncs = metric_of(hub.metrics(), "syncs");
    start_side_command(hub);
    const Nanos hub_before = hub.process().processor_ns(), own_before = own_processor_ns();
    const std::uint64_t booked_before = tally.arrived_total;
    run.from = now_ns();
    loop.run_until([&] { return load.counts().sent >= load_options.orders_max && load.idle(); }, run.from + measured);
    run.until = now_ns();
    const double seconds = static_cast<double>(run.until - run.from) / 1e9;
    const double booked = static_cast<double>(tally.arrived_total - booked_before);
    run.hub_us = ratio(static_cast<double>(hub.process().processor_ns() - hub_before) / 1e3, booked);
    run.bench_us = ratio(static_cast<double>(own_processor_ns() - own_before) / 1e3, booked);
    run.booked_per_s = ratio(booked, seconds);
    const std::string told = hub.metrics();
    const double syncs_after = metric_of(told, "syncs");
    run.unshown = metric_of(told, "unshown_events");
    if (syncs >= 0 && syncs_after >= 0) run.syncs_per_s = ratio(syncs_after - syncs, seconds);
    load.stop();
    run.last = tally.size();
    const auto settled = [&] {
        const Exactness exact = exactness(tally, run.first, run.last);
        return load.idle() && exact.missing == 0;
    };
    run.settled = loop.run_until(settled, now_ns() + settle_limit);
    loop.run_for(duplicates_wait);
    run.load = load.counts();
    run.exact = exactness(tally, run.first, run.last);
    run.booked = latency(tally, run.first, run.last, run.from, run.until, Until::arrived);
    run.accepted = latency(tally, run.first, run.last, run.from, run.until, Until::answered);
    run.disk = spread_of(prober.times(run.from, run.until));
    run.total_right = adds_up(stub.items());
    run.memory_peak_kib = hub.process().memory_peak_kib();
    const StubCounts& after = stub.counts();
    run.postings = after.postings - before.postings;
    run.finds = after.finds - before.finds;
    run.duplicates = after.duplicate_references - before.duplicate_references;
    run.other_items = after.other_items - before.other_items;
    return run;
}

double Bench::allowed_p99_ms(const Run& run) { return run.disk.p99_ms <= 1.0 ? 10.0 : 6.0 + 5.0 * run.disk.p99_ms; }

bool Bench::report_run(const std::string& phase, const std::string& what, const Run& run, bool holds,
                       const std::string& target) {
    Line line;
    line.phase = phase;
    line.what = what;
    line.figure = fixed(run.booked_per_s, 0) + "/s, p50 " + fixed(run.booked.p50_ms, 2) + " ms, p99 " +
                  fixed(run.booked.p99_ms, 2) + " ms, peak " +
                  fixed(static_cast<double>(run.memory_peak_kib) / 1024, 1) + " MiB, hub " + fixed(run.hub_us, 0) +
                  " us/event, bench " + fixed(run.bench_us, 0) + " us/event, " + fixed(run.syncs_per_s, 0) +
                  " fsyncs/s, fdatasync p99 " + fixed(run.disk.p99_ms, 2) + " ms; " + run.exact.text();
    if (run.load.failed > 0) line.figure += "; first failure: " + run.load.first_failure;
    if (run.duplicates > 0) line.figure += "; " + std::to_string(run.duplicates) + " references twice";
    if (run.other_items > 0) line.figure += "; " + std::to_string(run.other_items) + " postings with other lines";
    if (!run.total_right) line.figure += "; the lines do not add up to " + std::string(order_total);
    if (run.finds > 0) line.figure += "; " + std::to_string(run.finds) + " look-ups";
    if (run.unshown > 0) line.figure += "; " + fixed(run.unshown, 0) + " events not shown yet";
    if (!run.settled) line.figure += "; not settled";
    line.target = target + (target.empty() ? "" : "; ") +
                  "each accepted order at the ERP once, by one request, to the cent" +
                  (options.bare ? "" : ", and shown within a second");
    const bool shown = options.bare || is_shown(run.unshown, run.booked_per_s);
    const bool verdict = holds && run.is_exact() && shown;
    line.verdict = verdict ? Verdict::holds : Verdict::falls_short;
    line.numbers = Json::object({{"booked_per_s", json_number(run.booked_per_s, 1)},
                                 {"accept_to_booked", spread_json(run.booked)},
                                 {"accept", spread_json(run.accepted)},
                                 {"fdatasync", spread_json(run.disk)},
                                 {"memory_peak_kib", run.memory_peak_kib},
                                 {"hub_us_per_event", json_number(run.hub_us, 1)},
                                 {"bench_us_per_event", json_number(run.bench_us, 1)},
                                 {"fsyncs_per_s", json_number(run.syncs_per_s, 1)},
                                 {"events_unshown", json_number(run.unshown, 0)},
                                 {"accepted", static_cast<std::int64_t>(run.exact.accepted)},
                                 {"once", static_cast<std::int64_t>(run.exact.once)},
                                 {"missing", static_cast<std::int64_t>(run.exact.missing)},
                                 {"twice", static_cast<std::int64_t>(run.exact.twice + run.duplicates)},
                                 {"postings", static_cast<std::int64_t>(run.postings)},
                                 {"refused", static_cast<std::int64_t>(run.load.refused)}});
    report.add(std::move(line));
    return verdict;
}

}  // namespace tieline::bench
