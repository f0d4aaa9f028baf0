#pragma once
// YAML files that people write (configuration, field maps), read into the JSON tree with the place of every value, so
// that an error can name line and column. yaml-cpp inside. Strict and bounded.

#include "base/json.h"
#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::base {

struct YamlLimits {
    std::size_t bytes_max = 1 << 20;
    std::size_t depth_max = 32;
    std::size_t nodes_max = 50'000;
};

/// A place in the file, both 1-based; line 0: unknown.
struct YamlPlace {
    int line = 0;
    int column = 0;
};
/// Where a value and its parts stand. `children` runs parallel to Json::items() or Json::members().
struct YamlPlaces {
    YamlPlace key;  ///< of the member's key; the same as `value` for list items and the root
    YamlPlace value;
    std::vector<YamlPlaces> children;
};

/// A file as read.
struct Yaml {
    std::string file_name;
    Json root;
    YamlPlaces places;

    /// The place of a value by JSON pointer (RFC 6901): "/connectors/erp/url" or "/tables/journal.post/3/to"; of its
    /// key where it has one. A path that does not exist gives the place of its nearest parent that does.
    YamlPlace place(std::string_view pointer) const;
    /// Kind invalid, message "file:line:column: <message>", `field` = the pointer.
    Error error_at(std::string_view pointer, std::string_view message, std::string_view code) const;
};

/// "file:line:column: "; line and column are left out where unknown.
std::string place_text(std::string_view file_name, YamlPlace place);

/// Reads one document. Plain scalars: true and false become booleans, empty, ~ and null become null, what follows
/// JSON's number grammar becomes a number token, everything else (yes, no, 01, 1_000, 2026-11-24) stays text; quoted
/// scalars are text. Keys are text. Refused with file, line and column: duplicate keys, anchors, aliases, tags, a
/// second document, tabs as indentation, ill-formed UTF-8, NUL, and what exceeds the limits. Kind invalid, code
/// "yaml_syntax", "yaml_duplicate_key", "yaml_alias", "yaml_tab", "yaml_utf8" or "yaml_size".
Result<Yaml> parse_yaml(std::string_view text, std::string_view file_name, const YamlLimits& limits = {});
/// Only the value.
Result<Json> yaml_to_json(std::string_view text, std::string_view file_name);

}  // namespace tieline::base
