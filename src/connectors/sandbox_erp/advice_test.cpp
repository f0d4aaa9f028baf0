// What is offered to the person who mends a refused movement.

#include "connectors/sandbox_erp/advice.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sandbox_erp {
namespace {

std::string fix(const std::string& code, const std::string& details, const std::string& quantity = "1",
                const std::string& unit = "PC") {
    Error refusal = make_error(ErrorKind::invalid, "refused", code, "/quantity");
    refusal.details = details;
    return likely_fix(
        refusal, Json::object({{"part", "SEAL-O"}, {"storeroom", "MIAN"}, {"quantity", quantity}, {"unit", unit}}));
}

TEST(Advice, NamesTheCodeThatIsMeant) {
    EXPECT_EQ(fix("unknown_material", R"({"did_you_mean":"SEAL-0"})"),
              "If part SEAL-0 is meant, replay with SEAL-0; else create part SEAL-O in the ERP and replay.");
    EXPECT_EQ(fix("unknown_material", ""), "Replay with the right part, or create part SEAL-O in the ERP and replay.");
    EXPECT_EQ(fix("unknown_storage_location", R"({"did_you_mean":"MAIN"})"),
              "If storeroom MAIN is meant, replay with MAIN; else create storeroom MIAN in the ERP and replay.");
    EXPECT_EQ(fix("unit_mismatch", R"({"did_you_mean":"BOX","units":["PC","BOX"]})"),
              "If unit BOX is meant, replay with BOX; the part has PC or BOX.");
    EXPECT_EQ(fix("unit_mismatch", R"({"units":["PC","BOX","CRATE"]})"),
              "Replay with the quantity in PC, BOX or CRATE; or give the part this unit in the ERP and replay.");
}

TEST(Advice, AMissingUnitMeansAnUnknownPart) {
    Error refusal = make_error(ErrorKind::invalid, "refused", "missing_field", "/unit");
    const Json payload = Json::object({{"part", "SEAL-O"}});
    EXPECT_NE(likely_fix(refusal, payload).find("No unit came with part SEAL-O"), std::string::npos);
    refusal.field = "/postingDate";
    EXPECT_EQ(likely_fix(refusal, payload), "");
}

TEST(Advice, NamesTheQuantitiesThatCanBe) {
    const char* piece = R"({"decimals":0,"unit":"PC"})";
    EXPECT_EQ(fix("quantity_not_exact", piece, "1.5"),
              "Replay with 1 or 2 PC, whichever was taken; or let the ERP keep the part with more decimals.");
    EXPECT_EQ(fix("quantity_not_exact", piece, "0.5").substr(0, 17), "Replay with 1 PC,");
    EXPECT_EQ(fix("quantity_not_exact", piece, "-2.5").substr(0, 23), "Replay with -2 or -3 PC");
    EXPECT_EQ(fix("quantity_not_exact", R"({"decimals":3,"unit":"M"})", "0.12345", "M").substr(0, 28),
              "Replay with 0.123 or 0.124 M");
    EXPECT_EQ(fix("quantity_not_exact", piece, "0.015", "BOX"),
              "Replay with a quantity that the part can be divided into.");
    EXPECT_EQ(fix("bad_amount", "", "0"), "Replay with the quantity that was taken; if nothing was, give it up.");
    EXPECT_EQ(fix("bad_amount", "", "1000000000000"),
              "No part has that many: replay with the quantity that was taken.");
    EXPECT_EQ(fix("stock_insufficient", R"({"on_hand":"3","unit":"PC"})", "5000"),
              "Check the quantity first, it looks like a slip: 3 PC are on stock. Replay with the quantity that was "
              "taken, or book what has come into the ERP and replay.");
    EXPECT_EQ(fix("stock_insufficient", R"({"on_hand":"3","unit":"PC"})", "4").substr(0, 18), "3 PC are on stock.");
}

TEST(Advice, NamesLotsAndSerialNumbersOnStock) {
    EXPECT_EQ(fix("lot_required", R"({"lots":["L1"]})"), "Replay with the lot that was taken: on stock are L1.");
    EXPECT_EQ(fix("serials_required", R"({"serials":["S1","S2"]})"),
              "Replay with the serial number that was taken: on stock are S1 or S2.");
    EXPECT_EQ(fix("serial_not_in_stock", R"({"serials":[]})"), "");
    EXPECT_EQ(fix("period_closed", R"({"next_open_date":"2026-12-01"})"), "") << "flows act on it";
    EXPECT_EQ(fix("stock_insufficient", "not json"), "") << "nothing is known";
}

}  // namespace
}  // namespace tieline::connectors::sandbox_erp
