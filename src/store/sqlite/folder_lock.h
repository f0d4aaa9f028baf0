#pragma once
// One process holds a data folder.

#include "base/result.h"

#include <string>

namespace tieline::store::sqlite {

/// Held by the store for its life; the operating system frees it when the process dies, however it dies.
class FolderLock {
public:
    FolderLock() = default;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();
    /// Makes the folder if it is missing. conflict "data_folder_locked", internal "store_open".
    Result<void> take(const std::string& folder);

private:
    int descriptor_ = -1;
};

}  // namespace tieline::store::sqlite
