#include "store/store.h"

namespace tieline::store {

Result<void> Store::begin_sync(std::function<void()> done) {
    TIELINE_TRY_VOID(sync());
    done();
    return {};
}

Result<Applied> Store::commit(const WriteBatch& batch) {
    TIELINE_TRY(Applied applied, apply(batch));
    TIELINE_TRY_VOID(sync());
    return applied;
}

}  // namespace tieline::store
