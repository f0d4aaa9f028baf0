#pragma once
// What is read of SAP: kinds of objects, streams of rows with a time of change, lists without one, and the place in
// them. Pure. Private to this room.

#include "base/json.h"
#include "base/result.h"
#include "connectors/odata/changes.h"
#include "connectors/rest/rest.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::connectors::sap_s4 {

/// A kind of object that becomes an event. Its name is also the table of the field map and stands before the names of
/// its objects: "stock:SEAL-9/MAIN".
struct FeedKind {
    std::string_view kind;
    std::string_view type;  ///< of the event; one that ends with '.' takes the state behind it
    bool is_usual = true;   ///< read unless the setting says otherwise
};
std::span<const FeedKind> feed_kinds();
const FeedKind* feed_kind(std::string_view kind);
/// Every kind, with commas between them.
const std::string& all_kinds();
/// Those that are read unless the setting says otherwise: all but inspection lots, which need Quality Management, and
/// internal orders, which need a service of their own.
const std::string& usual_kinds();

/// A set whose rows tell when they changed.
struct Stream {
    std::string_view name;                  ///< of the kind that it makes; "movement": material documents
    std::string_view set;                   ///< below the root of OData
    std::string_view moment;                ///< Edm.DateTimeOffset, or Edm.DateTime with `time_of_day` (Edm.Time)
    std::string_view time_of_day;           ///< "" where `moment` says all
    std::vector<std::string_view> id;       ///< its key fields, in the order in which they are sorted
    std::string_view select, expand, only;  ///< `only`: further terms of the filter; {plant} stands for the plant
    std::vector<std::string_view> serves;   ///< kinds that need it
    bool is_master = false;                 ///< master data: read whole, whatever the day of the cut-over
};
std::span<const Stream> streams();

/// How the objects of a kind are found by their names, and listed where they have no time of change.
struct Source {
    std::string_view kind, set;
    std::vector<std::string_view> name;  ///< fields; the parts of a name between its slashes
    std::string_view expand, only, listed;
};
std::span<const Source> sources();
/// Kinds without a time of change, which are read as a whole from time to time.
std::span<const std::string_view> listed_kinds();
const Source* source_of(std::string_view kind);

/// How far a stream was read (odata/changes.h). Cursors of earlier versions have ids without a mark of content;
/// material documents, which never change, have none either.
struct Place : odata::ChangePlace {
    static constexpr std::size_t mark_length = 8;

    /// Rows without a time of change, which are asked for in the first reading only: up to this id; nullopt: done.
    std::optional<std::string> untimed;

    /// Moments of which more was told within the overlap than `seen` has room for. They are read once more when
    /// whatever was late must be there; what is not among the marks then was committed late.
    struct Again {
        std::int64_t from = 0, until = 0;  ///< both belong to it
        std::int64_t due = 0;              ///< time of the hub; 0: done, kept while the reading stands in it
        std::set<std::string> marks;       ///< of the rows that were told, by moment and id
    };
    std::vector<Again> again;  ///< in order of time; no moment is in two of them

    static std::string mark_of(const Row& row);
    /// In place of what was told of this row in this moment before. Of the moment `from`, what was told stays until
    /// trim(), which puts it away.
    void tell(Row row);
    /// Drops what is older than the overlap; the oldest moments where it is more than can be remembered are put away to
    /// be read again. `now` by the hub's clock.
    void trim(Millis overlap, std::int64_t now);

private:
    void put_away(std::int64_t begin, std::int64_t end, std::int64_t due);
};

/// The first of the fields of an id, which its rows are asked for by.
inline std::string first_field(const std::string& id) { return id.substr(0, id.find('\n')); }

/// What is known of a list, and how far its reading came.
struct ListPlace {
    std::int64_t due = 0;                      ///< when it is read again
    std::optional<std::string> behind;         ///< reading under way: up to this key; nullopt: none is
    std::map<std::string, std::string> marks;  ///< object → mark of its content; "+": seen by the reading under way
};

/// Everything that pull() needs to go on, as text.
struct FeedCursor {
    std::int64_t seq = 0;                     ///< of the last page that told something
    std::map<std::string, Place> streams;     ///< by their name
    std::map<std::string, ListPlace> lists;   ///< by their kind
    std::vector<std::string> pending;         ///< objects to be read again because something beside them changed
    std::optional<std::string> stock_behind;  ///< first reading of all stock: up to this material; nullopt: it is done

    void want(std::string object);  ///< among the pending ones, once
    std::string str() const;
    /// "" begins. Kind invalid, "bad_cursor".
    static Result<FeedCursor> parse(const std::string& text);
};

/// Where a row stands, with the mark of its content; nullopt for one that does not say when it changed.
std::optional<Place::Row> row_of(const Stream& stream, const Json& row);
/// The questions that find what is behind a place, each joined by `and` only, because many services of SAP take no
/// `or` over several fields; the next one only where the one before it gave less than it was asked for.
struct Question {
    std::string filter, order;
};
/// The one that finds rows without a time of change behind `place.untimed`; rows of the same first field come again.
Question question_untimed(const Stream& stream, const Place& place, const std::string& plant);
std::vector<Question> questions(const Stream& stream, const Place& place, const std::string& plant);
/// Those that find all rows of some moments.
std::vector<Question> questions_again(const Stream& stream, const Place::Again& again, const std::string& plant);
/// Fields that say where a row stands, with commas between: its moment, then its id.
std::string fields_of(const Stream& stream);
/// The id of a row, its fields joined by line breaks.
std::string id_of(const Stream& stream, const Json& row);
/// "requisition:10000001/10"; of a material document "delivery:4900000001".
std::string name_of_row(const Stream& stream, const Json& row);
/// {plant} as a literal.
std::string with_plant(std::string_view terms, const std::string& plant);
/// Joined by `and`; an empty term adds nothing.
void add_term(std::string& filter, const std::string& term);
rest::Query query_of(const std::string& filter, std::string_view order, std::string_view expand,
                     std::string_view select = {});

}  // namespace tieline::connectors::sap_s4
