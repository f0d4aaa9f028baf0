#include "flows/parts_state.h"

#include "base/hash.h"
#include "base/json.h"
#include "flows/document.h"
#include "flows/latest_write.h"
#include "flows/planted.h"
#include "flows/quantity.h"

#include <algorithm>
#include <array>

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "parts_state";
constexpr std::string_view noun = "parts_state";
constexpr std::array<const char*, 7> line_members{"state",       "on_hand", "reserved", "missing",
                                                  "requisition", "order",   "due"};

bool is_snapshot(std::string_view type) { return type.starts_with("workorder."); }

/// Jobs that still need their parts.
bool is_active(std::string_view status) {
    return status == "approved" || status == "released" || status == "in_progress" || status == "reopened";
}

struct State {
    bool active = false;
    std::vector<std::string> planned;  ///< lines that are not issued in full, in the job's order
    Json lines = Json::object();       ///< line → what supply last told of it
    std::int64_t as_of = 0;
    std::string told;  ///< fingerprint of the readiness last told
    LatestWrite write;
};

Result<State> state_from(std::string_view text) {
    State state;
    if (text.empty()) return state;
    TIELINE_TRY(const Json json, Json::parse(text, JsonLimits{64u << 20, 64, 2'000'000}));
    state.active = json.bool_or("active", false);
    if (const Json* planned = json.find("planned"); planned != nullptr && planned->is_array()) {
        for (const Json& line : planned->items()) state.planned.push_back(line.is_string() ? line.string() : "");
    }
    if (const Json* lines = json.find("lines"); lines != nullptr && lines->is_object()) state.lines = *lines;
    state.as_of = json.int_or("as_of", 0);
    state.told = json.text_or("told");
    state.write = LatestWrite::from(json.find("write"));
    return state;
}

std::string to_text(const State& state) {
    if (state.write.intent == 0 && state.planned.empty() && state.lines.members().empty()) return {};
    Json json = Json::object();
    if (state.active) json.set("active", true);
    Json::Array planned;
    for (const std::string& line : state.planned) planned.emplace_back(line);
    json.set("planned", Json(std::move(planned)));
    json.set("lines", state.lines);
    json.set("as_of", state.as_of);
    if (!state.told.empty()) json.set("told", state.told);
    json.set("write", state.write.json());
    return json.dump();
}

Result<void> take_snapshot(State& state, const Json& data) {
    state.active = is_active(data.text_or("status")) || planted(PlantedBug::parts_state_stale);
    state.planned.clear();
    const Json* planned = data.find("planned_parts");
    if (planned == nullptr || !planned->is_array()) return {};
    for (const Json& part : planned->items()) {
        const std::string line = part.text_or("id");
        const bool based = part.find("base_quantity") != nullptr;
        TIELINE_TRY(const Decimal quantity, quantity_of(part, based ? "base_quantity" : "quantity", line));
        TIELINE_TRY(const Decimal issued, quantity_of(part, "issued", line));
        if (quantity > issued) state.planned.push_back(line);
    }
    return {};
}

void take_availability(State& state, const Json& data) {
    Json line = Json::object();
    for (const char* member : line_members) {
        const bool others = std::string_view(member) == "reserved";
        const std::string value = data.text_or(others ? "reserved_for_others" : member);
        if (!value.empty()) line.set(member, value);
    }
    state.lines.set(data.text_or("line"), std::move(line));
    state.as_of = std::max(state.as_of, data.int_or("as_of", 0));
}

/// The job as a whole.
struct Overall {
    std::string state, ready_on;
    bool ready() const { return state == "available" || state == "due_on" || state == "not_needed"; }
};

Overall overall_of(const State& state) {
    if (!state.active || state.planned.empty()) return {"not_needed", ""};
    std::size_t available = 0;
    bool some = false;
    bool uncovered = false;
    bool late = false;
    bool dated = true;
    std::string due;
    for (const std::string& name : state.planned) {
        const Json& line = *state.lines.find(name);
        const std::string line_state = line.text_or("state");
        const bool here = line_state == "available";
        if (here) ++available;
        some = some || here || line.text_or("on_hand", "0") != "0";
        uncovered = uncovered || line_state == "none";
        late = late || line_state == "late";
        const std::string line_due = line.text_or("due");
        if (!here && line_due.empty()) dated = false;
        due = std::max(due, line_due);
    }
    if (available == state.planned.size()) return {"available", ""};
    if (uncovered) return {some ? "partly" : "none", ""};
    // What comes on a day that nobody knows is promised for none.
    return {late || !dated ? "late" : "due_on", dated ? due : ""};
}

bool complete(const State& state) {
    return std::all_of(state.planned.begin(), state.planned.end(),
                       [&](const std::string& line) { return state.lines.find(line) != nullptr; });
}

std::string lines_json(const State& state) {
    Json::Array lines;
    if (state.active) {
        for (const std::string& name : state.planned) {
            Json line = Json::object({{"line", name}});
            for (const auto& [member, value] : state.lines.find(name)->members()) line.set(member, value);
            lines.push_back(std::move(line));
        }
    }
    return Json(std::move(lines)).dump();
}

/// As lines_json, without what others hold: that alone is no news for the job.
std::string content_of(const State& state, const Overall& overall) {
    std::string content = overall.state + "|" + overall.ready_on;
    if (!state.active) return short_key(content);
    for (const std::string& name : state.planned) {
        content += "|" + name;
        for (const auto& [member, value] : state.lines.find(name)->members()) {
            if (member != "reserved") content += "|" + member + "=" + value.string();
        }
    }
    return short_key(content);
}

class PartsState final : public Flow {
public:
    explicit PartsState(WriteBackConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        if (is_snapshot(envelope.type)) return {envelope.subject};
        if (envelope.type == "availability.changed") {
            const std::shared_ptr<const Json> data = envelope.json_or_null();
            std::string order = data ? data->text_or("work_order") : std::string();
            return order.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(order)};
        }
        if (!envelope.type.starts_with(noun)) return {};
        std::string key = receipt_key_of(envelope, flow_name);
        return key.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(key)};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view text,
                            WallTime) const override {
        TIELINE_TRY(State state, state_from(text));
        const model::Envelope& envelope = event.envelope;
        const WriteTarget target{flow_name,         envelope.site,           key, "parts_state",
                                 config_.connector, "workorder.parts_state", noun};
        if (envelope.type == "availability.changed" || is_snapshot(envelope.type)) {
            TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope.json());
            const Json& data = *parsed;
            if (is_snapshot(envelope.type)) {
                TIELINE_TRY_VOID(take_snapshot(state, data));
            } else {
                take_availability(state, data);
            }
        } else {
            TIELINE_TRY(const Receipt receipt, read_receipt(envelope));
            state.write.take(target, receipt);
        }
        Decision decision;
        tell(state, target, decision);
        std::string after = to_text(state);
        if (after != text) decision.state = std::move(after);
        return decision;
    }

private:
    /// A job whose parts nobody has told of yet waits; one that never had any stays silent.
    static void tell(State& state, const WriteTarget& target, Decision& decision) {
        const Overall overall = overall_of_complete(state);
        if (overall.state.empty()) return;
        const std::string readiness = overall.state + "|" + overall.ready_on;
        std::string members;
        append_member(members, "work_order", target.key);
        if (readiness != state.told) {
            state.told = readiness;
            NewEvent event;
            event.type = overall.ready() ? "parts.ready" : "parts.not_ready";
            event.subject = target.key;
            event.correlation = target.key;
            event.data = "{" + members;
            append_if(event.data, "ready_on", overall.ready_on);
            append_member(event.data, "state", overall.state);
            event.data += '}';
            decision.events.push_back(std::move(event));
        }
        std::string content = content_of(state, overall);
        if (!state.write.may_send(content)) return;
        append_member(members, "state", overall.state);
        append_if(members, "ready_on", overall.ready_on);
        append_raw(members, "as_of", std::to_string(state.as_of));
        append_raw(members, "lines", lines_json(state));
        state.write.send(target, std::move(content), std::move(members), decision);
    }

    static Overall overall_of_complete(State& state) {
        Json kept = Json::object();
        for (const auto& [line, told] : state.lines.members()) {
            // What supply tells may come before the job's own news of the line.
            const bool known = std::find(state.planned.begin(), state.planned.end(), line) != state.planned.end();
            if (known || state.planned.empty()) kept.set(line, told);
        }
        state.lines = std::move(kept);
        const bool needed = state.active && !state.planned.empty();
        if (needed && !complete(state)) return {};
        if (!needed && state.told.empty()) return {};
        return overall_of(state);
    }

    WriteBackConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_parts_state(WriteBackConfig config) {
    return std::make_unique<PartsState>(std::move(config));
}

}  // namespace tieline::flows
