#pragma once
// Reading a set in the order of a time of change, without losing rows that share one or that are committed late. Pure.

#include "base/json.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::odata {

/// A set whose rows tell when they changed.
struct ChangeFeed {
    std::string moment;           ///< field of type Edm.DateTimeOffset
    std::vector<std::string> id;  ///< its key fields, in the order in which they are sorted; the first one is a text
    std::string only;             ///< further terms of the filter
};

/// An id with a mark of its row's content behind it, and without one.
std::string marked(const std::string& id, const Json& row);
std::string unmarked(const std::string& id);

/// How far a feed was read. A time of change alone is no safe place: rows share one, and what was stamped earlier may
/// be committed later. So everything before `from` is done, and of what is stamped later it is known what was told.
/// More rows in the moment `from` than are remembered: then `last` is the id up to which that moment was told, in the
/// server's own order of ids, and of that moment only the rows of `last` are remembered.
struct ChangePlace {
    using Row = std::pair<std::int64_t, std::string>;  ///< milliseconds since 1970 as the server says them, id
    static constexpr std::size_t seen_most = 200;

    std::int64_t from = 0;
    std::string last;
    std::vector<Row> seen;  ///< by their moments; within one as they were told

    /// Told with just this content, or where no content was remembered, with any.
    bool knows(const Row& row) const;
    /// Whatever its content was.
    bool knows_id(const Row& row) const { return row.first < from || remembers_id(row); }
    /// The same of what is in `seen` alone.
    bool remembers_id(const Row& row) const;
    /// In place of what was told of this row in this moment before: one that was changed and changed back is new again.
    void tell(Row row);
    /// Drops what is older than the overlap, and the oldest moments where it is more than can be remembered.
    void trim(Millis overlap);

    /// [from, last, [[moment, id], …]]
    Json json() const;
    static std::optional<ChangePlace> read(const Json& json);

protected:
    /// Puts a row where it belongs in `seen`.
    void remember(Row row);
};

/// Where a row stands, with a mark of its content behind its id: one that was changed twice in a moment is another one.
/// nullopt for a row that does not say when it changed.
std::optional<ChangePlace::Row> change_of(const ChangeFeed& feed, const Json& row);
/// The questions that find what is behind a place, each joined by `and` only, because many services take no `or` over
/// several fields; the next one only where the one before it gave less than it was asked for.
struct ChangeQuestion {
    std::string filter, order;
};
std::vector<ChangeQuestion> questions(const ChangeFeed& feed, const ChangePlace& place);

}  // namespace tieline::connectors::odata
