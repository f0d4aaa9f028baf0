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
    next_round_ = written_at_ = site_.now;
    return {};
}

bool ReadModels::is_time_to_write() const {
    const bool is_quiet = !any_behind(fills);
    const bool clock_went_back = site_.now < written_at_;
    return is_quiet || clock_went_back || site_.now >= written_at_ + write_every ||
           std::any_of(projectors_.begin(), projectors_.end(),
                       [](const auto& projector) { return projector->rows_unwritten() >= rows_enough; });
}

bool ReadModels::lags() const { return handed_out_ && site_.head - *handed_out_ >= Tail::parsed_max / 4 * 3; }

Sequence ReadModels::end_of(std::size_t index) const {
    const Sequence from = projectors_[index]->position();
    return std::min<Sequence>(until_[index], from + (site_.tail.reaches(from) ? round_max : piece_max));
}

Sequence ReadModels::position() const {
    Sequence least = site_.head;
    for (const auto& projector : projectors_) {
        if (projector->is_current()) least = std::min(least, projector->position());
    }
    return least;
}

bool ReadModels::is_behind() const {
    return std::any_of(projectors_.begin(), projectors_.end(),
                       [this](const auto& projector) { return projector->position() < site_.head; });
}

bool ReadModels::any_behind(Sequence least) const {
    return std::any_of(projectors_.begin(), projectors_.end(), [this, least](const auto& projector) {
        return projector->is_current() && site_.head - projector->position() >= least;
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
    piece->writes_ = is_time_to_write();
    handed_out_.reset();
    std::map<std::pair<Sequence, Sequence>, Events> read;  // most stand at the same events: read, parsed once
    for (std::size_t i = 0; i < projectors_.size(); ++i) {
        Projector& projector = *projectors_[i];
        const Sequence from = projector.position();
        const Sequence count = end_of(i) > from ? end_of(i) - from : 0;
        if (projector.is_current()) handed_out_ = std::min(handed_out_.value_or(site_.head), from + count);
        if (count == 0 && (!piece->writes_ || projector.is_written())) continue;
        const auto [at, is_new] = read.try_emplace({from, count});
        if (is_new && count != 0) {
            TIELINE_TRY(at->second, site_.events_after(from, count));
        }
        TIELINE_TRY(Projector::Portion portion, projector.begin(at->second, piece->writes_));
        piece->portions_.emplace_back(&projector, std::move(portion));
    }
    return piece;
}

Result<bool> ReadModels::end(Piece& piece) {
    if (piece.writes_) {
        store::WriteBatch batch = site_.new_batch();
        for (auto& [projector, portion] : piece.portions_) projector->end(portion, batch);
        TIELINE_TRY_VOID(site_.apply(std::move(batch)));
        written_at_ = site_.now;
    }
    for (auto& [projector, portion] : piece.portions_) projector->ended(portion);
    if (is_round_over()) {
        until_.clear();
        next_round_ = site_.now + site_.options.project_every;
    }
    return piece.writes_;
}

std::optional<WallTime> ReadModels::next_wake() const {
    const bool is_written = std::all_of(projectors_.begin(), projectors_.end(),
                                        [](const auto& projector) { return projector->is_written(); });
    if (!is_behind() && is_written) return std::nullopt;
    const bool at_once = !until_.empty() || any_behind(fills);
    return at_once ? std::min(site_.now, next_round_) : next_round_;
}

}  // namespace tieline::engine
