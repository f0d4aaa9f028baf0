#include "sim/parts_main.h"

#include "sim/parts_dump.h"
#include "sim/parts_run.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace tieline::sim {
namespace {

using flows::PlantedBug;

struct Named {
    const char* name;
    PlantedBug bug;
};
constexpr Named planted_bugs[] = {{"return_taken_for_issue", PlantedBug::return_taken_for_issue},
                                  {"reorder_twice", PlantedBug::reorder_twice},
                                  {"reorder_missed", PlantedBug::reorder_missed},
                                  {"reservation_kept", PlantedBug::reservation_kept},
                                  {"mirror_stops", PlantedBug::mirror_stops},
                                  {"parts_state_stale", PlantedBug::parts_state_stale},
                                  {"cost_twice", PlantedBug::cost_twice},
                                  {"suggestion_forgotten", PlantedBug::suggestion_forgotten}};

constexpr const char* help =
    "tieline-simulation --parts: months of parts and procurement in a simulated plant where everything fails.\n"
    "\n"
    "  --seeds N       how many seeds (2)           --first N      the first one (1)\n"
    "  --assets A (8)  --materials M (24)  --orders O (60)  --days D (60)\n"
    "  --faults P      percent of messages that meet a fault (3); 0: no fault at all, no crash\n"
    "  --poll M        minutes between two questions of the hub to each system (10)\n"
    "  --one SEED      one seed with its whole trace\n"
    "  --planted       plants each bug in turn in the flows and counts the seeds until it is found (at most N)\n"
    "  --bug NAME      with --planted: this one alone\n"
    "  --repeat        runs each seed twice and compares the traces\n"
    "  --spoil         spoils each thing that is checked and wants to hear of it\n"
    "  --chain         one seed in peace: how long each step from cause to effect takes the hub\n"
    "  --dump FILE     writes the log, the commands and what both systems hold at rest (of the first seed)\n"
    "\n"
    "Exit code 0: everything holds.\n";

struct Arguments {
    PartsOptions plant;
    std::uint64_t seeds = 2, first = 1;
    std::string mode = "seeds", dump, only;
};
constexpr Millis slow_step{2'000};

bool parse(int count, char** values, Arguments& out) {
    for (int i = 0; i < count; ++i) {
        const std::string_view name = values[i];
        const auto number = [&] { return i + 1 < count ? std::atoi(values[++i]) : 0; };
        if (name == "--seeds") {
            out.seeds = static_cast<std::uint64_t>(number());
        } else if (name == "--first") {
            out.first = static_cast<std::uint64_t>(number());
        } else if (name == "--assets") {
            out.plant.assets = number();
        } else if (name == "--materials") {
            out.plant.materials = number();
        } else if (name == "--orders") {
            out.plant.orders = number();
        } else if (name == "--days") {
            out.plant.days = number();
        } else if (name == "--poll") {
            out.plant.poll = Millis(number() * 60'000LL);
        } else if (name == "--faults") {
            out.plant.fault_percent = number();
            if (out.plant.fault_percent == 0) out.plant.crashes_per_month = 0;
        } else if (name == "--dump" && i + 1 < count) {
            out.dump = values[++i];
        } else if (name == "--one") {
            out.mode = "one";
            out.first = static_cast<std::uint64_t>(number());
        } else if (name == "--bug" && i + 1 < count) {
            out.only = values[++i];
        } else if (name == "--planted" || name == "--repeat" || name == "--spoil" || name == "--chain") {
            out.mode = name.substr(2);
        } else {
            std::fprintf(stderr, "%s is unknown, or its value is missing\n", values[i]);
            return false;
        }
    }
    return out.seeds > 0 && out.plant.assets > 0 && out.plant.materials > 0 && out.plant.orders > 0 &&
           out.plant.days > 0;
}

PartsReport run_one(const Arguments& arguments, std::uint64_t seed, PlantedBug bug, bool trace) {
    PartsOptions options = arguments.plant;
    options.seed = seed;
    PartsRun run(options, bug, trace);
    PartsReport report = run.play();
    if (!arguments.dump.empty() && seed == arguments.first && run.hub().up()) {
        const std::string complaint = dump_parts(run, options, arguments.dump);
        if (report.complaint.empty()) report.complaint = complaint;
    }
    return report;
}

void tell(std::uint64_t seed, const PartsReport& report, double seconds) {
    std::printf(
        "seed %llu: %zu jobs, %d part transactions (%d refused by the CMMS), %d approvals, %d rejections, "
        "%d deliveries (%d cancelled), %d stock takes, %d crash-restarts, %llu faults, %llu events, "
        "%lld days in %.1f s: %s\n",
        static_cast<unsigned long long>(seed), report.jobs, report.issues, report.refused, report.approvals,
        report.rejections, report.deliveries, report.cancelled, report.counts, report.crashes,
        static_cast<unsigned long long>(report.faults), static_cast<unsigned long long>(report.events),
        static_cast<long long>(report.simulated_days), seconds,
        report.complaint.empty() ? "everything holds" : report.complaint.c_str());
    std::fflush(stdout);
}

int run_seeds(const Arguments& arguments, bool trace) {
    std::uint64_t failed = 0;
    for (std::uint64_t i = 0; i < arguments.seeds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const PartsReport report = run_one(arguments, arguments.first + i, PlantedBug::none, trace);
        for (const std::string& line : report.trace) std::printf("%s\n", line.c_str());
        tell(arguments.first + i, report,
             std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        if (!report.complaint.empty()) ++failed;
    }
    std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(arguments.seeds - failed),
                static_cast<unsigned long long>(failed));
    return failed == 0 ? 0 : 1;
}

/// A planted bug counts as found only on a seed that is clean without it.
int run_planted(const Arguments& arguments) {
    std::vector<bool> clean;
    const auto is_clean = [&](std::uint64_t index) {
        while (clean.size() <= index) {
            const std::uint64_t seed = arguments.first + clean.size();
            clean.push_back(run_one(arguments, seed, PlantedBug::none, false).complaint.empty());
        }
        return clean[index];
    };
    int passed = 0, missed = 0;
    for (const Named& named : planted_bugs) {
        if (!arguments.only.empty() && arguments.only != named.name) continue;
        std::string found;
        std::uint64_t tried = 0;
        for (; found.empty() && tried < arguments.seeds; ++tried) {
            if (is_clean(tried)) found = run_one(arguments, arguments.first + tried, named.bug, false).complaint;
        }
        std::printf("%-24s %s after %llu seeds: %s\n", named.name, found.empty() ? "NOT FOUND" : "found",
                    static_cast<unsigned long long>(tried), found.c_str());
        std::fflush(stdout);
        found.empty() ? ++missed : ++passed;
    }
    if (passed + missed == 0) {
        std::printf("no planted bug is called %s; there are:", arguments.only.c_str());
        for (const Named& named : planted_bugs) std::printf(" %s", named.name);
        std::printf("\n");
        return 2;
    }
    std::printf("%d passed, %d failed\n", passed, missed);
    return missed == 0 ? 0 : 1;
}

/// The same seed gives the same trace.
int run_repeat(const Arguments& arguments) {
    std::uint64_t failed = 0;
    for (std::uint64_t i = 0; i < arguments.seeds; ++i) {
        const std::uint64_t seed = arguments.first + i;
        const PartsReport first = run_one(arguments, seed, PlantedBug::none, false);
        const bool same = first.trace_hash == run_one(arguments, seed, PlantedBug::none, false).trace_hash;
        if (same && first.complaint.empty()) continue;
        std::printf("seed %llu %s\n", static_cast<unsigned long long>(seed),
                    same ? first.complaint.c_str() : "went another way the second time");
        ++failed;
    }
    std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(arguments.seeds - failed),
                static_cast<unsigned long long>(failed));
    return failed == 0 ? 0 : 1;
}

/// After a run that holds, each check must find what is spoiled for it.
int run_spoil(const Arguments& arguments) {
    PartsOptions options = arguments.plant;
    options.seed = arguments.first;
    PartsRun run(options, PlantedBug::none, false);
    const PartsReport report = run.play();
    if (!report.complaint.empty()) {
        std::printf("the run itself does not hold: %s\n", report.complaint.c_str());
        return 1;
    }
    int passed = 0, failed = 0;
    for (const PartsCheck& check : parts_checks()) {
        PartsFacts facts = run.facts();
        const std::string before = check.run(facts);
        const bool spoiled = check.spoil(facts);
        const std::string after = check.run(facts);
        const bool found = spoiled && !after.empty() && after != before;
        facts.peers.distort("", nullptr);
        std::printf("%-20s %s: %s\n", check.name, found ? "found" : "NOT FOUND",
                    spoiled ? after.c_str() : "nothing could be spoiled");
        found ? ++passed : ++failed;
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

/// In peace: how long each step of the chain takes the hub, from its cause in the log to its effect booked.
int run_chain(const Arguments& arguments) {
    PartsOptions options = arguments.plant;
    options.seed = arguments.first;
    options.fault_percent = 0;
    options.crashes_per_month = 0;
    PartsRun run(options, PlantedBug::none, false);
    const PartsReport report = run.play();
    int slow = 0;
    const auto steps = chain_steps(*run.hub().store());
    for (const ChainStep& step : steps) {
        std::printf("%-64s %5d times, at most %5lld ms\n", step.name.c_str(), step.count,
                    static_cast<long long>(step.most_ms));
        if (step.most_ms >= slow_step.count()) ++slow;
    }
    std::printf("%s; %d steps took two seconds or more\n",
                report.complaint.empty() ? "everything holds" : report.complaint.c_str(), slow);
    return report.complaint.empty() && slow == 0 && !steps.empty() ? 0 : 1;
}

}  // namespace

int parts_main(int count, char** values) {
    Arguments arguments;
    if (!parse(count, values, arguments)) {
        std::fputs(help, stderr);
        return 2;
    }
    if (arguments.mode == "planted") return run_planted(arguments);
    if (arguments.mode == "repeat") return run_repeat(arguments);
    if (arguments.mode == "spoil") return run_spoil(arguments);
    if (arguments.mode == "chain") return run_chain(arguments);
    if (arguments.mode == "one") arguments.seeds = 1;
    return run_seeds(arguments, arguments.mode == "one");
}

}  // namespace tieline::sim
