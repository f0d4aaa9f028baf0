#include "disk/disk_state.h"

#include <algorithm>
#include <cstring>

namespace tieline::sim {

void DiskFile::write(const void* bytes, std::size_t count, std::size_t offset) {
    if (count == 0) return;
    if (offset + count > now.size()) {
        // The gap reads as zeros; its sectors are as unsynced as the written ones.
        for (std::size_t s = now.size() / sector_bytes; s < offset / sector_bytes; ++s) unsynced.insert(s);
        now.resize(offset + count);
    }
    std::memcpy(now.data() + offset, bytes, count);
    for (std::size_t s = offset / sector_bytes; s <= (offset + count - 1) / sector_bytes; ++s) unsynced.insert(s);
}

void DiskFile::truncate(std::size_t size) {
    for (std::size_t s = size / sector_bytes; s * sector_bytes < now.size(); ++s) unsynced.insert(s);
    now.resize(size);
}

void DiskFile::sync() {
    for (const std::size_t s : unsynced) {
        const std::size_t begin = s * sector_bytes;
        const std::size_t end = std::min(begin + sector_bytes, now.size());
        if (begin >= end) continue;
        if (durable.size() < end) durable.resize(end);
        std::copy(now.begin() + static_cast<std::ptrdiff_t>(begin), now.begin() + static_cast<std::ptrdiff_t>(end),
                  durable.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    durable.resize(now.size());
    unsynced.clear();
}

bool Disk::State::strikes(DiskFault fault) {
    const auto index = static_cast<std::size_t>(fault);
    bool strike = fail_in[index] > 0 && --fail_in[index] == 0;
    if (rate[index] > 0 && random.below(1'000'000) < rate[index]) strike = true;
    if (!strike) return false;
    switch (fault) {
        case DiskFault::write_error:
            ++stats.write_errors;
            break;
        case DiskFault::sync_error:
            ++stats.sync_errors;
            break;
        case DiskFault::no_space:
            ++stats.no_space;
            break;
        case DiskFault::short_read:
            ++stats.short_reads;
            break;
        case DiskFault::slow:
            ++stats.slow;
            break;
    }
    return true;
}

bool Disk::State::power_off_at_this() {
    if (!power_off && power_off_in > 0 && --power_off_in == 0) power_off = true;
    return power_off;
}

void Disk::State::crash() {
    for (auto& [name, file] : files) {
        // A fresh object: handles of before the crash keep the old one and are refused by their generation.
        auto found = std::make_shared<DiskFile>(*file);
        settle(*found);
        file = std::move(found);
    }
    ++generation;
    ++stats.crashes;
    power_off = false;
    power_off_in = 0;
}

void Disk::State::settle(DiskFile& file) {
    // The size is metadata: the old or the new one survives, whatever became of the content.
    const bool new_size = !ignore_syncs && random.below(2) == 0;
    const std::size_t size = new_size ? file.now.size() : std::min(file.durable.size(), file.now.size());
    std::vector<unsigned char> found = file.durable;
    for (const std::size_t s : file.unsynced) {
        const std::size_t begin = s * sector_bytes;
        const std::size_t end = std::min(begin + sector_bytes, file.now.size());
        if (begin >= end) continue;
        const std::uint64_t fate = ignore_syncs ? 0 : random.below(5);
        std::size_t kept = 0;
        if (fate <= 1) {
            ++stats.sectors_lost;
        } else if (fate <= 3) {
            kept = end - begin;
            ++stats.sectors_kept;
        } else {
            kept = random.below(end - begin);
            ++stats.sectors_torn;
        }
        if (kept == 0) continue;
        if (found.size() < begin + kept) found.resize(begin + kept);
        std::memcpy(found.data() + begin, file.now.data() + begin, kept);
    }
    if (!new_size && file.durable.size() > file.now.size())
        found.resize(file.durable.size());
    else
        found.resize(std::max(size, found.size()));
    file.now = found;
    file.durable = std::move(found);
    file.unsynced.clear();
}

}  // namespace tieline::sim
