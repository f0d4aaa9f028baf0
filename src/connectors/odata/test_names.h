#pragma once
// What the strict fakes of services share: addresses of entities, and lengths.

#include "base/json.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace tieline::connectors::odata::test {

/// "A_Set(K='1',L='2')" → A_Set, keys; "A_Set('1')" gives one without a name.
inline std::map<std::string, std::string> keys_of(const std::string& rest, std::string& set) {
    std::map<std::string, std::string> keys;
    const std::size_t open = rest.find('(');
    set = rest.substr(0, open);
    if (open == std::string::npos) return keys;
    std::string name, value;
    bool quoted = false;
    for (std::size_t at = open + 1; at < rest.size(); ++at) {
        const char c = rest[at];
        if (c == '\'' && quoted && at + 1 < rest.size() && rest[at + 1] == '\'') {
            value += rest[++at];
        } else if (c == '\'') {
            quoted = !quoted;
        } else if (quoted) {
            value += c;
        } else if (c == '=') {
            std::swap(name, value);
        } else if (c == ',' || c == ')') {
            keys[name] = value;
            name.clear();
            value.clear();
        } else {
            value += c;
        }
    }
    return keys;
}

/// Whether a row has these values.
inline bool matches(const Json& row, const std::map<std::string, std::string>& keys) {
    return std::all_of(keys.begin(), keys.end(), [&](const auto& key) { return row.text_or(key.first) == key.second; });
}

/// Of UTF-8, as the lengths of metadata count them.
inline std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace tieline::connectors::odata::test
