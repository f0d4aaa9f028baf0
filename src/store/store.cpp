#include "store/store.h"

namespace tieline::store {

Result<Applied> Store::commit(const WriteBatch& batch) {
    TIELINE_TRY(Applied applied, apply(batch));
    TIELINE_TRY_VOID(sync());
    return applied;
}

}  // namespace tieline::store
