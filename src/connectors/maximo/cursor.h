#pragma once
// Where reading goes on in a list that Maximo orders by a time of change. Private to this room.
//
// A time of change alone is no safe place: several objects share a second, and what was changed earlier may be
// committed later. So each pull looks back over an overlap window, and the place keeps what was told of it already.

#include "base/time.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::maximo {

/// Whole seconds: Maximo tells no finer.
using Second = std::chrono::sys_seconds;

/// Of one list. The window reaches from `from` to the end of second `changed`; all of it that was told stands in
/// `told`. Without `from` (more objects in the last second than are kept) that second is read again from the beginning
/// in order of ids, for in order of time nobody knows which of its ids are still missing.
struct Place {
    static constexpr std::size_t told_most = 1000;
    static constexpr std::size_t ahead_most = 200;

    std::optional<Second> changed;  ///< of the newest object told; nullopt: the beginning
    std::string after;              ///< without `from`: the greatest id told of that second; "": none yet
    std::optional<Second> from;
    std::vector<std::pair<Second, std::string>> told;  ///< second and mark, oldest first
    std::vector<std::string> ahead;                    ///< marks of what was told and is stamped later than now

    bool knows(const std::string& mark) const;
    /// Of one that stands at `second`; the place moves there when that is later. `begin`: nothing before it is wanted.
    void tell(Second second, const std::string& id, const std::string& mark, std::optional<Second> begin);
    /// As tell(), of one inside the window: the place stays. One behind the place is not noted: it is still to be read.
    void tell_late(Second second, const std::string& mark);
    /// Before `count` late ones are told, the oldest of them in second `oldest`: where they are more than can be kept,
    /// the window begins at `oldest`, and if that is not enough everything from there on is read once more.
    /// False: it goes on without a window.
    bool make_room(Second oldest, std::size_t count);
    /// Drops what is older than the window or more than told_most. True: there was more, the window is shorter now.
    bool trim(std::chrono::seconds overlap);
};
/// Of reading completed orders once more: `changed` is when that began last, `after` the last number while it goes on.
constexpr std::size_t place_of_rereading = 2;
using Cursor = std::array<Place, 3>;  ///< by the place of the list in lists(), then that one

/// "w:<second>,<id>,<from>,<told>,<ahead>;t:…;r:…"; "" is the beginning. nullopt: no such text.
std::string to_text(const Cursor& cursor);
std::optional<Cursor> cursor_of(const std::string& text);

/// What tells one state of an object from another: 12 hexadecimal digits over id, time of change and row stamp.
std::string mark_of(const std::string& id, const std::string& changed, const std::string& row_stamp);
/// As oslc.where writes times: "2026-11-24T03:16:50+00:00".
std::string where_time(Second second);

}  // namespace tieline::connectors::maximo
