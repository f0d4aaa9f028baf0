#pragma once
// What a field map cannot say: sums over lines, marks in texts, quantities out of floating-point numbers. Pure. Private
// to this room.

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/tryton/feed.h"

#include <string>
#include <vector>

namespace tieline::connectors::tryton {

/// What is put beside a row before the map reads it, of what stands in the row itself.
Json shaped_row(const FeedKind& kind, const Json& row, const std::string& currency);
/// The event of a shaped row; `refused` where the map cannot make one.
SourceObject object_of(const FieldMap& map, const FeedKind& kind, const Json& row, std::int64_t stamp);

/// A quantity as Tryton writes it (a floating-point number) to the digits of its unit; zero where there is none.
Decimal quantity_in(const Json& row, std::string_view field, std::int64_t digits);
/// A word of a text, counted from 0; "" where there are fewer.
std::string word(const std::string& text, std::size_t number);
/// The key in front of what the hub made: 16 characters of Crockford base32, then a blank; "" where there is none.
std::string key_in(const std::string& text);
/// Text or number at a path of names; "" where there is none.
std::string text_in(const Json& row, std::initializer_list<std::string_view> path);
/// The list of that name; empty where there is none.
const Json::Array& list_in(const Json& row, std::string_view name);
/// Numbers of a one-to-many field that was read as ids.
std::vector<std::string> origins_of(const Json& line, std::string_view name, const std::string& model);
/// Sum and difference that cannot fail for quantities of a plant; too large ones stay as they are.
Decimal sum(const Decimal& a, const Decimal& b);
Decimal difference(const Decimal& a, const Decimal& b);

}  // namespace tieline::connectors::tryton
