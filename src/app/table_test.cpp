#include "app/table.h"

#include <gtest/gtest.h>

namespace tieline::app {
namespace {

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
    Table table({{"part"}, {"on hand", Table::Side::right}, {"state"}});
    table.add({"SEAL-9", "4", "available"});
    table.add({"ÖL", "12.500"});
    EXPECT_EQ(table.text(),
              "part    on hand  state\n"
              "SEAL-9        4  available\n"
              "ÖL       12.500\n");
    EXPECT_EQ(Table({Table::Column{"part"}}).text(), "") << "no titles over nothing";
}

}  // namespace
}  // namespace tieline::app
