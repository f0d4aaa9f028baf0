// Metadata files and the comparison of maps with them.

#include "connectors/metadata.h"

#include <gtest/gtest.h>

namespace tieline::connectors {
namespace {

constexpr std::string_view peer_text = R"(
metadata: peer
settings: [plant]
adds: [direction]
tables:
  journal: {entity: Journal, does: create}
  journal.change: {entity: Journal, does: update, needs: [ref]}
  order: {entity: Order, does: read}
entities:
  Journal:
    ref: {max: 16, required: true}
    text: {max: 20}
    day: {type: date}
    amount: {type: decimal, digits: 10, scale: 2}
    side: {type: enum, values: [D, C]}
    lines: {list: true, entity: Line}
    tags: {list: true}
  Line:
    account: {max: 10, required: true}
  Order:
    number: {max: 12, key: true}
    hours: {type: decimal}
)";
constexpr std::string_view inner_text = R"(
metadata: inner
entities:
  journal:
    key: {}
    text: {}
    day: {type: date}
    amount: {type: decimal}
    side: {}
    lines: {list: true, entity: line}
    tags: {list: true}
  line: {account: {}}
  journal.change: {key: {}, text: {}}
  order:
    id: {max: 12, required: true}
    hours: {type: decimal, scale: 2}
)";

Metadata read(std::string_view text) {
    const auto metadata = read_metadata(text, "m.yaml");
    EXPECT_TRUE(metadata) << metadata.error().message;
    return metadata ? *metadata : Metadata{};
}

/// "code@line field" of each mistake.
std::vector<std::string> mistakes(const std::string& rows, const std::string& table = "journal") {
    const std::string yaml =
        "map: m\nlookups:\n  sides: {debit: D, credit: C}\n  wrong: {debit: X}\ntables:\n  " + table + ":\n" + rows;
    const auto map = FieldMap::compile(yaml, "map.yaml");
    EXPECT_TRUE(map) << map.error().message;
    if (!map) return {};
    std::vector<std::string> list;
    for (const Error& error : check_map(*map, "map.yaml", read(peer_text), read(inner_text))) {
        EXPECT_EQ(error.kind, ErrorKind::invalid);
        EXPECT_TRUE(error.message.starts_with("map.yaml:")) << error.message;
        const std::string line = error.message.substr(9, error.message.find(':', 9) - 9);
        list.push_back(error.code + "@" + line + " " + error.field);
    }
    return list;
}

using List = std::vector<std::string>;
const std::string key = "    - {to: ref, from: key, max: 16, required: true}\n";

TEST(Metadata, a_map_that_fits_is_taken) {
    EXPECT_EQ(mistakes(key + "    - {to: text, from: text, rule: {truncate: 20}}\n"
                             "    - {to: day, from: day, type: date}\n"
                             "    - {to: amount, from: amount, type: decimal, rule: {round: 2}}\n"
                             "    - {to: side, from: side, type: enum, lookup: sides}\n"
                             "    - {to: \"tags[]\", from: \"tags[]\"}\n"
                             "    - to: lines[]\n      from: lines[]\n      rows:\n"
                             "        - {to: account, from: account, max: 10, required: true}\n"),
              List{});
    EXPECT_EQ(mistakes("    - {to: id, from: number, max: 12, required: true}\n"
                       "    - {to: hours, from: hours, type: decimal, scale: 2}\n",
                       "order"),
              List{});
}

TEST(Metadata, what_does_not_fit_is_found_with_its_line) {
    EXPECT_EQ(mistakes(key + "    - {to: txt, from: text, max: 20}\n"), List{"unknown_field@8 txt"});
    EXPECT_EQ(mistakes(key + "    - {to: text, from: txet, max: 20}\n"), List{"unknown_field@8 txet"});
    EXPECT_EQ(mistakes(key + "    - {to: text, from: text, max: 20, when: sid = debit}\n"),
              List{"unknown_field@8 sid"});
    EXPECT_EQ(mistakes(key + "    - {to: text, from: $settings.plnt, max: 20}\n"),
              List{"unknown_field@8 $settings.plnt"});
    EXPECT_EQ(mistakes(key + "    - {to: text, from: direction, max: 20}\n"), List{});
    EXPECT_EQ(mistakes(key + "    - {to: text, from: dirction, max: 20}\n"), List{"unknown_field@8 dirction"});
    EXPECT_EQ(mistakes(key + "    - {to: text, from: text}\n"), List{"too_long@8 text"});
    EXPECT_EQ(mistakes(key + "    - {to: text, from: text, max: 21}\n"), List{"too_long@8 text"});
    EXPECT_EQ(mistakes(key + "    - {to: text, from: text, rule: [{truncate: 20}, {prefix: x}]}\n"),
              List{"too_long@8 text"});
    EXPECT_EQ(mistakes(key + "    - {to: day, from: text}\n"), List{"wrong_type@8 day"});
    EXPECT_EQ(mistakes(key + "    - {to: day, from: text, type: date}\n"), List{"wrong_type@8 text"});
    EXPECT_EQ(mistakes(key + "    - {to: amount, from: amount, type: decimal}\n"), List{"too_many_decimals@8 amount"});
    EXPECT_EQ(mistakes(key + "    - {to: amount, from: amount, type: decimal, scale: 3}\n"),
              List{"too_many_decimals@8 amount"});
    EXPECT_EQ(mistakes(key + "    - {to: amount, from: amount, type: decimal, scale: 2, max: 11}\n"),
              List{"too_long@8 amount"});
    EXPECT_EQ(mistakes(key + "    - {to: side, from: side}\n"), List{"unknown_value@8 side"});
    EXPECT_EQ(mistakes(key + "    - {to: side, from: side, type: enum, lookup: wrong}\n"),
              List{"unknown_value@8 side"});
}

TEST(Metadata, what_must_be_given_is_missed) {
    EXPECT_EQ(mistakes("    - {to: text, from: text, max: 20}\n"), List{"missing_key@7 ref"});
    EXPECT_EQ(mistakes("    - {to: ref, from: key, max: 16}\n"), List{"missing_key@7 ref"});
    EXPECT_EQ(mistakes("    - {to: ref, from: key, max: 16, default: none}\n"), List{});
    EXPECT_EQ(mistakes(key + "    - to: lines[]\n      from: lines[]\n      rows:\n"
                             "        - {to: account, from: account, max: 10}\n"),
              List{"missing_key@11 lines[].account"});
    EXPECT_EQ(mistakes("    - {to: text, from: text, max: 20}\n", "journal.change"), List{"missing_key@7 ref"});
    EXPECT_EQ(mistakes("    - {to: hours, from: hours, type: decimal, scale: 2}\n", "order"),
              (List{"missing_key@7 id", "missing_key@7 number"}));
}

TEST(Metadata, a_file_is_read_strictly) {
    const auto said = [](std::string_view text) {
        const auto metadata = read_metadata(text, "m.yaml");
        return metadata ? std::string("read") : metadata.error().message;
    };
    EXPECT_EQ(said("metadata: m\nentities:\n  A:\n    x: {mx: 3}\n").substr(0, 12), "m.yaml:4:9: ");
    EXPECT_NE(said("metadata: m\nentities:\n  A:\n    x: {mx: 3}\n").find("did you mean 'max'"), std::string::npos);
    EXPECT_EQ(said("metadata: m\nentities:\n  A:\n    x: {entity: B}\n").substr(0, 9), "m.yaml:4:");
    EXPECT_EQ(said("metadata: m\ntables:\n  t: {entity: B, does: read}\n").substr(0, 9), "m.yaml:3:");
    EXPECT_EQ(said("entities: {}\n").substr(0, 9), "m.yaml:1:");
}

TEST(Metadata, the_canonical_model_is_read) {
    const Metadata& model = canonical_metadata();
    const Entity* order = model.find("work_order");
    ASSERT_NE(order, nullptr);
    ASSERT_NE(model.at(*order, "lines[].receiver.code"), nullptr);
    EXPECT_EQ(model.at(*order, "lines[].unit_cost")->type, FieldType::decimal);
    EXPECT_EQ(model.at(*order, "lines.unit_cost"), nullptr);
    EXPECT_GT(model.paths(*order).size(), 40U);
}

}  // namespace
}  // namespace tieline::connectors
