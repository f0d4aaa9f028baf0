// Golden cases: testdata/<flow>/<case>/{config,events,expected}.json. Events run in order through the flow's keys and
// decide; expected lists, event by event, what was decided. In events, a "reference" of "$1" stands for the key of the
// first command made so far, and so on. FLOWS_GOLDEN_WRITE=1 writes expected.json anew; read the difference before
// committing it.
#include "base/hash.h"
#include "flows/accrual.h"
#include "flows/budget.h"
#include "flows/cost_posting.h"
#include "flows/equipment.h"
#include "flows/labor_rates.h"
#include "flows/master_data.h"
#include "flows/order_mirror.h"
#include "flows/parts_issue.h"
#include "flows/parts_state.h"
#include "flows/reservation.h"
#include "flows/stock_mirror.h"
#include "flows/suggestion.h"
#include "flows/supply.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

namespace tieline::flows {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream stream(path);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

Json read_json(const fs::path& path) {
    auto json = Json::parse(read_file(path));
    EXPECT_TRUE(json.has_value()) << path << ": " << (json ? "" : json.error().message);
    return json ? *json : Json();
}

std::unique_ptr<Flow> make_flow(const std::string& name, const Json& json) {
    auto config = flows_config_from_json(json);
    EXPECT_TRUE(config.has_value()) << (config ? "" : config.error().message);
    if (!config) return nullptr;
    if (name == "cost_posting") return make_cost_posting(config->cost_posting.value());
    if (name == "order_mirror") return make_order_mirror(config->order_mirror.value());
    if (name == "budget") return make_budget(config->budget.value());
    const SupplyFlowsConfig& supply = config->supply_flows;
    if (name == "supply") return make_supply(supply.supply.value());
    if (name == "parts_state") return make_parts_state(supply.parts_state.value());
    if (name == "stock_mirror") return make_stock_mirror(supply.stock_mirror.value());
    if (name == "suggestion") return make_suggestion(supply.suggestion.value());
    const MasterFlowsConfig& master = config->master_flows;
    if (name == "master_data") return make_master_data(master.master_data.value());
    if (name == "equipment") return make_equipment(master.equipment.value(), config->companies);
    if (name == "labor_rates") return make_labor_rates(master.labor_rates.value(), config->companies);
    if (name == "parts_issue") return make_parts_issue(config->parts_issue.value());
    if (name == "reservation") return make_reservation(config->reservation.value());
    return make_accrual(config->accrual.value());
}

Json command_json(const model::Command& command) {
    return Json::object({{"key", command.key},
                         {"order_key", command.order_key},
                         {"connector", command.connector},
                         {"kind", command.kind},
                         {"noun", command.noun},
                         {"intent", command.intent},
                         {"payload", *Json::parse(command.payload)},
                         {"echo", *Json::parse(command.echo)}});
}

/// What was decided, empty members left out. The state is not shown: only what it leads to counts.
Json decision_json(const std::string& key, const Decision& decision) {
    Json json = Json::object({{"flow_key", key}});
    for (const NewEvent& event : decision.events) {
        if (json.find("events") == nullptr) json.set("events", Json::array());
        json.find("events")->push_back(
            Json::object({{"type", event.type}, {"subject", event.subject}, {"data", *Json::parse(event.data)}}));
    }
    for (const std::string& withdrawn : decision.withdrawals) {
        if (json.find("withdrawals") == nullptr) json.set("withdrawals", Json::array());
        json.find("withdrawals")->push_back(withdrawn);
    }
    for (const model::Command& command : decision.commands) {
        if (json.find("commands") == nullptr) json.set("commands", Json::array());
        json.find("commands")->push_back(command_json(command));
    }
    for (const Wakeup& wakeup : decision.wakeups) {
        if (json.find("wakeups") == nullptr) json.set("wakeups", Json::array());
        json.find("wakeups")->push_back(
            Json::object({{"name", wakeup.name}, {"due", wakeup.due ? Json(format_time(*wakeup.due)) : Json()}}));
    }
    for (const Notice& notice : decision.notices) {
        if (json.find("notices") == nullptr) json.set("notices", Json::array());
        Json shown = Json::object({{"id", notice.id},
                                   {"code", notice.code},
                                   {"subject", notice.subject},
                                   {"reason", notice.reason},
                                   {"fix", notice.fix}});
        if (!notice.details.empty()) shown.set("details", *Json::parse(notice.details));
        json.find("notices")->push_back(std::move(shown));
    }
    for (const std::string& closed : decision.closed_notices) {
        if (json.find("closed_notices") == nullptr) json.set("closed_notices", Json::array());
        json.find("closed_notices")->push_back(closed);
    }
    return json;
}

/// Runs one case; keeps a state per key as the runner does.
class Case {
public:
    Case(std::string flow_name, const Json& config) : name_(flow_name), flow_(make_flow(name_, config)) {}

    Json run(const Json& events) {
        Json answers = Json::array();
        if (!flow_) return answers;
        for (const Json& event : events.items()) answers.push_back(step(event));
        return answers;
    }

private:
    Json step(const Json& json) {
        model::StoredEvent event;
        event.seq = ++sequence_;
        event.envelope.id = "event-" + std::to_string(sequence_);
        event.envelope.type = json.text_or("type");
        event.envelope.subject = json.text_or("subject");
        event.envelope.site = "plant";
        const WallTime usual = now_.value_or(*parse_time("2026-11-24T09:00:00Z"));
        event.envelope.occurred = json.find("time") != nullptr ? *parse_time(json.text_or("time")) : usual;
        // What happened earlier may be told late, but a log never runs back.
        now_ = std::max(now_.value_or(event.envelope.occurred), event.envelope.occurred);
        event.recorded = *now_;
        Json data = *json.find("data");
        complete(data);
        event.envelope.data = data.dump();
        std::vector<std::string> keys = flow_->keys(event);
        const bool word = event.envelope.type.ends_with(".replayed") || event.envelope.type.ends_with(".given_up");
        if (word) keys = {event.envelope.subject};
        Json answers = Json::array();
        for (const std::string& key : keys) answers.push_back(decide(event, key));
        return answers;
    }

    Json decide(const model::StoredEvent& event, const std::string& key) {
        auto decision = flow_->decide(event, key, states_[key], event.recorded);
        if (!decision) {
            return Json::object(
                {{"flow_key", key},
                 {"error", Json::object({{"code", decision.error().code}, {"message", decision.error().message}})}});
        }
        auto again = flow_->decide(event, key, states_[key], event.recorded);
        EXPECT_EQ(decision_json(key, *decision), decision_json(key, *again)) << "not a pure function";
        if (decision->state) states_[key] = *decision->state;
        for (model::Command command : decision->commands) {
            command.flow_key = key;
            made_.push_back(std::move(command));
        }
        return decision_json(key, *decision);
    }

    /// {"of": 2, ...}: a receipt of the second command: its key, kind, intent and echo are filled in.
    void complete(Json& data) {
        const std::string reference = data.text_or("reference");
        if (reference.starts_with("$")) {
            const std::size_t number = std::stoul(reference.substr(1));
            if (number <= made_.size()) data.set("reference", made_[number - 1].key);
        }
        const std::int64_t of = data.int_or("of", 0);
        if (of < 1 || static_cast<std::size_t>(of) > made_.size()) return;
        const model::Command& command = made_[static_cast<std::size_t>(of) - 1];
        data.erase("of");
        data.set("key", command.key);
        data.set("kind", command.kind);
        data.set("flow", name_);
        data.set("flow_key", command.flow_key);
        data.set("intent", command.intent);
        data.set("echo", *Json::parse(command.echo));
    }

    std::string name_;
    std::unique_ptr<Flow> flow_;
    std::map<std::string, std::string> states_;
    std::vector<model::Command> made_;
    std::optional<WallTime> now_;
    std::uint64_t sequence_ = 0;
};

TEST(Golden, EveryCaseDecidesAsWritten) {
    const fs::path root = fs::path(FLOWS_TESTDATA);
    const bool write = std::getenv("FLOWS_GOLDEN_WRITE") != nullptr;
    std::size_t cases = 0;
    for (const auto& flow : fs::directory_iterator(root)) {
        for (const auto& folder : fs::directory_iterator(flow.path())) {
            SCOPED_TRACE(folder.path().string());
            ++cases;
            const Json decided = Case(flow.path().filename().string(), read_json(folder.path() / "config.json"))
                                     .run(read_json(folder.path() / "events.json"));
            const fs::path expected = folder.path() / "expected.json";
            if (write) std::ofstream(expected) << decided.pretty() << '\n';
            EXPECT_EQ(decided.pretty(), read_json(expected).pretty());
        }
    }
    EXPECT_GE(cases, 165u) << "cases are missing";
}

}  // namespace
}  // namespace tieline::flows
