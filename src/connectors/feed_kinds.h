#pragma once
// What connectors that read several kinds of objects share: each keeps a table of its kinds, with a member `kind`.

#include "connectors/connector.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors {

/// The entry of that name in a table that outlives the answer; nullptr: there is none.
template <class Table>
const typename Table::value_type* kind_in(const Table& table, std::string_view name) {
    for (const auto& each : table)
        if (each.kind == name) return &each;
    return nullptr;
}

/// "part,stock,delivery": all of them, in the order of the table, as the setting `kinds` is written.
template <class Table>
std::string joined_kinds(const Table& table) {
    std::string text;
    for (const auto& each : table) text.append(text.empty() ? "" : ",").append(each.kind);
    return text;
}

/// The other way: names with commas between them, blanks left out.
inline std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names(1);
    for (const char c : text) {
        if (c == ',')
            names.emplace_back();
        else if (c != ' ')
            names.back() += c;
    }
    std::erase(names, "");
    return names;
}

/// A row of Connector::list(): named by its key, or by its document where it is not the hub's.
inline SourceObject listed(const std::string& topic, const Json& row) {
    SourceObject object;
    object.object = row.text_or("key", row.text_or("document"));
    object.type = "listed." + topic;
    object.data = row.dump();
    return object;
}

}  // namespace tieline::connectors
