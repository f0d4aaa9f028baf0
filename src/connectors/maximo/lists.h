#pragma once
// What is read from Maximo, and what becomes of it. Private to this room.

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/maximo/shape.h"

#include <span>
#include <string>
#include <string_view>

namespace tieline::connectors::maximo {

enum class Reads { work_orders, transactions };

/// One kind of object; its place is that of its letter in a cursor.
struct List {
    Reads reads;
    std::string_view name;    ///< in the setting `reads`
    std::string_view prefix;  ///< of object names
    std::string_view table;   ///< of the field map
    std::string_view id;      ///< attribute that names one within the site
    std::string_view select;  ///< what is read of one
    std::string_view listed;  ///< what is read of one for reconciliation
};
std::span<const List> lists();
/// By the prefix of an object's name; a name without one is a work order's.
const List& list_of_object(std::string_view object);

/// The object of a body as Maximo gives it: canonical, or refused with its raw body.
struct Reading {
    const FieldMap& map;
    const Json& settings;  ///< what the map reaches as $settings
    const Shaping& shaping;
    std::string_view change_field;  ///< of work orders
    WallTime now;                   ///< for objects that do not say when they changed
};
/// Makes it one that cannot be taken over, for this reason; `body` is what came.
void refuse(SourceObject& object, const List& list, const Json& body, Error why);
SourceObject source_object(const Reading& reading, const List& list, const Json& body);
/// One that Maximo cannot show: known by its id only.
SourceObject unreadable_object(const List& list, const std::string& id, WallTime changed, const Error& why);

/// Text or number of a member, as written; "" for none.
std::string word_of(const Json& object, std::string_view member);

}  // namespace tieline::connectors::maximo
