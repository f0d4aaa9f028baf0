#include "sim/connectors/main.h"

#include "connectors/evidence.h"
#include "sim/connectors/run.h"
#include "sim/parallel.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <string_view>

namespace tieline::sim {
namespace {

constexpr const char* help =
    "tieline-simulation --connectors: the hub between each CMMS and each ERP of the catalog while everything fails.\n"
    "\n"
    "  --seeds N      how many seeds, spread over the pairs (60)     --first N   the first one (1)\n"
    "  --orders N     jobs per seed (30)                             --jobs N    processes at once (2)\n"
    "  --pair TEXT    only pairs whose name holds this, such as sap_s4\n"
    "  --lie NAME     every ERP lies: blind (no key is found again) or forgets (postings)\n"
    "  --proofs       an ERP where no key is found again, one that forgets: how many seeds complain\n"
    "  --repeat       runs each seed twice and compares the traces\n"
    "  --one SEED     one seed with its whole trace; --pair as in the run that named it\n"
    "\n"
    "Exit code 0: everything held in every seed, and each connector of the catalog has its peer.\n";

struct Arguments {
    SeedRange range{1, 60, 2};
    int orders = 30;
    std::string mode = "seeds", pair;
    Lie lie = Lie::none;
    Millis patience = PairRunOptions{}.patience;
};

constexpr std::uint64_t crashes_least = 2, faults_least = 10;  ///< of a pair's seed in the mean; fewer show too little
constexpr std::size_t pitfalls_most = 16;
using Struck = std::array<std::uint32_t, pitfalls_most>;  ///< how often each pitfall of a peer began

struct Wire {
    std::uint64_t seed = 0, hash = 0, faults = 0, documents = 0, exceptions = 0;
    std::int64_t simulated_ms = 0;
    int crashes = 0;
    std::size_t pair = 0;
    Struck cmms_pitfalls{}, erp_pitfalls{};
    char complaint[400] = {};
};

struct Sum {
    std::uint64_t seeds = 0, failed = 0, faults = 0, documents = 0, exceptions = 0;
    std::uint64_t crashes = 0;
    Struck cmms_pitfalls{}, erp_pitfalls{};
    std::string complaint;  ///< the first
};

bool parse(int count, char** values, Arguments& out) {
    for (int i = 0; i < count; ++i) {
        const std::string_view name = values[i];
        const auto number = [&] { return i + 1 < count ? std::strtoull(values[++i], nullptr, 10) : 0ULL; };
        if (name == "--seeds") {
            out.range.count = number();
        } else if (name == "--first") {
            out.range.first = number();
        } else if (name == "--orders") {
            out.orders = static_cast<int>(number());
        } else if (name == "--jobs") {
            out.range.processes = static_cast<int>(number());
        } else if (name == "--pair" && i + 1 < count) {
            out.pair = values[++i];
        } else if (name == "--lie" && i + 1 < count) {
            const std::string_view lie = values[++i];
            if (lie != "blind" && lie != "forgets") return false;
            out.lie = lie == "blind" ? Lie::blind : Lie::forgets;
        } else if (name == "--proofs" || name == "--repeat") {
            out.mode = name.substr(2);
        } else if (name == "--one") {
            out.mode = "one";
            out.range.first = number();
        } else {
            return false;
        }
    }
    return out.range.count > 0 && out.orders > 0 && out.range.processes > 0;
}

/// For the page that says what each connector was tested with.
void write_down(const PeerPair& pair, const PairRunReport& report) {
    connectors::Evidence(pair.cmms->system, "read workorder", "simulation").holds();
    for (const std::string& kind : report.kinds) connectors::Evidence(pair.erp->system, kind, "simulation").holds();
}

Wire play(const Arguments& arguments, const std::vector<PeerPair>& pairs, std::uint64_t seed) {
    PairRunOptions options;
    options.seed = seed;
    options.pair = pairs[seed % pairs.size()];
    options.jobs = arguments.orders;
    options.lie = arguments.lie;
    options.patience = arguments.patience;
    const PairRunReport report = run_pair(options);
    Wire wire;
    for (const auto& [pitfall, count] : report.cmms_pitfalls)
        wire.cmms_pitfalls.at(pitfall) = static_cast<std::uint32_t>(count);
    for (const auto& [pitfall, count] : report.erp_pitfalls)
        wire.erp_pitfalls.at(pitfall) = static_cast<std::uint32_t>(count);
    wire.seed = seed;
    wire.hash = report.trace_hash;
    wire.faults = report.faults;
    wire.documents = report.documents;
    wire.exceptions = report.exceptions;
    wire.simulated_ms = report.simulated_ms;
    wire.crashes = report.crashes;
    wire.pair = seed % pairs.size();
    if (report.complaint.empty()) write_down(options.pair, report);
    std::snprintf(wire.complaint, sizeof wire.complaint, "%s", report.complaint.c_str());
    return wire;
}

std::map<std::size_t, Sum> play_all(const Arguments& arguments, const std::vector<PeerPair>& pairs, bool tells,
                                    bool& lived) {
    std::map<std::size_t, Sum> sums;
    lived = run_parallel<Wire>(
        arguments.range, [&](std::uint64_t seed) { return play(arguments, pairs, seed); },
        [&](const Wire& wire) {
            Sum& sum = sums[wire.pair];
            ++sum.seeds;
            sum.faults += wire.faults;
            sum.documents += wire.documents;
            sum.exceptions += wire.exceptions;
            sum.crashes += static_cast<std::uint64_t>(wire.crashes);
            for (std::size_t i = 0; i < pitfalls_most; ++i) {
                sum.cmms_pitfalls[i] += wire.cmms_pitfalls[i];
                sum.erp_pitfalls[i] += wire.erp_pitfalls[i];
            }
            if (wire.complaint[0] == 0) return true;
            ++sum.failed;
            if (sum.complaint.empty()) sum.complaint = wire.complaint;
            if (tells) {
                std::printf("seed %llu (%s): %s\n", static_cast<unsigned long long>(wire.seed),
                            pairs[wire.pair].name().c_str(), wire.complaint);
                std::fflush(stdout);
            }
            return true;
        });
    return sums;
}

/// Says how often each pitfall of one side began; how many never did.
int tell_pitfalls(const std::vector<std::string>& names, const Struck& struck) {
    int never = 0;
    std::string line;
    for (std::size_t i = 0; i < names.size(); ++i) {
        line += (i == 0 ? "" : ", ") + names[i] + " " + std::to_string(struck[i]);
        never += struck[i] == 0 ? 1 : 0;
    }
    std::printf("    %s\n", line.c_str());
    return never;
}

int run_seeds(const Arguments& arguments, const std::vector<PeerPair>& pairs) {
    const auto begin = std::chrono::steady_clock::now();
    bool lived = false;
    const std::map<std::size_t, Sum> sums = play_all(arguments, pairs, true, lived);
    std::uint64_t done = 0, failed = 0;
    int never = 0;
    for (const auto& [pair, sum] : sums) {
        std::printf(
            "%-28s %4llu seeds, %llu failed, %llu documents, %llu crash-restarts, %llu faults, "
            "%llu exceptions; pitfalls of both:\n",
            pairs[pair].name().c_str(), static_cast<unsigned long long>(sum.seeds),
            static_cast<unsigned long long>(sum.failed), static_cast<unsigned long long>(sum.documents),
            static_cast<unsigned long long>(sum.crashes), static_cast<unsigned long long>(sum.faults),
            static_cast<unsigned long long>(sum.exceptions));
        World world(1, *parse_time("2026-11-26T08:00:00Z"));
        never += tell_pitfalls(pairs[pair].cmms->cmms(world)->pitfalls(), sum.cmms_pitfalls);
        never += tell_pitfalls(pairs[pair].erp->erp(world)->pitfalls(), sum.erp_pitfalls);
        done += sum.seeds;
        failed += sum.failed;
        if (sum.crashes >= crashes_least * sum.seeds && sum.faults >= faults_least * sum.seeds) continue;
        std::printf("    too few crash-restarts or faults to show anything\n");
        ++failed;
    }
    if (never > 0) std::printf("%d pitfalls never began: more seeds are needed\n", never);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("%llu seeds x %d jobs in %.1f s\n%llu passed, %llu failed\n", static_cast<unsigned long long>(done),
                arguments.orders, seconds, static_cast<unsigned long long>(done - std::min(done, failed)),
                static_cast<unsigned long long>(failed));
    return lived && failed == 0 && never == 0 && done == arguments.range.count ? 0 : 1;
}

/// Every ERP that lies must be found: one that forgets on nearly every seed; a blind one on three of four, since it
/// repeats only what an answer was lost of. On the same seeds, under the same patience, the honest one holds.
int run_proofs(Arguments arguments, const std::vector<PeerPair>& pairs) {
    arguments.patience = Millis(90'000);  // a hub that was lied to may never come to rest
    int failed = 0, passed = 0;
    for (const auto& [lie, name] : {std::pair{Lie::none, "honest"},
                                    {Lie::blind, "where no key is found again"},
                                    {Lie::forgets, "that forgets postings"}}) {
        arguments.lie = lie;
        bool lived = false;
        std::uint64_t found = 0, seeds = 0;
        for (const auto& [pair, sum] : play_all(arguments, pairs, lie == Lie::none, lived)) {
            found += sum.failed;
            seeds += sum.seeds;
            const bool is_well = lie == Lie::none ? sum.failed == 0 : sum.failed * 2 >= sum.seeds;
            std::printf("%-28s an ERP %s: %llu of %llu seeds complain%s%s\n", pairs[pair].name().c_str(), name,
                        static_cast<unsigned long long>(sum.failed), static_cast<unsigned long long>(sum.seeds),
                        sum.complaint.empty() ? "" : ", one: ", sum.complaint.c_str());
            is_well&& lived ? ++passed : ++failed;
        }
        const std::uint64_t of_twenty = lie == Lie::none ? 0 : lie == Lie::blind ? 15 : 18;
        if (found * 20 < seeds * of_twenty) ++failed;
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}

int run_repeat(const Arguments& arguments, const std::vector<PeerPair>& pairs) {
    return run_twice<Wire>(arguments.range, [&](std::uint64_t seed) { return play(arguments, pairs, seed); });
}

int run_one(const Arguments& arguments, const std::vector<PeerPair>& pairs) {
    PairRunOptions options;
    options.seed = arguments.range.first;
    options.pair = pairs[options.seed % pairs.size()];
    options.jobs = arguments.orders;
    options.keep_trace = true;
    const PairRunReport report = run_pair(options);
    for (const std::string& line : report.trace) std::printf("%s\n", line.c_str());
    std::printf("%s, trace %016llx, %d crash-restarts, %llu faults, %zu documents\n%s\n", options.pair.name().c_str(),
                static_cast<unsigned long long>(report.trace_hash), report.crashes,
                static_cast<unsigned long long>(report.faults), report.documents,
                report.complaint.empty() ? "everything holds" : report.complaint.c_str());
    return report.complaint.empty() ? 0 : 1;
}

}  // namespace

int connectors_main(int count, char** values) {
    Arguments arguments;
    if (!parse(count, values, arguments)) {
        std::fputs(help, stderr);
        return 2;
    }
    std::vector<std::string> lacking;
    std::vector<PeerPair> pairs = peer_pairs(lacking);
    for (const std::string& system : lacking)
        std::printf("connector %s of the catalog has no simulated peer: add it to sim/connectors/peers.cpp\n",
                    system.c_str());
    for (const PeerEntry& entry : peer_entries())
        if (!entry.elsewhere.empty()) std::printf("not here: %s, %s\n", entry.system.c_str(), entry.elsewhere.c_str());
    if (!arguments.pair.empty())
        std::erase_if(pairs,
                      [&](const PeerPair& pair) { return pair.name().find(arguments.pair) == std::string::npos; });
    if (pairs.empty() || !lacking.empty()) return 1;
    std::fflush(stdout);
    if (arguments.mode == "proofs") return run_proofs(arguments, pairs);
    if (arguments.mode == "repeat") return run_repeat(arguments, pairs);
    if (arguments.mode == "one") return run_one(arguments, pairs);
    return run_seeds(arguments, pairs);
}

}  // namespace tieline::sim
