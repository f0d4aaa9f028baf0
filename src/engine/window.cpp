#include "engine/window.h"

#include <algorithm>

namespace tieline::engine {

void Window::answered(WallTime now, Millis took) {
    took = std::max(took, Millis(1));
    if (now - memory_began_ >= memory) {
        quickest_before_ = quickest_;
        quickest_ = Millis(0);
        memory_began_ = now;
        looks_ = true;
    }
    quickest_ = quickest_ == Millis(0) ? took : std::min(quickest_, took);
    ++answers_;
    const auto passed = now - tick_began_;
    if (passed < tick) return;
    // After a pause the first tick would count the pause.
    if (passed < 2 * tick) per_ms_ = static_cast<double>(answers_) / static_cast<double>(passed.count());
    answers_ = 0;
    tick_began_ = now;
    if (ticks_looked_ > 0) looks_ = false;
    ticks_looked_ = looks_ ? 1 : 0;
}

std::size_t Window::size(std::size_t most) const {
    const std::size_t least = std::max<std::size_t>(1, most / 8);
    if (looks_ || per_ms_ == 0) return least;
    Millis quickest = quickest_;
    if (quickest_before_ != Millis(0)) quickest = std::min(quickest, quickest_before_);
    const double time_ms =
        std::max(static_cast<double>(harmless.count()), 1.25 * static_cast<double>(quickest.count()));
    return std::clamp(static_cast<std::size_t>(per_ms_ * time_ms), least, std::max(least, most));
}

}  // namespace tieline::engine
