#include "flows/suggestion.h"

#include "base/json.h"
#include "flows/document.h"
#include "flows/latest_write.h"
#include "flows/planted.h"
#include "flows/quantity.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "suggestion";
constexpr std::string_view noun = "suggestion_link";

/// What supply calls it, and what the CMMS does. The last three are final.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> states{{{"open", "OPEN"},
                                                                               {"requested", "REQUESTED"},
                                                                               {"ordered", "ORDERED"},
                                                                               {"received", "RECEIVED"},
                                                                               {"rejected", "REJECTED"},
                                                                               {"not_needed", "NOT_NEEDED"}}};

std::string state_of(std::string_view status) {
    for (const auto& [name, state] : states) {
        if (name == status) return std::string(state);
    }
    return "OPEN";
}

bool is_ours(std::string_view state) {
    return std::any_of(states.begin(), states.end(), [&](const auto& entry) { return entry.second == state; });
}

bool is_final(std::string_view state) { return state == "RECEIVED" || state == "REJECTED" || state == "NOT_NEEDED"; }

struct State {
    std::string part, storeroom, asked;  ///< asked: quantity and date that supply knows; empty: nothing
    std::string status = "OPEN", requisition, reason;
    LatestWrite write;
};

Result<State> state_from(std::string_view text) {
    State state;
    if (text.empty()) return state;
    TIELINE_TRY(const Json json, Json::parse(text));
    state.part = json.text_or("part");
    state.storeroom = json.text_or("room");
    state.asked = json.text_or("asked");
    state.status = json.text_or("status", "OPEN");
    state.requisition = json.text_or("req");
    state.reason = json.text_or("why");
    state.write = LatestWrite::from(json.find("write"));
    return state;
}

std::string to_text(const State& state) {
    Json json = Json::object({{"part", state.part}, {"room", state.storeroom}, {"status", state.status}});
    if (!state.asked.empty()) json.set("asked", state.asked);
    if (!state.requisition.empty()) json.set("req", state.requisition);
    if (!state.reason.empty()) json.set("why", state.reason);
    json.set("write", state.write.json());
    return json.dump();
}

class SuggestionFlow final : public Flow {
public:
    explicit SuggestionFlow(WriteBackConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        if (envelope.type == "reorder.suggested") return {envelope.subject};
        std::string key;
        if (envelope.type == "availability.changed") {
            const std::shared_ptr<const Json> data = envelope.json_or_null();
            if (data) key = data->text_or("suggestion");
        } else if (envelope.type.starts_with(noun)) {
            key = receipt_key_of(envelope, flow_name);
        }
        return key.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(key)};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view text,
                            WallTime) const override {
        TIELINE_TRY(State state, state_from(text));
        const model::Envelope& envelope = event.envelope;
        const WriteTarget target{flow_name, envelope.site, key, "link", config_.connector, "suggestion.link", noun};
        Decision decision;
        if (envelope.type == "reorder.suggested") {
            TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope.json());
            const Json& data = *parsed;
            TIELINE_TRY_VOID(ask(state, data, key, decision));
        } else if (envelope.type == "availability.changed") {
            TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope.json());
            const Json& data = *parsed;
            state.status = state_of(data.text_or("status"));
            state.requisition = data.text_or("requisition");
            state.reason = data.text_or("reason");
            if (is_final(state.status)) withdraw(state, key, decision);
        } else {
            TIELINE_TRY(const Receipt receipt, read_receipt(envelope));
            state.write.take(target, receipt);
        }
        link(state, target, decision);
        std::string after = to_text(state);
        if (after != text) decision.state = std::move(after);
        return decision;
    }

private:
    static void demand(const State& state, std::string_view key, std::string members, Decision& decision) {
        NewEvent event;
        event.type = "demand.changed";
        event.subject = state.part + "/" + state.storeroom;
        event.correlation = key;
        event.data = "{";
        append_member(event.data, "demand", key);
        append_raw(event.data, "suggestion", "true");
        append_member(event.data, "part", state.part);
        append_member(event.data, "storeroom", state.storeroom);
        event.data += std::move(members) + "}";
        decision.events.push_back(std::move(event));
    }

    /// Asks supply while the CMMS has it open; a state that is none of ours means that a person ended it there.
    static Result<void> ask(State& state, const Json& data, std::string_view key, Decision& decision) {
        const std::string status = data.text_or("status", "OPEN");
        if (status != "OPEN") {
            if (!is_ours(status)) withdraw(state, key, decision);
            return {};
        }
        const bool based = data.find("base_quantity") != nullptr;
        TIELINE_TRY(const Decimal quantity, quantity_of(data, based ? "base_quantity" : "quantity", key));
        std::string members;
        append_member(members, "quantity", quantity_text(quantity));
        append_if(members, "needed_on", data.text_or("needed_on"));
        if (members == state.asked || is_final(state.status)) return {};
        state.part = data.text_or("part");
        state.storeroom = data.text_or("storeroom");
        state.asked = members;
        append_raw(members, "released", "true");
        demand(state, key, "," + members, decision);
        return {};
    }

    static void withdraw(State& state, std::string_view key, Decision& decision) {
        if (state.asked.empty()) return;
        state.asked.clear();
        demand(state, key, R"(,"quantity":"0")", decision);
    }

    static void link(State& state, const WriteTarget& target, Decision& decision) {
        std::string content = state.status + "|" + state.requisition + "|" + state.reason;
        const bool untouched = state.write.intent == 0 && state.status == "OPEN";
        if (planted(PlantedBug::suggestion_forgotten) && state.write.intent > 0) return;
        if (untouched || !state.write.may_send(content)) return;
        std::string members;
        append_member(members, "suggestion", target.key);
        append_if(members, "requisition", state.requisition);
        append_member(members, "status", state.status);
        append_if(members, "reason", state.reason);
        state.write.send(target, std::move(content), std::move(members), decision);
    }

    WriteBackConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_suggestion(WriteBackConfig config) {
    return std::make_unique<SuggestionFlow>(std::move(config));
}

}  // namespace tieline::flows
