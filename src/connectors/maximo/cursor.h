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
/// `told`. Without `from` (more objects in the last second than are kept) the rest of that second is read in order of
/// ids.
struct Place {
    static constexpr std::size_t told_most = 500;

    std::optional<Second> changed;  ///< of the newest object told; nullopt: the beginning
    std::string after;              ///< its id; the greatest one of its second
    std::optional<Second> from;
    std::vector<std::pair<Second, std::string>> told;  ///< second and mark, oldest first

    bool knows(const std::string& mark) const;
    void tell(Second second, const std::string& id, const std::string& mark);
    /// Drops what is older than the window or more than told_most.
    void trim(std::chrono::seconds overlap);
};
using Cursor = std::array<Place, 2>;  ///< by the place of the list in lists()

/// "w:<second>,<id>,<from>,<told>;t:…"; "" is the beginning. nullopt: no such text.
std::string to_text(const Cursor& cursor);
std::optional<Cursor> cursor_of(const std::string& text);

/// What tells one state of an object from another: 12 hexadecimal digits over id, time of change and row stamp.
std::string mark_of(const std::string& id, const std::string& changed, const std::string& row_stamp);
/// As oslc.where writes times: "2026-11-24T03:16:50+00:00".
std::string where_time(Second second);

}  // namespace tieline::connectors::maximo
