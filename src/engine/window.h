#pragma once
// How many requests may be on their way to a peer while a backlog drains. A peer that is busy answers no faster when
// more wait at its door, but what has just come in waits behind them.

#include "base/time.h"

#include <cstddef>

namespace tieline::engine {

/// As many as the peer answers while one request takes (Little's law: number = rate x time), a quarter more, so that a
/// faster peer is noticed. Pure; engine thread only.
class Window {
public:
    static constexpr Millis tick{250};      ///< the rate is taken anew each time
    static constexpr Millis memory{5'000};  ///< for so long at least the quickest answer counts
    static constexpr Millis harmless{8};    ///< of waiting, which holds nobody up

    /// An answer came, so long after its request was released.
    void answered(WallTime now, Millis took);
    /// At most `most`, at least an eighth of it: that while nothing is known, and for a moment every few seconds, to
    /// see how quick the peer is when nothing waits at its door.
    std::size_t size(std::size_t most) const;

private:
    WallTime tick_began_{}, memory_began_{};
    std::size_t answers_ = 0;  ///< in this tick
    bool looks_ = true;        ///< how quick the peer is with an eighth
    int ticks_looked_ = 0;
    double per_ms_ = 0;                        ///< answers of the last tick; 0: not known
    Millis quickest_{0}, quickest_before_{0};  ///< of this span of memory and of the one before; 0: none
};

}  // namespace tieline::engine
