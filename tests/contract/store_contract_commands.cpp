// What every store promises about commands: their order, their standing, exceptions, counters.

#include "contract/store_worlds.h"

namespace tieline::contract {
namespace {

using model::CommandState;
using store::WriteBatch;

WriteBatch changes(std::initializer_list<store::CommandChange> changes) {
    WriteBatch batch = batch_at();
    batch.changes = changes;
    return batch;
}

TEST_P(StoreContract, ACommandComesBackWhole) {
    WriteBatch batch = commands({make_command("k1", "o1")}, 40);
    batch.commands_due = {at(77)};
    must_commit(batch);
    const auto stored = command("k1");
    const auto expected = make_command("k1", "o1");
    EXPECT_EQ(stored.id, 1U);
    EXPECT_EQ(stored.site, plant);
    EXPECT_EQ(stored.state, CommandState::pending);
    EXPECT_EQ(stored.attempt, 0);
    EXPECT_EQ(stored.due, at(77));
    EXPECT_EQ(stored.created, at(40));
    EXPECT_EQ(stored.command.order_key, expected.order_key);
    EXPECT_EQ(stored.command.connector, expected.connector);
    EXPECT_EQ(stored.command.kind, expected.kind);
    EXPECT_EQ(stored.command.noun, expected.noun);
    EXPECT_EQ(stored.command.flow, expected.flow);
    EXPECT_EQ(stored.command.flow_key, expected.flow_key);
    EXPECT_EQ(stored.command.correlation, expected.correlation);
    EXPECT_EQ(stored.command.cause, expected.cause);
    EXPECT_EQ(stored.command.payload, expected.payload);
    EXPECT_EQ(stored.command.echo, expected.echo);
    EXPECT_EQ(stored.command.intent, expected.intent);
}

TEST_P(StoreContract, WithoutADueTimeACommandIsDueAtOnce) {
    WriteBatch batch = commands({make_command("k1"), make_command("k2")}, 40);
    batch.commands_due = {std::nullopt, at(99)};
    must_apply(batch);
    EXPECT_EQ(command("k1").due, at(40));
    EXPECT_EQ(command("k2").due, at(99));
    EXPECT_EQ(store().due(plant, "erp", CommandState::pending, at(98), {})->size(), 1U);
}

TEST_P(StoreContract, ACommandMayLeaveWithTheBatchThatMakesIt) {
    WriteBatch batch = commands({make_command("k1", "o"), make_command("k2", "o"), make_command("k3", "o3")}, 40);
    batch.commands_claimed = {store::FirstAttempt{7, at(90)}, store::FirstAttempt{7, at(90)}, std::nullopt};
    const auto applied = store().apply(batch);
    ASSERT_TRUE(applied) << applied.error().message;
    ASSERT_EQ(applied->claimed.size(), 1U);
    EXPECT_EQ(applied->claimed[0], (std::pair<std::size_t, std::uint64_t>(0, command("k1").id)));
    EXPECT_EQ(command("k1").state, CommandState::sending);
    EXPECT_EQ(command("k1").attempt, 1);
    EXPECT_EQ(command("k1").epoch, 7U);
    EXPECT_EQ(command("k1").due, at(40));
    EXPECT_EQ(command("k1").deadline, at(90));
    EXPECT_EQ(command("k2").state, CommandState::waiting) << "the one ahead is on its way";
    EXPECT_EQ(command("k2").attempt, 0);
    EXPECT_EQ(command("k3").state, CommandState::pending);
    EXPECT_EQ(store().counters(plant)->commands_open, 3U);
    must_commit(changes({change_of(command("k1"), CommandState::booked)}));
    EXPECT_EQ(command("k2").state, CommandState::pending);
}

TEST_P(StoreContract, AsManyFirstAttemptsAsCommands) {
    WriteBatch batch = commands({make_command("k1"), make_command("k2")});
    batch.commands_claimed = {std::nullopt};
    const auto applied = store().apply(batch);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, "bad_batch");
    EXPECT_EQ(applied.error().field, "commands_claimed");
}

TEST_P(StoreContract, AKeyIsThereOnce) {
    must_commit(commands({make_command("k1")}));
    must_conflict(commands({make_command("k1")}), "command_exists");
    must_conflict(commands({make_command("k2"), make_command("k2")}), "command_exists");
    EXPECT_FALSE(store().command(plant, "k2")->has_value());
    WriteBatch other = commands({make_command("k1")});
    other.site = "plant2";
    must_apply(other);
}

TEST_P(StoreContract, AChangeWritesEveryField) {
    must_commit(commands({make_command("k1")}));
    store::CommandChange change = change_of(command("k1"), CommandState::sending);
    change.attempt = 1;
    change.failures = 2;
    change.absent_answers = 3;
    change.epoch = 4;
    change.due = at(5);
    change.deadline = at(6);
    change.last_error = "why";
    change.last_code = "code";
    change.document = "4900";
    must_commit(changes({change}));
    const auto stored = command("k1");
    EXPECT_EQ(stored.state, CommandState::sending);
    EXPECT_EQ(stored.attempt, 1);
    EXPECT_EQ(stored.failures, 2);
    EXPECT_EQ(stored.absent_answers, 3);
    EXPECT_EQ(stored.epoch, 4U);
    EXPECT_EQ(stored.due, at(5));
    EXPECT_EQ(stored.deadline, at(6));
    EXPECT_EQ(stored.last_error, "why");
    EXPECT_EQ(stored.last_code, "code");
    EXPECT_EQ(stored.document, "4900");
    EXPECT_EQ(stored.command.payload, make_command("k1").payload);
}

TEST_P(StoreContract, AChangeNamesStateAndAttemptItCameFrom) {
    must_commit(commands({make_command("k1")}));
    store::CommandChange change = change_of(command("k1"), CommandState::sending);
    change.from_attempt = 1;
    must_conflict(changes({change}), "command_state");
    change.from_attempt = 0;
    change.from_state = CommandState::unknown;
    must_conflict(changes({change}), "command_state");
    change.from_state = CommandState::pending;
    must_apply(changes({change}));
    must_conflict(changes({change}), "command_state");
}

TEST_P(StoreContract, AChangeOfAStrangeCommandIsRefused) {
    must_commit(commands({make_command("k1")}));
    store::CommandChange change = change_of(command("k1"), CommandState::sending);
    change.id = 99;
    must_conflict(changes({change}), "command_state");
    change.id = command("k1").id;
    WriteBatch other = changes({change});
    other.site = "plant2";
    must_conflict(other, "command_state");
}

TEST_P(StoreContract, TwoChangesOfOneCommandInOneBatch) {
    must_commit(commands({make_command("k1")}));
    const auto first = change_of(command("k1"), CommandState::sending);
    store::CommandChange second = first;
    second.from_state = CommandState::sending;
    second.from_attempt = 1;
    second.state = CommandState::booked;
    must_apply(changes({first, second}));
    EXPECT_EQ(command("k1").state, CommandState::booked);
    EXPECT_EQ(store().counters(plant)->commands_open, 0U);
}

TEST_P(StoreContract, APersonsFixReplacesThePayload) {
    must_commit(commands({make_command("k1")}));
    store::CommandChange change = change_of(command("k1"), CommandState::pending);
    const std::string echo = command("k1").command.echo;
    change.payload = R"({"amount":"2.00"})";
    must_commit(changes({change}));
    EXPECT_EQ(command("k1").command.payload, R"({"amount":"2.00"})");
    EXPECT_EQ(command("k1").command.echo, echo);
    change.echo = R"({"slot":"s","amount":"2.00"})";
    must_commit(changes({change}));
    EXPECT_EQ(command("k1").command.echo, R"({"slot":"s","amount":"2.00"})");
}

TEST_P(StoreContract, CommandsOfOneOrderKeyWaitTheirTurn) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o"), make_command("k3", "o")}));
    must_commit(commands({make_command("free"), make_command("other", "o2")}));
    EXPECT_EQ(command("k1").state, CommandState::pending);
    EXPECT_EQ(command("k2").state, CommandState::waiting);
    EXPECT_EQ(command("k3").state, CommandState::waiting);
    EXPECT_EQ(command("free").state, CommandState::pending);
    EXPECT_EQ(command("other").state, CommandState::pending);
}

TEST_P(StoreContract, OrderKeysOfAnotherConnectorAreStrangers) {
    auto to_cmms = make_command("k2", "o");
    to_cmms.connector = "cmms";
    must_commit(commands({make_command("k1", "o"), to_cmms}));
    EXPECT_EQ(command("k2").state, CommandState::pending);
}

TEST_P(StoreContract, AcceptedLetsTheNextOneGoWithItsDueTime) {
    WriteBatch batch = commands({make_command("k1", "o"), make_command("k2", "o"), make_command("k3", "o")});
    batch.commands_due = {at(1), at(222), at(3)};
    must_commit(batch);
    must_commit(changes({change_of(command("k1"), CommandState::sending)}));
    EXPECT_EQ(command("k2").state, CommandState::waiting);
    must_commit(changes({change_of(command("k1"), CommandState::accepted)}));
    EXPECT_EQ(command("k2").state, CommandState::pending);
    EXPECT_EQ(command("k2").due, at(222));
    EXPECT_EQ(command("k3").state, CommandState::waiting);
    must_commit(changes({change_of(command("k1"), CommandState::booked)}));
    EXPECT_EQ(command("k3").state, CommandState::waiting);
    must_commit(changes({change_of(command("k2"), CommandState::booked)}));
    EXPECT_EQ(command("k3").state, CommandState::pending);
}

TEST_P(StoreContract, ARefusedOneHoldsItsKeyUntilWithdrawn) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o")}));
    must_commit(changes({change_of(command("k1"), CommandState::rejected)}));
    EXPECT_EQ(command("k2").state, CommandState::waiting);
    must_commit(commands({make_command("k3", "o")}));
    EXPECT_EQ(command("k3").state, CommandState::waiting);
    must_commit(changes({change_of(command("k1"), CommandState::withdrawn)}));
    EXPECT_EQ(command("k2").state, CommandState::pending);
    EXPECT_EQ(command("k3").state, CommandState::waiting);
}

TEST_P(StoreContract, ARefusedOneThatIsSentAnewWaitsBehindThoseBeforeIt) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o")}));
    must_commit(changes({change_of(command("k1"), CommandState::accepted)}));
    must_commit(changes({change_of(command("k2"), CommandState::accepted)}));
    must_commit(changes({change_of(command("k1"), CommandState::rejected)}));
    must_commit(changes({change_of(command("k2"), CommandState::rejected)}));
    must_commit(changes({change_of(command("k2"), CommandState::pending)}));
    EXPECT_EQ(command("k2").state, CommandState::waiting);
    must_commit(changes({change_of(command("k1"), CommandState::pending)}));
    EXPECT_EQ(command("k1").state, CommandState::pending);
    must_commit(changes({change_of(command("k1"), CommandState::booked)}));
    EXPECT_EQ(command("k2").state, CommandState::pending);
}

TEST_P(StoreContract, AWaitingOneMayBeWithdrawn) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o"), make_command("k3", "o")}));
    must_commit(changes({change_of(command("k2"), CommandState::withdrawn)}));
    EXPECT_EQ(command("k3").state, CommandState::waiting);
    must_commit(changes({change_of(command("k1"), CommandState::booked)}));
    EXPECT_EQ(command("k3").state, CommandState::pending);
}

TEST_P(StoreContract, AnAcceptedOneThatIsRefusedLaterBlocksAgain) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o"), make_command("k3", "o")}));
    must_commit(changes({change_of(command("k1"), CommandState::accepted)}));
    must_commit(changes({change_of(command("k1"), CommandState::rejected)}));
    must_commit(changes({change_of(command("k2"), CommandState::booked)}));
    EXPECT_EQ(command("k3").state, CommandState::waiting);
    must_commit(changes({change_of(command("k1"), CommandState::withdrawn)}));
    EXPECT_EQ(command("k3").state, CommandState::pending);
}

TEST_P(StoreContract, WhatHasNotLeftWaitsAgainBehindAnAcceptedOneThatIsRefused) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o"), make_command("other", "o2")}));
    must_commit(changes({change_of(command("k1"), CommandState::accepted)}));
    EXPECT_EQ(command("k2").state, CommandState::pending);
    must_commit(changes({change_of(command("k1"), CommandState::rejected)}));
    EXPECT_EQ(command("k2").state, CommandState::waiting);
    EXPECT_EQ(command("other").state, CommandState::pending);
    must_commit(changes({change_of(command("k1"), CommandState::booked)}));
    EXPECT_EQ(command("k2").state, CommandState::pending);
}

TEST_P(StoreContract, AnAttemptThatProvesAbsentWaitsForTheOneAheadThatIsSentAnew) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o")}));
    must_commit(changes({change_of(command("k1"), CommandState::accepted)}));
    must_commit(changes({change_of(command("k2"), CommandState::sending)}));
    must_commit(changes({change_of(command("k1"), CommandState::rejected)}));
    EXPECT_EQ(command("k2").state, CommandState::sending);
    must_commit(changes({change_of(command("k2"), CommandState::unknown)}));
    must_commit(changes({change_of(command("k2"), CommandState::pending)}));
    EXPECT_EQ(command("k2").state, CommandState::waiting);
}

TEST_P(StoreContract, AReleaseInABatchIsSeenByItsNextChange) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o")}));
    auto second = change_of(command("k2"), CommandState::sending);
    second.from_state = CommandState::pending;
    must_apply(changes({change_of(command("k1"), CommandState::booked), second}));
    EXPECT_EQ(command("k2").state, CommandState::sending);
}

TEST_P(StoreContract, AReleaseInABatchMakesAnOldViewOfTheNextWrong) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o")}));
    // Read while it was waiting; the first change of the same batch has moved it on.
    must_conflict(
        changes({change_of(command("k1"), CommandState::booked), change_of(command("k2"), CommandState::withdrawn)}),
        "command_state");
    EXPECT_EQ(command("k1").state, CommandState::pending);
}

TEST_P(StoreContract, AnUndoneReleaseLeavesTheNextOneWaiting) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o")}));
    WriteBatch batch = changes({change_of(command("k1"), CommandState::booked)});
    batch.commands = {make_command("k2", "o")};
    must_conflict(batch, "command_exists");
    EXPECT_EQ(command("k1").state, CommandState::pending);
    EXPECT_EQ(command("k2").state, CommandState::waiting);
    EXPECT_EQ(store().counters(plant)->commands_open, 2U);
}

TEST_P(StoreContract, DueListsAreByTimeThenAge) {
    WriteBatch batch = commands({make_command("a"), make_command("b"), make_command("c"), make_command("d")});
    batch.commands_due = {at(30), at(10), at(30), at(50)};
    must_commit(batch);
    const auto due = *store().due(plant, "erp", CommandState::pending, at(30), {});
    ASSERT_EQ(due.size(), 3U);
    EXPECT_EQ(due[0].command.key, "b");
    EXPECT_EQ(due[1].command.key, "a");
    EXPECT_EQ(due[2].command.key, "c");
    EXPECT_EQ(store().due(plant, "erp", CommandState::pending, at(30), {2, 4096})->size(), 2U);
    EXPECT_TRUE(store().due(plant, "erp", CommandState::sending, at(99), {})->empty());
    EXPECT_TRUE(store().due(plant, "cmms", CommandState::pending, at(99), {})->empty());
    EXPECT_EQ(**store().next_due(plant, "erp", CommandState::pending), at(10));
    EXPECT_FALSE(store().next_due(plant, "erp", CommandState::accepted)->has_value());
}

TEST_P(StoreContract, DueListsOfEveryState) {
    must_commit(commands({make_command("k1")}, 1));
    for (const auto state : {CommandState::sending, CommandState::unknown, CommandState::parked, CommandState::rejected,
                             CommandState::accepted, CommandState::booked, CommandState::withdrawn}) {
        must_commit(changes({change_of(command("k1"), state)}));
        const auto due = *store().due(plant, "erp", state, at(9), {});
        ASSERT_EQ(due.size(), 1U) << model::to_string(state);
        EXPECT_EQ(due[0].command.key, "k1");
        EXPECT_EQ(**store().next_due(plant, "erp", state), at(1));
    }
}

TEST_P(StoreContract, OpenCommandsAreCountedThroughTheirLife) {
    must_commit(commands({make_command("k1", "o"), make_command("k2", "o")}));
    EXPECT_EQ(store().counters(plant)->commands_open, 2U);
    must_commit(changes({change_of(command("k1"), CommandState::accepted)}));
    EXPECT_EQ(store().counters(plant)->commands_open, 2U);
    must_commit(changes({change_of(command("k1"), CommandState::booked)}));
    EXPECT_EQ(store().counters(plant)->commands_open, 1U);
    must_commit(changes({change_of(command("k2"), CommandState::rejected)}));
    EXPECT_EQ(store().counters(plant)->commands_open, 0U);
    must_commit(changes({change_of(command("k2"), CommandState::pending)}));
    EXPECT_EQ(store().counters(plant)->commands_open, 1U);
    world().crash();
    EXPECT_EQ(store().counters(plant)->commands_open, 1U);
}

TEST_P(StoreContract, CommandsOfAStory) {
    auto other = make_command("k2");
    other.correlation = "WO-2";
    auto storyless = make_command("k4");
    storyless.correlation = "";
    must_commit(commands({make_command("k1"), other, make_command("k3"), storyless}));
    const auto story = *store().commands_of(plant, "WO-1", {});
    ASSERT_EQ(story.size(), 2U);
    EXPECT_EQ(story[0].command.key, "k1");
    EXPECT_EQ(story[1].command.key, "k3");
    EXPECT_TRUE(store().commands_of(plant, "", {})->empty());
}

TEST_P(StoreContract, AnExceptionIsPutByItsId) {
    WriteBatch batch = batch_at();
    batch.exceptions = {make_exception("EX-1")};
    must_commit(batch);
    auto found = **store().exception(plant, "EX-1");
    EXPECT_EQ(found.kind, "rejected");
    EXPECT_EQ(found.code, "period_closed");
    EXPECT_EQ(found.reason, make_exception("EX-1").reason);
    EXPECT_EQ(found.fix, make_exception("EX-1").fix);
    EXPECT_EQ(found.details, make_exception("EX-1").details);
    EXPECT_EQ(found.command_key, "key-EX-1");
    EXPECT_EQ(found.opened, at(99));
    EXPECT_FALSE(found.closed.has_value());
    found.state = store::ExceptionState::closed;
    found.closed = at(200);
    found.resolution = "replayed";
    batch.exceptions = {found};
    must_commit(batch);
    found = **store().exception(plant, "EX-1");
    EXPECT_EQ(*found.closed, at(200));
    EXPECT_EQ(found.resolution, "replayed");
    EXPECT_EQ(store().counters(plant)->exceptions_open, 0U);
    EXPECT_EQ(store().exceptions(plant, false, "", {})->size(), 1U);
}

TEST_P(StoreContract, ExceptionsAreListedNewestFirst) {
    WriteBatch batch = batch_at();
    for (int i = 1; i <= 12; ++i) batch.exceptions.push_back(make_exception("EX-" + std::to_string(i)));
    batch.exceptions[9].state = store::ExceptionState::closed;
    must_commit(batch);
    // Writing one again does not make it newer.
    WriteBatch again = batch_at();
    again.exceptions = {make_exception("EX-2")};
    must_commit(again);
    auto page = *store().exceptions(plant, true, "", {2, 1 << 20});
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].id, "EX-12");
    EXPECT_EQ(page[1].id, "EX-11");
    page = *store().exceptions(plant, true, "EX-11", {100, 1 << 20});
    ASSERT_EQ(page.size(), 9U);
    EXPECT_EQ(page[0].id, "EX-9");
    EXPECT_EQ(page[8].id, "EX-1");
    EXPECT_EQ((*store().exceptions(plant, false, "EX-11", {}))[0].id, "EX-10");
    EXPECT_EQ(store().exceptions(plant, true, "EX-99", {}).error().kind, ErrorKind::not_found);
    EXPECT_EQ(store().counters(plant)->exceptions_open, 11U);
}

TEST_P(StoreContract, TheOpenExceptionOfACommandOrAKey) {
    WriteBatch batch = batch_at();
    batch.exceptions = {make_exception("EX-1"), make_exception("EX-2")};
    batch.exceptions[1].key = "WO-2";
    must_commit(batch);
    EXPECT_EQ((*store().open_exception_of(plant, "key-EX-2", "", ""))->id, "EX-2");
    EXPECT_EQ((*store().open_exception_of(plant, "", "cost_posting", "WO-1"))->id, "EX-1");
    EXPECT_FALSE(store().open_exception_of(plant, "key-EX-3", "", "")->has_value());
    EXPECT_FALSE(store().open_exception_of(plant, "", "", "")->has_value());
    batch.exceptions[0].state = store::ExceptionState::closed;
    must_commit(batch);
    EXPECT_FALSE(store().open_exception_of(plant, "", "cost_posting", "WO-1")->has_value());
    EXPECT_FALSE(store().open_exception_of(plant, "key-EX-1", "", "")->has_value());
}

}  // namespace
}  // namespace tieline::contract
