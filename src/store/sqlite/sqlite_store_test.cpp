// What only the store on a real disk has: the process lock, versions, the length of the write-ahead log.

#include "store/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace tieline::store {
namespace {

class SqliteStoreTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "tieline_sqlite_XXXXXX").string();
        options_.path = mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(options_.path); }
    std::unique_ptr<Store> must_open() {
        auto opened = open_sqlite_store(options_);
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return opened ? std::move(*opened) : nullptr;
    }
    void must_fill(Store& store, int from, int to) {
        for (int i = from; i < to; ++i) {
            WriteBatch batch;
            batch.site = "plant1";
            model::Envelope event;
            event.id = "e" + std::to_string(i);
            event.type = "workorder.completed";
            event.data = std::string(4000, 'x');
            batch.events.push_back(std::move(event));
            ASSERT_TRUE(store.commit(batch).has_value());
        }
    }
    SqliteOptions options_;
};

TEST_F(SqliteStoreTest, ASecondProcessIsTurnedAwayByName) {
    const auto store = must_open();
    const auto second = open_sqlite_store(options_);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    EXPECT_EQ(second.error().code, "data_folder_locked");
    EXPECT_NE(second.error().message.find("process " + std::to_string(getpid())), std::string::npos)
        << second.error().message;
}

TEST_F(SqliteStoreTest, WhatIsAppliedWhileTheDiskWorksBelongsToTheNextGroup) {
    const auto batch_of = [](const char* value) {
        WriteBatch batch;
        batch.site = "plant1";
        batch.states.push_back({"flow", value, value, false});
        return batch;
    };
    std::atomic<int> told = 0;
    auto store = must_open();
    for (int round = 0; round < 50; ++round) {
        ASSERT_TRUE(store->apply(batch_of("first")).has_value());
        ASSERT_TRUE(store->begin_sync([&told] { ++told; }).has_value());
        ASSERT_TRUE(store->apply(batch_of("second")).has_value());
        ASSERT_TRUE(store->finish_sync().has_value());
    }
    EXPECT_TRUE(store->state("plant1", "flow", "second")->has_value());
    store.reset();
    EXPECT_EQ(told, 50);
    store = must_open();
    EXPECT_TRUE(store->state("plant1", "flow", "first")->has_value());
    ASSERT_TRUE(store->apply(batch_of("third")).has_value());
    ASSERT_TRUE(store->begin_sync([&told] { ++told; }).has_value());
    ASSERT_TRUE(store->apply(batch_of("fourth")).has_value());
    store.reset();  // ends with a sync on its way and a group open
    EXPECT_EQ(told, 51);
    store = must_open();
    EXPECT_TRUE(store->state("plant1", "flow", "third")->has_value());
    EXPECT_FALSE(store->state("plant1", "flow", "fourth")->has_value()) << "this group was never closed";
}

TEST_F(SqliteStoreTest, TheLockIsFreeAfterAStop) {
    must_open().reset();
    EXPECT_NE(must_open(), nullptr);
}

TEST_F(SqliteStoreTest, AFolderThatCannotBeMadeIsAnError) {
    options_.path = "/proc/tieline/data";
    const auto opened = open_sqlite_store(options_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, "store_open");
}

TEST_F(SqliteStoreTest, AFileOfANewerVersionIsRefused) {
    must_open().reset();
    sqlite3* handle = nullptr;
    sqlite3_open((options_.path + "/tieline.db").c_str(), &handle);
    sqlite3_exec(handle, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
    sqlite3_close(handle);
    const auto opened = open_sqlite_store(options_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(opened.error().code, "store_version");
}

TEST_F(SqliteStoreTest, SomethingElseThanADataFileIsAnError) {
    { const auto store = must_open(); }
    std::filesystem::resize_file(options_.path + "/tieline.db", 0);
    std::filesystem::resize_file(options_.path + "/tieline.db", 8192);
    FILE* file = fopen((options_.path + "/tieline.db").c_str(), "w");
    fputs("this is a letter, not a data file, and it goes on for long enough to be looked at as one. ", file);
    for (int i = 0; i < 100; ++i) fputs("padding padding padding padding padding padding", file);
    fclose(file);
    EXPECT_FALSE(open_sqlite_store(options_).has_value());
}

TEST_F(SqliteStoreTest, TheLogStaysShortWithoutAThread) {
    options_.checkpoint_thread = false;
    options_.wal_reset_bytes = 1 << 20;
    const auto store = must_open();
    must_fill(*store, 0, 400);  // more than 3 MiB of rows
    EXPECT_LT(std::filesystem::file_size(options_.path + "/tieline.db-wal"), 2U << 20);
    EXPECT_EQ(*store->head("plant1"), 400U);
}

TEST_F(SqliteStoreTest, TheLogStaysUnderItsCapWithTheThread) {
    options_.backfill_bytes = 256 << 10;
    options_.wal_reset_bytes = 1 << 20;
    options_.wal_max_bytes = 2 << 20;
    auto store = must_open();
    must_fill(*store, 0, 1000);
    EXPECT_LT(std::filesystem::file_size(options_.path + "/tieline.db-wal"), (2U << 20) + (256U << 10));
    store.reset();
    store = must_open();
    EXPECT_EQ(*store->head("plant1"), 1000U);
    EXPECT_EQ((*store->event("plant1", 1000))->envelope.data.size(), 4000U);
}

TEST_F(SqliteStoreTest, ACheckpointEmptiesTheLog) {
    const auto store = must_open();
    must_fill(*store, 0, 50);
    EXPECT_GT(std::filesystem::file_size(options_.path + "/tieline.db-wal"), 0U);
    ASSERT_TRUE(checkpoint(*store).has_value());
    EXPECT_EQ(std::filesystem::file_size(options_.path + "/tieline.db-wal"), 0U);
    must_fill(*store, 50, 60);
    EXPECT_EQ(*store->head("plant1"), 60U);
}

}  // namespace
}  // namespace tieline::store
