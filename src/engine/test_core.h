#pragma once
// For tests: the engine on the memory store with a toy flow, driven by hand.

#include "base/hash.h"
#include "base/json.h"
#include "engine/core.h"
#include "store/memory/memory_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tieline::engine {

class HandClock final : public Clock {
public:
    WallTime now() const override { return time; }
    WallTime time = *parse_time("2026-11-24T08:00:00Z");
};

/// One command per thing that happened; "bad" things cannot be decided until `mended`.
class ToyFlow final : public flows::Flow {
public:
    std::string_view name() const override { return "toy"; }
    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (event.envelope.type == "thing.happened") return {event.envelope.subject};
        if (event.envelope.type == "thing.noticed") return {event.envelope.subject};
        return {};
    }
    Result<flows::Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                                   WallTime) const override {
        if (key == "bad" && !mended) return make_error(ErrorKind::invalid, "Nobody knows \"bad\".", "unknown_thing");
        flows::Decision decision;
        if (event.envelope.type == "thing.noticed") {
            const Json data = *Json::parse(event.envelope.data);
            if (data.text_or("say").empty()) {
                decision.closed_notices.push_back("n1");
            } else {
                decision.notices.push_back(
                    {"too_late", "", data.text_or("say"), "Choose.", R"({"choices":["keep"]})", "n1"});
            }
            return decision;
        }
        if (event.envelope.type == "notice.answered") {
            heard.push_back(Json::parse(event.envelope.data)->text_or("choice"));
            return decision;
        }
        const int intent = state.empty() ? 1 : std::stoi(std::string(state)) + 1;
        decision.state = std::to_string(intent);
        model::Command command;
        command.key = short_key("toy|" + std::string(key) + "|" + std::to_string(intent));
        command.order_key = key;
        command.connector = event.envelope.subject == "elsewhere" ? "other" : "peer";
        command.kind = "thing.post";
        command.noun = "thing";
        command.payload = event.envelope.data;
        Json echo = Json::object({{"n", intent}});
        const Result<Json> said = Json::parse(event.envelope.data);
        if (said && said->find("v") != nullptr) echo.set("v", *said->find("v"));
        command.echo = echo.dump();
        command.intent = intent;
        decision.commands.push_back(command);
        return decision;
    }
    bool mended = false;
    mutable std::vector<std::string> heard;
};

class CoreTest : public ::testing::Test {
protected:
    CoreTest() : random(7), store(store::make_memory_store()) {
        auto flow = std::make_unique<ToyFlow>();
        toy = flow.get();
        flows.push_back(std::move(flow));
        open();
    }
    void open() {
        SiteSetup setup;
        setup.site = "plant";
        setup.flows = &flows;
        connectors::Pace pace;
        pace.deadline = Millis(1000);
        pace.settle = Millis(500);
        pace.backoff_first = Millis(100);
        setup.connectors = {{"peer", pace, false}, {"other", pace, false}};
        CoreOptions options;
        options.commands_open_max = 100;
        auto opened = open_core(*store, clock, random, {setup}, options);
        ASSERT_TRUE(opened) << opened.error().message;
        core = std::move(*opened);
    }
    Turn turn() {
        Result<Turn> taken = core->turn();
        EXPECT_TRUE(taken) << taken.error().message;
        return taken ? std::move(*taken) : Turn{};
    }
    Result<Ingested> happen(const std::string& object, const std::string& data,
                            const std::string& type = "thing.happened") {
        Result<Ingested> answer = make_error(ErrorKind::internal, "never answered");
        offer(object, data, type, [&](Result<Ingested> taken) { answer = std::move(taken); });
        last = turn();
        return answer;
    }
    /// Comes in; the next turn takes it.
    void offer(const std::string& object, const std::string& data, const std::string& type, Done<Ingested> done) {
        Ingest item;
        item.site = "plant";
        item.source = "src";
        item.object = object;
        item.type = type;
        item.occurred = clock.time;
        item.data = data;
        core->ingest(item, std::move(done));
    }
    /// "k0", "k1", … happen; what leaves of that.
    std::vector<Action> leave(int count) {
        std::vector<Action> left;
        for (int i = 0; i < count; ++i) {
            happen("k" + std::to_string(i), "{}");
            left.insert(left.end(), last.actions.begin(), last.actions.end());
        }
        return left;
    }
    void settle(const Action& action, ActionResult result) {
        core->settle({action.id, std::move(result)});
        last = turn();
    }
    void pass(int ms) {
        clock.time += Millis(ms);
        last = turn();
    }
    model::StoredCommand command(int intent, const std::string& object = "a") {
        const auto found = store->command("plant", short_key("toy|" + object + "|" + std::to_string(intent)));
        EXPECT_TRUE(found && *found);
        return found && *found ? **found : model::StoredCommand{};
    }
    std::vector<std::string> log() {
        std::vector<std::string> types;
        for (const auto& event : *store->read("plant", 0, {})) types.push_back(event.envelope.type);
        return types;
    }
    static Result<connectors::Receipt> booked(const std::string& document) {
        connectors::Receipt receipt;
        receipt.document = document;
        return receipt;
    }
    static Result<connectors::Found> answer(connectors::Found::State state) {
        connectors::Found found;
        found.state = state;
        found.receipt.document = "D-9";
        found.why = make_error(ErrorKind::conflict, "cannot tell", "ambiguous");
        return found;
    }

    HandClock clock;
    SeededRandom random;
    std::unique_ptr<store::Store> store;
    flows::FlowSet flows;
    ToyFlow* toy = nullptr;
    std::unique_ptr<Core> core;
    Turn last;
};

}  // namespace tieline::engine
