#include "api/presence.h"

namespace tieline::api {

bool Presence::put(const model::SiteId& site, const std::string& person, Place place, WallTime now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(places_, [&](const auto& known) { return known.second.at + keep < now; });
    const auto found = places_.find({site, person});
    if (found != places_.end()) {
        if (place.at < found->second.at) return true;
        found->second = std::move(place);
        ++changes_;
        return true;
    }
    if (places_.size() >= people_max) return false;
    places_.emplace(Key{site, person}, std::move(place));
    ++changes_;
    return true;
}

void Presence::drop(const model::SiteId& site, const std::string& person) {
    const std::lock_guard lock(mutex_);
    changes_ += places_.erase({site, person});
}

std::uint64_t Presence::changes() const {
    const std::lock_guard lock(mutex_);
    return changes_;
}

std::optional<Place> Presence::of(const model::SiteId& site, const std::string& person, WallTime now) const {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find({site, person});
    if (found == places_.end() || found->second.at + keep < now) return std::nullopt;
    return found->second;
}

}  // namespace tieline::api
