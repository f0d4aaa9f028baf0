#pragma once
// Where people at work said they are. In memory only: a log never forgets, and where somebody was yesterday is nobody's
// business. For this room only.

#include "base/time.h"
#include "model/event.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace tieline::api {

struct Place {
    std::string zone, asset;  ///< either may be ""
    std::string by;           ///< "scan", "zone_code", "beacon" or "chosen"
    WallTime at{};
};

/// Thread-safe. Keeps the last place of each person, for at most `keep`.
class Presence {
public:
    static constexpr Millis keep{12 * 3'600'000};  ///< a long shift
    static constexpr std::size_t people_max = 10'000;

    /// An older place than the known one changes nothing. false: too many people.
    bool put(const model::SiteId& site, const std::string& person, Place place, WallTime now);
    void drop(const model::SiteId& site, const std::string& person);
    /// Grows with every change.
    std::uint64_t changes() const;
    std::optional<Place> of(const model::SiteId& site, const std::string& person, WallTime now) const;

private:
    using Key = std::pair<model::SiteId, std::string>;
    mutable std::mutex mutex_;
    std::map<Key, Place> places_;
    std::uint64_t changes_ = 0;
};

}  // namespace tieline::api
