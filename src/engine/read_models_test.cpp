// When read models are folded, and how much at a time, as a driver sees it.

#include "engine/context.h"
#include "engine/test_core.h"

#include <gtest/gtest.h>

#include <thread>

namespace tieline::engine {
namespace {

/// One row per subject, and one of all: how many events there were.
class Counts final : public Projection {
public:
    explicit Counts(std::string name) : name_(std::move(name)) {}
    std::string_view name() const override { return name_; }
    int version() const override { return 1; }
    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        return {"all", event.envelope.subject};
    }
    std::string fold(const model::StoredEvent& event, std::string_view, const std::string& row) const override {
        const bool is_whole = event.envelope.json_or_null() != nullptr;
        return std::to_string((row.empty() ? 0 : std::stoi(row)) + (is_whole ? 1 : 1000));
    }

private:
    std::string name_;
};

/// The same, kept parsed.
class ParsedCounts final : public Projection {
public:
    std::string_view name() const override { return "parsed"; }
    int version() const override { return 1; }
    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        return {"all", event.envelope.subject};
    }
    std::string fold(const model::StoredEvent&, std::string_view, const std::string&) const override {
        return "unused";
    }
    bool folds_parsed() const override { return true; }
    void fold_parsed(const model::StoredEvent&, std::string_view, Json& row) const override {
        row.set("count", row.int_or("count", 0) + 1);
    }
};

/// One row per subject that stands until its next event, kept parsed.
class Fleeting final : public Projection {
public:
    std::string_view name() const override { return "fleeting"; }
    int version() const override { return 1; }
    std::vector<std::string> keys(const model::StoredEvent& event) const override { return {event.envelope.subject}; }
    std::string fold(const model::StoredEvent&, std::string_view, const std::string&) const override {
        return "unused";
    }
    bool folds_parsed() const override { return true; }
    void fold_parsed(const model::StoredEvent& event, std::string_view, Json& row) const override {
        const bool begins = row.is_null() && event.envelope.data.find("none") == std::string::npos;
        row = begins ? Json("there") : Json();
    }
};

/// What is in the tail, and only there, is let go of; what somebody has stays as they found it.
TEST(Tail, KeepsWhatSomebodyReadsParsed) {
    Tail tail;
    Sequence seq = 0;
    const auto add = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            model::StoredEvent event;
            event.seq = ++seq;
            event.envelope.data = R"({"n":)" + std::to_string(seq) + "}";
            ASSERT_NE(event.envelope.json_or_null(), nullptr);
            tail.add(std::move(event));
        }
    };
    add(2);
    const Events mine = *tail.after(0, 1);
    std::weak_ptr<const Json> read = mine[0]->envelope.json_or_null();
    std::weak_ptr<const Json> others = (*tail.after(1, 1))[0]->envelope.json_or_null();
    add(Tail::parsed_max);
    tail.take_spent();
    EXPECT_FALSE(read.expired());
    EXPECT_TRUE(others.expired());
    add(Tail::events_max);
    tail.take_spent();
    EXPECT_FALSE(read.expired());
    EXPECT_EQ(mine[0]->envelope.json_or_null()->int_or("n", 0), 1);
    EXPECT_FALSE(tail.after(0, 1)) << "it does not reach back so far";
    EXPECT_EQ(tail.after(seq - 1, 9)->size(), 1U);
    EXPECT_TRUE(tail.after(seq, 9)->empty());
}

TEST(Tail, LetsGoOfWhatAllHaveReadButTheNewest) {
    Tail tail;
    for (Sequence seq = 1; seq <= 5; ++seq) {
        model::StoredEvent event;
        event.seq = seq;
        tail.add(std::move(event));
    }
    tail.let_go(3);
    EXPECT_FALSE(tail.after(2, 9));
    EXPECT_EQ(tail.after(3, 9)->size(), 2U);
    EXPECT_EQ(tail.take_spent().size(), 3U);
    tail.let_go(5);
    ASSERT_TRUE(tail.after(5, 9)) << "a reader that has all must not ask the store";
    EXPECT_TRUE(tail.after(5, 9)->empty());
    EXPECT_EQ(tail.take_spent().size(), 1U);
}

class ReadModelsTest : public ::testing::Test {
protected:
    ReadModelsTest() : random(7), store(store::make_memory_store()) { open({&first, &second}); }
    void open(std::vector<const Projection*> projections, const std::vector<SiteId>& sites = {"plant"}) {
        core.reset();
        std::vector<SiteSetup> setups;
        for (const SiteId& site : sites) {
            setups.emplace_back();
            setups.back().site = site;
            setups.back().flows = &flows;
            setups.back().projections = projections;
        }
        auto opened = open_core(*store, clock, random, std::move(setups), {});
        ASSERT_TRUE(opened) << opened.error().message;
        core = std::move(*opened);
        core->on_synced([] {});
    }
    /// Comes in; the next turn takes it.
    void offer(const SiteId& site = "plant") {
        Ingest item;
        item.site = site;
        item.source = "src";
        item.object = "k" + std::to_string(made++);
        item.type = "thing.happened";
        item.occurred = clock.time;
        item.data = "{\"revision\":" + revision + "}";
        core->ingest(item, [](Result<Ingested> taken) { EXPECT_TRUE(taken); });
    }
    void happen(int count, const SiteId& site = "plant") {
        for (int i = 0; i < count; ++i) {
            offer(site);
            if (made % 100 == 0 || i + 1 == count) turn();
        }
    }
    /// Until everything that came in is taken and durable.
    void turn() {
        for (bool again = true; again;) {
            const Result<Turn> taken = core->turn();
            ASSERT_TRUE(taken);
            again = taken->more || taken->syncing;
        }
    }
    /// Piece by piece until nothing is to be folded; how many there were.
    int fold_all() {
        for (int pieces = 0;; ++pieces) {
            Result<std::unique_ptr<FoldPiece>> piece = core->begin_fold();
            EXPECT_TRUE(piece);
            if (!piece || !*piece) return pieces;
            carry_out(std::move(*piece));
        }
    }
    /// When the next round's time has come.
    int fold_all_later() {
        clock.time += Millis(100);
        turn();
        return fold_all();
    }
    void carry_out(std::unique_ptr<FoldPiece> piece) {
        ASSERT_NE(piece, nullptr);
        piece->fold();
        ASSERT_TRUE(core->end_fold(std::move(piece)));
    }
    std::unique_ptr<FoldPiece> begin() {
        Result<std::unique_ptr<FoldPiece>> piece = core->begin_fold();
        EXPECT_TRUE(piece);
        return piece ? std::move(*piece) : nullptr;
    }
    int all_of(const Projection& projection, const SiteId& site = "plant") {
        const auto row = store->view(site, view_name(projection), "all");
        return row && *row ? std::stoi(**row) : 0;
    }

    HandClock clock;
    SeededRandom random;
    std::unique_ptr<store::Store> store;
    flows::FlowSet flows;
    Counts first{"first"}, second{"second"};
    std::unique_ptr<Core> core;
    int made = 0;
    std::string revision = "1";
};

TEST_F(ReadModelsTest, ATurnFoldsNothingWhereItsDriverFolds) {
    happen(3);
    EXPECT_EQ(all_of(first), 0);
    EXPECT_EQ(fold_all(), 1) << "one piece for both";
    EXPECT_EQ(all_of(first), 3);
    EXPECT_EQ(all_of(second), 3);
}

TEST_F(ReadModelsTest, TheNextRoundBeginsAfterItsTime) {
    happen(1);
    fold_all();
    happen(1);
    EXPECT_EQ(begin(), nullptr);
    EXPECT_EQ(core->fold_wake(), clock.time + Millis(100)) << "and the driver is told when";
    EXPECT_EQ(fold_all_later(), 1);
    EXPECT_EQ(all_of(second), 2);
}

TEST_F(ReadModelsTest, WhatIsSoonNoLongerAtHandIsNotWaitedWith) {
    happen(1);
    fold_all();
    happen(127);
    EXPECT_EQ(begin(), nullptr) << "its time has not come";
    happen(1);
    EXPECT_EQ(fold_all(), 1);
    happen(1100);
    EXPECT_EQ(fold_all(), 1) << "of at most 1024 events; the rest has time";
    EXPECT_EQ(fold_all_later(), 1);
    EXPECT_EQ(all_of(first), 1229);
    EXPECT_EQ(all_of(second), 1229);
}

TEST_F(ReadModelsTest, UnderLoadRowsAreWrittenForSeveralPiecesTogether) {
    happen(1);
    fold_all();
    const auto fold_more = [this] {
        happen(200);
        EXPECT_EQ(fold_all(), 1);
        return all_of(first);
    };
    EXPECT_EQ(fold_more(), 1);
    EXPECT_EQ(fold_more(), 1);
    EXPECT_EQ(fold_more(), 1);
    EXPECT_EQ(fold_more(), 801) << "more than 512 rows were not written";
    clock.time += Millis(249);
    EXPECT_EQ(fold_more(), 801);
    clock.time += Millis(1);
    EXPECT_EQ(fold_more(), 1201) << "they are 250 ms old";
    EXPECT_EQ(all_of(second), 1201);
    EXPECT_EQ(fold_more(), 1201);
    EXPECT_EQ(core->fold_wake(), clock.time + Millis(100));
    EXPECT_EQ(fold_all_later(), 1) << "nothing more comes";
    EXPECT_EQ(all_of(first), 1401);
    EXPECT_EQ(all_of(second), 1401);
    EXPECT_FALSE(core->fold_wake());
}

TEST_F(ReadModelsTest, WhatWasFoldedAndNotWrittenIsFoldedAfterTheNextStart) {
    happen(200);
    fold_all();
    EXPECT_EQ(all_of(first), 0);
    open({&first, &second});
    fold_all();
    fold_all_later();
    EXPECT_EQ(all_of(first), 200);
    EXPECT_EQ(all_of(second), 200);
}

TEST_F(ReadModelsTest, ItLagsWhereEventsOfThePieceThatIsOutAreSoonNoLongerParsed) {
    happen(1);
    EXPECT_FALSE(core->fold_lags());
    std::unique_ptr<FoldPiece> piece = begin();
    happen(767);
    EXPECT_FALSE(core->fold_lags());
    happen(1);
    EXPECT_TRUE(core->fold_lags());
    carry_out(std::move(piece));
    EXPECT_FALSE(core->fold_lags()) << "nothing is out that could be waited for";
    fold_all();
    fold_all_later();
    EXPECT_EQ(all_of(first), 769);
}

TEST_F(ReadModelsTest, ALargePieceIsNoLag) {
    happen(1000);
    std::unique_ptr<FoldPiece> piece = begin();
    EXPECT_FALSE(core->fold_lags()) << "its events are in the piece";
    happen(767);
    EXPECT_FALSE(core->fold_lags());
    happen(1);
    EXPECT_TRUE(core->fold_lags());
    carry_out(std::move(piece));
}

TEST_F(ReadModelsTest, HoweverFarItHasFallenBehindItIsWaitedForButWhereItIsBuiltAnew) {
    happen(1);
    std::unique_ptr<FoldPiece> piece = begin();
    happen(static_cast<int>(Tail::events_max) + 500);
    EXPECT_TRUE(core->fold_lags());
    carry_out(std::move(piece));
    fold_all();
    fold_all_later();
    EXPECT_EQ(all_of(first), static_cast<int>(Tail::events_max) + 501);
    const Counts third("third");
    open({&third});
    clock.time += Millis(100);
    turn();
    piece = begin();
    ASSERT_NE(piece, nullptr);
    happen(1000);
    EXPECT_FALSE(core->fold_lags());
    carry_out(std::move(piece));
}

TEST_F(ReadModelsTest, WhatMustBeReadFromTheStoreComesInSmallPieces) {
    happen(700);
    open({&first, &second});
    EXPECT_EQ(fold_all(), 3) << "the tail does not reach back so far";
    fold_all_later();
    EXPECT_EQ(all_of(first), 700);
}

TEST_F(ReadModelsTest, WhileAPieceIsOutTurnsGoOnAndNoOtherBegins) {
    happen(2);
    std::unique_ptr<FoldPiece> piece = begin();
    ASSERT_NE(piece, nullptr);
    // So many that the tail lets go of the events that the piece holds.
    happen(static_cast<int>(Tail::events_max) + 1);
    clock.time += Millis(100);
    turn();
    EXPECT_EQ(begin(), nullptr);
    EXPECT_FALSE(core->fold_wake()) << "its end wakes, not the clock";
    EXPECT_EQ(all_of(first), 0);
    std::thread([&piece] { piece->fold(); }).join();
    ASSERT_TRUE(core->end_fold(std::move(piece)));
    EXPECT_EQ(all_of(first), 2);
    clock.time += Millis(300);
    turn();
    for (int rounds = 0; rounds < 3; ++rounds) {
        fold_all();
        clock.time += Millis(100);
        turn();
    }
    EXPECT_EQ(all_of(first), static_cast<int>(Tail::events_max) + 3);
    EXPECT_EQ(all_of(second), static_cast<int>(Tail::events_max) + 3);
}

TEST_F(ReadModelsTest, SitesTakeTurns) {
    open({&first}, {"plant", "works"});
    happen(2500);
    happen(2, "works");
    std::unique_ptr<FoldPiece> piece = begin();
    ASSERT_NE(piece, nullptr);
    EXPECT_EQ(begin(), nullptr) << "the other site's waits until this one is back";
    clock.time += Millis(200);
    EXPECT_FALSE(core->fold_wake()) << "the end of the piece wakes for it";
    carry_out(std::move(piece));
    EXPECT_EQ(all_of(first, "works"), 0);
    carry_out(begin());
    EXPECT_EQ(all_of(first, "works"), 2) << "though the first one has more to fold";
    fold_all();
    fold_all_later();
    EXPECT_EQ(all_of(first), 2500);
}

TEST_F(ReadModelsTest, APieceThatIsNotTakenBackIsFoldedAfterTheNextStart) {
    happen(5);
    std::unique_ptr<FoldPiece> piece = begin();
    ASSERT_NE(piece, nullptr);
    piece->fold();
    piece.reset();
    open({&first, &second});
    EXPECT_EQ(all_of(first), 0);
    fold_all();
    EXPECT_EQ(all_of(first), 5);
    EXPECT_EQ(all_of(second), 5);
}

TEST_F(ReadModelsTest, AReadModelThatIsRebuiltHoldsNoneUp) {
    open({&first});
    for (int i = 0; i < 12; ++i) {
        happen(500);
        fold_all();
    }
    open({&second, &first});
    happen(1);
    fold_all();
    EXPECT_EQ(all_of(first), 6001);
    EXPECT_EQ(all_of(second), 1024) << "a round's share of the rebuilt one";
    for (int i = 0; i < 5; ++i) {
        clock.time += Millis(100);
        turn();
        fold_all();
    }
    EXPECT_EQ(all_of(second), 6001);
}

TEST_F(ReadModelsTest, ARowThatNeverWasIsNotDroppedAndOneThatWasIs) {
    const Fleeting fleeting;
    open({&fleeting});
    const auto row = [&] { return *store->view("plant", view_name(fleeting), "k0"); };
    revision = "\"none\"";
    happen(3);
    auto before = store->stats().rows;
    fold_all();
    EXPECT_EQ(store->stats().rows, before + 1) << "its position only";
    revision = "1";
    made = 0;
    happen(1);
    fold_all_later();
    EXPECT_EQ(row(), "\"there\"");
    revision = "2";
    made = 0;
    happen(1);
    fold_all_later();
    EXPECT_FALSE(row());
}

TEST_F(ReadModelsTest, RowsThatAreNoLongerAtHandAreReadAgain) {
    const ParsedCounts parsed;
    open({&parsed});
    const auto row = [&](const std::string& key) {
        const auto stored = store->view("plant", view_name(parsed), key);
        return stored && *stored ? **stored : std::string();
    };
    happen(1500);  // more rows than are kept
    fold_all();
    EXPECT_EQ(row("k0"), R"({"count":1})");
    revision = "2";
    made = 0;
    happen(1500);
    clock.time += Millis(100);
    turn();
    fold_all();
    for (const char* key : {"k0", "k700", "k1499"}) EXPECT_EQ(row(key), R"({"count":2})") << key;
    EXPECT_EQ(row("all"), R"({"count":3000})");
}

TEST_F(ReadModelsTest, WhatWasFoldedBehindTheLastTurnIsDurableAtTheEnd) {
    happen(1);
    fold_all();
    const auto before = store->stats().syncs;
    ASSERT_TRUE(core->finish());
    EXPECT_GT(store->stats().syncs, before);
}

/// The disk says that it is done only after the rows were written.
TEST_F(ReadModelsTest, RowsWrittenBesideASyncJoinTheGroupBehindIt) {
    happen(1);
    offer();
    Result<Turn> taken = core->turn();
    ASSERT_TRUE(taken && taken->syncing);
    fold_all();
    const auto before = store->stats().syncs;
    turn();
    EXPECT_GT(store->stats().syncs, before);
    EXPECT_EQ(all_of(first), 2);
}

TEST_F(ReadModelsTest, WithoutADriverThatFoldsATurnDoes) {
    core->on_synced(nullptr);
    happen(300);
    clock.time += Millis(100);
    turn();
    EXPECT_EQ(all_of(first), 300);
    EXPECT_EQ(all_of(second), 300);
}

}  // namespace
}  // namespace tieline::engine
