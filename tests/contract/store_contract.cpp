// What every store promises: batches, groups, crashes, conditions, leases.

#include "contract/store_worlds.h"

namespace tieline::contract {
namespace {

using store::WriteBatch;

std::string name_of(const testing::TestParamInfo<WorldKind>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::ValuesIn(world_kinds()), name_of);

TEST_P(StoreContract, AnEmptyStoreAnswersNothing) {
    EXPECT_TRUE(store().sites()->empty());
    EXPECT_EQ(*store().head(plant), 0U);
    EXPECT_TRUE(store().read(plant, 0, {})->empty());
    EXPECT_FALSE(store().event(plant, 1)->has_value());
    EXPECT_EQ(*store().cursor(plant, "pull"), "");
    EXPECT_FALSE(store().command(plant, "k")->has_value());
    EXPECT_EQ(store().counters(plant)->commands_open, 0U);
    EXPECT_TRUE(store().sync().has_value());
}

TEST_P(StoreContract, EventsComeBackByteForByte) {
    must_commit(events({"e1"}));
    const auto found = *store().event(plant, 1);
    ASSERT_TRUE(found.has_value());
    const model::Envelope expected = event("e1");
    EXPECT_EQ(found->seq, 1U);
    EXPECT_EQ(found->recorded, at(5));
    EXPECT_EQ(found->envelope.id, expected.id);
    EXPECT_EQ(found->envelope.source, expected.source);
    EXPECT_EQ(found->envelope.type, expected.type);
    EXPECT_EQ(found->envelope.subject, expected.subject);
    EXPECT_EQ(found->envelope.site, plant);
    EXPECT_EQ(found->envelope.occurred, expected.occurred);
    EXPECT_EQ(found->envelope.correlation, expected.correlation);
    EXPECT_EQ(found->envelope.cause, expected.cause);
    EXPECT_EQ(found->envelope.schema_version, expected.schema_version);
    EXPECT_EQ(found->envelope.data, expected.data);
}

TEST_P(StoreContract, SequencesHaveNoGaps) {
    EXPECT_EQ(must_apply(events({"a", "b"})).first_seq, 1U);
    const auto applied = must_apply(events({"c", "d", "e"}));
    EXPECT_EQ(applied.first_seq, 3U);
    EXPECT_EQ(applied.last_seq, 5U);
    must_sync();
    EXPECT_EQ(*store().head(plant), 5U);
    const auto read = *store().read(plant, 0, {});
    ASSERT_EQ(read.size(), 5U);
    for (std::size_t i = 0; i < read.size(); ++i) EXPECT_EQ(read[i].seq, i + 1);
}

TEST_P(StoreContract, ARepeatedEventIsLeftOutAndCounted) {
    must_commit(events({"a", "b"}));
    const auto applied = must_apply(events({"b", "c", "a", "c"}));
    EXPECT_EQ(applied.events_repeated, 3U);
    EXPECT_EQ(applied.first_seq, 3U);
    EXPECT_EQ(applied.last_seq, 3U);
    EXPECT_EQ(*store().head(plant), 3U);
    EXPECT_EQ((*store().event_by_id(plant, "c"))->seq, 3U);
}

TEST_P(StoreContract, ABatchOfRepeatsAddsNothing) {
    must_commit(events({"a"}));
    const auto applied = must_apply(events({"a"}));
    EXPECT_EQ(applied.first_seq, 0U);
    EXPECT_EQ(applied.last_seq, 0U);
    EXPECT_EQ(applied.events_repeated, 1U);
}

TEST_P(StoreContract, SitesHaveTheirOwnLogs) {
    must_apply(events({"a", "b"}));
    WriteBatch other = events({"a"});
    other.site = "_hub";
    other.events[0].site.clear();
    must_apply(other);
    EXPECT_EQ(*store().head("_hub"), 1U);
    EXPECT_EQ(*store().head(plant), 2U);
    EXPECT_EQ((*store().event("_hub", 1))->envelope.site, "_hub");
    EXPECT_EQ(store().read(plant, 0, {})->size(), 2U);
    EXPECT_EQ(*store().sites(), (std::vector<std::string>{"_hub", "plant1"}));
}

TEST_P(StoreContract, AnEventOfAnotherSiteIsRefused) {
    WriteBatch batch = events({"a"});
    batch.events[0].site = "plant2";
    EXPECT_EQ(store().apply(batch).error().code, "wrong_site");
}

TEST_P(StoreContract, BadSiteNamesAreRefused) {
    for (const char* name : {"", "Plant1", "a b", "x/../y", "0123456789012345678901234567890123"}) {
        WriteBatch batch = batch_at();
        batch.site = name;
        EXPECT_EQ(store().apply(batch).error().code, "bad_site") << name;
    }
}

TEST_P(StoreContract, DueTimesMustMatchTheCommands) {
    WriteBatch batch = commands({make_command("k1"), make_command("k2")});
    batch.commands_due = {at(1)};
    EXPECT_EQ(store().apply(batch).error().code, "bad_batch");
}

TEST_P(StoreContract, ReadsSeeTheOpenGroup) {
    must_apply(events({"a"}));
    EXPECT_EQ(*store().head(plant), 1U);
    EXPECT_TRUE(store().event_by_id(plant, "a")->has_value());
}

TEST_P(StoreContract, ACrashForgetsTheOpenGroup) {
    must_commit(events({"a"}));
    must_apply(events({"b"}));
    world().crash();
    EXPECT_EQ(*store().head(plant), 1U);
    EXPECT_FALSE(store().event_by_id(plant, "b")->has_value());
    EXPECT_EQ(must_apply(events({"b"})).first_seq, 2U);
}

TEST_P(StoreContract, ACrashForgetsEveryKindOfRow) {
    WriteBatch batch = events({"a"});
    store::ObjectRevision object;
    object.source = "cmms";
    object.object = "WO-1";
    object.revision = 1;
    batch.objects = {object};
    batch.cursors = {{"pull", "", "7"}};
    batch.states = {{"flow", "k", "{}", true}};
    batch.waits = {{"flow", "k", 1, false}};
    batch.commands = {make_command("k1", "o")};
    batch.timers = {{"flow", "k", "t", at(1)}};
    batch.exceptions = {make_exception("EX-1")};
    batch.views = {{"v", "k", "{}"}};
    must_apply(batch);
    world().crash();
    EXPECT_TRUE(store().sites()->empty());
    EXPECT_FALSE(store().object(plant, "cmms", "WO-1")->has_value());
    EXPECT_EQ(*store().cursor(plant, "pull"), "");
    EXPECT_FALSE(store().state(plant, "flow", "k")->has_value());
    EXPECT_TRUE(store().waits(plant, "flow", "k", {})->empty());
    EXPECT_FALSE(store().command(plant, "k1")->has_value());
    EXPECT_FALSE(store().next_timer(plant)->has_value());
    EXPECT_FALSE(store().exception(plant, "EX-1")->has_value());
    EXPECT_FALSE(store().view(plant, "v", "k")->has_value());
    EXPECT_EQ(store().counters(plant)->commands_open, 0U);
    EXPECT_EQ(store().counters(plant)->exceptions_open, 0U);
    // All of it can be stored again: nothing half-forgotten stands in the way.
    must_commit(batch);
    EXPECT_EQ(command("k1").id, 1U);
}

TEST_P(StoreContract, WhatWasSyncedOutlivesACrash) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o")}, 3));
    must_commit(events({"a", "b"}));
    WriteBatch batch = batch_at();
    batch.exceptions = {make_exception("EX-1")};
    must_commit(batch);
    world().crash();
    EXPECT_EQ(*store().head(plant), 2U);
    EXPECT_EQ(command("k2").state, model::CommandState::waiting);
    EXPECT_EQ(store().counters(plant)->commands_open, 2U);
    EXPECT_EQ(store().counters(plant)->exceptions_open, 1U);
    must_commit(commands({make_command("k3")}));
    EXPECT_GT(command("k3").id, command("k2").id);
}

TEST_P(StoreContract, AnOrderlyRestartKeepsAll) {
    must_commit(events({"a"}));
    must_commit(commands({make_command("k1")}));
    ASSERT_EQ(*store().acquire_lease("site/plant1", "node-a", at(0), Millis(1000)), 1U);
    world().reopen();
    EXPECT_EQ(*store().head(plant), 1U);
    EXPECT_EQ(store().counters(plant)->commands_open, 1U);
    EXPECT_EQ(*store().acquire_lease("site/plant1", "node-b", at(2000), Millis(1000)), 2U);
}

TEST_P(StoreContract, AFailingBatchInAGroupIsUndoneAlone) {
    must_apply(events({"a"}));
    WriteBatch failing = events({"x", "y"});
    failing.site = plant;
    failing.states = {{"flow", "k", "{}", false}};
    failing.views = {{"v", "k", "{}"}};
    failing.exceptions = {make_exception("EX-9")};
    failing.cursors = {{"pull", "5", "6"}};
    must_conflict(failing, "cursor");
    EXPECT_EQ(must_apply(events({"b"})).first_seq, 2U);
    must_sync();
    world().crash();
    EXPECT_EQ(*store().head(plant), 2U);
    EXPECT_FALSE(store().event_by_id(plant, "x")->has_value());
    EXPECT_FALSE(store().state(plant, "flow", "k")->has_value());
    EXPECT_FALSE(store().exception(plant, "EX-9")->has_value());
    EXPECT_EQ(store().counters(plant)->exceptions_open, 0U);
}

TEST_P(StoreContract, AFailingLastCommandUndoesTheOnesBefore) {
    must_commit(commands({make_command("old")}));
    // The last key is there already; the two before it, their site's counters and their order are taken back.
    must_conflict(commands({make_command("n1", "o"), make_command("n2", "o"), make_command("old")}), "command_exists");
    EXPECT_EQ(store().counters(plant)->commands_open, 1U);
    must_commit(commands({make_command("n3", "o")}));
    EXPECT_EQ(command("n3").state, model::CommandState::pending);
    EXPECT_EQ(command("n3").id, command("old").id + 1);
}

TEST_P(StoreContract, AFailingFirstBatchLeavesNoSite) {
    WriteBatch failing = events({"a"});
    failing.site = "plant9";
    failing.events[0].site.clear();
    failing.cursors = {{"pull", "not there", "1"}};
    must_conflict(failing, "cursor");
    EXPECT_TRUE(store().sites()->empty());
    EXPECT_EQ(*store().head("plant9"), 0U);
    failing.cursors.clear();
    EXPECT_EQ(must_apply(failing).first_seq, 1U);
}

TEST_P(StoreContract, NamesOfAFailedBatchCanBeUsedLater) {
    must_commit(commands({make_command("k")}));
    WriteBatch failing = batch_at();
    failing.views = {{"new_view", "a", "1"}};
    failing.states = {{"new_flow", "a", "1", false}};
    failing.commands = {make_command("k")};
    failing.commands[0].connector = "new_connector";
    must_conflict(failing, "command_exists");
    WriteBatch good = batch_at();
    good.states = {{"other_flow", "a", "2", false}};
    good.views = {{"new_view", "a", "3"}};
    must_commit(good);
    world().reopen();
    EXPECT_EQ(**store().view(plant, "new_view", "a"), "3");
    EXPECT_FALSE(store().state(plant, "new_flow", "a")->has_value());
    EXPECT_EQ((*store().state(plant, "other_flow", "a"))->json, "2");
}

TEST_P(StoreContract, RevisionsCountUpByOne) {
    store::ObjectRevision object;
    object.source = "cmms";
    object.object = "WO-1";
    object.revision = 1;
    object.content_hash = "h1";
    object.peer_version = "W/1";
    WriteBatch batch = batch_at();
    batch.objects = {object};
    must_apply(batch);
    must_conflict(batch, "revision");
    batch.objects[0].revision = 3;
    must_conflict(batch, "revision");
    batch.objects[0].revision = 2;
    batch.objects[0].content_hash = "h2";
    must_apply(batch);
    const auto found = *store().object(plant, "cmms", "WO-1");
    EXPECT_EQ(found->revision, 2U);
    EXPECT_EQ(found->content_hash, "h2");
    EXPECT_EQ(found->peer_version, "W/1");
    EXPECT_FALSE(store().object(plant, "erp", "WO-1")->has_value());
}

TEST_P(StoreContract, TwoRevisionsOfOneObjectInOneBatch) {
    store::ObjectRevision first;
    first.source = "cmms";
    first.object = "WO-1";
    first.revision = 1;
    store::ObjectRevision second = first;
    second.revision = 2;
    WriteBatch batch = batch_at();
    batch.objects = {first, second};
    must_apply(batch);
    EXPECT_EQ((*store().object(plant, "cmms", "WO-1"))->revision, 2U);
}

TEST_P(StoreContract, ACursorMovesOnlyFromWhereItStands) {
    WriteBatch batch = batch_at();
    batch.cursors = {{"pull", "", "1"}};
    must_apply(batch);
    must_conflict(batch, "cursor");
    batch.cursors = {{"pull", "1", "2"}, {"pull", "2", "3"}, {"other", "", "9"}};
    must_apply(batch);
    EXPECT_EQ(*store().cursor(plant, "pull"), "3");
    EXPECT_EQ(*store().cursor(plant, "other"), "9");
    for (const char* name : {"pull", "never"}) {
        batch.cursors = {{name, "2", "4"}};
        must_conflict(batch, "cursor");
    }
    EXPECT_EQ(*store().cursor(plant, "pull"), "3");
    EXPECT_EQ(*store().cursor(plant, "never"), "");
    batch.cursors = {{"other", "9", ""}};
    must_apply(batch);
    batch.cursors = {{"other", "", "1"}};
    must_apply(batch);
}

TEST_P(StoreContract, ALeaseIsTakenRenewedAndPassedOn) {
    EXPECT_EQ(*store().acquire_lease("site/plant1", "node-a", at(0), Millis(1000)), 1U);
    EXPECT_EQ(*store().acquire_lease("site/plant1", "node-a", at(500), Millis(1000)), 1U);
    const auto refused = store().acquire_lease("site/plant1", "node-b", at(1499), Millis(1000));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_NE(refused.error().message.find("node-a"), std::string::npos);
    EXPECT_EQ(*store().acquire_lease("site/plant1", "node-b", at(1500), Millis(1000)), 2U);
    EXPECT_FALSE(store().acquire_lease("site/plant1", "node-a", at(1600), Millis(1000)).has_value());
    EXPECT_EQ(*store().acquire_lease("site/plant2", "node-a", at(0), Millis(1000)), 1U);
}

TEST_P(StoreContract, ABatchOfAnOldEpochIsRefused) {
    WriteBatch batch = events({"a"});
    batch.lease = {"site/plant1", 1};
    must_conflict(batch, "lease");
    ASSERT_EQ(*store().acquire_lease("site/plant1", "node-a", at(0), Millis(10)), 1U);
    must_apply(batch);
    ASSERT_EQ(*store().acquire_lease("site/plant1", "node-b", at(10), Millis(10)), 2U);
    WriteBatch late = events({"b"});
    late.lease = {"site/plant1", 1};
    must_conflict(late, "lease");
    EXPECT_EQ(*store().head(plant), 1U);
    late.lease.epoch = 2;
    must_apply(late);
}

TEST_P(StoreContract, ALeaseIsDurableOnReturn) {
    ASSERT_EQ(*store().acquire_lease("site/plant1", "node-a", at(0), Millis(1000)), 1U);
    world().crash();
    EXPECT_FALSE(store().acquire_lease("site/plant1", "node-b", at(10), Millis(1000)).has_value());
    WriteBatch batch = events({"a"});
    batch.lease = {"site/plant1", 1};
    must_apply(batch);
}

TEST_P(StoreContract, StatsCountBatchesAndSyncs) {
    must_apply(events({"a", "b"}));
    must_apply(events({"c"}));
    must_sync();
    EXPECT_EQ(store().stats().batches, 2U);
    EXPECT_EQ(store().stats().syncs, 1U);
    EXPECT_EQ(store().stats().rows, 3U);
}

TEST_P(StoreContract, LargeDataIsKept) {
    WriteBatch batch = events({"big"});
    batch.events[0].data = std::string(1 << 20, 'x');
    batch.states = {{"flow", "big", std::string(300'000, 'y'), false}};
    batch.views = {{"view", "big", std::string(100'000, 'z')}};
    must_commit(batch);
    batch.states[0].json = std::string(400'000, 'Y');
    batch.events.clear();
    must_commit(batch);
    world().crash();
    EXPECT_EQ((*store().event(plant, 1))->envelope.data.size(), 1U << 20);
    EXPECT_EQ((*store().state(plant, "flow", "big"))->json, std::string(400'000, 'Y'));
    EXPECT_EQ((*store().view(plant, "view", "big"))->size(), 100'000U);
}

}  // namespace
}  // namespace tieline::contract
