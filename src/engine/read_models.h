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
        bool writes_ = false;
        std::vector<std::pair<Projector*, Projector::Portion>> portions_;
    };

    ReadModels(SiteContext& site, const std::vector<const Projection*>& projections);
    Result<void> open();

    /// The next piece of the round that is under way, or the first of a new one: all read models up to where the log
    /// ends now, at most round_max events each. Null: nothing is to be folded now. Only while no piece is out.
    Result<std::unique_ptr<Piece>> begin();
    /// Takes what was folded; a piece that writes brings rows and positions of all read models into the store together.
    /// Returns whether it did.
    Result<bool> end(Piece& piece);
    /// Up to here all read models have every event, but for those that are built anew: they read the store.
    Sequence position() const;
    /// When begin() has something; nullopt: nothing is to be folded or written.
    std::optional<WallTime> next_wake() const;
    /// Whether so much lies behind the piece that is out that it is soon no longer at hand, parsed. Not asked of read
    /// models that are built anew.
    bool lags() const;

private:
    static constexpr std::size_t round_max = 1024;  ///< events of each read model
    static constexpr std::size_t piece_max = 256;   ///< of each whose events must be read from the store for it
    static constexpr Sequence fills = 128;          ///< so many new events are not waited with
    /// Under load rows are written once for several pieces: an order's next event often comes meanwhile. What one piece
    /// brings comes on top.
    static constexpr std::size_t rows_enough = 512;  ///< of one read model
    static constexpr Millis write_every{250};

    bool is_behind() const;
    /// Whether one that is not built anew is so many events behind, or more.
    bool any_behind(Sequence least) const;
    bool is_time_to_write() const;
    /// Where the next piece ends, of the projector with this index.
    Sequence end_of(std::size_t index) const;
    bool is_round_over() const;
    void begin_round();

    SiteContext& site_;
    std::vector<std::unique_ptr<Projector>> projectors_;
    std::vector<Sequence> until_;  ///< of each projector, in this round; empty: no round is under way
    WallTime next_round_{};
    WallTime written_at_{};
    /// Up to here all read models that are not built anew have every event, or it is in the piece that is out.
    std::optional<Sequence> handed_out_;
};

}  // namespace tieline::engine
