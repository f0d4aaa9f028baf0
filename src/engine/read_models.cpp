#include "engine/read_models.h"

#include <algorithm>

namespace tieline::engine {

void ReadModels::Piece::fold() {
    for (auto& [projector, portion] : portions_) projector->fold(portion);
}

ReadModels::ReadModels(SiteContext& site, const std::vector<const Projection*>& projections) : site_(site) {
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

bool ReadModels::is_wanted() const {
    if (!is_behind()) return false;
    return !until_.empty() || site_.now >= next_round_ ||
           std::any_of(projectors_.begin(), projectors_.end(), [this](const auto& projector) {
               const Sequence behind = site_.head - projector->position();
               return behind >= fills && behind <= Tail::events_max;
           });
}

void ReadModels::begin_round() {
    for (const auto& projector : projectors_) {
        until_.push_back(std::min(site_.head, projector->position() + round_max));
    }
}

bool ReadModels::is_round_over() const {
    for (std::size_t i = 0; i < until_.size(); ++i) {
        if (projectors_[i]->position() < until_[i]) return false;
    }
    return true;
}

Result<std::unique_ptr<ReadModels::Piece>> ReadModels::begin() {
    if (!is_wanted()) return std::unique_ptr<Piece>();
    if (until_.empty()) begin_round();
    auto piece = std::make_unique<Piece>();
    for (std::size_t i = 0; i < projectors_.size(); ++i) {
        Projector& projector = *projectors_[i];
        if (projector.position() >= until_[i]) continue;
        const Sequence left = until_[i] - projector.position();
        TIELINE_TRY(Projector::Portion portion, projector.begin(std::min<Sequence>(piece_max, left)));
        piece->portions_.emplace_back(&projector, std::move(portion));
    }
    return piece;
}

Result<void> ReadModels::end(Piece& piece) {
    store::WriteBatch batch = site_.new_batch();
    for (auto& [projector, portion] : piece.portions_) projector->end(portion, batch);
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    for (auto& [projector, portion] : piece.portions_) projector->ended(portion);
    if (is_round_over()) {
        until_.clear();
        next_round_ = site_.now + site_.options.project_every;
    }
    return {};
}

std::optional<WallTime> ReadModels::next_wake() const {
    if (is_behind()) return next_round_;
    return std::nullopt;
}

}  // namespace tieline::engine
