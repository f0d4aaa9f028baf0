#include "base/json.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <array>

namespace tieline::base {
namespace {

std::string code_of(std::string_view text, const JsonLimits& limits = {}) {
    const auto parsed = Json::parse(text, limits);
    return parsed ? "accepted" : parsed.error().code;
}

std::string round_trip(std::string_view text) {
    const auto parsed = Json::parse(text);
    return parsed ? parsed->dump() : "error " + parsed.error().message;
}

TEST(JsonParse, keeps_number_tokens_as_written) {
    EXPECT_EQ(round_trip(R"({"a": 1.50, "b": -0, "c": 1e400, "d": 123456789012345678901234567890})"),
              R"({"a":1.50,"b":-0,"c":1e400,"d":123456789012345678901234567890})");
}

TEST(JsonParse, reads_every_kind_of_value) {
    for (const char* text : {"null", "true", "false", "0", "-1.5e-3", "\"\"", "\"x\"", "[]", "{}", "[1,[2,{\"a\":[]}]]",
                             R"({"a":null,"b":[true,false,"x",{}]})"}) {
        EXPECT_EQ(round_trip(text), text);
    }
    EXPECT_EQ(round_trip(" \t\r\n[ 1 , 2 ] \n"), "[1,2]");
}

TEST(JsonParse, refuses_what_the_grammar_does_not_know) {
    for (const char* text : {"",
                             " ",
                             "[1,]",
                             "[,1]",
                             "[1 2]",
                             "{\"a\":1,}",
                             "{,}",
                             "{\"a\" 1}",
                             "{a:1}",
                             "{1:2}",
                             "{\"a\":}",
                             "[1",
                             "{\"a\":1",
                             "]",
                             "}",
                             "[1}",
                             "{\"a\":1]",
                             "1 2",
                             "1,2",
                             "1],[2",
                             "[1]]",
                             "[1][2]",
                             "{} {}",
                             "[] x",
                             "\"a\" \"b\"",
                             "nul",
                             "nulll",
                             "truefalse",
                             "True",
                             "\"abc",
                             "\"abc\"d",
                             "\"a\"\"b\"",
                             "'a'",
                             "\"\\x\"",
                             "\"\\u12\"",
                             "\"\\u12g4\"",
                             "\"\\",
                             "[\"\\\"]",
                             "\"a\nb\"",
                             "\"a\tb\"",
                             "// c\n1",
                             "[1]//",
                             "NaN",
                             "Infinity",
                             "{\"a\"x:1}",
                             "{\"a\":\"b\"c}",
                             "{\"a\":1 \"b\":2}",
                             "{\"a\":1,,\"b\":2}",
                             "[1,,2]",
                             "\xEF\xBB\xBF{}",
                             "{\"a\":1}]",
                             "1]",
                             "[[1]",
                             ":",
                             ","}) {
        EXPECT_EQ(code_of(text), "json_syntax") << text;
    }
    EXPECT_EQ(code_of(std::string_view("\0", 1)), "json_syntax");
    EXPECT_EQ(code_of(std::string_view("1\0", 2)), "json_number");
    EXPECT_EQ(code_of(std::string_view("\"a\0b\"", 5)), "json_syntax");
}

TEST(JsonParse, refuses_wrong_numbers) {
    for (const char* text : {"1.2.3e", "01.50", "-", "1.", "-01", "1e", "1e+", "0x10", "1_000", "1.5e1.5", "--1", "00",
                             "1a", "1.-1", "{\"a\":01.50}", "[1.2.3e]", "-.5", "-\"1\""}) {
        EXPECT_EQ(code_of(text), "json_number") << text;
    }
    for (const char* text : {"+1", ".5"}) EXPECT_EQ(code_of(text), "json_syntax") << text;
}

TEST(JsonParse, refuses_wrong_utf8_and_half_surrogates) {
    for (const char* text :
         {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xe2\x82\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"",
          "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "{\"\\udfff\":1}", "{\"\xf8\":1}"}) {
        EXPECT_EQ(code_of(text), "json_utf8") << text;
    }
    EXPECT_EQ(round_trip("\"\\ud83d\\ude00\\u00e9\\u20ac\\u0041\""),
              "\"\xf0\x9f\x98\x80\xc3\xa9\xe2\x82\xac"
              "A\"");
    EXPECT_EQ(Json::parse("\"\\uDBFF\\uDFFF\"")->string(), "\xf4\x8f\xbf\xbf");
}

TEST(JsonParse, refuses_nul_in_strings_and_keys) {
    EXPECT_EQ(code_of("\"a\\u0000\""), "json_nul");
    EXPECT_EQ(code_of("{\"a\\u0000\":1}"), "json_nul");
    EXPECT_EQ(Json::parse("\"\\u0001\\u001f\"")->dump(), "\"\\u0001\\u001f\"");
}

TEST(JsonParse, refuses_duplicate_keys_however_written) {
    EXPECT_EQ(code_of(R"({"a":1,"a":2})"), "json_duplicate_key");
    EXPECT_EQ(code_of(R"({"a":1,"\u0061":2})"), "json_duplicate_key");
    EXPECT_EQ(code_of(R"([{"x":{"":1,"":2}}])"), "json_duplicate_key");
    EXPECT_EQ(code_of(R"({"a":{"a":1},"b":{"a":1}})"), "accepted");
    for (const int count : {16, 17, 500}) {
        std::string text = "{";
        for (int i = 0; i < count; ++i) text += "\"k" + std::to_string(i) + "\":1,";
        EXPECT_EQ(code_of(text + "\"last\":1}"), "accepted");
        EXPECT_EQ(code_of(text + "\"k0\":1}"), "json_duplicate_key") << count;
        EXPECT_EQ(code_of(text + "\"k" + std::to_string(count - 1) + "\":1}"), "json_duplicate_key") << count;
    }
}

TEST(JsonParse, holds_its_limits) {
    const std::string deep(64, '[');
    EXPECT_EQ(code_of(deep + std::string(64, ']')), "accepted");
    EXPECT_EQ(code_of(deep + "[" + std::string(65, ']')), "json_depth");
    EXPECT_EQ(code_of(std::string(100'000, '[')), "json_depth");
    EXPECT_EQ(code_of(std::string(5000, '[') + std::string(5000, ']'), {.depth_max = 100'000}), "json_depth");
    EXPECT_EQ(code_of("[1,2,3]", {.nodes_max = 4}), "accepted");
    EXPECT_EQ(code_of("[1,2,3]", {.nodes_max = 3}), "json_size");
    EXPECT_EQ(code_of("[1,2,3]", {.bytes_max = 7}), "accepted");
    EXPECT_EQ(code_of("[1,2,3]", {.bytes_max = 6}), "json_size");
}

TEST(JsonParse, message_says_where) {
    const auto parsed = Json::parse(R"({"a":01})");
    ASSERT_FALSE(parsed);
    EXPECT_NE(parsed.error().message.find("'01'"), std::string::npos);
    EXPECT_NE(parsed.error().message.find("byte 5"), std::string::npos) << parsed.error().message;
    const auto duplicate = Json::parse(R"({"amount":1,"amount":1})");
    EXPECT_NE(duplicate.error().message.find("'amount'"), std::string::npos);
}

TEST(JsonParse, works_again_after_a_large_text_and_after_errors) {
    const std::string large = "\"" + std::string(6 << 20, 'x') + "\"";
    EXPECT_EQ(Json::parse(large, {.bytes_max = 8 << 20})->string().size(), std::size_t{6} << 20);
    EXPECT_EQ(code_of("[1"), "json_syntax");
    EXPECT_EQ(round_trip("[1,\"a\"]"), "[1,\"a\"]");
}

// Every prefix and every single changed byte either fails cleanly or is stable under writing and reading.
TEST(JsonParse, survives_cut_and_changed_texts) {
    const std::string text =
        R"({"n":"WO-1","l":[{"a":"1.50","b":-2.5e3},{"c":null,"d":[true,false]}],"s":"\u20ac\n\"x"})";
    ASSERT_EQ(code_of(text), "accepted");
    for (std::size_t length = 0; length < text.size(); ++length) {
        EXPECT_NE(code_of(text.substr(0, length)), "accepted") << length;
    }
    SeededRandom random(7);
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string changed = text;
        changed[random.below(changed.size())] = static_cast<char>(random.below(256));
        const auto parsed = Json::parse(changed);
        if (!parsed) continue;
        ++accepted;
        const auto again = Json::parse(parsed->dump());
        ASSERT_TRUE(again) << changed;
        EXPECT_EQ(*again, *parsed);
    }
    EXPECT_GT(accepted, 1000);
}

TEST(JsonWrite, escapes_only_what_must_be_escaped) {
    std::string out;
    append_json_string(out, std::string_view("a/\"\\\b\f\n\r\t\x01\x1f\x7f\0e\xc3\xa9", 16));
    EXPECT_EQ(out, "\"a/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000e\xc3\xa9\"");
}

TEST(JsonWrite, an_escape_at_every_place_of_every_length_reads_back) {
    for (const std::size_t length :
         {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 130, 511, 512, 513, 1500}) {
        const std::string plain(length, 'x');
        std::string appended;
        append_json_string(appended, plain);
        EXPECT_EQ(appended, "\"" + plain + "\"");
        EXPECT_EQ(Json(plain).dump(), appended);
        for (std::size_t place = 0; place < length; ++place) {
            std::string text = plain;
            text[place] = place % 3 == 0 ? '"' : place % 3 == 1 ? '\\' : '\x1f';
            appended.clear();
            append_json_string(appended, text);
            const std::string dumped = Json::object({{text, text}}).dump();
            ASSERT_EQ(dumped, "{" + appended + ":" + appended + "}") << place << " of " << length;
            const auto read = Json::parse(dumped);
            ASSERT_TRUE(read) << place << " of " << length;
            ASSERT_EQ(read->members().front().first, text);
            ASSERT_EQ(read->members().front().second.string(), text);
        }
    }
}

TEST(JsonWrite, pretty_is_the_same_value) {
    const auto json = *Json::parse(R"({"a":[1,{"b":"x"}],"c":{},"d":[]})");
    EXPECT_EQ(json.pretty(),
              "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
    EXPECT_EQ(*Json::parse(json.pretty()), json);
}

TEST(JsonTree, sets_erases_and_appends) {
    Json json;
    json.set("b", 1);
    json.set("b", "two");
    json.set("a", Json::array()).push_back(true);
    json.set("n", Json::number("1.50"));
    EXPECT_EQ(json.dump(), R"({"b":"two","a":[true],"n":1.50})");
    json.erase("b");
    json.erase("absent");
    EXPECT_EQ(json.dump(), R"({"a":[true],"n":1.50})");
    EXPECT_EQ(json.find("b"), nullptr);
    EXPECT_EQ(Json("text").find("b"), nullptr);
    Json list;
    list.push_back("x");
    list.push_back(Json());
    EXPECT_EQ(list.dump(), R"(["x",null])");
}

TEST(JsonTree, finds_names_of_every_length) {
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string name(length, 'n');
        const auto json = Json::object({{name, 1}, {name + "n", 2}});
        ASSERT_NE(json.find(name), nullptr) << length;
        EXPECT_EQ(json.int_or(name, 0), 1) << length;
        for (std::size_t place = 0; place < length; ++place) {
            std::string other = name;
            other[place] = 'm';
            EXPECT_EQ(json.find(other), nullptr) << place << " of " << length;
        }
    }
}

TEST(JsonTree, takes_any_kind_over_any_other) {
    const std::vector<Json> kinds{Json(),
                                  true,
                                  7,
                                  "a text that is too long for its own place",
                                  Json::number("1.50"),
                                  Json::array(),
                                  *Json::parse(R"([1,["x"],{}])"),
                                  Json::object(),
                                  *Json::parse(R"({"a":{"b":["c"]}})")};
    for (const Json& from : kinds) {
        for (const Json& to : kinds) {
            Json copied = to, moved = to;
            copied = from;
            EXPECT_EQ(copied, from);
            moved = std::move(copied);
            EXPECT_EQ(moved, from);
            EXPECT_EQ(from == to, from.dump() == to.dump());
            const Json& same = moved;
            moved = same;
            EXPECT_EQ(moved, from);
            moved = Json(std::move(moved));
            EXPECT_EQ(moved, from);
        }
    }
    Json nest = *Json::parse(R"({"a":[{"b":"c"}]})");
    nest = std::move(nest.find("a")->items().front());
    EXPECT_EQ(nest.dump(), R"({"b":"c"})");
    nest = *nest.find("b");
    EXPECT_EQ(nest.dump(), R"("c")");
}

TEST(JsonTree, required_members_name_their_field) {
    const auto json =
        *Json::parse(R"({"t":"x","i":12,"f":1.5,"big":9223372036854775808,"d":"12.50","e":1e2,"b":true})");
    EXPECT_EQ(*json.text("t"), "x");
    EXPECT_EQ(*json.integer("i"), 12);
    EXPECT_EQ(json.decimal("d")->str(), "12.50");
    EXPECT_EQ(json.decimal("f")->str(), "1.5");
    EXPECT_EQ(json.text("i").error().code, "wrong_type");
    EXPECT_EQ(json.text("absent").error().code, "missing_field");
    EXPECT_EQ(json.text("absent").error().field, "absent");
    EXPECT_EQ(json.integer("f").error().code, "wrong_type");
    EXPECT_EQ(json.integer("big").error().code, "wrong_type");
    EXPECT_EQ(json.integer("t").error().field, "t");
    EXPECT_EQ(json.decimal("e").error().code, "bad_decimal");
    EXPECT_EQ(json.decimal("e").error().field, "e");
    EXPECT_EQ(json.decimal("b").error().code, "wrong_type");
    EXPECT_EQ(json.int_or("f", 7), 7);
    EXPECT_EQ(json.int_or("i", 7), 12);
    EXPECT_EQ(json.text_or("i", "none"), "none");
    EXPECT_TRUE(json.bool_or("b", false));
    EXPECT_TRUE(json.bool_or("absent", true));
}

TEST(JsonTreeDeathTest, wrong_use_ends_the_process) {
    EXPECT_DEATH(Json::number("01"), "grammar");
    EXPECT_DEATH(Json("x").items(), "type it has");
}

TEST(Utf8, follows_the_standard) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    for (const char* text :
         {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8", "\xe2\x82"}) {
        EXPECT_FALSE(is_utf8(text));
    }
}

}  // namespace
TEST(JsonParse, named_members_stay_text) {
    constexpr std::array<std::string_view, 1> names{"body"};
    JsonLimits limits;
    limits.kept_as_text = names;
    const auto json =
        Json::parse(R"({"body": {"a": [1, "x\"}"]} , "b":{"body":["\\"],"c":2},"d":{"body":"t"}})", limits);
    ASSERT_TRUE(json.has_value()) << json.error().message;
    EXPECT_EQ(json->text_or("body"), R"({"a": [1, "x\"}"]})");
    EXPECT_EQ(json->find("b")->text_or("body"), R"(["\\"])");
    EXPECT_EQ(json->find("b")->int_or("c", 0), 2);
    EXPECT_EQ(json->find("d")->text_or("body"), "t");  // a text is a text anyway
    EXPECT_FALSE(Json::parse(R"({"body":{"a":1)", limits).has_value());
    EXPECT_FALSE(Json::parse(R"({"body":{},"body":{}})", limits).has_value());
}

TEST(JsonWrite, every_byte_at_every_place_reads_back) {
    for (int byte = 1; byte < 128; ++byte) {
        for (std::size_t place = 0; place < 20; ++place) {
            std::string text(20, 'x');
            text[place] = static_cast<char>(byte);
            std::string written;
            append_json_string(written, text);
            const bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
            EXPECT_EQ(written.size() > text.size() + 2, escaped) << byte << " at " << place;
            EXPECT_EQ(Json::parse(written)->string(), text) << byte << " at " << place;
        }
    }
}

}  // namespace tieline::base
