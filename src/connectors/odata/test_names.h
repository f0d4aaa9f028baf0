#pragma once
// What the strict fakes of services share: addresses of entities, lengths, days, and how they say that a test is wrong.

#include "base/json.h"
#include "base/time.h"
#include "connectors/odata/odata.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tieline::connectors::odata::test {

/// What no connector may ever ask and no test may ever do: the program that uses the fake is wrong. Not a refusal.
/// Thrown, because the fakes also stand in programs without GoogleTest; a test fails by it.
class FakeError final : public std::logic_error {
public:
    using std::logic_error::logic_error;
};
/// Throws unless `holds`.
inline void demand(bool holds, const std::string& words) {
    if (!holds) throw FakeError("The fake was used wrongly: " + words);
}

/// How the tests of this family reach a fake.
inline Access access() {
    Access access;
    access.base_url = "https://s4.example";
    access.system = "SAP";
    access.headers = {rest::basic_authorization("TIELINE", "Secret-1")};
    return access;
}

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

/// "/Date(…)/" or "2026-11-24T00:00:00" → "2026-11-24"; "" where it is neither.
inline std::string day_of(std::string_view text) {
    if (const auto date = date_of(text)) return *date;
    if (text.size() == 19 && text.substr(10) == "T00:00:00" && parse_date(text.substr(0, 10)))
        return std::string(text.substr(0, 10));
    return {};
}

/// Of UTF-8, as the lengths of metadata count them.
inline std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace tieline::connectors::odata::test
