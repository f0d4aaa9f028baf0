// Field maps: golden cases, every type and rule, errors of apply(), the list of targets.

#include "connectors/map.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tieline::connectors {
namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Json json(std::string_view text) {
    auto parsed = Json::parse(text);
    EXPECT_TRUE(parsed) << text << (parsed ? "" : parsed.error().message);
    return parsed ? *parsed : Json();
}

std::string words(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& word : list) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// A map with one table "t" of the given rows.
FieldMap map_of(const std::string& rows, const std::string& lookups = "") {
    auto map = FieldMap::compile("map: m\n" + lookups + "tables:\n  t:\n" + rows, "m.yaml");
    EXPECT_TRUE(map) << (map ? "" : map.error().message);
    if (!map) throw std::runtime_error(map.error().message);
    return *map;
}

/// What one row makes of {"v": value}: the target as text, or the error's code.
std::string one(const std::string& row, const std::string& value, const std::string& lookups = "") {
    const FieldMap map = map_of("    - {to: x, from: v, " + row + "}\n", lookups);
    const auto out = map.apply("t", json("{\"v\":" + value + ",\"cur\":\"JPY\",\"other\":\"B\",\"bad\":\"XXQ\"}"));
    return out ? out->dump() : out.error().code;
}

class Golden : public testing::TestWithParam<std::string> {};
TEST_P(Golden, source_becomes_target) {
    const std::filesystem::path folder(TIELINE_TESTDATA);
    const std::string name = GetParam();
    const auto map = FieldMap::compile(read_file(folder / (name + ".map.yaml")), name + ".map.yaml");
    ASSERT_TRUE(map) << map.error().message;
    const auto out = map->apply(map->tables().front(), json(read_file(folder / (name + ".source.json"))));
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_EQ(out->pretty(), json(read_file(folder / (name + ".target.json"))).pretty());
}
INSTANTIATE_TEST_SUITE_P(Map, Golden, testing::Values("journal", "workorder"));

TEST(MapValue, text) {
    EXPECT_EQ(one("type: text", "\"ä\""), R"({"x":"ä"})");
    EXPECT_EQ(one("type: text", "12.50"), R"({"x":"12.50"})");
    EXPECT_EQ(one("type: text", "true"), R"({"x":"true"})");
    EXPECT_EQ(one("type: text", "null"), "{}");
    EXPECT_EQ(one("type: text", "\"\""), R"({"x":""})");
    EXPECT_EQ(one("rule: omit_if_empty", "\"\""), "{}");
    EXPECT_EQ(one("type: text", "[]"), "wrong_type");
    EXPECT_EQ(one("max: 3", "\"äöü\""), R"({"x":"äöü"})");
    EXPECT_EQ(one("max: 3", "\"äöüß\""), "too_long");
    EXPECT_EQ(one("max: 3, rule: {truncate: 3}", "\"äö€ß\""), R"({"x":"äö€"})");
    EXPECT_EQ(one("required: true", "null"), "missing_field");
    EXPECT_EQ(one("required: true", "\"\""), "missing_field");
    EXPECT_EQ(one("required: true, rule: trim", "\"  \""), "missing_field");
    EXPECT_EQ(one("default: z", "null"), R"({"x":"z"})");
    EXPECT_EQ(one("default: z", "\"\""), R"({"x":"z"})");
    EXPECT_EQ(one("default: z", "\"a\""), R"({"x":"a"})");
}

TEST(MapValue, text_rules_run_in_order) {
    EXPECT_EQ(one("rule: [trim, upper]", "\" a\\tä \""), R"({"x":"A\tä"})");
    EXPECT_EQ(one("rule: lower", "\"ABÄ\""), R"({"x":"abÄ"})");
    EXPECT_EQ(one("rule: [{prefix: P}, {suffix: S}]", "\"1\""), R"({"x":"P1S"})");
    EXPECT_EQ(one("rule: {pad: 4}", "\"12\""), R"({"x":"0012"})");
    EXPECT_EQ(one("rule: {pad: 4}", "\"A2\""), R"({"x":"A2"})");
    EXPECT_EQ(one("rule: {concat: other}", "\"A\""), R"({"x":"AB"})");
    EXPECT_EQ(one("rule: {concat: {field: none, with: /}}", "\"A\""), R"({"x":"A"})");
    EXPECT_EQ(one("rule: [{truncate: 1}, {concat: {field: other, with: /}}]", "\"AAA\""), R"({"x":"A/B"})");
}

TEST(MapValue, decimals_stay_exact) {
    EXPECT_EQ(one("type: decimal", "\"0.10\""), R"({"x":"0.10"})");
    EXPECT_EQ(one("type: decimal, as: number", "\"12345678901234567890.123456789\""),
              R"({"x":12345678901234567890.123456789})");
    EXPECT_EQ(one("type: decimal", "1e-2"), R"({"x":"0.01"})");
    EXPECT_EQ(one("type: decimal", "-12.340E+1"), R"({"x":"-123.4"})");
    EXPECT_EQ(one("type: decimal", "0.0012e2"), R"({"x":"0.12"})");
    EXPECT_EQ(one("type: decimal", "1e99"), "bad_decimal");
    EXPECT_EQ(one("type: decimal", "\"1,5\""), "bad_decimal");
    EXPECT_EQ(one("type: decimal", "\"\""), "{}");
    EXPECT_EQ(one("type: decimal, required: true", "\"\""), "missing_field");
    EXPECT_EQ(one("type: decimal, scale: 2", "\"1.500\""), R"({"x":"1.50"})");
    EXPECT_EQ(one("type: decimal, scale: 2", "\"1.505\""), "too_many_decimals");
    EXPECT_EQ(one("type: decimal, scale: 2, rule: {round: 2}", "\"1.505\""), R"({"x":"1.50"})");
    EXPECT_EQ(one("type: decimal, rule: {round: 2}", "\"2.675\""), R"({"x":"2.68"})");
    EXPECT_EQ(one("type: decimal, rule: {round: cur}", "\"2.5\""), R"({"x":"2"})");
    EXPECT_EQ(one("type: decimal, rule: {round: bad}", "\"2.5\""), "unknown_currency");
    EXPECT_EQ(one("type: decimal, rule: {round: none}", "\"2.5\""), "unknown_currency");
    EXPECT_EQ(one("type: decimal, rule: negate", "\"2.50\""), R"({"x":"-2.50"})");
    EXPECT_EQ(one("type: decimal, rule: absolute", "\"-2.50\""), R"({"x":"2.50"})");
    EXPECT_EQ(one("type: decimal, rule: omit_if_empty", "\"0.00\""), "{}");
    EXPECT_EQ(one("type: decimal, max: 3", "\"12.34\""), "too_long");
}

TEST(MapValue, integers_booleans_dates_times) {
    EXPECT_EQ(one("type: integer", "\"-42\""), R"({"x":-42})");
    EXPECT_EQ(one("type: integer, as: text", "42"), R"({"x":"42"})");
    EXPECT_EQ(one("type: integer", "4.0"), "bad_integer");
    EXPECT_EQ(one("type: integer", "\"007\""), "bad_integer");
    EXPECT_EQ(one("type: integer", "99999999999999999999"), "bad_integer");
    EXPECT_EQ(one("type: boolean", "true"), R"({"x":true})");
    EXPECT_EQ(one("type: boolean", "\"Y\""), "bad_boolean");
    EXPECT_EQ(one("type: date", "\"2026-02-28\""), R"({"x":"2026-02-28"})");
    EXPECT_EQ(one("type: date", "\"2026-02-29\""), "bad_date");
    EXPECT_EQ(one("type: date, source_format: compact", "20261124"), R"({"x":"2026-11-24"})");
    EXPECT_EQ(one("type: date, source_format: compact", "\"2026-11-24\""), "bad_date");
    EXPECT_EQ(one("type: date, source_format: odata_v2", "\"/Date(1795478400000)/\""), R"({"x":"2026-11-24"})");
    EXPECT_EQ(one("type: date, format: odata_v2", "\"1969-12-31\""), R"({"x":"/Date(-86400000)/"})");
    EXPECT_EQ(one("type: time", "\"2026-11-24T03:16:49+01:00\""), R"({"x":"2026-11-24T02:16:49.000Z"})");
    EXPECT_EQ(one("type: time", "\"yesterday\""), "bad_time");
    EXPECT_EQ(one("type: time, format: epoch_ms", "\"1970-01-01T00:00:01Z\""), R"({"x":1000})");
    EXPECT_EQ(one("type: time, source_format: odata_v2", "\"/Date(1000+0060)/\""),
              R"({"x":"1970-01-01T00:00:01.000Z"})");
    EXPECT_EQ(one("type: time, source_format: epoch_ms", "\"5)/\""), "bad_time");
}

TEST(MapValue, lookups) {
    const std::string table =
        "lookups: {units: {PCE: EA, H: HR, \"1\": ONE}, open: {A: B, \"*\": Z}, "
        "same: {A: B, \"*\": \"*\"}}\n";
    EXPECT_EQ(one("type: enum, lookup: units", "\"H\"", table), R"({"x":"HR"})");
    EXPECT_EQ(one("type: enum, lookup: units", "1", table), R"({"x":"ONE"})");
    EXPECT_EQ(one("type: enum, lookup: units", "\"h\"", table), "unknown_code");
    EXPECT_EQ(one("lookup: open", "\"Q\"", table), R"({"x":"Z"})");
    EXPECT_EQ(one("lookup: same", "\"A\"", table), R"({"x":"B"})");
    EXPECT_EQ(one("lookup: same", "\"Q\"", table), R"({"x":"Q"})");
    const auto out = map_of("    - {to: x, from: v, lookup: units}\n", table).apply("t", json(R"({"v":"PEC"})"));
    ASSERT_FALSE(out);
    EXPECT_NE(out.error().message.find("did you mean 'PCE'?"), std::string::npos) << out.error().message;
}

TEST(MapApply, an_error_names_table_field_source_and_line) {
    const FieldMap map = map_of(
        "    - to: a.items[]\n"
        "      from: outer.lines[]\n"
        "      rows:\n"
        "        - {to: sum.amount, from: money.amount, type: decimal}\n");
    const auto out = map.apply("t", json(R"({"outer":{"lines":[{"money":{"amount":"1"}},{"money":{"amount":"x"}}]}})"));
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().kind, ErrorKind::invalid);
    EXPECT_EQ(out.error().code, "bad_decimal");
    EXPECT_EQ(out.error().field, "outer.lines[1].money.amount");
    EXPECT_EQ(out.error().message,
              "field map 'm', table 't': cannot write 'a.items[].sum.amount' from 'outer.lines[1].money.amount': \"x\" "
              "is no exact decimal number such as \"12.50\". Correct it at its source, or the map (m.yaml, line 7)");
}

TEST(MapApply, lists) {
    const FieldMap map = map_of(
        "    - {to: 'n[]', from: 'n[]', type: integer, required: true}\n"
        "    - {to: 'm[]', from: 'm[]', rule: omit_if_empty}\n");
    EXPECT_EQ(map.apply("t", json(R"({"n":[1,"2"],"m":[]})"))->dump(), R"({"n":[1,2]})");
    EXPECT_EQ(map.apply("t", json(R"({"n":[]})")).error().code, "missing_field");
    EXPECT_EQ(map.apply("t", json("{}")).error().code, "missing_field");
    EXPECT_EQ(map.apply("t", json(R"({"n":{}})")).error().code, "wrong_type");
    const auto bad = map.apply("t", json(R"({"n":[1,"b"]})"));
    EXPECT_EQ(bad.error().field, "n[1]");
    const FieldMap empty = map_of("    - {to: 'm[]', from: 'm[]'}\n");
    EXPECT_EQ(empty.apply("t", json(R"({"m":[]})"))->dump(), R"({"m":[]})");
    EXPECT_EQ(empty.apply("t", json("{}"))->dump(), "{}");
}

TEST(MapApply, paths_reach_root_settings_and_names_with_dots) {
    const FieldMap map = map_of(
        "    - {to: '@odata\\.type', constant: T}\n"
        "    - {to: plant, from: $settings.plant, required: true}\n"
        "    - to: l[]\n"
        "      from: l[]\n"
        "      rows:\n"
        "        - {to: top, from: $.a\\.b}\n"
        "        - {to: self, from: .}\n");
    const auto out = map.apply("t", json(R"({"a.b":"r","l":["p"]})"), json(R"({"plant":"P7"})"));
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_EQ(out->dump(), R"({"@odata.type":"T","plant":"P7","l":[{"top":"r","self":"p"}]})");
    const auto without = map.apply("t", json("{}"));
    ASSERT_FALSE(without);
    EXPECT_EQ(without.error().field, "$settings.plant");
}

TEST(MapApply, conditions) {
    const FieldMap map = map_of(
        "    - {to: x, constant: one, when: a = 1}\n"
        "    - {to: x, constant: two, when: b in p | q r}\n"
        "    - {to: y, constant: both, when: [a = 1, b present]}\n"
        "    - {to: z, constant: none, when: b absent}\n");
    EXPECT_EQ(map.apply("t", json(R"({"a":1})"))->dump(), R"({"x":"one","z":"none"})");
    EXPECT_EQ(map.apply("t", json(R"({"a":"1","b":"s"})"))->dump(), R"({"x":"one","y":"both"})");
    EXPECT_EQ(map.apply("t", json(R"({"b":"q r"})"))->dump(), R"({"x":"two"})");
    const auto both = map.apply("t", json(R"({"a":1,"b":"p"})"));
    ASSERT_FALSE(both);
    EXPECT_EQ(both.error().code, "two_rows_apply");
    EXPECT_NE(both.error().message.find("line 4 and line 5"), std::string::npos) << both.error().message;
}

TEST(MapApply, an_unknown_table_is_unsupported) {
    const auto out = map_of("    - {to: x, constant: y}\n").apply("tt", json("{}"));
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(out.error().code, "no_table");
}

TEST(MapApply, elements_are_bounded) {
    std::string yaml = "map: m\ntables:\n  z:\n    - {to: x, constant: y}\n";
    std::string next = "z";
    for (int level = 0; level < 10; ++level) {
        const std::string name = "t" + std::to_string(level);
        yaml += "  " + name + ":\n";
        for (int i = 0; i < 10; ++i) yaml += "    - {to: 'l[]', table: " + next + "}\n";
        next = name;
    }
    const auto map = FieldMap::compile(yaml, "bomb.yaml");
    ASSERT_TRUE(map) << map.error().message;
    const auto out = map->apply(next, json("{}"));
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, "too_long");
    EXPECT_LE(map->targets(next).size(), 10'000u);
}

TEST(MapTargets, are_listed_for_the_comparison_with_the_peers_metadata) {
    const auto map =
        FieldMap::compile(read_file(std::filesystem::path(TIELINE_TESTDATA) / "workorder.map.yaml"), "w.yaml");
    ASSERT_TRUE(map) << map.error().message;
    std::vector<std::string> paths;
    for (const TargetField& field : map->targets("workorder")) paths.push_back(field.path);
    EXPECT_EQ(words(paths),
              "number title status completed_at due_at receiver.kind receiver.code planned_cost lines[] lines[].kind "
              "lines[].craft lines[].hours lines[].capital lines[].order lines[] lines[].kind lines[].part "
              "lines[].quantity lines[].count lines[] lines[].kind lines[].amount tags[] raw");
    const TargetField status = map->targets("workorder")[2];
    EXPECT_EQ(words(status.values), "completed in_progress requested");
    EXPECT_TRUE(status.required);
    EXPECT_EQ(status.source, "status");
    EXPECT_EQ(status.line, 11);
    EXPECT_EQ(words(map->sources("labor_line")), "craft hours cap $.wonum");
    const std::string all = words(map->sources("workorder"));
    EXPECT_NE(all.find("labor[].hours"), std::string::npos) << all;
    EXPECT_NE(all.find("materials[].whole"), std::string::npos) << all;
}

}  // namespace
}  // namespace tieline::connectors
