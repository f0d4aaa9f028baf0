// Mistakes in field maps are refused at start, with file, line and column, and a word that helps.

#include "connectors/map.h"

#include <gtest/gtest.h>

namespace tieline::connectors {
namespace {

struct Mistake {
    const char* name;
    const char* yaml;
    const char* code;
    const char* place;  ///< what the message begins with
    const char* says;   ///< what it contains
};
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

const Mistake mistakes[] = {
    {"no_yaml", "map: m\ntables: [\n", "map_syntax", "m.yaml:3:", "no YAML"},
    {"tab", "map: m\ntables:\n\tt: []\n", "map_syntax", "m.yaml:3:1: ", "tab"},
    {"no_name", "tables: {t: [{to: x, constant: y}]}\n", "map_syntax", "m.yaml:1:1: ", "'map' is missing"},
    {"no_tables", "map: m\n", "map_syntax", "m.yaml:1:1: ", "'tables' is missing"},
    {"unknown_top_key", "map: m\ntable: {}\n", "map_syntax", "m.yaml:2:1: ", "did you mean 'tables'?"},
    {"unknown_row_key", "map: m\ntables:\n  t:\n    - {to: x, from: y, reqired: true}\n", "map_syntax",
     "m.yaml:4:24: ", "did you mean 'required'?"},
    {"duplicate_key", "map: m\ntables:\n  t:\n    - {to: x, from: y, to: z}\n", "map_syntax", "m.yaml:4:24: ", "'to'"},
    {"no_to", "map: m\ntables:\n  t:\n    - {from: y}\n", "map_syntax", "m.yaml:4:7: ", "no 'to'"},
    {"no_from", "map: m\ntables:\n  t:\n    - {to: y}\n", "map_syntax", "m.yaml:4:8: ", "'from' or 'constant'"},
    {"from_and_constant", "map: m\ntables:\n  t:\n    - {to: x, from: y, constant: z}\n", "map_syntax",
     "m.yaml:4:24: ", "not both"},
    {"unknown_type", "map: m\ntables:\n  t:\n    - {to: x, from: y, type: decimel}\n", "map_syntax",
     "m.yaml:4:30: ", "did you mean 'decimal'?"},
    {"unknown_lookup", "map: m\nlookups: {unit: {A: B}}\ntables:\n  t:\n    - {to: x, from: y, lookup: units}\n",
     "map_meaning", "m.yaml:5:32: ", "did you mean 'unit'?"},
    {"enum_without_lookup", "map: m\ntables:\n  t:\n    - {to: x, from: y, type: enum}\n", "map_meaning",
     "m.yaml:4:30: ", "'lookup'"},
    {"unknown_rule", "map: m\ntables:\n  t:\n    - {to: x, from: y, rule: uper}\n", "map_syntax",
     "m.yaml:4:30: ", "did you mean 'upper'?"},
    {"rule_of_another_type", "map: m\ntables:\n  t:\n    - {to: x, from: y, rule: negate}\n", "map_meaning",
     "m.yaml:4:30: ", "does not fit"},
    {"rule_without_value", "map: m\ntables:\n  t:\n    - {to: x, from: y, rule: truncate}\n", "map_syntax",
     "m.yaml:4:30: ", "needs a value"},
    {"max_is_no_number", "map: m\ntables:\n  t:\n    - {to: x, from: y, max: ten}\n", "map_syntax",
     "m.yaml:4:29: ", "whole number"},
    {"scale_of_a_text", "map: m\ntables:\n  t:\n    - {to: x, from: y, scale: 2}\n", "map_syntax",
     "m.yaml:4:31: ", "decimal"},
    {"field_twice", "map: m\ntables:\n  t:\n    - {to: x, from: y}\n    - {to: x, from: z}\n", "map_meaning",
     "m.yaml:5:12: ", "line 4"},
    {"value_and_table", "map: m\ntables:\n  t:\n    - {to: x, from: y}\n    - {to: x.y, from: z}\n", "map_meaning",
     "m.yaml:5:12: ", "decide for one"},
    {"list_from_value", "map: m\ntables:\n  t:\n    - {to: 'x[]', from: y}\n", "map_syntax", "m.yaml:4:25: ", "'y[]'"},
    {"value_from_list", "map: m\ntables:\n  t:\n    - {to: x, from: 'y[]'}\n", "map_syntax", "m.yaml:4:21: ", "'x[]'"},
    {"bracket_inside", "map: m\ntables:\n  t:\n    - {to: 'x[].y', from: y}\n", "map_syntax", "m.yaml:4:12: ", "[]"},
    {"unknown_dollar", "map: m\ntables:\n  t:\n    - {to: x, from: $setting.y}\n", "map_syntax",
     "m.yaml:4:21: ", "$settings.field"},
    {"bad_condition", "map: m\ntables:\n  t:\n    - {to: x, from: y, when: a == b}\n", "map_syntax",
     "m.yaml:4:30: ", "field = value"},
    {"bad_constant", "map: m\ntables:\n  t:\n    - {to: x, constant: 1.x, type: decimal}\n", "map_meaning",
     "m.yaml:4:25: ", "does not fit"},
    {"constant_without_quotes", "map: m\ntables:\n  t:\n    - {to: x, constant: 1000}\n", "map_syntax",
     "m.yaml:4:25: ", "quotes"},
    {"constant_too_long", "map: m\ntables:\n  t:\n    - {to: x, constant: abc, max: 2}\n", "map_meaning",
     "m.yaml:4:25: ", "3 characters"},
    {"lookup_value_too_long",
     "map: m\nlookups: {u: {A: long}}\ntables:\n  t:\n    - {to: x, from: y, lookup: u, max: 2}\n", "map_meaning",
     "m.yaml:5:32: ", "'A'"},
    {"table_within_itself", "map: m\ntables:\n  t:\n    - {to: 'x[]', from: 'y[]', table: t}\n", "map_meaning",
     "m.yaml:3:3: ", "contains itself"},
    {"unknown_subtable", "map: m\ntables:\n  line:\n    - {to: 'x[]', from: 'y[]', table: lines}\n", "map_meaning",
     "m.yaml:4:39: ", "did you mean 'line'?"},
    {"date_format", "map: m\ntables:\n  t:\n    - {to: x, from: y, type: date, format: epoch_ms}\n", "map_syntax",
     "m.yaml:4:44: ", "compact"},
    {"rows_of_a_value", "map: m\ntables:\n  t:\n    - {to: x, from: y, rows: [{to: a, from: b}]}\n", "map_syntax",
     "m.yaml:4:24: ", "only a list"},
};

class MapMistake : public testing::TestWithParam<Mistake> {};
TEST_P(MapMistake, is_refused_with_its_place) {
    const auto map = FieldMap::compile(GetParam().yaml, "m.yaml");
    ASSERT_FALSE(map);
    EXPECT_EQ(map.error().kind, ErrorKind::invalid);
    EXPECT_EQ(map.error().code, GetParam().code) << map.error().message;
    EXPECT_EQ(map.error().message.rfind(GetParam().place, 0), 0u) << map.error().message;
    EXPECT_NE(map.error().message.find(GetParam().says), std::string::npos) << map.error().message;
}
INSTANTIATE_TEST_SUITE_P(Map, MapMistake, testing::ValuesIn(mistakes),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace tieline::connectors
