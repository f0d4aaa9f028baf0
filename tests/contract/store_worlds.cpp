#include "contract/store_worlds.h"

#include "disk/disk.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

#include <stdlib.h>

#include <filesystem>

namespace tieline::contract {

using store::Store;
using store::WriteBatch;

namespace {

class MemoryWorld final : public World {
public:
    Store& store() override { return *store_; }
    void crash() override { store_->crash(); }
    void reopen() override {}

private:
    std::unique_ptr<store::MemoryStore> store_ = store::make_memory_store();
};

std::unique_ptr<Store> opened(const store::SqliteOptions& options) {
    auto store = store::open_sqlite_store(options);
    if (store) return std::move(*store);
    ADD_FAILURE() << store.error().message;
    return nullptr;
}

/// On the machine's disk. A crash is what a killed process leaves: its files as they are, copied away before the
/// store can tidy up behind itself.
class SqliteWorld final : public World {
public:
    SqliteWorld() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tieline_contract_XXXXXX").string();
        root_ = mkdtemp(pattern.data());
        open();
    }
    ~SqliteWorld() override {
        store_.reset();
        std::filesystem::remove_all(root_);
    }
    Store& store() override { return *store_; }
    void crash() override {
        const std::string left = folder();
        ++life_;
        std::filesystem::create_directories(folder());
        for (const char* file : {"/tieline.db", "/tieline.db-wal"}) {
            if (std::filesystem::exists(left + file)) std::filesystem::copy_file(left + file, folder() + file);
        }
        store_.reset();
        open();
    }
    void reopen() override {
        store_.reset();
        open();
    }

private:
    std::string folder() const { return root_ + "/" + std::to_string(life_); }
    void open() {
        store::SqliteOptions options;
        options.path = folder();
        store_ = opened(options);
    }
    std::string root_;
    int life_ = 0;
    std::unique_ptr<Store> store_;
};

class SimDiskWorld final : public World {
public:
    SimDiskWorld() { open(); }
    Store& store() override { return *store_; }
    void crash() override {
        disk_.crash();
        reopen();
    }
    void reopen() override {
        store_.reset();
        open();
    }

private:
    void open() {
        store::SqliteOptions options;
        options.path = "plant";
        options.vfs = disk_.vfs_name();
        store_ = opened(options);
    }
    sim::Disk disk_{20261124};
    std::unique_ptr<Store> store_;
};

}  // namespace

std::vector<WorldKind> world_kinds() {
    return {{"memory", [] { return std::make_unique<MemoryWorld>(); }},
            {"sqlite", [] { return std::make_unique<SqliteWorld>(); }},
            {"sim_disk", [] { return std::make_unique<SimDiskWorld>(); }}};
}

store::Applied StoreContract::must_apply(const WriteBatch& batch) {
    const auto applied = store().apply(batch);
    EXPECT_TRUE(applied.has_value()) << applied.error().message;
    return applied ? *applied : store::Applied{};
}

void StoreContract::must_sync() {
    const auto synced = store().sync();
    EXPECT_TRUE(synced.has_value()) << synced.error().message;
}

void StoreContract::must_commit(const WriteBatch& batch) {
    const auto applied = store().commit(batch);
    EXPECT_TRUE(applied.has_value()) << applied.error().message;
}

void StoreContract::must_conflict(const WriteBatch& batch, const std::string& code) {
    const auto applied = store().apply(batch);
    ASSERT_FALSE(applied.has_value());
    EXPECT_EQ(applied.error().kind, ErrorKind::conflict);
    EXPECT_EQ(applied.error().code, code);
    EXPECT_FALSE(applied.error().message.empty());
}

model::StoredCommand StoreContract::command(const std::string& key) {
    const auto found = store().command(plant, key);
    EXPECT_TRUE(found.has_value() && found->has_value()) << key;
    return found && *found ? **found : model::StoredCommand{};
}

WallTime at(std::int64_t ms) { return WallTime(Millis(ms)); }

WriteBatch batch_at(std::int64_t ms) {
    WriteBatch batch;
    batch.site = plant;
    batch.now = at(ms);
    return batch;
}

model::Envelope event(const std::string& id, const std::string& correlation) {
    model::Envelope event;
    event.id = id;
    event.source = "cmms";
    event.type = "workorder.completed";
    event.subject = "WO-1";
    event.site = plant;
    event.occurred = at(17);
    event.correlation = correlation;
    event.cause = "before";
    event.schema_version = 3;
    event.data = R"({"amount":"12.50","name":"Größe"})";
    return event;
}

WriteBatch events(std::initializer_list<std::string> ids) {
    WriteBatch batch = batch_at(5);
    for (const auto& id : ids) batch.events.push_back(event(id));
    return batch;
}

model::Command make_command(const std::string& key, const std::string& order_key) {
    model::Command command;
    command.key = key;
    command.order_key = order_key;
    command.connector = "erp";
    command.kind = "journal.post";
    command.noun = "cost";
    command.flow = "cost_posting";
    command.flow_key = "WO-1";
    command.correlation = "WO-1";
    command.cause = "e1";
    command.payload = R"({"amount":"1.00"})";
    command.echo = R"({"slot":"journal"})";
    command.intent = 2;
    return command;
}

WriteBatch commands(std::initializer_list<model::Command> commands, std::int64_t ms) {
    WriteBatch batch = batch_at(ms);
    batch.commands = commands;
    return batch;
}

store::CommandChange change_of(const model::StoredCommand& stored, model::CommandState to) {
    store::CommandChange change;
    change.id = stored.id;
    change.from_state = stored.state;
    change.from_attempt = stored.attempt;
    change.state = to;
    change.attempt = stored.attempt + (to == model::CommandState::sending ? 1 : 0);
    change.due = stored.due;
    return change;
}

store::Exception make_exception(const std::string& id) {
    store::Exception exception;
    exception.id = id;
    exception.kind = "rejected";
    exception.code = "period_closed";
    exception.subject = "WO-1";
    exception.flow = "cost_posting";
    exception.key = "WO-1";
    exception.command_key = "key-" + id;
    exception.reason = "The period 2026-10 is closed.";
    exception.fix = "Open the period or choose a later date.";
    exception.details = R"({"payload":{}})";
    exception.correlation = "WO-1";
    exception.opened = at(99);
    return exception;
}

}  // namespace tieline::contract
