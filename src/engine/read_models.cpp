#include "engine/read_models.h"

#include <algorithm>
#include <map>

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

bool ReadModels::any_behind(Sequence least) const {
    return std::any_of(projectors_.begin(), projectors_.end(), [this, least](const auto& projector) {
        const Sequence behind = site_.head - projector->position();
        return behind >= least && behind <= Tail::events_max;
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
    const std::optional<WallTime> when = next_wake();
    if (!when || *when > site_.now) return std::unique_ptr<Piece>();
    if (until_.empty()) begin_round();
    auto piece = std::make_unique<Piece>();
    std::map<std::pair<Sequence, Sequence>, Events> read;  // most stand at the same events: read, parsed once
    for (std::size_t i = 0; i < projectors_.size(); ++i) {
        Projector& projector = *projectors_[i];
        if (projector.position() >= until_[i]) continue;
        const Sequence count = std::min<Sequence>(piece_max, until_[i] - projector.position());
        const auto [at, is_new] = read.try_emplace({projector.position(), count});
        if (is_new) {
            TIELINE_TRY(at->second, site_.events_after(projector.position(), count));
        }
        TIELINE_TRY(Projector::Portion portion, projector.begin(at->second));
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
    if (!is_behind()) return std::nullopt;
    const bool at_once = !until_.empty() || any_behind(fills);
    return at_once ? std::min(site_.now, next_round_) : next_round_;
}

}  // namespace tieline::engine
