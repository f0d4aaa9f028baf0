#include "engine/read_models.h"

#include <algorithm>

namespace tieline::engine {

ReadModels::ReadModels(SiteContext& site, const std::vector<const Projection*>& projections)
    : site_(site), next_(projections.size()) {
    for (const Projection* projection : projections) {
        projectors_.push_back(std::make_unique<Projector>(site_, *projection));
    }
}

Result<void> ReadModels::open() {
    for (auto& projector : projectors_) TIELINE_TRY_VOID(projector->open());
    next_round_ = site_.now;
    return {};
}

bool ReadModels::is_behind() const {
    return std::any_of(projectors_.begin(), projectors_.end(),
                       [this](const auto& projector) { return projector->position() < site_.head; });
}

bool ReadModels::any_behind(Sequence least) const {
    return std::any_of(projectors_.begin(), projectors_.end(), [this, least](const auto& projector) {
        const Sequence behind = site_.head - projector->position();
        return behind >= least && behind <= Tail::events_max;
    });
}

Folding ReadModels::folding() const {
    if (!is_behind()) return Folding::none;
    // Where there is always something else to do, screens would never hear of anything.
    const bool overdue = site_.now >= next_round_ + site_.options.project_every;
    if (overdue || any_behind(presses)) return Folding::pressing;
    return is_folding() || site_.now >= next_round_ || any_behind(fills) ? Folding::due : Folding::none;
}

void ReadModels::begin_round() {
    until_.clear();
    for (const auto& projector : projectors_) {
        until_.push_back(std::min(site_.head, projector->position() + round_max));
    }
    next_ = 0;
}

void ReadModels::pass_over_done() {
    while (is_folding() && projectors_[next_]->position() >= until_[next_]) ++next_;
}

Result<void> ReadModels::fold_piece() {
    if (!is_folding()) begin_round();
    pass_over_done();
    if (is_folding()) {
        Projector& projector = *projectors_[next_];
        const Sequence left = until_[next_] - projector.position();
        TIELINE_TRY_VOID(projector.run(std::min<Sequence>(piece_max, left)));
    }
    pass_over_done();
    if (!is_folding()) next_round_ = site_.now + site_.options.project_every;
    return {};
}

std::optional<WallTime> ReadModels::next_wake() const {
    if (is_behind()) return next_round_;
    return std::nullopt;
}

}  // namespace tieline::engine
