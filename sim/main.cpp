// The simulation as a program: many seeds, a matrix of what struck where, planted bugs, and the proof that the checkers
// can fail.

#include "sim/connectors/main.h"
#include "sim/parallel.h"
#include "sim/parts_main.h"
#include "sim/run.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
/// A thousand seeds within minutes: shallow allocation stacks and a small quarantine halve the sanitizer's cost.
extern "C" const char* __asan_default_options() {
    return "malloc_context_size=2:quarantine_size_mb=8:detect_stack_use_after_return=0";
}
#endif
#endif

namespace {

using tieline::engine::PlantedBug;
using tieline::sim::Matrix;
using tieline::sim::RunOptions;
using tieline::sim::RunReport;

struct Named {
    const char* name;
    PlantedBug bug;
};
constexpr Named planted_bugs[] = {{"repeat_not_recognised", PlantedBug::repeat_not_recognised},
                                  {"stale_snapshot_accepted", PlantedBug::stale_snapshot_accepted},
                                  {"unknown_is_transient", PlantedBug::unknown_is_transient},
                                  {"absent_counts_at_once", PlantedBug::absent_counts_at_once},
                                  {"recovery_forgets_attempts", PlantedBug::recovery_forgets_attempts},
                                  {"receipt_without_event", PlantedBug::receipt_without_event},
                                  {"send_before_sync", PlantedBug::send_before_sync},
                                  {"answer_before_sync", PlantedBug::answer_before_sync},
                                  {"position_ahead_of_decision", PlantedBug::position_ahead_of_decision},
                                  {"order_key_ignored", PlantedBug::order_key_ignored},
                                  {"rejected_is_dropped", PlantedBug::rejected_is_dropped},
                                  {"cursor_before_page", PlantedBug::cursor_before_page},
                                  {"wait_list_lost", PlantedBug::wait_list_lost},
                                  {"hint_dropped", PlantedBug::hint_dropped},
                                  {"follow_books_early", PlantedBug::follow_books_early},
                                  {"release_at_begin", PlantedBug::release_at_begin}};

struct Arguments {
    std::uint64_t seeds = 100, first = 1;
    int orders = 50;
    int jobs = 2;
    std::string mode = "seeds";  ///< seeds, planted, proofs, repeat, one
    bool trace = false;
};

constexpr const char* help =
    "tieline-simulation: the hub's real engine, flows and store in a simulated plant where everything fails.\n"
    "\n"
    "  --seeds N      how many seeds (100)          --first N   the first one (1)\n"
    "  --orders N     jobs per seed (50)            --jobs N    processes at once (2)\n"
    "  --planted      plants each bug in turn and counts the seeds until it is found (at most N)\n"
    "  --proofs       a peer that ignores the key, and a disk that lies: how many of N seeds complain\n"
    "  --repeat       runs each seed twice and compares the traces\n"
    "  --one SEED     one seed with its whole trace\n"
    "  --parts ...    parts and procurement instead; --parts --help tells more\n"
    "  --connectors   every connector of the catalog instead; --connectors --help tells more\n"
    "\n"
    "Exit code 0: every invariant held in every seed and every cell of the matrix was struck.\n";

/// What a child tells its parent: fixed size, so that one write is enough.
struct Wire {
    std::uint64_t seed = 0, hash = 0, other_faults = 0;
    std::int64_t simulated_ms = 0;
    int orders = 0, crashes = 0;
    Matrix matrix;
    char complaint[400] = {};
};

Wire to_wire(std::uint64_t seed, const RunReport& report) {
    Wire wire;
    wire.seed = seed;
    wire.hash = report.trace_hash;
    wire.other_faults = report.other_faults;
    wire.simulated_ms = report.simulated_ms;
    wire.orders = report.orders;
    wire.crashes = report.crashes;
    wire.matrix = report.matrix;
    std::snprintf(wire.complaint, sizeof wire.complaint, "%s", report.complaint.c_str());
    return wire;
}

/// Runs all seeds; calls `take` for each report as it comes. False: a process died.
template <class Make, class Take>
bool run_parallel(const Arguments& arguments, Make&& make, Take&& take) {
    return tieline::sim::run_parallel<Wire>(
        {arguments.first, arguments.seeds, arguments.jobs},
        [&](std::uint64_t seed) {
            const RunOptions options = make(seed);
            return to_wire(options.seed, tieline::sim::run_seed(options));
        },
        take);
}

RunOptions plain(const Arguments& arguments, std::uint64_t seed) {
    RunOptions options;
    options.seed = seed;
    options.orders = arguments.orders;
    return options;
}

int run_seeds(const Arguments& arguments) {
    const auto begin = std::chrono::steady_clock::now();
    Matrix matrix;
    std::uint64_t done = 0, failed = 0, crashes = 0, faults = 0, faults_least = ~0ULL;
    int crashes_least = 1 << 30;
    std::int64_t simulated = 0;
    const bool lived = run_parallel(
        arguments, [&](std::uint64_t seed) { return plain(arguments, seed); },
        [&](const Wire& wire) {
            ++done;
            matrix.add(wire.matrix);
            crashes += static_cast<std::uint64_t>(wire.crashes);
            crashes_least = std::min(crashes_least, wire.crashes);
            faults += wire.other_faults;
            faults_least = std::min(faults_least, wire.other_faults);
            simulated += wire.simulated_ms;
            if (wire.complaint[0] != 0) {
                ++failed;
                std::printf("seed %llu: %s\n", static_cast<unsigned long long>(wire.seed), wire.complaint);
            }
            if (done % 50 == 0) {
                std::printf("  %llu of %llu seeds, %llu failed\n", static_cast<unsigned long long>(done),
                            static_cast<unsigned long long>(arguments.seeds), static_cast<unsigned long long>(failed));
            }
            std::fflush(stdout);
            return true;
        });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("\n%s\n", matrix.table().c_str());
    std::printf(
        "%llu seeds x %d orders, %llu crash-restarts (least %d), %llu faults (least %llu), %.0f simulated s in %.1f "
        "s\n",
        static_cast<unsigned long long>(done), arguments.orders, static_cast<unsigned long long>(crashes),
        crashes_least, static_cast<unsigned long long>(faults), static_cast<unsigned long long>(faults_least),
        static_cast<double>(simulated) / 1000.0, seconds);
    const std::string empty = matrix.empty_cells();
    if (!empty.empty()) std::printf("cells never struck: %s\n", empty.c_str());
    const bool complete = arguments.seeds < 100 || empty.empty();  // a few seeds cannot fill it
    std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(done - failed),
                static_cast<unsigned long long>(failed));
    return lived && failed == 0 && done == arguments.seeds && complete ? 0 : 1;
}

/// A complaint shows a planted bug only where the same seed has none without it.
bool is_clean(const Arguments& arguments, std::uint64_t seed) {
    const RunReport honest = tieline::sim::run_seed(plain(arguments, seed));
    if (honest.complaint.empty()) return true;
    std::printf("seed %llu complains without any bug: %s\n", static_cast<unsigned long long>(seed),
                honest.complaint.c_str());
    return false;
}

int run_planted(const Arguments& arguments) {
    int missed = 0;
    for (const Named& named : planted_bugs) {
        std::uint64_t tried = 0, at = 0;
        std::string found;
        run_parallel(
            arguments,
            [&](std::uint64_t seed) {
                RunOptions options = plain(arguments, seed);
                options.planted = named.bug;
                return options;
            },
            [&](const Wire& wire) {
                ++tried;
                if (wire.complaint[0] != 0) found = wire.complaint;
                at = wire.seed;
                return found.empty();
            });
        if (!found.empty() && !is_clean(arguments, at)) found.clear();
        std::printf("%-28s %s after %3llu seeds%s%s\n", named.name, found.empty() ? "NOT FOUND" : "found",
                    static_cast<unsigned long long>(tried), found.empty() ? "" : ": ", found.c_str());
        std::fflush(stdout);
        if (found.empty()) ++missed;
    }
    std::printf("%zu passed, %d failed\n", std::size(planted_bugs) - static_cast<std::size_t>(missed), missed);
    return missed == 0 ? 0 : 1;
}

int run_proofs(const Arguments& arguments) {
    int failed = 0;
    if (!is_clean(arguments, arguments.first)) ++failed;
    for (const bool disk : {false, true}) {
        std::uint64_t complained = 0, done = 0;
        run_parallel(
            arguments,
            [&](std::uint64_t seed) {
                RunOptions options = plain(arguments, seed);
                options.disk_lies = disk;
                options.erp_ignores_key = !disk;
                return options;
            },
            [&](const Wire& wire) {
                ++done;
                if (wire.complaint[0] != 0) ++complained;
                return true;
            });
        std::printf("%s: found on %llu of %llu seeds\n",
                    disk ? "a disk that lies about fsync" : "a peer that ignores the key",
                    static_cast<unsigned long long>(complained), static_cast<unsigned long long>(done));
        if (complained * 10 < done * 9 || done == 0) ++failed;
    }
    std::printf("%d passed, %d failed\n", 3 - failed, failed);
    return failed == 0 ? 0 : 1;
}

int run_repeat(const Arguments& arguments) {
    return tieline::sim::run_twice<Wire>({arguments.first, arguments.seeds, arguments.jobs}, [&](std::uint64_t seed) {
        const RunOptions options = plain(arguments, seed);
        return to_wire(options.seed, tieline::sim::run_seed(options));
    });
}

int run_one(const Arguments& arguments) {
    RunOptions options = plain(arguments, arguments.first);
    options.keep_trace = true;
    const RunReport report = tieline::sim::run_seed(options);
    for (const std::string& line : report.trace) std::printf("%s\n", line.c_str());
    std::printf("\n%s\ntrace %016llx, %d crash-restarts, %llu faults\n%s\n", report.matrix.table().c_str(),
                static_cast<unsigned long long>(report.trace_hash), report.crashes,
                static_cast<unsigned long long>(report.other_faults),
                report.complaint.empty() ? "every invariant holds" : report.complaint.c_str());
    return report.complaint.empty() ? 0 : 1;
}

bool parse(int count, char** values, Arguments& out) {
    for (int i = 1; i < count; ++i) {
        const std::string_view name = values[i];
        const auto number = [&] { return i + 1 < count ? std::strtoull(values[++i], nullptr, 10) : 0ULL; };
        if (name == "--seeds")
            out.seeds = number();
        else if (name == "--first")
            out.first = number();
        else if (name == "--orders")
            out.orders = static_cast<int>(number());
        else if (name == "--jobs")
            out.jobs = static_cast<int>(number());
        else if (name == "--planted" || name == "--proofs" || name == "--repeat")
            out.mode = name.substr(2);
        else if (name == "--one") {
            out.mode = "one";
            out.first = number();
        } else
            return false;
    }
    return out.seeds > 0 && out.orders > 0 && out.jobs > 0;
}

}  // namespace

int main(int count, char** values) {
    if (count > 1 && std::string_view(values[1]) == "--parts") {
        return tieline::sim::parts_main(count - 2, values + 2);
    }
    if (count > 1 && std::string_view(values[1]) == "--connectors") {
        return tieline::sim::connectors_main(count - 2, values + 2);
    }
    Arguments arguments;
    if (!parse(count, values, arguments)) {
        std::fputs(help, stderr);
        return 2;
    }
    if (arguments.mode == "planted") return run_planted(arguments);
    if (arguments.mode == "proofs") return run_proofs(arguments);
    if (arguments.mode == "repeat") return run_repeat(arguments);
    if (arguments.mode == "one") return run_one(arguments);
    return run_seeds(arguments);
}
