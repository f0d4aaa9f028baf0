#pragma once
// What is measured: one function per phase. Each starts a hub on an empty data folder and ends it.

#include "bench/erp_stub.h"
#include "bench/hub.h"
#include "bench/load.h"
#include "bench/prober.h"
#include "bench/report.h"
#include "bench/tally.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tieline::bench {

struct BenchOptions {
    std::string hub;          ///< tieline, or bare_hub
    std::string sandbox;      ///< tieline-sandbox
    std::string data;         ///< folder on a real disk
    std::string after_start;  ///< command run once the hub stands under load: "perf record -p {pid} ..."
    bool bare = false;
    bool views = false;  ///< of bare_hub
    bool quick = false;
};

/// One run of a load against one hub, and what it cost.
struct Run {
    Nanos from = 0, until = 0;  ///< the measured part
    std::uint32_t first = 0, last = 0;
    double booked_per_s = 0, hub_us = 0, bench_us = 0, syncs_per_s = -1;
    double unshown = -1;  ///< events that the read models did not show yet when the load ended; -1: no answer
    std::int64_t memory_peak_kib = 0;
    Spread booked, accepted, disk;
    Exactness exact;
    LoadCounts load;
    std::uint64_t postings = 0, finds = 0, duplicates = 0, other_items = 0;
    bool total_right = false;  ///< the lines posted add up to what the order costs, to the cent, debit and credit
    bool settled = false;      ///< everything accepted was at the stub in time
    /// Everything accepted is at the ERP once, by one request each.
    bool is_exact() const;
};

/// Screens are at most a second behind, by the hub's metric "unshown_events" (-1: no answer). A hub that lets them fall
/// further behind does less work than it should.
inline bool is_shown(double unshown, double booked_per_s) {
    constexpr double events_of_order = 3;  // completed, booked, settled
    return unshown >= 0 && unshown <= events_of_order * booked_per_s;
}

/// What all phases share. One thread but for the prober.
class Bench {
public:
    Bench(BenchOptions options, Report& report);

    std::unique_ptr<Hub> start_hub(const std::string& phase, HubOptions more = {});
    Run run(Hub& hub, LoadOptions load, Nanos warm, Nanos duration);
    void end_hub(std::unique_ptr<Hub> hub);
    /// "2,345/s, p50 1.2 ms, ..." and its numbers, with the verdict of exactness, of what is shown and of `holds`,
    /// which it returns: a run that falls short counts for nothing else.
    bool report_run(const std::string& phase, const std::string& what, const Run& run, bool holds,
                    const std::string& target);
    /// The p99 that the design allows at 500/s beside such a disk.
    static double allowed_p99_ms(const Run& run);

    BenchOptions options;
    Report& report;
    Loop loop;
    Tally tally{4'000'000};
    Prober prober;
    ErpStub stub;
    Nanos warm, duration;

private:
    void start_side_command(Hub& hub);
    Process side_;
};

struct Phase {
    std::string name, what;
    void (*run)(Bench&);
};
const std::vector<Phase>& phases();

// phases_outage.cpp
void dead_erp(Bench& bench);
// phases_parts.cpp
void parts(Bench& bench);
// phases_cmms.cpp
void through_cmms(Bench& bench);

}  // namespace tieline::bench
