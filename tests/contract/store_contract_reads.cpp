// What every store promises about reads: paging, order, bounds, states, timers, wait lists, views.

#include "contract/store_worlds.h"

namespace tieline::contract {
namespace {

using model::Sequence;
using store::Limit;
using store::WriteBatch;

TEST_P(StoreContract, TheLogIsReadInPages) {
    WriteBatch batch = batch_at();
    for (int i = 0; i < 25; ++i) batch.events.push_back(event("e" + std::to_string(i)));
    must_commit(batch);
    Sequence after = 0;
    std::size_t pages = 0;
    while (true) {
        const auto page = *store().read(plant, after, {10, 1 << 20});
        if (page.empty()) break;
        EXPECT_EQ(page.front().seq, after + 1);
        after = page.back().seq;
        ++pages;
    }
    EXPECT_EQ(pages, 3U);
    EXPECT_EQ(after, 25U);
    EXPECT_TRUE(store().read(plant, 25, {})->empty());
    EXPECT_TRUE(store().read(plant, 1'000'000, {})->empty());
}

TEST_P(StoreContract, APageIsBoundedInBytesButNeverEmpty) {
    WriteBatch batch = events({"a", "b", "c"});
    for (auto& event : batch.events) event.data = std::string(10'000, 'x');
    must_commit(batch);
    EXPECT_EQ(store().read(plant, 0, {100, 1})->size(), 1U);
    EXPECT_EQ(store().read(plant, 0, {100, 25'000})->size(), 2U);
    EXPECT_TRUE(store().read(plant, 0, {0, 25'000})->empty());
}

TEST_P(StoreContract, AStoryIsReadInLogOrder) {
    WriteBatch batch = batch_at();
    for (int i = 0; i < 9; ++i) {
        batch.events.push_back(event("e" + std::to_string(i), i % 3 == 0 ? "WO-A" : i % 3 == 1 ? "WO-B" : ""));
    }
    must_commit(batch);
    auto story = *store().story(plant, "WO-B", 0, {});
    ASSERT_EQ(story.size(), 3U);
    EXPECT_EQ(story[0].seq, 2U);
    EXPECT_EQ(story[2].seq, 8U);
    story = *store().story(plant, "WO-B", 2, {1, 1 << 20});
    ASSERT_EQ(story.size(), 1U);
    EXPECT_EQ(story[0].seq, 5U);
    EXPECT_TRUE(store().story(plant, "", 0, {})->empty());
    EXPECT_TRUE(store().story(plant, "WO-C", 0, {})->empty());
}

TEST_P(StoreContract, EventsByPlaceAndById) {
    must_commit(events({"a", "b"}));
    EXPECT_FALSE(store().event(plant, 0)->has_value());
    EXPECT_EQ((*store().event(plant, 2))->envelope.id, "b");
    EXPECT_FALSE(store().event(plant, 3)->has_value());
    EXPECT_FALSE(store().event_by_id(plant, "c")->has_value());
    EXPECT_FALSE(store().event_by_id("plant2", "a")->has_value());
}

TEST_P(StoreContract, AStateIsPutReplacedAndDeleted) {
    WriteBatch batch = batch_at();
    batch.states = {{"flow", "k", R"({"v":1})", false}};
    must_commit(batch);
    batch.states = {{"flow", "k", R"({"v":2})", true}};
    must_commit(batch);
    EXPECT_EQ((*store().state(plant, "flow", "k"))->json, R"({"v":2})");
    EXPECT_TRUE((*store().state(plant, "flow", "k"))->parked);
    EXPECT_FALSE(store().state(plant, "flow2", "k")->has_value());
    batch.states = {{"flow", "k", "", false}};
    must_commit(batch);
    EXPECT_FALSE(store().state(plant, "flow", "k")->has_value());
    must_commit(batch);
}

TEST_P(StoreContract, AParkedKeyNeedsNoState) {
    WriteBatch batch = batch_at();
    batch.states = {{"flow", "k", "", true}};
    must_commit(batch);
    EXPECT_TRUE((*store().state(plant, "flow", "k"))->parked);
    EXPECT_EQ(store().states(plant, "flow", "", true, {})->size(), 1U);
    batch.states = {{"flow", "k", "", false}};
    must_commit(batch);
    EXPECT_FALSE(store().state(plant, "flow", "k")->has_value());
}

TEST_P(StoreContract, StatesAreListedByKey) {
    WriteBatch batch = batch_at();
    for (const char* key : {"c", "a", "B", "d"}) batch.states.push_back({"flow", key, "{}", key[0] <= 'a'});
    batch.states.push_back({"other", "x", "{}", true});
    must_commit(batch);
    auto states = *store().states(plant, "flow", "", false, {});
    ASSERT_EQ(states.size(), 4U);
    EXPECT_EQ(states[0].key, "B");
    EXPECT_EQ(states[3].key, "d");
    states = *store().states(plant, "flow", "a", false, {1, 1 << 20});
    ASSERT_EQ(states.size(), 1U);
    EXPECT_EQ(states[0].key, "c");
    states = *store().states(plant, "flow", "", true, {});
    ASSERT_EQ(states.size(), 2U);
    EXPECT_EQ(states[1].key, "a");
    EXPECT_EQ(states[1].flow, "flow");
    EXPECT_TRUE(states[1].parked);
}

TEST_P(StoreContract, WaitListsDrainInLogOrder) {
    WriteBatch batch = batch_at();
    batch.waits = {
        {"flow", "k", 9, false}, {"flow", "k", 2, false}, {"flow", "k", 5, false}, {"flow", "other", 1, false}};
    must_commit(batch);
    EXPECT_EQ(*store().waits(plant, "flow", "k", {}), (std::vector<Sequence>{2, 5, 9}));
    EXPECT_EQ(*store().waits(plant, "flow", "k", {2, 100}), (std::vector<Sequence>{2, 5}));
    batch.waits = {{"flow", "k", 2, true}, {"flow", "k", 5, false}, {"flow", "k", 77, true}};
    must_commit(batch);
    EXPECT_EQ(*store().waits(plant, "flow", "k", {}), (std::vector<Sequence>{5, 9}));
}

TEST_P(StoreContract, TimersFallDueInOrder) {
    WriteBatch batch = batch_at();
    batch.timers = {
        {"flow", "b", "t", at(20)}, {"flow", "a", "t", at(20)}, {"flow", "c", "t", at(10)}, {"flow", "c", "u", at(30)}};
    must_commit(batch);
    EXPECT_EQ(**store().next_timer(plant), at(10));
    const auto due = *store().timers_due(plant, at(20), {});
    ASSERT_EQ(due.size(), 3U);
    EXPECT_EQ(due[0].key, "c");
    EXPECT_EQ(due[1].key, "a");
    EXPECT_EQ(due[2].key, "b");
    EXPECT_EQ(due[2].due, at(20));
    EXPECT_EQ(store().timers_due(plant, at(99), {2, 100})->size(), 2U);
}

TEST_P(StoreContract, ATimerIsMovedAndCancelled) {
    WriteBatch batch = batch_at();
    batch.timers = {{"flow", "k", "t", at(20)}};
    must_commit(batch);
    batch.timers = {{"flow", "k", "t", at(40)}};
    must_commit(batch);
    EXPECT_TRUE(store().timers_due(plant, at(39), {})->empty());
    EXPECT_EQ(**store().next_timer(plant), at(40));
    batch.timers = {{"flow", "k", "t", std::nullopt}, {"flow", "k", "never", std::nullopt}};
    must_commit(batch);
    EXPECT_FALSE(store().next_timer(plant)->has_value());
}

TEST_P(StoreContract, AViewIsScannedByPrefixInPages) {
    WriteBatch batch = batch_at();
    for (const char* key : {"a/1", "a/2", "a/3", "b/1", "a", "aa", "\xc3\xa4/1"}) {
        batch.views.push_back({"view", key, std::string("{\"k\":\"") + key + "\"}"});
    }
    batch.views.push_back({"other", "a/9", "{}"});
    must_commit(batch);
    auto rows = *store().scan(plant, "view", "a/", "", {2, 1 << 20});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].key, "a/1");
    EXPECT_EQ(rows[1].key, "a/2");
    EXPECT_EQ(rows[1].view, "view");
    rows = *store().scan(plant, "view", "a/", "a/2", {2, 1 << 20});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].key, "a/3");
    EXPECT_TRUE(store().scan(plant, "view", "a/", "b", {})->empty());
    EXPECT_EQ(store().scan(plant, "view", "", "", {})->size(), 7U);
    EXPECT_EQ(store().scan(plant, "view", "b", "a", {})->size(), 1U);
    EXPECT_EQ(store().scan(plant, "view", "\xc3", "", {})->size(), 1U);
}

TEST_P(StoreContract, AViewRowIsReplacedAndDeleted) {
    WriteBatch batch = batch_at();
    batch.views = {{"view", "k", "1"}};
    must_commit(batch);
    batch.views = {{"view", "k", "2"}};
    must_commit(batch);
    EXPECT_EQ(**store().view(plant, "view", "k"), "2");
    batch.views = {{"view", "k", ""}};
    must_commit(batch);
    EXPECT_FALSE(store().view(plant, "view", "k")->has_value());
}

TEST_P(StoreContract, AWholeViewIsDropped) {
    WriteBatch batch = batch_at();
    batch.views = {{"v1", "a", "1"}, {"v1", "b", "2"}, {"v2", "a", "3"}};
    must_commit(batch);
    WriteBatch other = batch;
    other.site = "plant2";
    must_commit(other);
    ASSERT_TRUE(store().drop_view(plant, "v1").has_value());
    EXPECT_TRUE(store().scan(plant, "v1", "", "", {})->empty());
    EXPECT_EQ(store().scan(plant, "v2", "", "", {})->size(), 1U);
    EXPECT_EQ(store().scan("plant2", "v1", "", "", {})->size(), 2U);
    must_sync();
    world().crash();
    EXPECT_TRUE(store().scan(plant, "v1", "", "", {})->empty());
    EXPECT_TRUE(store().drop_view("nowhere", "v1").has_value());
}

TEST_P(StoreContract, ADroppedViewIsBackAfterACrashBeforeSync) {
    WriteBatch batch = batch_at();
    batch.views = {{"v1", "a", "1"}};
    must_commit(batch);
    ASSERT_TRUE(store().drop_view(plant, "v1").has_value());
    world().crash();
    EXPECT_EQ(store().scan(plant, "v1", "", "", {})->size(), 1U);
}

}  // namespace
}  // namespace tieline::contract
