#pragma once
// What is read from the CMMS: its lists, the names of their objects, and what becomes of them. Private to this room.

#include "connectors/connector.h"
#include "connectors/map.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::sandbox_cmms {

enum class Reads { work_orders, transactions, suggestions, inventory, jobs, due_plans };

/// One kind of object. The first five are lists in order of change; their place is that of their letter in a cursor.
struct List {
    Reads reads;
    std::string_view name;     ///< in the setting `reads`
    std::string_view path;     ///< of the list; one object stands below it
    std::string_view prefix;   ///< of object names: kinds never collide
    std::string_view table;    ///< of the field map
    std::string_view webhook;  ///< event whose object is one of these
};
std::span<const List> lists();
/// The list that a name as pull() gives it belongs to; a name without a known prefix is a work order's number.
const List& list_of_object(std::string_view object);

/// "a, b,c" → a, b, c.
std::vector<std::string> split_names(const std::string& text);

/// The CMMS's own name of an object in its body: "WO-000017", "MAIN/SEAL-9", "PM-7/2026-12-01"; "" when it has none.
std::string name_in(const List& list, const Json& body);

/// What the map needs besides the body.
struct Reading {
    const FieldMap& map;
    const Json& settings;
    WallTime now;  ///< for objects that do not say when they changed
};
/// The body as an event, or refused with its raw body.
SourceObject source_object(const Reading& reading, const List& list, const Json& body);

}  // namespace tieline::connectors::sandbox_cmms
