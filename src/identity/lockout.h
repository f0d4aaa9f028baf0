#pragma once
// Slows down whoever guesses passwords: a pause per name and per address that doubles with each failure. In memory and
// bounded; a restart forgets it. Pure: the time is given. Not thread-safe.

#include "base/time.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace tieline::identity {

class Lockout {
public:
    static constexpr int name_failures_max = 5;      ///< free tries per name; then 1 s, 2 s, 4 s … 15 min
    static constexpr int address_failures_max = 20;  ///< the same per address
    static constexpr Millis pause_max{15 * 60'000};
    static constexpr Millis forgotten_after{60 * 60'000};  ///< without a further failure
    static constexpr std::size_t entries_max = 10'000;     ///< of each kind

    /// How long to wait before the next try; nullopt: go on, and this try counts as a failure until succeeded() says
    /// otherwise, so that many at once gain nothing.
    std::optional<Millis> begin(const std::string& name, const std::string& address, WallTime now);
    bool is_paused(const std::string& name, WallTime now) const { return paused_until(names_, name) > now; }
    void succeeded(const std::string& name, const std::string& address);
    /// Of a try that was not looked at: as if it had not been.
    void take_back(const std::string& name, const std::string& address);
    std::size_t size() const { return names_.size() + addresses_.size(); }  ///< entries, at most 2 entries_max
    /// Of a person who proved otherwise who they are.
    void forget(const std::string& name) { names_.erase(name); }

private:
    struct Entry {
        int failures = 0;
        WallTime until{}, last{};
    };
    using Entries = std::unordered_map<std::string, Entry>;
    static Entry& entry_in(Entries& entries, const std::string& key, WallTime now);
    static WallTime paused_until(const Entries& entries, const std::string& key);
    static void one_less(Entries& entries, const std::string& key);
    static void count(Entry& entry, int failures_max, WallTime now);

    Entries names_, addresses_;
};

/// What counts as one address: of IPv6 the first 64 bits, which one subscriber has; an IPv4 address within IPv6 is
/// itself.
std::string address_group(const std::string& address);

}  // namespace tieline::identity
