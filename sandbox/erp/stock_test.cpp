// Stocked materials: issues, returns, units, lots, serial numbers, kits, transfers, and their reversal.

#include "sandbox/erp/test_parts.h"

namespace tieline::sandbox::erp::test {
namespace {

TEST(StockedIssue, AtMovingAverageAndTheLastPieceTakesTheRest) {
    DemoErp erp;
    // 30 springs at 27.405 are worth 822.15.
    EXPECT_EQ(stock(erp, "P-2005", "value"), "822.15");
    const Answer first = erp.post("/api/goods-issues", issue_body("P-2005", "1", R"("workOrder":"WO-17",)"));
    ASSERT_EQ(first.status, 201) << first.body.dump();
    EXPECT_EQ(first.text("amount"), "27.40");  // 27.405, half even
    EXPECT_EQ(first.text("quantity"), "1");
    EXPECT_EQ(stock(erp, "P-2005"), "29");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2005", "28")).text("amount"), "767.35");  // 794.75 × 28/29
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2005", "1")).text("amount"), "27.40");
    EXPECT_EQ(stock(erp, "P-2005", "value"), "0.00");
    EXPECT_EQ(balance(erp, "account=302000"), stock_values(erp));
    const Answer movements = erp.get("/api/movements?workOrder=WO-17");
    ASSERT_EQ(items_of(movements).items().size(), 1U);
    EXPECT_EQ(items_of(movements).items().front().text_or("quantity"), "-1");
    EXPECT_EQ(items_of(movements).items().front().text_or("value"), "-27.40");
}

TEST(StockedIssue, ReturnComesBackAtTheAverageAndAReversalAtItsOwnValue) {
    DemoErp erp;
    const std::string issued = erp.post("/api/goods-issues", issue_body("P-2003", "2")).text("document");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2003", "-1")).text("amount"), "-148.00");
    EXPECT_EQ(stock(erp, "P-2003"), "3");
    const std::string back = reverse(erp, issued, R"("reference":"REV-1",)");
    EXPECT_EQ(stock(erp, "P-2003"), "5");
    EXPECT_EQ(erp.get("/api/documents/" + back).text("material"), "P-2003");
    EXPECT_EQ(items_of(erp.get("/api/movements?reference=REV-1")).items().front().text_or("quantity"), "2");
    EXPECT_EQ(reverse(erp, issued), "already_reversed");
    EXPECT_EQ(balance(erp, "account=302000"), stock_values(erp));
}

TEST(StockedIssue, UnitsConvertExactlyOrNotAtAll) {
    DemoErp erp;
    ASSERT_EQ(erp.post("/api/goods-issues", issue_body("P-2002", "2", "", "BOX")).status, 201);
    EXPECT_EQ(stock(erp, "P-2002"), "200");
    ASSERT_EQ(erp.post("/api/goods-issues", issue_body("P-2002", "0.5", "", "BOX")).status, 201);
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2002", "0.005", "", "BOX")).code(), "quantity_not_exact");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2002", "1.5")).code(), "quantity_not_exact");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2002", "0")).code(), "bad_amount");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2002", "1000000000000")).code(), "bad_amount");
    const Answer wrong = erp.post("/api/goods-issues", issue_body("P-2002", "1", "", "BOC"));
    EXPECT_EQ(wrong.code(), "unit_mismatch");
    EXPECT_EQ(wrong.text("did_you_mean"), "BOX");
    ASSERT_EQ(erp.post("/api/goods-issues", issue_body("P-2004", "3", "", "CART")).status, 201);
    EXPECT_EQ(stock(erp, "P-2004"), "11.300");  // 3 cartridges of 0.4 kg
}

TEST(StockedIssue, RefusedWithWhatThereIsAndWhatCouldDo) {
    DemoErp erp;
    const Answer refused = erp.post("/api/goods-issues", issue_body("P-2008", "12"));
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.code(), "stock_insufficient");
    EXPECT_EQ(refused.field(), "/quantity");
    EXPECT_EQ(refused.text("on_hand"), "9");
    EXPECT_EQ(refused.body.find("substitutes"), nullptr);  // of P-2009 there are 6
    erp.post("/api/stock-movements", movement_body("count_difference", "P-2009", "20"));
    const Answer offered = erp.post("/api/goods-issues", issue_body("P-2008", "12"));
    ASSERT_NE(offered.body.find("substitutes"), nullptr);
    EXPECT_EQ(offered.body.find("substitutes")->items().front().text_or("material"), "P-2009");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2O08", "1")).text("did_you_mean"), "P-2008");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2008", "1", "", "PC", "MIAN")).text("did_you_mean"), "MAIN");
    EXPECT_EQ(erp.post("/api/stock-movements", movement_body("transfer", "P-1001", "1")).code(),
              "material_not_stocked");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2008", "1", R"("colour":"red",)")).code(), "unknown_field");
    EXPECT_EQ(stock(erp, "P-2008"), "9");
}

TEST(StockedIssue, LocationMayBeLeftOutWhileThereIsOne) {
    DemoErp erp;
    const auto without = [&](const std::string& material) {
        return erp.post("/api/goods-issues",
                        posting(R"("costCenter":"CC-100","quantity":"1","unit":"PC","material":")" + material + "\""));
    };
    EXPECT_EQ(without("P-2003").text("storageLocation"), "MAIN");
    EXPECT_EQ(without("P-2001").code(), "storage_location_required");
}

TEST(StockedIssue, KitIssuesItsComponents) {
    DemoErp erp;
    const Answer kit = erp.post("/api/goods-issues", issue_body("P-2044", "2", "", "SET"));
    ASSERT_EQ(kit.status, 201) << kit.body.dump();
    EXPECT_EQ(kit.text("amount"), "0.88");  // 8 × 0.06 + 8 × 0.03 + 16 × 0.01
    EXPECT_EQ(stock(erp, "P-2041"), "1192");
    EXPECT_EQ(stock(erp, "P-2006"), "1984");
    reverse(erp, kit.text("document"));
    EXPECT_EQ(stock(erp, "P-2006"), "2000");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2044", "1000", "", "SET")).code(), "stock_insufficient");
    EXPECT_EQ(stock(erp, "P-2041"), "1200");
    EXPECT_EQ(balance(erp, "account=302000"), stock_values(erp));
}

TEST(StockedIssue, LotsAndSerialNumbers) {
    DemoErp erp;
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2013", "5", "", "L")).code(), "lot_required");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2013", "5", R"("lot":"L-9",)", "L")).code(),
              "lot_insufficient");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2013", "1", R"("lot":"L-2601",)", "CAN")).status, 201);
    const Answer oil = erp.get("/api/stock?material=P-2013&storageLocation=MAIN");
    EXPECT_EQ(items_of(oil).items().front().find("lots")->items().front().text_or("quantity"), "160.000");

    const auto drive = [&](const std::string& amount, const std::string& serials) {
        return erp.post("/api/goods-issues", issue_body("P-2007", amount, R"("serials":[)" + serials + "],"));
    };
    EXPECT_EQ(drive("1", "").code(), "serials_required");
    EXPECT_EQ(drive("2", R"("2007-001","2007-001")").code(), "serials_required");
    EXPECT_EQ(drive("1", R"("2007-009")").code(), "serial_not_in_stock");
    EXPECT_EQ(drive("-1", R"("2007-009")").code(), "serial_unknown");
    EXPECT_EQ(drive("-1", R"("2007-001")").code(), "serial_in_stock");
    const Answer out = drive("1", R"("2007-001")");
    ASSERT_EQ(out.status, 201) << out.body.dump();
    EXPECT_EQ(drive("1", R"("2007-001")").code(), "serial_not_in_stock");
    EXPECT_EQ(drive("-1", R"("2007-001")").status, 201);
    EXPECT_EQ(reverse(erp, out.text("document")), "serial_in_stock");  // it came back already
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2008", "1", R"("lot":"L",)")).code(), "lot_not_managed");
    EXPECT_EQ(balance(erp, "account=302000"), stock_values(erp));
}

TEST(StockMovements, TransferScrapCountAndInitial) {
    DemoErp erp;
    const auto move = [&](const std::string& kind, const std::string& amount, const std::string& more = "") {
        return erp.post("/api/stock-movements", movement_body(kind, "P-2014", amount, more));
    };
    const Answer transfer = move("transfer", "4", R"("toStorageLocation":"LINE",)");
    ASSERT_EQ(transfer.status, 201) << transfer.body.dump();
    EXPECT_EQ(stock(erp, "P-2014"), "12");
    EXPECT_EQ(stock(erp, "P-2014", "onHand", "LINE"), "7");
    EXPECT_EQ(move("scrap", "1").code(), "receiver_required");
    EXPECT_EQ(move("scrap", "2", R"("costCenter":"CC-200",)").text("amount"), "69.80");
    EXPECT_EQ(balance(erp, "account=621000"), "69.80");
    ASSERT_EQ(move("count_difference", "-1").status, 201);
    EXPECT_EQ(balance(erp, "account=623000"), "34.90");
    ASSERT_EQ(move("initial", "1", R"("value":"30.00",)").status, 201);
    EXPECT_EQ(stock(erp, "P-2014"), "10");
    EXPECT_EQ(move("transfer", "4", R"("toStorageLocation":"MAIN",)").field(), "/toStorageLocation");
    EXPECT_EQ(move("scrap", "-1", R"("costCenter":"CC-200",)").code(), "bad_amount");
    EXPECT_EQ(move("burn", "1").field(), "/kind");
    reverse(erp, transfer.text("document"));
    EXPECT_EQ(stock(erp, "P-2014"), "14");
    EXPECT_EQ(stock(erp, "P-2014", "onHand", "LINE"), "3");
    EXPECT_EQ(balance(erp, "account=302000"), stock_values(erp));
}

TEST(StockMovements, BelowZeroOnlyWhereTheLocationAllowsIt) {
    DemoErp erp;
    erp.post("/admin/seed", R"({"storageLocations":[{"code":"LINE","companyCode":"1000","name":"Cabinet",
        "negativeStock":true}]})");
    ASSERT_EQ(erp.post("/api/goods-issues", issue_body("P-2038", "3", "", "PC", "LINE")).status, 201);
    EXPECT_EQ(stock(erp, "P-2038", "onHand", "LINE"), "-1");
    EXPECT_EQ(stock(erp, "P-2038", "value", "LINE"), "-21.80");
    // What fills the hole enters at the hole's value; the rest is a price difference.
    const std::string fill = posting(R"("kind":"initial","value":"50.00",)" + quantity("P-2038", "2", "PC", "LINE"));
    ASSERT_EQ(erp.post("/api/stock-movements", fill).status, 201);
    EXPECT_EQ(stock(erp, "P-2038", "value", "LINE"), "25.00");
    EXPECT_EQ(balance(erp, "account=622000"), "3.20");
    EXPECT_EQ(balance(erp, "account=302000"), stock_values(erp));
}

TEST(Seeding, StockOnceUnitsStayAndBadRowsAreNamed) {
    DemoErp erp;
    const auto seed = [&](const std::string& rows) { return erp.post("/admin/seed", rows); };
    const std::string row = R"({"stock":[{"material":"P-2005","storageLocation":"MAIN","quantity":"99",
        "postingDate":"2026-01-01"}]})";
    ASSERT_EQ(seed(row).status, 200);
    EXPECT_EQ(stock(erp, "P-2005"), "30");
    const std::string material = R"({"materials":[{"code":"P-2005","name":"Spring","unit":"M","price":"1",
        "currency":"EUR","valuation":"moving_average"}]})";
    EXPECT_EQ(seed(material).code(), "material_in_use");
    EXPECT_EQ(seed(R"({"planning":[{"material":"P-2005","storageLocation":"MAIN","reorderPoint":"1.5"}]})").field(),
              "/planning/0/reorderPoint");
    EXPECT_EQ(
        seed(R"({"persons":[{"id":"T","name":"x","craft":"MEHC","validFrom":"2026-01-01"}]})").text("did_you_mean"),
        "MECH");
    const Answer changed = erp.ask("PATCH", "/api/materials/P-2005/planning/MAIN", R"({"reorderPoint":"12"})");
    ASSERT_EQ(changed.status, 200) << changed.body.dump();
    EXPECT_EQ(changed.text("reorderPoint"), "12");
    EXPECT_EQ(changed.text("orderUpTo"), "40");
    EXPECT_EQ(erp.ask("PATCH", "/api/materials/P-2005/planning/MAIN", R"({"reorderPoint":"41"})").field(),
              "/orderUpTo");
    EXPECT_EQ(items_of(erp.get("/api/planning?material=P-2005")).items().size(), 2U);
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
