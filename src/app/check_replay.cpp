#include "app/check_replay.h"

#include "app/cli.h"
#include "app/config.h"
#include "app/map_check.h"
#include "app/map_replay.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

namespace tieline::app {
namespace {

using Outcome = Replayed::Outcome;

constexpr std::size_t map_bytes_max = 1 << 20;
constexpr std::size_t shown_most = 20;  ///< commands shown one by one

/// Counts over a recording.
struct Sum {
    std::map<std::string, std::map<std::string, std::size_t>> by_kind;  ///< kind → outcome → commands
    struct Field {
        std::size_t commands = 0;
        std::string before, after, key;  ///< of the first
    };
    std::map<std::string, Field> by_field;  ///< "journal.post items[].amount"
    std::vector<Replayed> shown;
    std::size_t total = 0, others = 0, differing = 0;
};

/// "items[3].amount" → "items[].amount": one field, however many elements.
std::string field_of(const std::string& path) {
    std::string field;
    bool inside = false;
    for (const char c : path) {
        if (c == ']') inside = false;
        if (!inside) field += c;
        if (c == '[') inside = true;
    }
    return field;
}

void add(Sum& sum, const Replayed& one) {
    ++sum.total;
    ++sum.by_kind[one.kind][to_string(one.outcome)];
    if (one.outcome == Outcome::same || one.outcome == Outcome::refused_by_both) return;
    ++sum.differing;
    if (sum.shown.size() < shown_most) sum.shown.push_back(one);
    std::vector<std::string> counted;
    for (const FieldChange& change : one.changes) {
        const std::string name = one.kind + " " + field_of(change.path);
        if (std::find(counted.begin(), counted.end(), name) != counted.end()) continue;
        counted.push_back(name);
        Sum::Field& field = sum.by_field[name];
        if (field.commands++ == 0) field.before = change.before, field.after = change.after, field.key = one.key;
    }
}

const char* shown_or_none(const std::string& value) { return value.empty() ? "(not sent)" : value.c_str(); }

void print(const Sum& sum, const std::string& connector) {
    std::printf("%zu command(s) of connector %s, %zu of others left out; nothing was sent\n\n", sum.total,
                connector.c_str(), sum.others);
    for (const auto& [kind, outcomes] : sum.by_kind) {
        std::printf("%-24s", kind.c_str());
        for (const auto& [outcome, count] : outcomes) std::printf("  %s %zu", outcome.c_str(), count);
        std::printf("\n");
    }
    if (!sum.by_field.empty()) std::printf("\nFields that change\n");
    for (const auto& [name, field] : sum.by_field) {
        std::printf("  %-44s in %zu command(s), e.g. %s: %s -> %s\n", name.c_str(), field.commands, field.key.c_str(),
                    shown_or_none(field.before), shown_or_none(field.after));
    }
    if (!sum.shown.empty())
        std::printf("\nCommands that change%s\n", sum.differing > shown_most ? " (the first 20)" : "");
    for (const Replayed& one : sum.shown) {
        std::printf("  %s %s: %s\n", one.key.c_str(), one.kind.c_str(), to_string(one.outcome));
        if (!one.why.empty()) std::printf("      %s\n", one.why.c_str());
        for (const FieldChange& change : one.changes)
            std::printf("      %s: %s -> %s\n", change.path.c_str(), shown_or_none(change.before),
                        shown_or_none(change.after));
    }
}

Json as_json(const Sum& sum, const std::string& connector) {
    Json kinds = Json::object(), fields = Json::array(), commands = Json::array();
    for (const auto& [kind, outcomes] : sum.by_kind) {
        Json counts = Json::object();
        for (const auto& [outcome, count] : outcomes) counts.set(outcome, static_cast<std::int64_t>(count));
        kinds.set(kind, std::move(counts));
    }
    for (const auto& [name, field] : sum.by_field)
        fields.push_back(Json::object({{"field", name},
                                       {"commands", static_cast<std::int64_t>(field.commands)},
                                       {"before", field.before},
                                       {"after", field.after}}));
    for (const Replayed& one : sum.shown) {
        Json changes = Json::array();
        for (const FieldChange& change : one.changes)
            changes.push_back(
                Json::object({{"path", change.path}, {"before", change.before}, {"after", change.after}}));
        commands.push_back(Json::object({{"key", one.key},
                                         {"kind", one.kind},
                                         {"outcome", to_string(one.outcome)},
                                         {"why", one.why},
                                         {"changes", std::move(changes)}}));
    }
    return Json::object({{"connector", connector},
                         {"commands", static_cast<std::int64_t>(sum.total)},
                         {"differing", static_cast<std::int64_t>(sum.differing)},
                         {"kinds", std::move(kinds)},
                         {"fields", std::move(fields)},
                         {"changed", std::move(commands)}});
}

Result<const ConnectorConfig*> connector_for(const Config& config, const std::string& name) {
    for (const ConnectorConfig& connector : config.connectors)
        if (connector.name == name) return &connector;
    std::string known;
    for (const ConnectorConfig& connector : config.connectors) known += (known.empty() ? "" : ", ") + connector.name;
    return make_error(ErrorKind::invalid,
                      "name the connector whose map changes by --connector; the configuration has: " + known,
                      "unknown_connector");
}

Result<Sum> replay_file(const ConnectorConfig& configured, const std::string& recording, const std::string& map_file) {
    TIELINE_TRY(const std::string map_text, read_file(map_file, map_bytes_max));
    TIELINE_TRY_VOID(check_field_map(*configured.spec, map_text, map_file));
    const connectors::Settings settings = configured.settings_for(configured.sites.front());
    TIELINE_TRY(const auto in_force, configured.spec->make(settings, configured.map_text));
    TIELINE_TRY(const auto changed, configured.spec->make(settings, map_text));
    std::ifstream stream(recording);
    if (!stream)
        return make_error(ErrorKind::not_found,
                          "the recording " + recording +
                              " cannot be read; make one with "
                              "tieline trace WO-000123 --record " +
                              recording,
                          "no_file");
    Sum sum;
    std::size_t number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        if (line.empty()) continue;
        const Result<model::Command> command = recorded_command(line);
        if (!command) {
            return make_error(ErrorKind::invalid,
                              recording + ":" + std::to_string(number) + ": " + command.error().message +
                                  "; each line is one recorded command",
                              "bad_recording");
        }
        if (command->connector != configured.name) {
            ++sum.others;
            continue;
        }
        add(sum, replay(*command, *in_force, *changed));
    }
    return sum;
}

}  // namespace

int check_replay(const Args& args) {
    if (!args.has("map")) return fail("--replay needs --map FILE, the changed field map");
    const Result<Config> config = load_config(args.value("config", "tieline.yaml"));
    if (!config) return fail(config.error());
    const Result<const ConnectorConfig*> connector = connector_for(*config, args.value("connector"));
    if (!connector) return fail(connector.error());
    const Result<Sum> sum = replay_file(**connector, args.value("replay"), args.value("map"));
    if (!sum) return fail(sum.error());
    if (args.has("json"))
        std::puts(as_json(*sum, (*connector)->name).pretty().c_str());
    else
        print(*sum, (*connector)->name);
    return exit_ok;
}

}  // namespace tieline::app
