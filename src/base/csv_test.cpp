#include "base/csv.h"

#include "base/random.h"

#include <gtest/gtest.h>

namespace tieline::base {
namespace {

// "line:a|b" for a row, "line:!code" for an error, in order.
std::vector<std::string> read(std::string_view text, CsvLimits limits = {}, char separator = ',') {
    std::vector<std::string> out;
    CsvReader reader(text, limits, separator);
    while (!reader.at_end()) {
        std::string line = std::to_string(reader.line_of_next()) + ":";
        const auto row = reader.next();
        if (!row) {
            out.push_back(line + "!" + row.error().code);
            continue;
        }
        EXPECT_EQ(line, std::to_string(row->line) + ":");
        for (std::size_t i = 0; i < row->fields.size(); ++i) line += (i == 0 ? "" : "|") + row->fields[i];
        out.push_back(line);
    }
    return out;
}

using Rows = std::vector<std::string>;

TEST(Csv, reads_rows_with_both_line_ends) {
    EXPECT_EQ(read("a,b\r\n1,2\n3,4"), (Rows{"1:a|b", "2:1|2", "3:3|4"}));
    EXPECT_EQ(read("a\n"), (Rows{"1:a"}));
    EXPECT_EQ(read(""), Rows{});
    EXPECT_EQ(read(",\n"), (Rows{"1:|"}));
    EXPECT_EQ(read("a,"), (Rows{"1:a|"}));
    EXPECT_EQ(read("\n\na"), (Rows{"1:", "2:", "3:a"}));
    EXPECT_EQ(read("a;b", {}, ';'), (Rows{"1:a|b"}));
    EXPECT_EQ(read("\xEF\xBB\xBF\"a\",b"), (Rows{"1:a|b"}));
    EXPECT_EQ(read("a\rb,c"), (Rows{"1:a\rb|c"}));
    EXPECT_EQ(read("\xff,b"), (Rows{"1:\xff|b"}));
}

TEST(Csv, reads_quotes) {
    EXPECT_EQ(read("\"a,b\",\"say \"\"hi\"\"\",\"\"\r\nx"), (Rows{"1:a,b|say \"hi\"|", "2:x"}));
    EXPECT_EQ(read("\"two\r\nlines\",x\nnext"), (Rows{"1:two\r\nlines|x", "3:next"}));
}

TEST(Csv, reports_a_bad_row_and_goes_on) {
    EXPECT_EQ(read("a\"b,c\nnext"), (Rows{"1:!csv_quote", "2:next"}));
    EXPECT_EQ(read("\"a\"b,c\nnext"), (Rows{"1:!csv_quote", "2:next"}));
    EXPECT_EQ(read("\"a\" ,c\nnext"), (Rows{"1:!csv_quote", "2:next"}));
    EXPECT_EQ(read("\"a\"\rb\nnext"), (Rows{"1:!csv_quote", "2:next"}));
    EXPECT_EQ(read(std::string_view("a\0b\nnext", 8)), (Rows{"1:!csv_nul", "2:next"}));
    EXPECT_EQ(read(std::string_view("\"a\0b\"\nnext", 10)), (Rows{"1:!csv_nul", "2:next"}));
}

TEST(Csv, an_open_quote_does_not_swallow_the_file) {
    EXPECT_EQ(read("1,\"open\n2,b\n3,c\n"), (Rows{"1:!csv_quote", "2:2|b", "3:3|c"}));
    EXPECT_EQ(read("\""), (Rows{"1:!csv_quote"}));
}

TEST(Csv, holds_its_limits) {
    EXPECT_EQ(read("a,b,c\nx", {.fields_max = 3}), (Rows{"1:a|b|c", "2:x"}));
    EXPECT_EQ(read("a,b,c\nx", {.fields_max = 2}), (Rows{"1:!csv_size", "2:x"}));
    EXPECT_EQ(read("abcd\nabc", {.field_bytes_max = 3}), (Rows{"1:!csv_size", "2:abc"}));
    EXPECT_EQ(read("\"abcd\"\n\"abc\"", {.field_bytes_max = 3}), (Rows{"1:!csv_size", "2:abc"}));
}

TEST(Csv, a_read_past_the_end_is_an_error) {
    CsvReader reader("a");
    EXPECT_TRUE(reader.next());
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(reader.next().error().code, "csv_end");
}

TEST(Csv, what_is_quoted_comes_back) {
    SeededRandom random(3);
    const std::string_view letters = "ab,\"\r\n;x";
    for (int round = 0; round < 5000; ++round) {
        std::vector<std::string> fields(1 + random.below(4));
        std::string text;
        for (auto& field : fields) {
            for (auto length = random.below(8); length > 0; --length) field += letters[random.below(letters.size())];
            text += text.empty() ? "\"" : ",\"";
            for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
            text += '"';
        }
        CsvReader reader(text);
        const auto row = reader.next();
        ASSERT_TRUE(row) << text;
        EXPECT_EQ(row->fields, fields);
        EXPECT_TRUE(reader.at_end());
    }
}

}  // namespace
}  // namespace tieline::base
