#include "app/import_rows.h"

#include "app/config.h"

#include <gtest/gtest.h>

namespace tieline::app {
namespace {

constexpr const char* csv =
    "BscStartDate,Asset,OriginalShorttext,PMType,Cost,MajorSystem\n"
    "2004-07-01,A,BUCKET WON'T OPEN,PM01,183.05,Bucket\n"
    "2005-03-20,B,\"L/H CYL, LEAKING\",PM02,-407.4,NA\n"
    "2005-03-21,B,NO COST,PM01,,NA\n"
    "2005-03-22,B,BROKEN \"ROW\" HERE,PM01,1\n"
    "2005-03-23,A,AGAIN,ZZ,0,NA\n";

ImportRows read(bool complete) {
    const Result<std::string> text = read_file(TIELINE_TEMPLATES "/import/excavators.yaml", 1 << 20);
    EXPECT_TRUE(text);
    const Result<connectors::FieldMap> map = connectors::FieldMap::compile(*text, "excavators.yaml");
    EXPECT_TRUE(map) << map.error().message;
    const Result<ImportRows> rows = read_import(csv, *map, Json::object({{"complete", complete ? "true" : "false"}}));
    EXPECT_TRUE(rows);
    return *rows;
}

TEST(ImportRows, EachRowBecomesAWorkOrderNumberedByItsLine) {
    const ImportRows rows = read(true);
    EXPECT_EQ(rows.lines_read, 5U);
    ASSERT_EQ(rows.rows.size(), 3U);
    const Json& first = rows.rows[0].body;
    EXPECT_EQ(first.text_or("wonum"), "EXC-000002");
    EXPECT_EQ(first.text_or("asset"), "EXC-A");
    EXPECT_EQ(first.text_or("status"), "COMP");
    EXPECT_EQ(first.text_or("actual_finish"), "2004-07-01T12:00:00Z");
    EXPECT_EQ(first.find("other_costs")->items().at(0).text_or("cost"), "183.05");
    EXPECT_EQ(rows.rows[1].body.text_or("summary"), "L/H CYL, LEAKING");
    EXPECT_EQ(rows.rows[1].body.find("other_costs")->items().at(0).text_or("cost"), "-407.4");
    EXPECT_EQ(rows.rows[2].body.text_or("work_type"), "CM");
    EXPECT_EQ(rows.assets.size(), 2U);
    EXPECT_EQ(read(false).rows[0].body.find("status"), nullptr);
}

TEST(ImportRows, RefusedRowsKeepTheirLineAndReason) {
    const ImportRows rows = read(true);
    ASSERT_EQ(rows.refused.size(), 2U);
    EXPECT_EQ(rows.refused[0].line, 4U);
    EXPECT_NE(rows.refused[0].reason.find("Cost"), std::string::npos) << rows.refused[0].reason;
    EXPECT_EQ(rows.refused[1].line, 5U);
}

}  // namespace
}  // namespace tieline::app
