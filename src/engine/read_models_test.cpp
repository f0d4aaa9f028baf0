// When read models are folded, and how much at a time, as a driver sees it.

#include "engine/test_core.h"

#include <gtest/gtest.h>

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
    std::string fold(const model::StoredEvent&, std::string_view, const std::string& row) const override {
        return std::to_string(row.empty() ? 1 : std::stoi(row) + 1);
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

class ReadModelsTest : public ::testing::Test {
protected:
    ReadModelsTest() : random(7), store(store::make_memory_store()) { open({&first, &second}); }
    void open(std::vector<const Projection*> projections) {
        core.reset();
        SiteSetup setup;
        setup.site = "plant";
        setup.flows = &flows;
        setup.projections = std::move(projections);
        auto opened = open_core(*store, clock, random, {setup}, {});
        ASSERT_TRUE(opened) << opened.error().message;
        core = std::move(*opened);
        core->on_synced([] {});
    }
    void happen(int count) {
        for (int i = 0; i < count; ++i) {
            Ingest item;
            item.site = "plant";
            item.source = "src";
            item.object = "k" + std::to_string(made++);
            item.type = "thing.happened";
            item.occurred = clock.time;
            item.data = "{\"revision\":" + revision + "}";
            core->ingest(item, [](Result<Ingested> taken) { EXPECT_TRUE(taken); });
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
    int fold_while(Folding wanted) {
        int pieces = 0;
        for (; core->folding() == wanted; ++pieces) EXPECT_TRUE(core->fold_piece());
        return pieces;
    }
    void fold_all() {
        while (core->folding() != Folding::none) ASSERT_TRUE(core->fold_piece());
    }
    int all_of(const Projection& projection) {
        const auto row = store->view("plant", view_name(projection), "all");
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
    EXPECT_EQ(core->folding(), Folding::due);
    EXPECT_EQ(fold_while(Folding::due), 2) << "one piece for each";
    EXPECT_EQ(all_of(first), 3);
    EXPECT_EQ(all_of(second), 3);
    EXPECT_EQ(core->folding(), Folding::none);
}

TEST_F(ReadModelsTest, TheNextRoundBeginsAfterItsTime) {
    happen(1);
    fold_while(Folding::due);
    happen(1);
    EXPECT_EQ(core->folding(), Folding::none);
    const auto taken = core->turn();
    ASSERT_TRUE(taken && taken->wake);
    EXPECT_EQ(*taken->wake, clock.time + Millis(100)) << "and the driver is told when";
    clock.time += Millis(100);
    turn();
    EXPECT_EQ(core->folding(), Folding::due);
    fold_while(Folding::due);
    EXPECT_EQ(all_of(second), 2);
}

TEST_F(ReadModelsTest, WhatIsLatePressesHoweverLittleItIs) {
    happen(1);
    EXPECT_EQ(core->folding(), Folding::due);
    clock.time += Millis(99);
    turn();
    EXPECT_EQ(core->folding(), Folding::due);
    clock.time += Millis(1);
    turn();
    EXPECT_EQ(core->folding(), Folding::pressing);
    fold_all();
    EXPECT_EQ(all_of(first), 1);
    EXPECT_EQ(all_of(second), 1);
}

TEST_F(ReadModelsTest, WhatIsSoonNoLongerAtHandPresses) {
    happen(1);
    fold_while(Folding::due);
    happen(511);
    EXPECT_EQ(core->folding(), Folding::none) << "its time has not come";
    happen(1);
    EXPECT_EQ(core->folding(), Folding::due);
    happen(256);
    EXPECT_EQ(core->folding(), Folding::pressing);
    EXPECT_EQ(fold_while(Folding::pressing), 4) << "three of the first, one of the second, of 256 events each";
    EXPECT_EQ(all_of(first), 769);
    EXPECT_EQ(all_of(second), 257);
    fold_while(Folding::due);
    EXPECT_EQ(all_of(second), 769);
}

TEST_F(ReadModelsTest, AReadModelThatIsRebuiltHoldsNoneUp) {
    open({&first});
    for (int i = 0; i < 12; ++i) {
        happen(500);
        fold_all();
    }
    open({&second, &first});
    happen(1);
    ASSERT_EQ(core->folding(), Folding::due);
    fold_while(Folding::due);
    EXPECT_EQ(all_of(first), 6001);
    EXPECT_EQ(all_of(second), 1024) << "a round's share of the rebuilt one";
    for (int i = 0; i < 5; ++i) {
        clock.time += Millis(100);
        turn();
        fold_all();
    }
    EXPECT_EQ(all_of(second), 6001);
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
