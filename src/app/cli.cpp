#include "app/cli.h"

#include <cstdio>
#include <string_view>

namespace tieline::app {
namespace {

struct Command {
    std::string_view name;
    int (*run)(const std::vector<std::string>& args);
    const char* what;
};

constexpr Command commands[] = {
    {"up", up_command, "start the hub with a sandbox CMMS, ERP and plant, to look around"},
    {"serve", serve_command, "run the hub with a configuration file"},
    {"check", check_command, "check configuration, field maps and the way to every system; changes nothing"},
    {"import", import_command, "read work orders from a CSV file into the CMMS"},
    {"exceptions", exceptions_command, "list, show, preview, replay, resolve or give up what waits for a person"},
    {"replay", replay_command, "replay all open exceptions, or those of one code or flow"},
    {"trace", trace_command, "show the whole chain of a work order, from event to document"},
    {"availability", availability_command, "parts of open work orders: on hand, on order, due, ready to schedule from"},
    {"stock", stock_command, "stock by ERP and CMMS, differences, advice on reorder points, excess and dead stock"},
    {"reconcile", reconcile_command, "compare the hub with its peers for any period; the month end on one sheet"},
    {"connector", connector_command, "list the connectors; write the skeleton of a new one"},
    {"bench", bench_command, "measure speed and memory on this machine"},
};

int usage(std::FILE* to) {
    std::fputs("usage: tieline COMMAND [options]; tieline COMMAND --help tells more\n\n", to);
    for (const Command& command : commands) {
        std::fprintf(to, "  %-12.*s %s\n", static_cast<int>(command.name.size()), command.name.data(), command.what);
    }
    return to == stdout ? exit_ok : exit_usage;
}

}  // namespace

int run(const std::vector<std::string>& args) {
    if (args.empty()) return usage(stderr);
    if (args[0] == "--help" || args[0] == "-h" || args[0] == "help") return usage(stdout);
    for (const Command& command : commands) {
        if (command.name == args[0]) return command.run({args.begin() + 1, args.end()});
    }
    std::fprintf(stderr, "tieline: there is no command '%s'.\n\n", args[0].c_str());
    return usage(stderr);
}

}  // namespace tieline::app
