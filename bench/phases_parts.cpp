// A part used: from the acceptance of the transaction to its goods issue at the ERP.

#include "bench/phases.h"

#include <algorithm>

namespace tieline::bench {
namespace {

constexpr double full_speed = 5000;
constexpr double hot_speed = 300;
constexpr std::uint32_t many_parts = 1000;

Run measured(Bench& bench, const std::string& folder, int connections, std::uint32_t parts) {
    HubOptions more;
    more.parts = true;
    auto hub = bench.start_hub(folder, more);
    LoadOptions load;
    load.connections = connections;
    load.parts = parts;
    load.request = part_request(hub->port());
    Run run = bench.run(*hub, std::move(load), bench.warm, bench.duration);
    bench.end_hub(std::move(hub));
    return run;
}

}  // namespace

void parts(Bench& bench) {
    if (bench.options.bare) return bench.report.say("parts: bare_hub issues no parts");
    double best = 0;
    for (const int count : {16, 64, 256, 768}) {
        const std::string name = std::to_string(count);
        const Run run = measured(bench, "parts-" + name, count, many_parts);
        const bool holds =
            bench.report_run("parts", name + " connections, " + std::to_string(many_parts) + " parts", run, true, "");
        if (count >= 64 && holds) best = std::max(best, run.booked_per_s);
    }
    bench.report.add({"parts", "best of 64, 256 and 768 connections", fixed(best, 0) + "/s accept-to-booked",
                      ">= 5000/s", best >= full_speed ? Verdict::holds : Verdict::falls_short,
                      Json::object({{"booked_per_s", json_number(best, 1)}})});
    const Run hot = measured(bench, "parts-hot", 64, 1);
    bench.report_run("parts", "64 connections, all of one part", hot, hot.booked_per_s >= hot_speed, ">= 300/s");
}

}  // namespace tieline::bench
