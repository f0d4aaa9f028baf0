#include "flows/reservation_state.h"

#include "base/json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tieline::flows {
namespace {

using Line = ReservationLine;

constexpr std::array<std::pair<const char*, std::string Line::*>, 11> line_texts{
    {{"id", &Line::id},
     {"part", &Line::part},
     {"storeroom", &Line::storeroom},
     {"unit", &Line::unit},
     {"needed_on", &Line::needed_on},
     {"reserved_unit", &Line::reserved_unit},
     {"reserved_on", &Line::reserved_on},
     {"held", &Line::held},
     {"told", &Line::told},
     {"told_part", &Line::told_part},
     {"told_storeroom", &Line::told_storeroom}}};
constexpr std::array<std::pair<const char*, Decimal Line::*>, 4> line_numbers{{{"planned", &Line::planned},
                                                                               {"issued", &Line::issued},
                                                                               {"unnamed", &Line::unnamed},
                                                                               {"unexplained", &Line::unexplained}}};
constexpr std::array<std::pair<const char*, std::string ReservationFacts::*>, 5> fact_texts{
    {{"part", &ReservationFacts::part},
     {"storeroom", &ReservationFacts::storeroom},
     {"unit", &ReservationFacts::unit},
     {"quantity", &ReservationFacts::quantity},
     {"needed_on", &ReservationFacts::needed_on}}};
constexpr std::array<std::pair<const char*, std::string ReservationState::*>, 4> state_texts{
    {{"company", &ReservationState::company},
     {"title", &ReservationState::title},
     {"plan", &ReservationState::plan},
     {"plan_due", &ReservationState::plan_due}}};
constexpr std::array<std::pair<const char*, bool ReservationState::*>, 4> state_flags{
    {{"released", &ReservationState::released},
     {"ended", &ReservationState::ended},
     {"dropped", &ReservationState::dropped},
     {"timer", &ReservationState::timer}}};

template <class Object, std::size_t count>
void put_texts(Json& json, const Object& object,
               const std::array<std::pair<const char*, std::string Object::*>, count>& names) {
    for (const auto& [name, member] : names) {
        if (!(object.*member).empty()) json.set(name, object.*member);
    }
}
template <class Object, std::size_t count>
void take_texts(const Json& json, Object& object,
                const std::array<std::pair<const char*, std::string Object::*>, count>& names) {
    for (const auto& [name, member] : names) object.*member = json.text_or(name);
}

Json json_of(const ReservationLine& line) {
    Json json = Json::object();
    put_texts(json, line, line_texts);
    for (const auto& [name, member] : line_numbers) {
        if (!(line.*member).is_zero()) json.set(name, (line.*member).str());
    }
    if (line.wanted) json.set("wanted", true);
    if (line.substitute_ok) json.set("substitute_ok", true);
    if (!line.reserved.number.empty()) json.set("reserved", to_json(line.reserved));
    if (!line.command) return json;
    Json command = Json::object();
    command.set("stage", static_cast<int>(line.command->stage));
    command.set("kind", line.command->kind);
    command.set("i", line.command->intent);
    put_texts(command, line.command->facts, fact_texts);
    json.set("cmd", std::move(command));
    return json;
}

ReservationLine line_from(const Json& json) {
    ReservationLine line;
    take_texts(json, line, line_texts);
    for (const auto& [name, member] : line_numbers) {
        if (const auto value = json.decimal(name)) line.*member = *value;
    }
    line.wanted = json.bool_or("wanted", false);
    line.substitute_ok = json.bool_or("substitute_ok", false);
    if (const Json* reserved = json.find("reserved")) line.reserved = reserved_line_from(*reserved);
    if (const Json* cmd = json.find("cmd")) {
        ReservationCommand& command = line.command.emplace();
        command.stage = static_cast<CommandStage>(cmd->int_or("stage", 0) & 3);
        command.kind = cmd->text_or("kind");
        command.intent = static_cast<int>(cmd->int_or("i", 0));
        take_texts(*cmd, command.facts, fact_texts);
    }
    return line;
}

/// a − b; where that has too many digits, a.
Decimal less(const Decimal& a, const Decimal& b) {
    const auto result = a.minus(b);
    return result ? *result : a;
}
Decimal more(const Decimal& a, const Decimal& b) {
    const auto result = a.plus(b);
    return result ? *result : a;
}

}  // namespace

Decimal ReservationLine::open() const { return std::max(less(planned, issued), Decimal{}); }

Decimal ReservationLine::total() const { return std::max(less(planned, unnamed), Decimal{}); }

void ReservationLine::move(const Decimal& quantity, std::string_view of_part, std::string_view of_storeroom) {
    if (reserved.number.empty()) return;
    if (quantity.is_negative()) {
        unnamed = more(unnamed, quantity);  // a return names no reservation: what came back is to be reserved again
        return;
    }
    const Decimal explained = std::min(quantity, unexplained);
    unexplained = less(unexplained, explained);
    unnamed = less(unnamed, explained);
    if (!reserved.take(of_part, of_storeroom, quantity)) unnamed = more(unnamed, quantity);
}

void ReservationLine::begin(const Decimal& seen) {
    unnamed = std::max(issued, seen);
    unexplained = std::max(less(issued, seen), Decimal{});
}

void ReservationLine::forget_reservation() {
    reserved = ReservedLine{};
    reserved_unit.clear();
    reserved_on.clear();
    unnamed = unexplained = Decimal{};
}

ReservationLine* ReservationState::find(std::string_view id) {
    for (ReservationLine& line : lines) {
        if (line.id == id) return &line;
    }
    return nullptr;
}

ReservationLine& ReservationState::find_or_add(std::string_view id) {
    if (ReservationLine* present = find(id)) return *present;
    lines.emplace_back().id = id;
    return lines.back();
}

std::string to_json_text(const ReservationState& state) {
    Json json = Json::object();
    json.set("i", state.intent);
    put_texts(json, state, state_texts);
    for (const auto& [name, member] : state_flags) {
        if (state.*member) json.set(name, true);
    }
    if (!state.lines.empty()) {
        Json lines = Json::array();
        for (const ReservationLine& line : state.lines) lines.push_back(json_of(line));
        json.set("lines", std::move(lines));
    }
    if (state.transactions.empty()) return json.dump();
    Json transactions = Json::array();
    for (const std::string& id : state.transactions) transactions.push_back(id);
    json.set("transactions", std::move(transactions));
    Json seen = Json::object();
    for (const auto& [line, quantity] : state.seen) seen.set(line, quantity.str());
    json.set("seen", std::move(seen));
    return json.dump();
}

Result<ReservationState> reservation_state_from(std::string_view text) {
    ReservationState state;
    if (text.empty()) return state;
    const auto json = Json::parse(text, JsonLimits{64u << 20, 64, 2'000'000});
    if (!json) {
        return make_error(ErrorKind::internal,
                          "the state of the reservation flow cannot be read: " + json.error().message,
                          "state_unreadable");
    }
    state.intent = static_cast<int>(json->int_or("i", 0));
    take_texts(*json, state, state_texts);
    for (const auto& [name, member] : state_flags) state.*member = json->bool_or(name, false);
    if (const Json* lines = json->find("lines"); lines != nullptr && lines->is_array()) {
        for (const Json& line : lines->items()) state.lines.push_back(line_from(line));
    }
    if (const Json* ids = json->find("transactions"); ids != nullptr && ids->is_array()) {
        for (const Json& id : ids->items()) state.transactions.insert(id.is_string() ? id.string() : "");
    }
    if (const Json* seen = json->find("seen"); seen != nullptr && seen->is_object()) {
        for (const auto& [line, ignored] : seen->members()) {
            if (const auto quantity = seen->decimal(line)) state.seen[line] = *quantity;
        }
    }
    return state;
}

}  // namespace tieline::flows
