#include "base/yaml/yaml.h"

#include <gtest/gtest.h>

namespace tieline::base {
namespace {

std::string json_of(std::string_view yaml) {
    const auto json = yaml_to_json(yaml, "f.yaml");
    return json ? json->dump() : json.error().code;
}
std::string message_of(std::string_view yaml) {
    const auto json = yaml_to_json(yaml, "f.yaml");
    return json ? "accepted: " + json->dump() : json.error().message;
}

TEST(Yaml, scalars) {
    EXPECT_EQ(json_of("a: 1\nb: -2.50\nc: 1e5\n"), R"({"a":1,"b":-2.50,"c":1e5})");
    EXPECT_EQ(json_of("a: '1'\nb: \"2\"\n"), R"({"a":"1","b":"2"})");
    EXPECT_EQ(json_of("[01, 0x10, 1_000, .5, 1., +1, 2026-11-24, .inf]"),
              R"(["01","0x10","1_000",".5","1.","+1","2026-11-24",".inf"])");
    EXPECT_EQ(json_of("[true, false, True, yes, no, on, NO]"), R"([true,false,"True","yes","no","on","NO"])");
    EXPECT_EQ(json_of("a:\nb: ~\nc: null\nd: ''\n"), R"({"a":null,"b":null,"c":null,"d":""})");
    EXPECT_EQ(json_of("a: |\n  x\n  y\nb: >\n  x\n  y\n"), R"({"a":"x\ny\n","b":"x y\n"})");
    EXPECT_EQ(json_of("1000: A\nno: B\ntrue: C\n"), R"({"1000":"A","no":"B","true":"C"})");
    EXPECT_EQ(json_of(""), "null");
    EXPECT_EQ(json_of("# only a comment\n"), "null");
}

TEST(Yaml, order_of_members_is_kept) {
    EXPECT_EQ(json_of("z: 1\na: {y: [1, {b: 2}], x: 3}\n"), R"({"z":1,"a":{"y":[1,{"b":2}],"x":3}})");
}

TEST(Yaml, refuses_with_line_and_column) {
    EXPECT_EQ(message_of("a: 1\nb: 2\na: 3\n").rfind("f.yaml:3:1: ", 0), 0u) << message_of("a: 1\nb: 2\na: 3\n");
    EXPECT_EQ(json_of("a: 1\nb: 2\na: 3\n"), "yaml_duplicate_key");
    EXPECT_EQ(json_of("a: &x 1\nb: *x\n"), "yaml_alias");
    EXPECT_EQ(json_of("a: *x\n"), "yaml_syntax");  // an alias of nothing
    EXPECT_EQ(json_of("a: !!str 1\n"), "yaml_syntax");
    EXPECT_EQ(json_of("a: !mine {b: 1}\n"), "yaml_syntax");
    EXPECT_EQ(message_of("a:\n\tb: 1\n").rfind("f.yaml:2:1: ", 0), 0u) << message_of("a:\n\tb: 1\n");
    EXPECT_EQ(json_of("a:\n  \tb: 1\n"), "yaml_tab");
    EXPECT_EQ(json_of("a: 1\tx\n"), R"({"a":"1\tx"})");
    EXPECT_EQ(json_of("a: 1\n---\nb: 2\n"), "yaml_syntax");
    EXPECT_EQ(json_of("? [a, b]\n: 1\n"), "yaml_syntax");
    EXPECT_EQ(json_of(": 1\n"), "yaml_syntax");
    EXPECT_EQ(json_of("a: \xff\n"), "yaml_utf8");
    EXPECT_EQ(json_of(std::string_view("a: \0\n", 5)), "yaml_utf8");
    EXPECT_EQ(json_of("a: \"\\0\"\n"), "yaml_utf8");
    EXPECT_EQ(json_of("a: b: c\n"), "yaml_syntax");
    EXPECT_EQ(message_of("a: [1, 2\n").rfind("f.yaml:", 0), 0u);
}

TEST(Yaml, limits) {
    YamlLimits limits;
    limits.bytes_max = 100;
    limits.nodes_max = 10;
    limits.depth_max = 3;
    EXPECT_EQ(parse_yaml(std::string(101, ' '), "f", limits).error().code, "yaml_size");
    EXPECT_TRUE(parse_yaml("[1,2,3,4,5,6,7,8,9]", "f", limits));
    EXPECT_EQ(parse_yaml("[1,2,3,4,5,6,7,8,9,10]", "f", limits).error().code, "yaml_size");
    EXPECT_TRUE(parse_yaml("[[[]]]", "f", limits));
    EXPECT_EQ(parse_yaml("[[[[]]]]", "f", limits).error().code, "yaml_size");
    EXPECT_EQ(message_of(std::string(100'000, '[')).substr(0, 7), "f.yaml:");
    std::string wide;
    for (int i = 0; i < 30'000; ++i) wide += "k" + std::to_string(i) + ": 1\n";
    EXPECT_TRUE(parse_yaml(wide, "f"));
}

TEST(Yaml, places) {
    const auto yaml = parse_yaml("top:\n  - a: 1\n    b/c: {d: 2}\n  - x\n", "f.yaml");
    ASSERT_TRUE(yaml);
    const auto at = [&](std::string_view pointer) {
        const YamlPlace place = yaml->place(pointer);
        return std::to_string(place.line) + ":" + std::to_string(place.column);
    };
    EXPECT_EQ(at("/top"), "1:1");
    EXPECT_EQ(at("/top/0/a"), "2:5");
    EXPECT_EQ(at("/top/0/b~1c/d"), "3:11");
    EXPECT_EQ(at("/top/1"), "4:5");
    EXPECT_EQ(at("/top/1/none"), "4:5");
    EXPECT_EQ(at("/top/7"), "1:1");
    const Error error = yaml->error_at("/top/0/a", "must be a text", "config");
    EXPECT_EQ(error.message, "f.yaml:2:5: must be a text");
    EXPECT_EQ(error.field, "/top/0/a");
}

}  // namespace
}  // namespace tieline::base
