#pragma once
// When the read models of one site are folded, and how much at a time.

#include "engine/projector.h"

#include <memory>
#include <optional>
#include <vector>

namespace tieline::engine {

/// The projectors of one site. Engine thread only, but for a piece's fold().
class ReadModels {
public:
    /// The next events of all read models that are behind. Its read models must outlive its fold().
    class Piece final : public FoldPiece {
    public:
        void fold() override;

    private:
        friend ReadModels;
        std::vector<std::pair<Projector*, Projector::Portion>> portions_;
    };

    ReadModels(SiteContext& site, const std::vector<const Projection*>& projections);
    Result<void> open();

    /// The next piece of the round that is under way, or the first of a new one: all read models up to where the log
    /// ends now, at most round_max events each. Null: nothing is to be folded now. Only while no piece is out.
    Result<std::unique_ptr<Piece>> begin();
    /// Writes what was folded, rows and positions of all read models together.
    Result<void> end(Piece& piece);
    /// When the next round is to begin; nullopt: nothing is to be folded.
    std::optional<WallTime> next_wake() const;

private:
    static constexpr std::size_t piece_max = 256;   ///< events of each read model: some milliseconds of work
    static constexpr std::size_t round_max = 1024;  ///< events of each read model
    /// While what is new is still at hand, parsed: reading it back from the store later would cost much more.
    static constexpr Sequence fills = Tail::parsed_max / 2;

    bool is_behind() const;
    bool is_wanted() const;
    bool is_round_over() const;
    void begin_round();

    SiteContext& site_;
    std::vector<std::unique_ptr<Projector>> projectors_;
    std::vector<Sequence> until_;  ///< of each projector, in this round; empty: no round is under way
    WallTime next_round_{};
};

}  // namespace tieline::engine
