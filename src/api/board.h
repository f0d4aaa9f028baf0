#pragma once
// The board as it was made last, per site. For this room only.

#include "base/time.h"
#include "model/event.h"

#include <cstdint>
#include <map>
#include <string>

namespace tieline::api {

/// Engine thread only.
class Boards {
public:
    struct Board {
        std::uint64_t head = 0, moves = 0;  ///< of the log, and of people, when it was made
        WallTime made{};
        std::string text;
    };
    Board& of(const model::SiteId& site) { return boards_[site]; }

private:
    std::map<model::SiteId, Board> boards_;
};

}  // namespace tieline::api
