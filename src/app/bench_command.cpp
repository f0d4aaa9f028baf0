#include "app/args.h"
#include "app/children.h"
#include "app/cli.h"

#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace tieline::app {
namespace {

constexpr const char* help =
    R"(usage: tieline bench [options of tieline-bench]

Runs the measuring program tieline-bench where it is built; its options are passed on.
)";

}  // namespace

int bench_command(const std::vector<std::string>& args) {
    if (!args.empty() && (args[0] == "--help" || args[0] == "-h")) {
        return start_command({"--help"}, help, {}, {}, 0).exit_code;
    }
    const Result<std::string> program = find_program("tieline-bench");
    if (!program) {
        return fail(
            "tieline-bench is not built. Build it in the source tree with: cmake --preset release && "
            "ninja -C build/release tieline-bench");
    }
    std::vector<std::string> words{*program};
    words.insert(words.end(), args.begin(), args.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(program->c_str(), argv.data());
    return fail(*program + " cannot be run: " + std::strerror(errno));
}

}  // namespace tieline::app
