#pragma once
// What is read of Tryton: streams of changed rows, the objects that they concern, and the place in the streams. Pure.
// Private to this room.

#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::tryton {

/// A kind of object that becomes an event.
struct FeedKind {
    std::string_view kind;    ///< also the table of the field map, and the prefix of its objects: "stock:SEAL-9/MAIN"
    std::string_view type;    ///< of the event; one that ends with '.' takes the state behind it
    std::string_view model;   ///< that the object is read from
    std::string_view domain;  ///< JSON: which of its rows
    std::string_view fields;  ///< JSON: what is read of each
    std::string_view name;    ///< field by which one is found
};
std::span<const FeedKind> feed_kinds();
const FeedKind* feed_kind(std::string_view kind);
const std::string& all_kinds();

/// Rows of a model whose change concerns objects of a kind.
struct Stream {
    std::string_view name;  ///< in the cursor
    std::string_view kind;
    std::string_view model, domain, fields;
    /// The objects that a row concerns: a name, or "@field=value" for the one with that value in that field.
    std::vector<std::string> (*targets)(const Json& row);
};
std::span<const Stream> streams();

/// How far a stream was read. Rows carry the time of their transaction's start and may become visible later than
/// younger ones: what was read last is remembered, and rows between it that were not are still taken.
struct StreamPlace {
    struct Row {
        std::int64_t stamp = 0;  ///< microseconds since 1970
        std::int64_t id = 0;
        auto operator<=>(const Row&) const = default;
    };
    Row after;              ///< everything up to here is done with
    std::vector<Row> seen;  ///< read behind `after`, in order; bounded
    bool knows(Row row) const;
    void add(Row row);
};
/// Created and never written, and written rows are two sequences: write_date is empty until the first write.
struct StreamCursor {
    StreamPlace created, written;
};
struct FeedCursor {
    std::vector<std::pair<std::string, StreamCursor>> streams;
    StreamCursor& of(std::string_view name);
    std::int64_t head() const;  ///< youngest stamp read of any stream
    std::string str() const;
    /// "" begins. Kind invalid, "bad_cursor".
    static Result<FeedCursor> parse(const std::string& text);
};

/// Rows of a stream behind its cursor, as a domain of Tryton.
Json domain_after(const Stream& stream, const StreamCursor& cursor);
/// Its order: created ones first, then written ones, each by time.
Json stream_order();
/// Where a row stands; `written` says in which of the two sequences.
struct RowPlace {
    StreamPlace::Row row;
    bool written = false;
};
RowPlace place_of(const Json& row);
/// "2026-11-26T04:12:13.571088" → microseconds since 1970, and back.
std::int64_t stamp_of(const std::string& text);
std::string stamp_text(std::int64_t stamp);

}  // namespace tieline::connectors::tryton
