#pragma once
// The store in plain containers: the model that the others are compared with, and a quick store for tests.

#include "store/store.h"

#include <memory>

namespace tieline::store {

/// Same meaning as every store; keeps nothing beyond the process. Used from one thread.
class MemoryStore : public Store {
public:
    /// Forgets what sync() has not made durable, as a power cut would. The store can be used on at once.
    virtual void crash() = 0;
};

std::unique_ptr<MemoryStore> make_memory_store();

}  // namespace tieline::store
