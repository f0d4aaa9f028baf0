#include "api/technician_input.h"

#include "api/body.h"
#include "base/decimal.h"

#include <algorithm>
#include <initializer_list>

namespace tieline::api {
namespace {

constexpr std::size_t code_max = 64, short_max = 200, note_max = 500, text_max = 2000, serials_max = 100,
                      photos_max = 10;
constexpr std::int64_t offset_most_ms = std::int64_t{366} * 24 * 3'600'000;

struct Member {
    enum class Kind { text, decimal, positive, whole, time, texts, uuid, uuids };
    std::string_view name;
    Kind kind = Kind::text;
    bool required = false;
    std::size_t most = code_max;
};
using enum Member::Kind;

struct ActionKind {
    std::string_view name;
    std::initializer_list<Member> members;
};
const ActionKind action_kinds[] = {
    {"start", {{"note", text, false, note_max}}},
    {"pause", {{"note", text, false, note_max}}},
    {"finish", {{"note", text, false, note_max}, {"remedy", text, false, 40}}},
    {"labor",
     {{"hours", positive, true}, {"craft"}, {"started_at", Member::Kind::time}, {"ended_at", Member::Kind::time}}},
    {"check", {{"step", whole, true, 9999}, {"value", text, true, note_max}}},
    {"part",
     {{"part", text, true},
      {"quantity", positive, true},
      {"storeroom", text, true},
      {"unit"},
      {"line"},
      {"lot"},
      {"serials", texts, false, serials_max}}},
    {"return",
     {{"part", text, true},
      {"quantity", positive, true},
      {"storeroom", text, true},
      {"unit"},
      {"lot"},
      {"serials", texts, false, serials_max}}},
    {"note", {{"text", text, true, text_max}}},
    {"photo", {{"photo", uuid, true}, {"caption", text, false, short_max}, {"step", whole, false, 9999}}},
    {"signature", {{"name", text, true, 100}, {"meaning", text, false, 100}, {"photo", uuid}}},
    {"failure",
     {{"mode", text, true, 20},
      {"mechanism", text, true, 20},
      {"cause", text, true, 20},
      {"remedy", text, false, 40},
      {"text", text, false, 1000}}},
    {"reading", {{"meter", text, true, 20}, {"value", decimal, true}, {"unit", text, false, 12}}},
    {"report",
     {{"asset", text, true, 32},
      {"title", text, true, short_max},
      {"text", text, false, text_max},
      {"priority", whole, false, 5},
      {"mode", text, false, 20},
      {"photos", uuids, false, photos_max}}},
};

const ActionKind* kind_named(std::string_view name) {
    const auto* found = std::find_if(std::begin(action_kinds), std::end(action_kinds),
                                     [&](const ActionKind& one) { return one.name == name; });
    return found == std::end(action_kinds) ? nullptr : found;
}

/// Quantities travel as texts, exact, and are bounded as those of the CMMS.
void read_decimal(Body& body, const Member& member, Json& action) {
    const std::string given =
        body.text(member.name, code_max, member.required ? Body::Need::required : Body::Need::optional);
    if (given.empty() || body.error()) return;
    const Result<Decimal> value = Decimal::parse(given);
    const bool fits = value && value->abs() < Decimal::from_int(1'000'000'000) && value->scale() <= 6;
    const bool is_positive = fits && Decimal::from_int(0) < *value;
    if (!fits || (member.kind == positive && !is_positive)) {
        body.refuse(member.name,
                    "'" + std::string(member.name) + "' must be a decimal in quotes, like \"1.5\"" +
                        (member.kind == positive ? ", above 0" : "") +
                        ", with at most 9 digits before the point and 6 after it.",
                    "bad_decimal");
        return;
    }
    action.set(member.name, given);
}

void read_member(Body& body, const Member& member, Json& action) {
    const Body::Need need = member.required ? Body::Need::required : Body::Need::optional;
    const auto put = [&](const std::string& value) {
        if (!value.empty()) action.set(member.name, value);
    };
    switch (member.kind) {
        case text:
            return put(body.text(member.name, member.most, need));
        case decimal:
        case positive:
            return read_decimal(body, member, action);
        case whole:
            if (const auto value = body.whole(member.name, 1, static_cast<std::int64_t>(member.most), need)) {
                action.set(member.name, *value);
            }
            return;
        case Member::Kind::time: {
            const std::string given = body.text(member.name, code_max, need);
            const Result<WallTime> value = given.empty() ? Result<WallTime>(WallTime{}) : parse_time(given);
            if (!value) return body.refuse(member.name, value.error().message, "bad_time");
            return put(given.empty() ? given : format_time(*value));
        }
        case uuid: {
            const std::string given = body.text(member.name, code_max, need);
            if (!given.empty() && !is_uuid(given)) {
                return body.refuse(member.name, "'" + std::string(member.name) + "' must be a UUID.", "bad_id");
            }
            return put(given);
        }
        case texts:
        case uuids: {
            Json list = Json::array();
            for (const std::string& one : body.texts(member.name, member.most, code_max)) {
                if (member.kind == uuids && !is_uuid(one)) body.refuse(member.name, "Each must be a UUID.", "bad_id");
                list.push_back(one);
            }
            if (!list.items().empty()) action.set(member.name, std::move(list));
            return;
        }
    }
}

/// Names that this kind does not have.
std::optional<Error> check_names(const Json& json, const ActionKind& kind) {
    for (const Json::Member& member : json.members()) {
        const std::string& name = member.first;
        bool known = name == "kind" || name == "at" || name == "clock_offset_ms" || name == "app" ||
                     (name == "work_order" && kind.name != "report");
        for (const Member& own : kind.members) known = known || own.name == name;
        if (known) continue;
        return make_error(ErrorKind::invalid,
                          "'" + name.substr(0, 64) + "' does not belong to the kind '" + std::string(kind.name) +
                              "'. See schemas/openapi.yaml, or leave it out.",
                          "unknown_member", name.substr(0, 64));
    }
    return std::nullopt;
}

}  // namespace

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t index = 0; index < text.size(); ++index) {
        const char c = text[index];
        const bool is_dash = index == 8 || index == 13 || index == 18 || index == 23;
        const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash ? c != '-' : !is_digit) return false;
    }
    return true;
}

Result<Json> read_action(const std::string& text, WallTime now) {
    TIELINE_TRY(Json json, Json::parse(text));
    if (!json.is_object()) return make_error(ErrorKind::invalid, "The body must be a JSON object.", "wrong_type");
    Body body(std::move(json));
    const std::string name = body.text("kind", code_max, Body::Need::required);
    if (body.error()) return *body.error();
    const ActionKind* kind = kind_named(name);
    if (kind == nullptr) {
        return make_error(ErrorKind::invalid, "There is no kind of action '" + name + "'. See schemas/openapi.yaml.",
                          "unknown_value", "kind");
    }
    if (const std::optional<Error> unknown = check_names(body.json(), *kind)) return *unknown;
    Json action = Json::object({{"kind", name}});
    if (name != "report") action.set("work_order", body.text("work_order", 32, Body::Need::required));
    const std::string at_text = body.text("at", code_max, Body::Need::required);
    const std::int64_t offset = body.whole("clock_offset_ms", -offset_most_ms, offset_most_ms).value_or(0);
    (void)body.text("app", 40);
    for (const Member& member : kind->members) read_member(body, member, action);
    if (body.error()) return *body.error();
    const Result<WallTime> at = parse_time(at_text);
    if (!at) return make_error(ErrorKind::invalid, at.error().message, "bad_time", "at");
    action.set("at", format_time(std::min(*at + Millis(offset), now)));
    if (offset != 0) action.set("device_at", format_time(*at));
    return action;
}

}  // namespace tieline::api
