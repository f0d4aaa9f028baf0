#include "bench/phases.h"

namespace tieline::bench {
namespace {

constexpr const char* token = "bench";
constexpr const char* secret = "0123456789abcdef0123456789abcdef";

}  // namespace

void through_cmms(Bench& bench) {
    if (bench.options.bare || bench.options.sandbox.empty()) {
        bench.report.add({"cmms", "webhook and re-read", "not measured: needs tieline and tieline-sandbox", "measured",
                          Verdict::falls_short, Json::object()});
        return;
    }
    const std::uint16_t cmms_port = free_port();
    const std::string folder = bench.options.data + "/cmms-process";
    HubOptions more;
    more.cmms_port = cmms_port;
    more.cmms_token = token;
    more.webhook_secret = secret;
    Process cmms;
    cmms.start({bench.options.sandbox, "cmms", "--port", std::to_string(cmms_port), "--token", token, "--demo"},
               bench.options.data + "/cmms.log");
    const bool up = bench.loop.run_until([&] { return !fetch(cmms_port, "/health").empty(); }, now_ns() + 10 * second);
    if (!up) give_up("the sandbox CMMS did not start; see " + bench.options.data + "/cmms.log");
    auto hub = bench.start_hub("cmms", more);
    post(cmms_port, "/api/webhooks", token,
         R"({"url":"http://127.0.0.1:)" + std::to_string(hub->port()) + R"(/api/v1/webhooks/cmms","secret":")" +
             secret + R"(","events":["workorder.changed"]})");
    LoadOptions load;
    load.port = cmms_port;
    load.request = cmms_request(cmms_port, token);
    for (const int connections : {1, 16}) {
        load.connections = connections;
        const Run run = bench.run(*hub, load, bench.warm, bench.duration);
        bench.report_run("cmms", "webhook and re-read, " + std::to_string(connections) + " connections", run, true, "");
    }
    load.pacing = Pacing::rate;
    load.per_second = 100;
    const Run run = bench.run(*hub, load, bench.warm, bench.duration);
    bench.report_run("cmms", "webhook and re-read, 100/s", run, run.booked_per_s >= 98, ">= 98/s booked");
    bench.end_hub(std::move(hub));
    cmms.stop(5 * second);
}

}  // namespace tieline::bench
