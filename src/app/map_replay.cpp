#include "app/map_replay.h"

#include "base/json.h"

#include <utility>

namespace tieline::app {
namespace {

constexpr std::size_t fields_most = 5'000;

using Leaves = std::vector<std::pair<std::string, std::string>>;

void add_leaves(const Json& json, const std::string& path, Leaves& leaves) {
    if (leaves.size() >= fields_most) return;
    if (json.is_object() && !json.members().empty()) {
        for (const auto& [name, value] : json.members())
            add_leaves(value, path.empty() ? name : path + "." + name, leaves);
    } else if (json.is_array() && !json.items().empty()) {
        for (std::size_t i = 0; i < json.items().size(); ++i)
            add_leaves(json.items()[i], path + "[" + std::to_string(i) + "]", leaves);
    } else {
        leaves.emplace_back(path, json.dump());
    }
}

const std::string* value_at(const Leaves& leaves, const std::string& path) {
    for (const auto& [name, value] : leaves)
        if (name == path) return &value;
    return nullptr;
}

void compare(const std::string& path, const std::string& before, const std::string& after,
             std::vector<FieldChange>& changes) {
    if (before != after) changes.push_back({path, before, after});
}

}  // namespace

Result<model::Command> recorded_command(const std::string& line) {
    TIELINE_TRY(const Json json, Json::parse(line));
    model::Command command;
    TIELINE_TRY(command.connector, json.text("connector"));
    TIELINE_TRY(command.kind, json.text("kind"));
    TIELINE_TRY(command.key, json.text("key"));
    const Json* payload = json.find("payload");
    if (payload == nullptr || !payload->is_object())
        return make_error(ErrorKind::invalid, "the command has no payload", "missing_field", "payload");
    command.payload = payload->dump();
    return command;
}

const char* to_string(Replayed::Outcome outcome) {
    switch (outcome) {
        case Replayed::Outcome::same:
            return "same";
        case Replayed::Outcome::changed:
            return "changed";
        case Replayed::Outcome::newly_refused:
            return "newly refused";
        case Replayed::Outcome::newly_taken:
            return "newly taken";
        case Replayed::Outcome::refused_by_both:
            break;
    }
    return "refused by both";
}

std::vector<FieldChange> differences(const std::string& before, const std::string& after) {
    std::vector<FieldChange> changes;
    const Result<Json> old_body = Json::parse(before), new_body = Json::parse(after);
    if (!old_body || !new_body) {
        compare("body", before, after, changes);
        return changes;
    }
    Leaves old_leaves, new_leaves;
    add_leaves(*old_body, "", old_leaves);
    add_leaves(*new_body, "", new_leaves);
    for (const auto& [path, value] : old_leaves) {
        const std::string* now = value_at(new_leaves, path);
        compare(path, value, now != nullptr ? *now : std::string(), changes);
    }
    for (const auto& [path, value] : new_leaves)
        if (value_at(old_leaves, path) == nullptr) compare(path, "", value, changes);
    return changes;
}

Replayed replay(const model::Command& command, const connectors::Connector& in_force,
                const connectors::Connector& changed) {
    Replayed result;
    result.key = command.key;
    result.kind = command.kind;
    const Result<net::HttpRequest> before = in_force.preview(command), after = changed.preview(command);
    if (!before || !after) {
        using Outcome = Replayed::Outcome;
        result.outcome = before ? Outcome::newly_refused : after ? Outcome::newly_taken : Outcome::refused_by_both;
        result.why = after ? before.error().message : after.error().message;
        return result;
    }
    compare("method", before->method, after->method, result.changes);
    compare("address", before->url, after->url, result.changes);
    for (FieldChange& change : differences(before->body, after->body)) result.changes.push_back(std::move(change));
    if (!result.changes.empty()) result.outcome = Replayed::Outcome::changed;
    return result;
}

}  // namespace tieline::app
