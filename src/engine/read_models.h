#pragma once
// When the read models of one site are folded, and how much at a time: answers and requests wait
// for a few pieces at most, never for all of them.

#include "engine/projector.h"

#include <memory>
#include <optional>
#include <vector>

namespace tieline::engine {

/// The projectors of one site. Engine thread only.
class ReadModels {
public:
    ReadModels(SiteContext& site, const std::vector<const Projection*>& projections);
    Result<void> open();

    /// How much a piece is wanted.
    Folding folding() const;
    /// Folds the next piece of the round that is under way, or begins a round: all read models, one after the other, up
    /// to where the log ends now (at most round_max events each).
    Result<void> fold_piece();
    /// Whether a round is under way.
    bool is_folding() const { return next_ < projectors_.size(); }
    bool is_behind() const;
    /// When the next round is to begin; nullopt: nothing is to be folded.
    std::optional<WallTime> next_wake() const;

private:
    static constexpr std::size_t piece_max = 256;   ///< events of one read model: some milliseconds
    static constexpr std::size_t round_max = 1024;  ///< events of one read model and round
    /// While what is new is still at hand, parsed: reading it back from the store later would cost much more.
    static constexpr Sequence fills = Tail::parsed_max / 2;
    static constexpr Sequence presses = Tail::parsed_max / 4 * 3;

    /// Whether one is so many events behind, or more, and still within reach of the tail.
    bool any_behind(Sequence least) const;
    void begin_round();
    void pass_over_done();

    SiteContext& site_;
    std::vector<std::unique_ptr<Projector>> projectors_;
    std::vector<Sequence> until_;  ///< of each projector, in this round
    std::size_t next_;             ///< whose piece is next; all: no round is under way
    WallTime next_round_{};
};

}  // namespace tieline::engine
