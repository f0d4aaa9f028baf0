#include "app/args.h"
#include "app/check_replay.h"
#include "app/cli.h"
#include "app/clients.h"
#include "app/config.h"
#include "base/json.h"
#include "connectors/drive.h"
#include "net/http_client.h"

#include <cstdio>

namespace tieline::app {
namespace {

constexpr const char* help =
    R"(usage: tieline check [--config FILE] [--offline] [--json]
       tieline check --replay RECORDING --map FILE --connector NAME [--config FILE] [--json]

Checks the configuration, its field maps, and the way to every system: reach, sign-in and rights. Changes nothing. Each
field map is compared with what is known of the system's objects: mistakes are named with file and line.

With --replay it shows what a changed field map would send for recorded commands, field by field, beside what the map in
force sends. It talks to no system. Recordings are made by: tieline trace WO-000123 --record RECORDING

  --config FILE   configuration (default: tieline.yaml)
  --offline       do not talk to any system
  --replay FILE   recorded commands, one JSON object a line
  --map FILE      the changed field map
  --connector NAME   whose map it is
  --json          answer for machines
)";

struct Finding {
    std::string what, answer;
    bool holds = true;
};

std::string listed(const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& text : texts) list.append(list.empty() ? "" : ", ").append(text);
    return list;
}

Finding probe(net::HttpClient& client, const ConnectorConfig& configured, const model::SiteId& site) {
    Finding finding{"connector " + configured.name + " (" + site + ")", "", false};
    auto connector = configured.spec->make(configured.settings_for(site), configured.map_text);
    if (!connector) {
        finding.answer = connector.error().message;
        return finding;
    }
    const auto peer = [&client](const net::HttpRequest& request) { return client.send_and_wait(request); };
    const Result<connectors::Probe> found = connectors::run((*connector)->probe(), peer);
    if (!found) {
        finding.answer = found.error().message;
        return finding;
    }
    finding.holds = found->missing.empty();
    finding.answer =
        found->system + ": " +
        (finding.holds ? "reached, signed in, rights: " + listed(found->rights) : "missing: " + listed(found->missing));
    return finding;
}

std::vector<Finding> findings_of(const std::string& file, bool offline) {
    const Result<Config> config = load_config(file);
    if (!config) return {{"configuration", config.error().message, false}};
    std::vector<Finding> findings{{"configuration",
                                   file + ": " + std::to_string(config->sites.size()) + " site(s), " +
                                       std::to_string(config->connectors.size()) +
                                       " connector(s), field maps compiled and compared",
                                   true}};
    if (offline) return findings;
    PeerClients client(config->connectors);
    for (const ConnectorConfig& connector : config->connectors) {
        for (const model::SiteId& site : connector.sites) findings.push_back(probe(client, connector, site));
    }
    return findings;
}

}  // namespace

int check_command(const std::vector<std::string>& args) {
    const Started started = start_command(args, help, {"config", "replay", "map", "connector"}, {"offline", "json"}, 0);
    if (started.exit_code >= 0) return started.exit_code;
    if (started.args.has("replay")) return check_replay(started.args);
    const std::vector<Finding> findings =
        findings_of(started.args.value("config", "tieline.yaml"), started.args.has("offline"));
    bool holds = true;
    Json list = Json::array();
    for (const Finding& finding : findings) {
        holds = holds && finding.holds;
        list.push_back(Json::object({{"what", finding.what}, {"holds", finding.holds}, {"answer", finding.answer}}));
        if (started.args.has("json")) continue;
        std::printf("%-5s %s: %s\n", finding.holds ? "ok" : "WRONG", finding.what.c_str(), finding.answer.c_str());
    }
    if (started.args.has("json")) {
        std::puts(Json::object({{"holds", holds}, {"findings", std::move(list)}}).pretty().c_str());
    }
    return holds ? exit_ok : exit_failed;
}

}  // namespace tieline::app
