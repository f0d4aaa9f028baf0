// Bad field maps are refused before anything is sent: each connector's own map, spoilt in one place.

#include "app/map_check.h"

#include "app/catalog.h"
#include "connectors/metadata.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>

namespace tieline::app {
namespace {

using connectors::ConnectorSpec;
using connectors::Metadata;
using connectors::TableUse;
using Lines = std::vector<std::string>;

Lines lines_of(std::string_view text) {
    Lines lines;
    std::istringstream stream{std::string(text)};
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string text_of(const Lines& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

/// One way to spoil a line; an empty result takes the line away.
struct Spoiler {
    const char* name;
    std::regex where;
    std::string instead;
    bool only_writes =
        false;  ///< only in tables whose target is the peer: what a canonical field holds is our own matter
    bool deletes = false;
};

const std::vector<Spoiler>& spoilers() {
    static const std::vector<Spoiler> all{
        {"renamed target", std::regex(R"(\{to: ([a-zA-Z_]+))"), "{to: $1Q"},
        {"renamed source", std::regex(R"(from: ([a-z][a-zA-Z_]+)([,}]))"), "from: $1Q$2"},
        {"too long", std::regex(R"((max|truncate): ([0-9]+))"), "$1: 9999", true},
        {"wrong type", std::regex(R"(type: (decimal|date|time|integer))"), "type: boolean"},
        {"wrong decimals", std::regex(R"(scale: [0-9])"), "scale: 12", true},
        {"missing key", std::regex(R"(^ +- \{to: [a-zA-Z_]+, from: .*required: true)"), "", true, true},
    };
    return all;
}

/// Places in the file that a spoiler fits, as line numbers from 1.
std::vector<std::size_t> places(const Lines& lines, const Metadata& metadata, const Spoiler& spoiler) {
    std::vector<std::size_t> found;
    const TableUse* use = nullptr;
    bool in_tables = false;
    static const std::regex table_line(R"(^  ([a-z_.]+):$)");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::smatch match;
        if (lines[i] == "tables:") in_tables = true;
        if (in_tables && std::regex_search(lines[i], match, table_line)) {
            use = nullptr;
            for (const TableUse& each : metadata.tables)
                if (each.table == match[1].str()) use = &each;
        }
        const bool is_comment =
            lines[i].find_first_not_of(' ') != std::string::npos && lines[i][lines[i].find_first_not_of(' ')] == '#';
        if (use == nullptr || is_comment || !std::regex_search(lines[i], spoiler.where)) continue;
        // A fixed value has the decimals that it has, whatever its row would allow.
        const bool is_fixed = lines[i].find("constant: ") != std::string::npos;
        if (is_fixed && spoiler.name == std::string("wrong decimals")) continue;
        if (spoiler.only_writes && use->does == TableUse::Does::read) continue;
        if (spoiler.deletes && use->does != TableUse::Does::create) continue;
        found.push_back(i + 1);
    }
    return found;
}

/// A row may take several lines: "- to: x", and its other keys below.
std::size_t begin_of_row(const Lines& lines, std::size_t line) {
    static const std::regex begin(R"(^ *- )");
    while (line > 1 && !std::regex_search(lines[line - 1], begin)) --line;
    return line;
}

/// Up to `most` of them, from all over the file.
std::vector<std::size_t> some_of(const std::vector<std::size_t>& all, std::size_t most) {
    if (all.size() <= most) return all;
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < most; ++i) some.push_back(all[i * all.size() / most]);
    return some;
}

TEST(MapCheck, own_maps_fit) {
    for (const ConnectorSpec* spec : connector_catalog()) {
        const Result<void> fits = check_field_map(*spec, "", "");
        EXPECT_TRUE(fits) << spec->system << ": " << fits.error().message;
    }
}

TEST(MapCheck, a_hundred_spoilt_maps_are_refused_with_file_and_line) {
    std::map<std::string, int> refused;
    int total = 0, connectors_tried = 0;
    for (const ConnectorSpec* spec : connector_catalog()) {
        if (spec->own_metadata.empty()) continue;
        const auto metadata = connectors::read_metadata(spec->own_metadata, "metadata.yaml");
        ASSERT_TRUE(metadata) << metadata.error().message;
        ++connectors_tried;
        const Lines lines = lines_of(spec->own_map);
        for (const Spoiler& spoiler : spoilers()) {
            for (const std::size_t line : some_of(places(lines, *metadata, spoiler), 8)) {
                Lines spoilt = lines;
                std::string& victim = spoilt[line - 1];
                victim = spoiler.deletes ? "" : std::regex_replace(victim, spoiler.where, spoiler.instead);
                SCOPED_TRACE(spec->system + ", " + spoiler.name + ", line " + std::to_string(line) + ": " +
                             lines[line - 1]);
                ++total;
                const Result<void> fits = check_field_map(*spec, text_of(spoilt), "plant.map.yaml");
                EXPECT_FALSE(fits) << "this map would have been taken: " << victim;
                if (fits) continue;
                const std::string& message = fits.error().message;
                EXPECT_TRUE(message.starts_with("plant.map.yaml:")) << message;
                // A row that is gone is missed at its table; everything else is named where its row begins.
                const std::string place = "plant.map.yaml:" + std::to_string(begin_of_row(lines, line)) + ":";
                if (!spoiler.deletes) EXPECT_NE(message.find(place), std::string::npos) << message;
                ++refused[spoiler.name];
            }
        }
    }
    EXPECT_GE(connectors_tried, 3);
    EXPECT_GE(total, 100);
    for (const Spoiler& spoiler : spoilers()) EXPECT_GE(refused[spoiler.name], 8) << spoiler.name;
    RecordProperty("maps", total);
    std::printf("%d spoilt maps of %d connectors refused\n", total, connectors_tried);
}

TEST(MapCheck, all_mistakes_are_told_at_once) {
    const ConnectorSpec* spec = find_connector("sandbox_erp");
    ASSERT_NE(spec, nullptr);
    std::string text(spec->own_map);
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"{to: debitCredit,", "{to: debitcredit,"},
                                   {"{to: account, from: account, max: 10", "{to: account, from: account, max: 11"}}) {
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos);
        text.replace(at, from.size(), to);
    }
    const Result<void> fits = check_field_map(*spec, text, "plant.map.yaml");
    ASSERT_FALSE(fits);
    EXPECT_NE(fits.error().message.find("did you mean 'items[].debitCredit'"), std::string::npos)
        << fits.error().message;
    EXPECT_NE(fits.error().message.find("holds 10 characters"), std::string::npos) << fits.error().message;
}

}  // namespace
}  // namespace tieline::app
