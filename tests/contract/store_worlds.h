#pragma once
// The stores under the contract, each with a way to die and come back; and short ways to write batches.

#include "store/store.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tieline::contract {

/// One kind of store. Owned by a test.
class World {
public:
    virtual ~World() = default;
    virtual store::Store& store() = 0;
    /// The process dies without a word: what was not synced is gone. Then the store is opened again.
    virtual void crash() = 0;
    /// An orderly stop and start. Memory has no life beyond the process and does nothing.
    virtual void reopen() = 0;
};

struct WorldKind {
    const char* name;
    std::function<std::unique_ptr<World>()> make;
};
std::vector<WorldKind> world_kinds();

/// Every case runs against every kind.
class StoreContract : public testing::TestWithParam<WorldKind> {
protected:
    void SetUp() override { world_ = GetParam().make(); }
    store::Store& store() { return world_->store(); }
    World& world() { return *world_; }
    /// apply that must succeed.
    store::Applied must_apply(const store::WriteBatch& batch);
    void must_sync();
    void must_commit(const store::WriteBatch& batch);
    /// apply that must be refused, with this code.
    void must_conflict(const store::WriteBatch& batch, const std::string& code);
    model::StoredCommand command(const std::string& key);

private:
    std::unique_ptr<World> world_;
};

inline constexpr const char* plant = "plant1";
WallTime at(std::int64_t ms);
store::WriteBatch batch_at(std::int64_t ms = 0);
model::Envelope event(const std::string& id, const std::string& correlation = "WO-1");
store::WriteBatch events(std::initializer_list<std::string> ids);
model::Command make_command(const std::string& key, const std::string& order_key = "");
store::WriteBatch commands(std::initializer_list<model::Command> commands, std::int64_t ms = 0);
/// A change that expects the command as it is stored.
store::CommandChange change_of(const model::StoredCommand& stored, model::CommandState to);
store::Exception make_exception(const std::string& id);

}  // namespace tieline::contract
