#include "identity/lockout.h"

#include <algorithm>

namespace tieline::identity {

std::optional<Millis> Lockout::begin(const std::string& name, const std::string& address, WallTime now) {
    Entry& by_name = entry_in(names_, name, now);
    Entry& by_address = entry_in(addresses_, address_group(address), now);
    const WallTime until = std::max(by_name.until, by_address.until);
    if (until > now) return until - now;
    count(by_name, name_failures_max, now);
    count(by_address, address_failures_max, now);
    return std::nullopt;
}

void Lockout::succeeded(const std::string& name, const std::string& address) {
    names_.erase(name);
    // Only this try is taken back: one good account must not wipe out what the address did to others.
    const auto found = addresses_.find(address_group(address));
    if (found == addresses_.end()) return;
    found->second.until = {};
    if (--found->second.failures <= 0) addresses_.erase(found);
}

Lockout::Entry& Lockout::entry_in(Entries& entries, const std::string& key, WallTime now) {
    const auto found = entries.find(key);
    if (found != entries.end()) {
        if (now - found->second.last > forgotten_after) found->second = Entry{};
        return found->second;
    }
    if (entries.size() >= entries_max) {
        std::erase_if(entries, [&](const auto& one) { return one.second.until <= now; });
        if (entries.size() >= entries_max) entries.clear();
    }
    return entries[key];
}

void Lockout::count(Entry& entry, int failures_max, WallTime now) {
    ++entry.failures;
    entry.last = now;
    const int beyond = entry.failures - failures_max;
    if (beyond < 0) return;
    const Millis pause = beyond >= 10 ? pause_max : std::min(pause_max, Millis(1000) * (1 << beyond));
    entry.until = now + pause;
}

std::string address_group(const std::string& address) {
    if (address.find(':') == std::string::npos) return address;
    std::size_t end = 0;
    for (int groups = 0; groups < 4 && end != std::string::npos; ++groups) end = address.find(':', end + 1);
    return address.substr(0, end);
}

}  // namespace tieline::identity
