#include "identity/lockout.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace tieline::identity {

std::optional<Millis> Lockout::begin(const std::string& name, const std::string& address, WallTime now) {
    // Who is refused leaves no trace: else made-up names would crowd out those that are being guessed at.
    const std::string group = address_group(address);
    const WallTime until = std::max(paused_until(names_, name), paused_until(addresses_, group));
    if (until > now) return until - now;
    count(entry_in(names_, name, now), name_failures_max, now);
    count(entry_in(addresses_, group, now), address_failures_max, now);
    return std::nullopt;
}

void Lockout::succeeded(const std::string& name, const std::string& address) {
    names_.erase(name);
    // Only this try is taken back: one good account must not wipe out what the address did to others.
    one_less(addresses_, address_group(address));
}

void Lockout::take_back(const std::string& name, const std::string& address) {
    one_less(names_, name);
    one_less(addresses_, address_group(address));
}

void Lockout::one_less(Entries& entries, const std::string& key) {
    const auto found = entries.find(key);
    if (found == entries.end()) return;
    found->second.until = {};
    if (--found->second.failures <= 0) entries.erase(found);
}

WallTime Lockout::paused_until(const Entries& entries, const std::string& key) {
    const auto found = entries.find(key);
    return found == entries.end() ? WallTime{} : found->second.until;
}

Lockout::Entry& Lockout::entry_in(Entries& entries, const std::string& key, WallTime now) {
    const auto found = entries.find(key);
    if (found != entries.end()) {
        if (now - found->second.last > forgotten_after) found->second = Entry{};
        return found->second;
    }
    if (entries.size() >= entries_max) {
        std::erase_if(entries, [&](const auto& one) { return now - one.second.last > forgotten_after; });
    }
    if (entries.size() >= entries_max) {
        // Whoever failed least, and longest ago: names that are made up once go before the one that is guessed at.
        entries.erase(std::min_element(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
            return std::pair(a.second.failures, a.second.last) < std::pair(b.second.failures, b.second.last);
        }));
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
    constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    std::array<unsigned char, 16> bytes{};
    const std::string plain = address.substr(0, address.find('%'));  // without the interface
    if (inet_pton(AF_INET6, plain.c_str(), bytes.data()) != 1) return address;
    if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) return plain.substr(plain.rfind(':') + 1);
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    std::array<char, INET6_ADDRSTRLEN> text{};
    return inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
}

}  // namespace tieline::identity
