// What sources say, as the engine takes it: repeats, older states, what cannot be read and what is read again.

#include "engine/test_core.h"

namespace tieline::engine {
namespace {

TEST_F(CoreTest, EqualContentIsARepeatAndABackAndForthIsTwoChanges) {
    happen("a", R"({"v":1})");
    EXPECT_TRUE(happen("a", R"({"v":1})")->repeated);
    EXPECT_EQ(happen("a", R"({"v":2})")->event_id, "src:a:2");
    EXPECT_EQ(happen("a", R"({"v":1})")->event_id, "src:a:3");
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

TEST_F(CoreTest, AnOlderStateThatComesLateDoesNotHideThatANewerOneCannotBeRead) {
    Ingest old{"plant", "src", "a", "thing.happened", "", "7", clock.time, R"({"v":7})", std::nullopt};
    const auto read = [&](const Ingest& what) {
        core->ingest(what, [](Result<Ingested> taken) { EXPECT_TRUE(taken); });
        turn();
    };
    read(old);
    Ingest refused = old;
    refused.peer_version = "8";
    refused.data = R"({"v":8})";
    refused.refused = make_error(ErrorKind::invalid, "it cannot be read", "unknown_value");
    read(refused);
    read(old);  // of before: it says nothing about version 8
    read(refused);
    EXPECT_EQ(store->exceptions("plant", true, "", {})->size(), 1U);
    EXPECT_EQ((*store->object("plant", "src", "a"))->revision, 2U) << "neither is news";
    EXPECT_EQ((*store->object("plant", "src", "a"))->peer_version, "8");
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
    EXPECT_EQ((*store->object("plant", "peer", "a"))->peer_version, "7") << "an older state is still older";
}

}  // namespace
}  // namespace tieline::engine
