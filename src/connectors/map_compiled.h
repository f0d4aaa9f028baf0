#pragma once
// What a field map looks like once compiled. Private to map*.cpp.

#include "connectors/map.h"

#include <optional>
#include <utility>

namespace tieline::connectors {

struct MapPath {
    enum class Base { here, root, settings, index };
    Base base = Base::here;
    std::vector<std::string> keys;  ///< split already; empty: the base itself
    std::string text;               ///< as written
};

struct MapCondition {
    enum class Test { equals, differs, among, present, absent };
    MapPath path;
    Test test = Test::present;
    std::vector<std::string> values;
};

struct MapRule {
    enum class Kind {
        trim,
        upper,
        lower,
        truncate,
        prefix,
        suffix,
        pad,
        concat,
        negate,
        absolute,
        round,
        omit_if_empty
    };
    Kind kind = Kind::trim;
    std::size_t count = 0;        ///< truncate, pad; round: digits, where `path` is not given
    std::string text;             ///< prefix, suffix; concat: what stands between
    std::optional<MapPath> path;  ///< concat; round: the currency's field
};

/// Source value → target value, sorted by the source value.
struct MapLookup {
    std::string name;
    std::vector<std::pair<std::string, std::string>> values;
    std::optional<std::string> other;                   ///< for "*"
    static constexpr std::string_view unchanged = "*";  ///< as a target: the source value stays as it is

    const std::string* find(std::string_view source) const;
    std::vector<std::string> source_values() const;
};

enum class MapFormat { iso, compact, odata_v2, epoch_ms };

struct MapShape;

struct MapRow {
    int line = 0;
    const std::string* table = nullptr;  ///< name of the table that the row stands in
    std::string to;                      ///< full target path within its table
    FieldType type = FieldType::text;
    std::optional<MapPath> from;
    std::optional<Json> constant;  ///< converted already
    std::optional<Json> fallback;  ///< `default`, converted already
    bool as_number = false;
    bool required = false;
    bool omit_if_empty = false;
    std::size_t max = 0;
    int scale = -1;
    const MapLookup* lookup = nullptr;
    MapFormat source_format = MapFormat::iso;
    MapFormat format = MapFormat::iso;
    std::vector<MapCondition> when;
    std::vector<MapCondition> only;
    std::vector<MapRule> rules;
    bool list = false;
    const MapShape* element = nullptr;  ///< of a list: the rows of each element; null: plain values
};

/// One member of a target object.
struct MapSlot {
    enum class Kind { value, object, list };
    std::string key;
    Kind kind = Kind::value;
    std::vector<MapRow> rows;          ///< value: more than one only with conditions; list: each adds
    std::unique_ptr<MapShape> object;  ///< of a nested object
};

struct MapShape {
    std::vector<MapSlot> slots;
};

struct MapTable {
    std::string name;
    std::string entity;
    std::unique_ptr<MapShape> shape;
};

struct FieldMap::Compiled {
    std::string name;
    std::string file_name;
    std::vector<std::unique_ptr<MapLookup>> lookups;
    std::vector<std::unique_ptr<MapTable>> tables;         ///< addresses stay: rows point into them
    std::vector<std::unique_ptr<MapShape>> inline_shapes;  ///< of lists with rows of their own

    const MapTable* find(std::string_view table) const;
};

/// Where a row is evaluated: one object or list element of the source.
struct MapScope {
    const Json* here = nullptr;
    const Json* root = nullptr;
    const Json* settings = nullptr;
    const MapScope* parent = nullptr;
    const MapRow* list = nullptr;  ///< the list row that made this scope
    std::size_t index = 0;
};

/// The value of a row without its place: what apply() says around it.
struct MapFailure {
    ErrorKind kind = ErrorKind::invalid;
    std::string code;
    std::string what;  ///< "\"abc\" is no decimal number"
};

/// Characters of UTF-8 text, as `max` counts them.
std::size_t character_count(std::string_view text);

enum class MapOutcome { written, left_out, failed };

/// Carries lookup, conversion, rules and limits of a row out on one value of the source. In map_value.cpp.
MapOutcome convert(const MapRow& row, const Json& source, const MapScope& scope, Json& out, MapFailure& failure);
/// The value at a path, or null. `$index` is no value of the source: see convert.
const Json* resolve(const MapPath& path, const MapScope& scope);
bool holds(const MapCondition& condition, const MapScope& scope);
/// Reads "a.b", "$.a", "$settings.a", "$index", "."; the message of the error is only what is wrong.
Result<MapPath> parse_path(std::string_view text);
Result<MapCondition> parse_condition(std::string_view text);

}  // namespace tieline::connectors
