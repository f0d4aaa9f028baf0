// Measures the hub from the acceptance of a completed work order to its posting at the ERP; see docs/bench.md.

#include "bench/phases.h"

#include <cstdio>
#include <cstring>
#include <filesystem>

namespace {

using namespace tieline::bench;
namespace fs = std::filesystem;

constexpr const char* usage =
    R"(usage: main_line_bench [--phase NAME] [--quick] [--json] [--hub FILE] [--bare] [--sandbox FILE] [--data FOLDER]
                       [--side COMMAND]

Measures accept-to-booked of a release build of tieline: load generator and ERP stub run inside this program.

  --phase NAME     only this phase; may be given again
  --quick          a few seconds per phase
  --json           for machines
  --hub FILE       the hub (default: src/app/tieline beside this program's build folder)
  --bare           measure bare_hub instead: engine and HTTP without read models
  --views          bare_hub keeps read models
  --sandbox FILE   tieline-sandbox, for the CMMS (default: beside the hub)
  --data FOLDER    scratch data, on a real disk (default: bench-data in the build folder)
  --side COMMAND   shell command run while the load is on, {pid} is the hub: "perf record -g -p {pid} sleep 5"

Exits with 0 only where every line holds. Phases:
)";

struct Asked {
    BenchOptions options;
    std::vector<std::string> phases;
    bool json = false, help = false;
    std::string wrong;
};

Asked read_arguments(int count, char** words) {
    Asked asked;
    for (int i = 1; i < count; ++i) {
        const std::string name = words[i];
        if (name == "--help" || name == "-h") {
            asked.help = true;
        } else if (name == "--quick") {
            asked.options.quick = true;
        } else if (name == "--json") {
            asked.json = true;
        } else if (name == "--bare") {
            asked.options.bare = true;
        } else if (name == "--views") {
            asked.options.bare = asked.options.views = true;
        } else if (i + 1 == count) {
            asked.wrong = name + " is unknown or needs a value";
        } else if (name == "--phase") {
            asked.phases.emplace_back(words[++i]);
        } else if (name == "--hub") {
            asked.options.hub = words[++i];
        } else if (name == "--sandbox") {
            asked.options.sandbox = words[++i];
        } else if (name == "--data") {
            asked.options.data = words[++i];
        } else if (name == "--side") {
            asked.options.after_start = words[++i];
        } else {
            asked.wrong = name + " is unknown";
        }
    }
    return asked;
}

bool is_asked(const Asked& asked, const std::string& name) {
    if (asked.phases.empty()) return true;
    for (const std::string& phase : asked.phases) {
        if (phase == name) return true;
    }
    return false;
}

void fill_in(Asked& asked) {
    BenchOptions& options = asked.options;
    const fs::path own = fs::read_symlink("/proc/self/exe").parent_path();
    if (options.hub.empty()) options.hub = options.bare ? own / "bare_hub" : own / ".." / "src" / "app" / "tieline";
    if (options.sandbox.empty()) options.sandbox = own / ".." / "sandbox" / "tieline-sandbox";
    if (options.data.empty()) options.data = own / ".." / "bench-data";
    options.data = fs::weakly_canonical(options.data);
    if (!fs::exists(options.hub)) {
        asked.wrong = "there is no hub at " + options.hub + "; build the target tieline, or name it by --hub";
    }
    if (!fs::exists(options.sandbox)) options.sandbox.clear();
    for (const std::string& name : asked.phases) {
        bool known = false;
        for (const Phase& phase : phases()) known = known || phase.name == name;
        if (!known) asked.wrong = "there is no phase " + name;
    }
}

}  // namespace

int main(int count, char** words) {
    Asked asked = read_arguments(count, words);
    if (!asked.help && asked.wrong.empty()) fill_in(asked);
    if (asked.help || !asked.wrong.empty()) {
        std::FILE* out = asked.help ? stdout : stderr;
        if (!asked.wrong.empty()) std::fprintf(out, "main_line_bench: %s\n\n", asked.wrong.c_str());
        std::fputs(usage, out);
        for (const Phase& phase : phases()) std::fprintf(out, "  %-12s %s\n", phase.name.c_str(), phase.what.c_str());
        return asked.help ? 0 : 2;
    }
    Report report(asked.json);
    Bench bench(asked.options, report);
    report.say("hub: " + asked.options.hub + "\ndata: " + asked.options.data +
               "\nload average at the start: " + fixed(load_average(), 2));
    for (const Phase& phase : phases()) {
        if (is_asked(asked, phase.name)) phase.run(bench);
    }
    report.finish();
    return report.holds() ? 0 : 1;
}
