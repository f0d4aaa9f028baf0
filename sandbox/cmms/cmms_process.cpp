#include "sandbox/cmms/cmms_process.h"

#include "sandbox/cmms/cmms_server.h"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace tieline::sandbox::cmms {
namespace {

constexpr const char* usage =
    R"(usage: tieline-sandbox cmms [--data FILE] [--port N] [--address IP] [--token T] [--demo]
                            [--lenient]

A small maintenance system for demonstrations and tests.

  --port N      port to listen on (default 0: any free one; the first line printed says which)
  --address IP  address to listen on (default 127.0.0.1)
  --data FILE   database file (default: in memory, gone at the end)
  --token T     bearer token of its users (default: the environment's SANDBOX_CMMS_TOKEN, else "sandbox")
  --demo        begin with the assets and preventive plans of the demo plant
  --lenient     book part transactions as they were written: unknown parts, any unit, any quantity
)";

struct Asked {
    CmmsServerOptions options;
    std::string wrong;  ///< what is wrong with the arguments
    bool help = false;
};

Asked read_arguments(const std::vector<std::string>& args) {
    Asked asked;
    if (const char* token = std::getenv("SANDBOX_CMMS_TOKEN")) asked.options.cmms.token = token;
    for (std::size_t index = 0; index < args.size(); ++index) {
        const std::string& name = args[index];
        if (name == "--help" || name == "-h") asked.help = true;
        if (name == "--demo") asked.options.demo = true;
        if (name == "--lenient") asked.options.cmms.lenient = true;
        if (name == "--help" || name == "-h" || name == "--demo" || name == "--lenient") continue;
        const bool known = name == "--port" || name == "--address" || name == "--data" || name == "--token";
        if (!known || index + 1 == args.size()) {
            asked.wrong = known ? name + " needs a value" : "unknown argument " + name;
            return asked;
        }
        const std::string& value = args[++index];
        if (name == "--address") asked.options.address = value;
        if (name == "--data") asked.options.database = value;
        if (name == "--token") asked.options.cmms.token = value;
        if (name == "--port") {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), asked.options.port);
            if (error != std::errc() || end != value.data() + value.size()) {
                asked.wrong = "--port needs a number from 0 to 65535, not " + value;
                return asked;
            }
        }
    }
    return asked;
}

}  // namespace

int run_cmms(const std::vector<std::string>& args) {
    Asked asked = read_arguments(args);
    if (asked.help) {
        std::fputs(usage, stdout);
        return 0;
    }
    if (!asked.wrong.empty()) {
        std::fprintf(stderr, "tieline-sandbox cmms: %s\n\n%s", asked.wrong.c_str(), usage);
        return 2;
    }
    // Blocked before any thread starts, so that only this one hears them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const std::string address = asked.options.address;
    Result<std::unique_ptr<CmmsServer>> server = CmmsServer::start(std::move(asked.options));
    if (!server) {
        std::fprintf(stderr, "tieline-sandbox cmms: %s\n", server.error().message.c_str());
        return 1;
    }
    std::printf("sandbox CMMS listens on http://%s:%u\n", address.c_str(), static_cast<unsigned>((*server)->port()));
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    std::printf("sandbox CMMS stops\n");
    std::fflush(stdout);
    return 0;
}

}  // namespace tieline::sandbox::cmms
