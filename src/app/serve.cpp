#include "app/args.h"
#include "app/cli.h"
#include "app/hub.h"
#include "app/signals.h"

#include <atomic>
#include <csignal>
#include <cstdio>

namespace tieline::app {
namespace {

constexpr const char* help =
    R"(usage: tieline serve [--config FILE] [--port N] [--web-dir DIR]

Runs the hub until SIGINT or SIGTERM. Prints one line once it is ready.

  --config FILE   configuration (default: tieline.yaml)
  --port N        instead of the configuration's port; 0: any free one
  --web-dir DIR   the web pages' files, instead of the program's own (to develop them)

Exit codes: 0 stopped as asked, 1 could not start, 2 wrong use, 74 the disk or the store failed while running (what was
accepted is on disk; mend the disk and start again).
)";

}  // namespace

int serve_command(const std::vector<std::string>& args) {
    const Started started = start_command(args, help, {"config", "port", "web-dir"}, {}, 0);
    if (started.exit_code >= 0) return started.exit_code;
    block_signals();
    raise_file_limit();
    Result<Config> config = load_config(started.args.value("config", "tieline.yaml"));
    if (!config) return fail(config.error());
    if (started.args.has("port")) {
        const Result<std::uint16_t> port = port_from(started.args.value("port"));
        if (!port) return fail(port.error());
        config->api.port = *port;
    }
    config->api.web_dir = started.args.value("web-dir");
    std::atomic<bool> failed{false};
    Result<std::unique_ptr<Hub>> hub = Hub::open(std::move(*config), [&failed](const Error&) {
        failed = true;
        ask_to_stop();
    });
    if (!hub) return fail(hub.error());
    std::printf("tieline: ready at %s\n", (*hub)->url().c_str());
    if (!(*hub)->first_link().empty()) {
        std::printf(
            "tieline: nobody can sign in yet. Open this link once, within 24 hours, to become administrator:\n"
            "  %s%s\n",
            (*hub)->url().c_str(), (*hub)->first_link().c_str());
    }
    std::fflush(stdout);
    int signal = wait_for_signal();
    while (signal == SIGCHLD) signal = wait_for_signal();
    const int exit_code = failed ? exit_store : exit_ok;
    end_within(2, exit_code);
    hub->reset();
    return exit_code;
}

}  // namespace tieline::app
