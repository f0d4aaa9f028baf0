#include "app/args.h"
#include "app/catalog.h"
#include "app/cli.h"
#include "app/new_connector.h"

#include <cstdio>

namespace tieline::app {
namespace {

constexpr const char* help =
    R"(usage: tieline connector list [--json]
       tieline connector new NAME [--source DIR]

List tells the connectors of this program, and with what each was tested. New writes the skeleton of one into a source
tree: folder, spec, field map, metadata, stand-in, golden case and tests, and registers it. It builds and passes the
contract suite as it is; docs/connectors/first-connector.md leads on from there.

  --json         with the kinds of commands that each takes
  --source DIR   top of the source tree (default: the present folder)
)";

int list_json() {
    Json list = Json::array();
    for (const connectors::ConnectorSpec* spec : connector_catalog()) {
        const auto texts = [](const std::vector<std::string>& values) {
            Json made = Json::array();
            for (const std::string& value : values) made.push_back(value);
            return made;
        };
        list.push_back(Json::object({{"system", spec->system},
                                     {"title", spec->title},
                                     {"tested_with", spec->tested_with},
                                     {"kinds", texts(spec->kinds)}}));
    }
    std::printf("%s\n", list.dump().c_str());
    return exit_ok;
}

int list() {
    for (const connectors::ConnectorSpec* spec : connector_catalog())
        std::printf("%-16s %-24s tested with %s\n", spec->system.c_str(), spec->title.c_str(),
                    spec->tested_with.c_str());
    return exit_ok;
}

}  // namespace

int connector_command(const std::vector<std::string>& args) {
    const Started started = start_command(args, help, {"source"}, {"json"}, 2);
    if (started.exit_code >= 0) return started.exit_code;
    const std::vector<std::string>& words = started.args.positional();
    if (words.size() == 1 && words[0] == "list") return started.args.has("json") ? list_json() : list();
    if (words.size() != 2 || words[0] != "new") {
        std::fputs(help, stderr);
        return exit_usage;
    }
    const Result<std::vector<std::string>> written = new_connector(words[1], started.args.value("source", "."));
    if (!written) return fail(written.error());
    for (const std::string& file : *written) std::printf("  %s\n", file.c_str());
    std::printf(
        "\nNow: cmake --preset asan && ninja -C build/asan %s_connector_test connector_contract\n"
        "     ctest --test-dir build/asan -R '%s_connector_test|connector_contract'\n",
        words[1].c_str(), words[1].c_str());
    return exit_ok;
}

}  // namespace tieline::app
