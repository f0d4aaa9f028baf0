#include "store/sqlite/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace tieline::store::sqlite {

namespace {

std::string holder_of(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t count = ::pread(descriptor, text.data(), text.size() - 1, 0);
    if (count <= 0) return "another process";
    std::string pid(text.data(), static_cast<std::size_t>(count));
    while (!pid.empty() && (pid.back() < '0' || pid.back() > '9')) pid.pop_back();
    return pid.empty() ? "another process" : "process " + pid;
}

Error open_failure(const std::string& what, const std::string& why) {
    return make_error(ErrorKind::internal, what + " cannot be used: " + why + ". Check path and rights.", "store_open");
}

}  // namespace

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> FolderLock::take(const std::string& folder) {
    std::error_code failure;
    const bool is_new = std::filesystem::create_directories(folder, failure);
    if (failure) return open_failure("The data folder " + folder, failure.message());
    // What people do and earn stands in it; a folder that was there keeps the rights it was given.
    if (is_new) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failure);
    if (failure) return open_failure("The data folder " + folder, failure.message());
    const std::string file = folder + "/tieline.lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) return open_failure("The lock file " + file, std::strerror(errno));
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return open_failure("The lock file " + file, std::strerror(errno));
        return make_error(ErrorKind::conflict,
                          "The data folder " + folder + " is in use by " + holder_of(descriptor_) +
                              ". Stop that process, or let the command go through its API.",
                          "data_folder_locked");
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    // The number is only for people; the lock itself is what counts.
    if (::ftruncate(descriptor_, 0) != 0 ||
        ::pwrite(descriptor_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        return open_failure("The lock file " + file, std::strerror(errno));
    }
    return {};
}

}  // namespace tieline::store::sqlite
