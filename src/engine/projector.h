#pragma once
// Folds a site's log into the rows of one read model. Rebuilding never decides or sends.

#include "engine/context.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tieline::engine {

/// One per (site, projection). Engine thread only, but for fold().
class Projector {
    /// A row while events are folded: parsed once, written once.
    struct Row {
        std::string text;
        Json parsed;
        bool is_parsed = false;   ///< `parsed` holds it, not `text`
        bool is_touched = false;  ///< the store does not have it so yet
        bool is_stored = true;    ///< false: the store surely has none
    };

public:
    /// Events on their way into rows. Between begin() and end() the projector's rows are its own.
    class Portion {
        friend Projector;
        struct Step {
            const model::StoredEvent* event;
            const std::string* key;
            Row* row;
        };
        Events events_;
        std::vector<Step> steps_;
        bool writes_ = false;
        std::vector<store::ViewPut> rows_;
    };

    Projector(SiteContext& site, const Projection& projection);
    Result<void> open();
    /// Of the last event that is folded; what the store has may be older.
    Sequence position() const { return position_; }
    /// Rows that the store does not have as they are here.
    std::size_t rows_unwritten() const { return touched_.size(); }
    bool is_written() const { return written_ == position_; }
    /// False: it is built anew and far from the end of the log. Nobody waits for it until it has caught up once.
    bool is_current() const { return is_current_; }

    /// Finds the rows that the next events fold into. At most one portion at a time. `writes`: its end brings all rows
    /// that were touched into the store, else a later one's does.
    Result<Portion> begin(const Events& events, bool writes);
    /// On any one thread: looks at nothing but the portion, its events and the rows of this projector.
    void fold(Portion& portion);
    /// Puts rows and position of a portion that writes into `batch`; once it is applied, ended() follows.
    void end(Portion& portion, store::WriteBatch& batch) const;
    void ended(const Portion& portion);

private:
    /// Rows stay at hand, parsed: an order's next event comes soon, and the sums' at once.
    static constexpr std::size_t kept_max = 768;

    Result<void> find_row(const model::StoredEvent& event, const std::string& key, Portion& portion);
    void fold(const Portion::Step& step) const;
    void take_rows(Portion& portion);
    void see_whether_current();

    SiteContext& site_;
    const Projection& projection_;
    std::string view_, cursor_;
    std::unordered_map<std::string, Row> rows_;
    std::deque<std::string> kept_;                              ///< keys of rows_, the longest kept first
    std::vector<std::pair<const std::string*, Row*>> touched_;  ///< since the last write
    Sequence position_ = 0;
    Sequence written_ = 0;  ///< position in the store
    bool is_current_ = false;
};

}  // namespace tieline::engine
