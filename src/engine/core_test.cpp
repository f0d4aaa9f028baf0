// The engine on the memory store with a toy flow, driven by hand: what leaves, what is kept, what a person sees.

#include "engine/core.h"
#include "base/hash.h"
#include "base/json.h"
#include "store/memory/memory_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tieline::engine {
namespace {

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
        Ingest item;
        item.site = "plant";
        item.source = "src";
        item.object = object;
        item.type = type;
        item.occurred = clock.time;
        item.data = data;
        Result<Ingested> answer = make_error(ErrorKind::internal, "never answered");
        core->ingest(item, [&](Result<Ingested> taken) { answer = std::move(taken); });
        last = turn();
        return answer;
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

TEST_F(CoreTest, ASnapshotLeavesAsOneAttemptInTheTurnThatTookIt) {
    const Result<Ingested> taken = happen("a", R"({"v":1})");
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->event_id, "src:a:1");
    EXPECT_FALSE(taken->repeated);
    ASSERT_EQ(last.actions.size(), 1U);
    EXPECT_EQ(last.actions[0].kind, ActionKind::push);
    EXPECT_EQ(command(1).state, model::CommandState::sending);
    settle(last.actions[0], booked("D-1"));
    EXPECT_EQ(command(1).state, model::CommandState::booked);
    EXPECT_EQ(command(1).document, "D-1");
    EXPECT_EQ(log(), (std::vector<std::string>{"thing.happened", "thing.booked"}));
}

TEST_F(CoreTest, EqualContentIsARepeatAndABackAndForthIsTwoChanges) {
    happen("a", R"({"v":1})");
    EXPECT_TRUE(happen("a", R"({"v":1})")->repeated);
    EXPECT_EQ(happen("a", R"({"v":2})")->event_id, "src:a:2");
    EXPECT_EQ(happen("a", R"({"v":1})")->event_id, "src:a:3");
}

TEST_F(CoreTest, TheNextCommandOfAKeyWaitsForTheOneBefore) {
    happen("a", R"({"v":1})");
    const Action first = last.actions.at(0);
    happen("a", R"({"v":2})");
    EXPECT_TRUE(last.actions.empty());
    EXPECT_EQ(command(2).state, model::CommandState::waiting);
    happen("b", R"({"v":1})");
    EXPECT_EQ(last.actions.size(), 1U) << "another key goes on";
    settle(first, booked("D-1"));
    ASSERT_EQ(last.actions.size(), 1U);
    EXPECT_EQ(last.actions[0].stored->command.intent, 2);
}

TEST_F(CoreTest, ALostAnswerIsLookedUpAndNeverSentAgainWhileItMayStillArrive) {
    happen("a", R"({"v":1})");
    settle(last.actions.at(0), Result<connectors::Receipt>(make_error(ErrorKind::unknown_outcome, "reset")));
    EXPECT_EQ(command(1).state, model::CommandState::unknown);
    pass(150);
    ASSERT_EQ(last.actions.size(), 1U);
    EXPECT_EQ(last.actions[0].kind, ActionKind::find);
    settle(last.actions[0], answer(connectors::Found::State::absent));  // too early to count
    EXPECT_EQ(command(1).state, model::CommandState::unknown);
    pass(1400);  // deadline + settle are over
    settle(last.actions.at(0), answer(connectors::Found::State::absent));
    EXPECT_EQ(command(1).state, model::CommandState::unknown) << "asked twice";
    pass(600);
    settle(last.actions.at(0), answer(connectors::Found::State::absent));
    ASSERT_EQ(last.actions.size(), 1U);
    EXPECT_EQ(last.actions[0].kind, ActionKind::push);
    EXPECT_EQ(command(1).attempt, 2);
}

TEST_F(CoreTest, WhatIsFoundIsBooked) {
    happen("a", R"({"v":1})");
    settle(last.actions.at(0), Result<connectors::Receipt>(make_error(ErrorKind::unknown_outcome, "reset")));
    pass(150);
    settle(last.actions.at(0), answer(connectors::Found::State::present));
    EXPECT_EQ(command(1).document, "D-9");
    EXPECT_EQ(command(1).state, model::CommandState::booked);
}

TEST_F(CoreTest, ARestartLooksUpWhatWasOnItsWay) {
    happen("a", R"({"v":1})");
    core.reset();
    open();
    last = turn();
    ASSERT_EQ(last.actions.size(), 1U);
    EXPECT_EQ(last.actions[0].kind, ActionKind::find);
}

TEST_F(CoreTest, ARefusalIsAnExceptionThatAPersonReplaysWithAnotherPayload) {
    happen("a", R"({"v":1})");
    Error refusal = make_error(ErrorKind::invalid, "closed", "period_closed");
    refusal.details = R"({"likely_fix":"Take 7."})";
    settle(last.actions.at(0), Result<connectors::Receipt>(refusal));
    const auto open = store->exceptions("plant", true, "", {});
    ASSERT_EQ(open->size(), 1U);
    EXPECT_EQ(open->front().code, "period_closed");
    EXPECT_TRUE(open->front().fix.starts_with("Take 7. Mend it in ")) << open->front().fix;
    PersonRequest request;
    request.site = "plant";
    request.exception = open->front().id;
    request.actor = "controller";
    request.payload = R"({"v":7})";
    core->request(request, [](Result<void> said) { EXPECT_TRUE(said); });
    last = turn();
    ASSERT_EQ(last.actions.size(), 1U);
    EXPECT_EQ(last.actions[0].stored->command.payload, R"({"v":7})");
    EXPECT_EQ(last.actions[0].stored->command.echo, R"({"n":1,"v":7})") << "the receipt tells what was sent";
    EXPECT_TRUE(store->exceptions("plant", true, "", {})->empty());
    core->request(request, [](Result<void> said) { EXPECT_FALSE(said); });
    turn();
}

TEST_F(CoreTest, TwoPeersThatRefuseInTheSameMomentAreTwoExceptions) {
    happen("a", R"({"v":1})");
    const Action here = last.actions.at(0);
    happen("elsewhere", R"({"v":2})");
    const Error refusal = make_error(ErrorKind::invalid, "closed", "period_closed");
    core->settle({here.id, Result<connectors::Receipt>(refusal)});
    settle(last.actions.at(0), Result<connectors::Receipt>(refusal));
    EXPECT_EQ(store->exceptions("plant", true, "", {})->size(), 2U);
    const std::vector<std::string> types = log();
    EXPECT_EQ(std::count(types.begin(), types.end(), "exception.opened"), 2) << "each is told in the log";
}

TEST_F(CoreTest, AnUndecidableOneWaitsForAPersonsWord) {
    happen("a", R"({"v":1})");
    settle(last.actions.at(0), Result<connectors::Receipt>(make_error(ErrorKind::unknown_outcome, "reset")));
    pass(150);
    settle(last.actions.at(0), answer(connectors::Found::State::undecidable));
    EXPECT_EQ(command(1).state, model::CommandState::parked);
    pass(100'000);
    EXPECT_TRUE(last.actions.empty()) << "never sent again by itself";
    PersonRequest request;
    request.kind = PersonRequest::Kind::resolve_present;
    request.site = "plant";
    request.exception = store->exceptions("plant", true, "", {})->front().id;
    request.document = "D-5";
    core->request(request, [](Result<void> said) { EXPECT_TRUE(said); });
    turn();
    EXPECT_EQ(command(1).state, model::CommandState::booked);
    EXPECT_EQ(command(1).document, "D-5");
}

TEST_F(CoreTest, AKeyThatCannotBeDecidedWaitsAndOthersGoOn) {
    happen("bad", R"({"v":1})");
    happen("bad", R"({"v":2})");
    happen("a", R"({"v":1})");
    EXPECT_EQ(last.actions.size(), 1U);
    const auto open = store->exceptions("plant", true, "", {});
    ASSERT_EQ(open->size(), 1U);
    EXPECT_EQ(open->front().kind, "cannot_decide");
    EXPECT_EQ(store->waits("plant", "toy", "bad", {})->size(), 1U) << "the newest state of the object is the truth";
    toy->mended = true;
    PersonRequest request;
    request.site = "plant";
    request.exception = open->front().id;
    core->request(request, [](Result<void> said) { EXPECT_TRUE(said); });
    turn();
    EXPECT_TRUE(store->waits("plant", "toy", "bad", {})->empty());
    EXPECT_EQ(command(1, "bad").command.payload, R"({"v":2})");
}

TEST_F(CoreTest, ObjectsThatShareASubjectAreNotStatesOfEachOther) {
    const auto come = [&](const std::string& object, const std::string& data) {
        Ingest item{"plant", "src", object, "thing.happened", "", "", clock.time, data, std::nullopt, "bad"};
        core->ingest(item, [](const Result<Ingested>& taken) { EXPECT_TRUE(taken); });
        turn();
    };
    come("stock:bad", R"({"stock":1})");
    come("planning:bad", R"({"planning":1})");
    const std::vector<model::StoredEvent> events = *store->read("plant", 0, {});
    EXPECT_EQ(events.at(0).envelope.id, "src:stock:bad:1");
    EXPECT_EQ(events.at(0).envelope.subject, "bad");
    EXPECT_EQ(events.at(0).envelope.correlation, "bad");
    toy->mended = true;
    come("stock:bad", R"({"stock":2})");
    // Of the stock only the newest state counts, but the planning is no older state of it.
    EXPECT_EQ(command(1, "bad").command.payload, R"({"planning":1})");
    EXPECT_EQ(command(2, "bad").command.payload, R"({"stock":2})");
    EXPECT_FALSE(*store->command("plant", short_key("toy|bad|3")));
}

TEST_F(CoreTest, ANewerStateOfTheObjectTriesAParkedKeyAgain) {
    happen("bad", R"({"v":1})");
    toy->mended = true;
    happen("bad", R"({"v":2})");
    EXPECT_EQ(command(1, "bad").command.payload, R"({"v":2})");
    EXPECT_TRUE(store->exceptions("plant", true, "", {})->empty());
}

TEST_F(CoreTest, APersonWhoAsksTwiceIsHeardOnce) {
    happen("a", "{}");
    settle(last.actions.at(0), Result<connectors::Receipt>(make_error(ErrorKind::invalid, "closed", "period_closed")));
    PersonRequest request;
    request.site = "plant";
    request.actor = "Ada";
    request.exception = store->exceptions("plant", true, "", {})->front().id;
    core->request(request, [](Result<void> said) { EXPECT_TRUE(said); });
    core->request(request, [](Result<void> said) { EXPECT_TRUE(said); });
    last = turn();
    EXPECT_EQ(command(1).state, model::CommandState::sending);
    EXPECT_EQ(command(1).attempt, 2);
    EXPECT_TRUE(store->exceptions("plant", true, "", {})->empty());
}

TEST_F(CoreTest, ANoticeIsReplacedByANewerTextAndClosesByItself) {
    happen("a", R"({"say":"ordered already"})", "thing.noticed");
    happen("a", R"({"say":"ordered already","v":2})", "thing.noticed");
    auto open = *store->exceptions("plant", true, "", {});
    ASSERT_EQ(open.size(), 1U) << "the same text again is no new notice";
    EXPECT_EQ(open[0].kind, "notice");
    happen("a", R"({"say":"sent already"})", "thing.noticed");
    open = *store->exceptions("plant", true, "", {});
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].reason, "sent already");
    happen("a", R"({"v":3})", "thing.noticed");
    EXPECT_TRUE(store->exceptions("plant", true, "", {})->empty());
    happen("a", "{}");
    EXPECT_EQ(command(1).state, model::CommandState::sending) << "a notice holds nothing up";
}

TEST_F(CoreTest, AnAnsweredNoticeIsToldToItsFlowOnce) {
    happen("a", R"({"say":"ordered already"})", "thing.noticed");
    PersonRequest request;
    request.kind = PersonRequest::Kind::answer;
    request.site = "plant";
    request.actor = "Ada";
    request.exception = store->exceptions("plant", true, "", {})->front().id;
    request.choice = "throw away";
    core->request(request, [](Result<void> said) { EXPECT_EQ(said.error().code, "unknown_value"); });
    turn();
    request.choice = "keep";
    core->request(request, [](Result<void> said) { EXPECT_TRUE(said); });
    core->request(request, [](Result<void> said) { EXPECT_EQ(said.error().code, "exception_closed"); });
    turn();
    EXPECT_EQ(toy->heard, std::vector<std::string>{"keep"});
    EXPECT_TRUE(store->exceptions("plant", true, "", {})->empty());
}

TEST_F(CoreTest, ADeadPeerOpensTheBreakerAndOneTrialClosesIt) {
    for (int i = 0; i < 5; ++i) {
        happen("k" + std::to_string(i), "{}");
        settle(last.actions.at(0), Result<connectors::Receipt>(make_error(ErrorKind::transient, "refused")));
    }
    happen("late", "{}");
    EXPECT_TRUE(last.actions.empty());
    pass(5000);
    ASSERT_EQ(last.actions.size(), 1U) << "one trial";
    settle(last.actions[0], booked("D-1"));
    EXPECT_GT(last.actions.size(), 1U) << "then all that waited";
}

TEST_F(CoreTest, ABacklogLetsEveryFourthPlaceToWhatHasJustComeIn) {
    std::vector<Action> flying;
    for (int i = 0; i < 80; ++i) {
        happen("k" + std::to_string(i), "{}");
        flying.insert(flying.end(), last.actions.begin(), last.actions.end());
    }
    ASSERT_EQ(flying.size(), 32U) << "the peer takes so many at once";
    clock.time += Millis(900);
    happen("new", "{}");
    ASSERT_TRUE(last.actions.empty());
    std::vector<std::string> left;
    for (std::size_t i = 0; i < 29; ++i) {
        EXPECT_EQ(left.size(), i < 25 ? 0U : i - 24) << "a quarter of 32, while nobody knows how quick the peer is";
        settle(flying[i], booked("D-" + std::to_string(i)));
        for (const Action& action : last.actions) left.push_back(action.stored->command.order_key);
    }
    EXPECT_EQ(left, (std::vector<std::string>{"k32", "k33", "k34", "new", "k35"}));
}

TEST_F(CoreTest, ABacklogBeyondItsBoundIsRefusedAndNothingIsTaken) {
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(happen("k" + std::to_string(i), "{}"));
    const Result<Ingested> refused = happen("one-more", "{}");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_TRUE(refused.error().retry_after.has_value());
}

TEST_F(CoreTest, AnOlderVersionOfTheSourceIsNotANewerState) {
    Ingest item{"plant", "src", "a", "thing.happened", "", "7", clock.time, R"({"v":7})", std::nullopt};
    core->ingest(item, [](Result<Ingested>) {});
    item.peer_version = "6";
    item.data = R"({"v":6})";
    Result<Ingested> answer = make_error(ErrorKind::internal, "never answered");
    core->ingest(item, [&](Result<Ingested> taken) { answer = std::move(taken); });
    turn();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->repeated);
}

TEST_F(CoreTest, WhatIsReadAgainAndStillCannotBeReadIsAnExceptionAgain) {
    Ingest item{"plant", "src", "a", "thing.happened", "", "7", clock.time, R"({"unit":"OOMPH"})", std::nullopt};
    item.refused = make_error(ErrorKind::invalid, "nobody knows the unit OOMPH", "unknown_value", "unit");
    const auto read = [&](const Ingest& what) {
        core->ingest(what, [](Result<Ingested> taken) { EXPECT_TRUE(taken); });
        turn();
        return *store->exceptions("plant", true, "", {});
    };
    const auto first = read(item);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_TRUE(store->read("plant", 0, {})->at(0).envelope.cause.empty()) << "no event is its cause";
    ASSERT_EQ(read(item).size(), 1U) << "the same again is one exception";
    const auto replay = [&](const std::string& exception) {
        PersonRequest request;
        request.site = "plant";
        request.actor = "Ada";
        request.exception = exception;
        core->request(request, [](Result<void> said) { EXPECT_TRUE(said); });
        turn();
    };
    replay(first[0].id);
    EXPECT_TRUE(store->exceptions("plant", true, "", {})->empty());
    const auto second = read(item);
    ASSERT_EQ(second.size(), 1U) << "replayed too early: it must not be lost from sight";
    Ingest good = item;
    good.refused.reset();
    good.data = R"({"unit":"PCE"})";
    read(good);
    replay(second[0].id);
    read(good);
    const auto happened = [this] {
        const std::vector<std::string> all = log();
        return std::count(all.begin(), all.end(), "thing.happened");
    };
    EXPECT_EQ(happened(), 1) << "what was taken meanwhile stays known";
    EXPECT_EQ(read(item).size(), 1U) << "it cannot be read once more";
    EXPECT_EQ(read(good).size(), 1U);
    EXPECT_EQ(happened(), 1) << "as it was before: nothing has happened";
    replay(store->exceptions("plant", true, "", {})->at(0).id);
    read(good);
    EXPECT_EQ(happened(), 1);
}

TEST_F(CoreTest, AReplayThatFindsNothingAtTheSourceIsAnExceptionAgain) {
    Ingest item{"plant", "peer", "a", "thing.happened", "", "7", clock.time, "{}", std::nullopt};
    item.refused = make_error(ErrorKind::invalid, "the peer cannot show it", "peer_cannot_show");
    core->ingest(item, [](Result<Ingested> taken) { EXPECT_TRUE(taken); });
    turn();
    PersonRequest request;
    request.site = "plant";
    request.actor = "Ada";
    request.exception = store->exceptions("plant", true, "", {})->at(0).id;
    core->request(request, [](Result<void> said) { EXPECT_TRUE(said); });
    pass(0);
    if (last.actions.empty()) pass(0);
    ASSERT_EQ(last.actions.size(), 1U) << "it is read again";
    settle(last.actions[0], Result<connectors::SourceObject>(make_error(ErrorKind::not_found, "no such object")));
    const auto open = *store->exceptions("plant", true, "", {});
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].code, "not_found");
}

TEST_F(CoreTest, SignInRefusedIsOneExceptionThatClosesByItself) {
    happen("a", "{}");
    settle(last.actions.at(0), Result<connectors::Receipt>(make_error(ErrorKind::unauthorized, "token expired")));
    ASSERT_EQ(store->exceptions("plant", true, "", {})->size(), 1U);
    pass(61'000);
    settle(last.actions.at(0), booked("D-1"));
    EXPECT_TRUE(store->exceptions("plant", true, "", {})->empty());
}

}  // namespace
}  // namespace tieline::engine
