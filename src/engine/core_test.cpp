// The engine on the memory store with a toy flow, driven by hand: what leaves, what is kept, what a person sees.

#include "engine/test_core.h"

namespace tieline::engine {
namespace {

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

/// The name is kept with the receipt: a hub that ends in between reads it all the same.
TEST_F(CoreTest, WhatAReceiptTouchedIsReadAgainAlsoAfterARestart) {
    for (const bool is_found : {false, true}) {
        happen(is_found ? "b" : "a", R"({"v":1})");
        ASSERT_EQ(last.actions.size(), 1U);
        connectors::Found found;
        found.state = connectors::Found::State::present;
        found.receipt.document = "D-1";
        found.receipt.touched = {"place:1"};
        if (is_found) {
            settle(last.actions[0], Result<connectors::Receipt>(make_error(ErrorKind::unknown_outcome, "reset")));
            pass(150);
            settle(last.actions.at(0), Result<connectors::Found>(found));
        } else {
            settle(last.actions[0], Result<connectors::Receipt>(found.receipt));
        }
        for (const bool is_restarted : {false, true}) {
            SCOPED_TRACE(std::string(is_found ? "found " : "told ") + (is_restarted ? "restarted" : ""));
            if (is_restarted) {
                core.reset();
                open();
                last = turn();
            }
            ASSERT_EQ(last.actions.size(), 1U);
            EXPECT_EQ(last.actions[0].kind, ActionKind::fetch);
            EXPECT_EQ(last.actions[0].connector, "peer");
            EXPECT_EQ(last.actions[0].object, "place:1");
        }
        connectors::SourceObject read;
        read.object = "stock:1";
        read.type = "stock.changed";
        read.data = is_found ? R"({"n":2})" : R"({"n":1})";
        settle(last.actions[0], Result<connectors::SourceObject>(read));
        EXPECT_EQ(log().back(), "stock.changed");
        EXPECT_TRUE(last.actions.empty());
    }
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
    const std::vector<Action> flying = leave(80);
    ASSERT_EQ(flying.size(), 32U) << "the peer takes so many at once";
    clock.time += Millis(900);
    happen("new", "{}");
    ASSERT_TRUE(last.actions.empty());
    std::vector<std::string> left;
    for (std::size_t i = 0; i < 32; ++i) {
        EXPECT_EQ(left.size(), i < 29 ? 0U : i - 28) << "an eighth of 32, while nobody knows how quick the peer is";
        settle(flying[i], booked("D-" + std::to_string(i)));
        for (const Action& action : last.actions) left.push_back(action.stored->command.order_key);
        ASSERT_TRUE(last.wake);
        EXPECT_GT(*last.wake, clock.time) << "answers wake it: to look again and again would find no place";
    }
    EXPECT_EQ(left, (std::vector<std::string>{"k32", "k33", "k34", "new"}));
}

TEST_F(CoreTest, ABacklogThatHasLeftHoldsUpNothingNew) {
    const std::vector<Action> flying = leave(33);
    clock.time += Millis(900);
    std::size_t i = 0;
    do {
        settle(flying[i], booked("D-" + std::to_string(i)));
    } while (++i < 32 && last.actions.empty());
    ASSERT_EQ(last.actions.size(), 1U) << "the last one that waited";
    EXPECT_EQ(last.actions[0].stored->command.order_key, "k32");
    happen("new", "{}");
    EXPECT_EQ(last.actions.size(), 1U) << "though as many are on their way as a backlog would be allowed";
}

TEST_F(CoreTest, WhatWaitsLeavesBeforeWhatIsNew) {
    const std::vector<Action> flying = leave(33);
    ASSERT_EQ(flying.size(), 32U) << "k32 waits for a place";
    offer("new", "{}", "thing.happened", [](Result<Ingested> taken) { EXPECT_TRUE(taken); });
    settle(flying[0], booked("D-0"));
    ASSERT_EQ(last.actions.size(), 1U);
    EXPECT_EQ(last.actions[0].stored->command.order_key, "k32");
    settle(flying[1], booked("D-1"));
    ASSERT_EQ(last.actions.size(), 1U);
    EXPECT_EQ(last.actions[0].stored->command.order_key, "new");
}

TEST_F(CoreTest, NothingNewLeavesWhileItRests) {
    happen("a", "{}");
    ASSERT_EQ(last.actions.size(), 1U);
    core->rest();
    happen("b", "{}");
    EXPECT_TRUE(last.actions.empty());
    EXPECT_EQ(command(1, "b").state, model::CommandState::pending);
}

TEST_F(CoreTest, ABacklogBeyondItsBoundIsRefusedAndNothingIsTaken) {
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(happen("k" + std::to_string(i), "{}"));
    const Result<Ingested> refused = happen("one-more", "{}");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_TRUE(refused.error().retry_after.has_value());
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
