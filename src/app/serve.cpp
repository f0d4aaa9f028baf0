#include "app/args.h"
#include "app/cli.h"
#include "app/running_hub.h"
#include "app/signals.h"

#include <csignal>
#include <cstdio>

namespace tieline::app {
namespace {

constexpr const char* help =
    R"(usage: tieline serve [--config FILE] [--port N] [--web-dir DIR]

Runs the hub until SIGINT or SIGTERM. Prints one line once it is ready. SIGUSR1 makes it read its configuration anew:
where that is wrong, it goes on as before and says why in its log.

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
    Result<std::unique_ptr<RunningHub>> running = RunningHub::open(std::move(*config));
    if (!running) return fail(running.error());
    const Hub& hub = (*running)->hub();
    std::printf("tieline: ready at %s\n", hub.url().c_str());
    if (!hub.first_link().empty()) {
        std::printf(
            "tieline: nobody can sign in yet. Open this link once, within 24 hours, to become administrator:\n"
            "  %s%s\n",
            hub.url().c_str(), hub.first_link().c_str());
    }
    std::fflush(stdout);
    for (int signal = wait_for_signal(); signal == SIGCHLD || signal == SIGUSR1; signal = wait_for_signal()) {
        if (signal == SIGCHLD) continue;
        if (const Result<void> again = (*running)->reload(); !again) return fail(again.error());
    }
    const int exit_code = (*running)->failed() ? exit_store : exit_ok;
    end_within(2, exit_code);
    (*running)->stop();
    return exit_code;
}

}  // namespace tieline::app
