#include "flows/order_state.h"

#include "base/json.h"
#include "flows/document.h"

#include <array>
#include <utility>

namespace tieline::flows {
namespace {

constexpr std::array<std::pair<const char*, std::string MirrorFacts::*>, 6> fact_names{
    {{"status", &MirrorFacts::status},
     {"planned", &MirrorFacts::planned},
     {"currency", &MirrorFacts::currency},
     {"month", &MirrorFacts::month},
     {"receiver_kind", &MirrorFacts::receiver_kind},
     {"receiver", &MirrorFacts::receiver_code}}};
constexpr std::array<std::pair<const char*, std::string MirrorState::*>, 7> text_names{
    {{"order", &MirrorState::order},
     {"dead", &MirrorState::dead},
     {"asset", &MirrorState::asset},
     {"title", &MirrorState::title},
     {"type", &MirrorState::order_type},
     {"company", &MirrorState::company},
     {"to_link", &MirrorState::to_link}}};

Json json_of(const MirrorFacts& facts) {
    Json json = Json::object();
    for (const auto& [name, member] : fact_names) {
        if (!(facts.*member).empty()) json.set(name, facts.*member);
    }
    return json;
}

MirrorFacts facts_from(const Json& json) {
    MirrorFacts facts;
    for (const auto& [name, member] : fact_names) facts.*member = json.text_or(name);
    return facts;
}

Json json_of(const MirrorCommand& command) {
    Json json = Json::object();
    json.set("stage", static_cast<int>(command.stage));
    json.set("i", command.intent);
    if (command.create) json.set("create", true);
    if (command.stale) json.set("stale", true);
    if (!command.order.empty()) json.set("order", command.order);
    json.set("facts", json_of(command.facts));
    return json;
}

MirrorCommand command_from(const Json& json) {
    MirrorCommand command;
    command.stage = static_cast<CommandStage>(json.int_or("stage", 0) & 3);
    command.intent = static_cast<int>(json.int_or("i", 0));
    command.create = json.bool_or("create", false);
    command.stale = json.bool_or("stale", false);
    command.order = json.text_or("order");
    if (const Json* facts = json.find("facts")) command.facts = facts_from(*facts);
    return command;
}

}  // namespace

std::string to_json_text(const MirrorState& state) {
    Json json = Json::object();
    for (const auto& [name, member] : text_names) {
        if (!(state.*member).empty()) json.set(name, state.*member);
    }
    json.set("i", state.intent);
    json.set("li", state.link_intent);
    if (state.create) json.set("create", true);
    if (state.wanted) json.set("want", json_of(*state.wanted));
    if (state.actual) json.set("has", json_of(*state.actual));
    if (state.command) json.set("cmd", json_of(*state.command));
    if (state.link) json.set("link", json_of(*state.link));
    return json.dump();
}

Result<MirrorState> mirror_state_from(std::string_view text) {
    MirrorState state;
    if (text.empty()) return state;
    const auto json = Json::parse(text);
    if (!json) {
        return make_error(ErrorKind::internal, "the state of the order mirror cannot be read: " + json.error().message,
                          "state_unreadable");
    }
    for (const auto& [name, member] : text_names) state.*member = json->text_or(name);
    state.intent = static_cast<int>(json->int_or("i", 0));
    state.link_intent = static_cast<int>(json->int_or("li", 0));
    state.create = json->bool_or("create", false);
    if (const Json* want = json->find("want")) state.wanted = facts_from(*want);
    if (const Json* has = json->find("has")) state.actual = facts_from(*has);
    if (const Json* cmd = json->find("cmd")) state.command = command_from(*cmd);
    if (const Json* link = json->find("link")) state.link = command_from(*link);
    return state;
}

}  // namespace tieline::flows
