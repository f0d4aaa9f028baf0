// tieline-sandbox: the outside systems of demonstrations and tests, each a process of its own.

#include "sandbox/cmms/cmms_process.h"
#include "sandbox/erp/erp_process.h"
#include "sandbox/plant/plant_process.h"

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct System {
    std::string_view name;
    const char* what;
    int (*run)(const std::vector<std::string>& args);
};

// One line per system.
constexpr System systems[] = {
    {"erp", "a small but strict ERP", tieline::sandbox::erp::run_erp},
    {"cmms", "a small maintenance system", tieline::sandbox::cmms::run_cmms},
    {"plant", "people at work in both", tieline::sandbox::plant::run_plant},
};

int usage() {
    std::fputs("usage: tieline-sandbox SYSTEM [options]; SYSTEM is one of\n", stderr);
    for (const System& system : systems)
        std::fprintf(stderr, "  %-6.*s %s\n", static_cast<int>(system.name.size()), system.name.data(), system.what);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return usage();
    const std::vector<std::string> args(argv + 2, argv + argc);
    for (const System& system : systems) {
        if (system.name == argv[1]) return system.run(args);
    }
    return usage();
}
