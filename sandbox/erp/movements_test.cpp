// Goods issues, confirmations, purchasing and maintenance orders: what the ERP values and carries itself.

#include "sandbox/erp/test_erp.h"

namespace tieline::sandbox::erp::test {
namespace {

std::string issue(const std::string& quantity, const std::string& more = "") {
    return "{" + more + R"("companyCode":"1000","postingDate":"2026-11-24","material":"P-1005","unit":"PCE",)" +
           R"("costCenter":"CC-100","quantity":")" + quantity + "\"}";
}

TEST(GoodsIssue, ValuedByTheErpsPriceAndStockMoves) {
    DemoErp erp;
    const Answer answer = erp.post("/api/goods-issues", issue("3"));
    ASSERT_EQ(answer.status, 201) << answer.body.dump();
    EXPECT_EQ(answer.text("amount"), "82.22");  // 3 × 27.405 = 82.215, half even
    EXPECT_EQ(answer.text("document"), "4900000001");
    EXPECT_EQ(erp.get("/api/materials/P-1005").text("stock"), "99997");
    EXPECT_EQ(balance(erp, "account=300000"), "-82.22");
    EXPECT_EQ(erp.post("/api/goods-issues", issue("-1")).text("amount"), "-27.40");
    EXPECT_EQ(erp.get("/api/materials/P-1005").text("stock"), "99998");
    erp.post("/api/documents/4900000001/reverse", R"({"postingDate":"2026-11-25","reason":"returned"})");
    EXPECT_EQ(erp.get("/api/materials/P-1005").text("stock"), "100001");
    EXPECT_EQ(balance(erp, "costCenter=CC-100"), "-27.40");
}

TEST(GoodsIssue, Refusals) {
    DemoErp erp;
    EXPECT_EQ(erp.post("/api/goods-issues", issue("100001")).code(), "stock_insufficient");
    EXPECT_EQ(erp.post("/api/goods-issues", issue("0")).code(), "bad_amount");
    std::string body = issue("1");
    body.replace(body.find("PCE"), 3, "KGM");
    EXPECT_EQ(erp.post("/api/goods-issues", body).code(), "unit_mismatch");
    body = issue("1");
    body.replace(body.find("P-1005"), 6, "P-1O05");
    EXPECT_EQ(erp.post("/api/goods-issues", body).text("did_you_mean"), "P-1005");
    EXPECT_EQ(erp.get("/api/materials/P-1005").text("stock"), "100000");
}

TEST(Confirmation, ValuedByTheRateOfTheDay) {
    DemoErp erp;
    const auto confirm = [&](const std::string& hours, const std::string& activity, const std::string& day) {
        return erp.post("/api/confirmations", R"({"companyCode":"1000","asset":"FILLER-01","hours":")" + hours +
                                                  R"(","activity":")" + activity + R"(","postingDate":")" + day +
                                                  "\"}");
    };
    EXPECT_EQ(confirm("1.5", "ELEC", "2026-11-24").text("amount"), "107.00");  // 107.0025
    EXPECT_EQ(confirm("-1.5", "ELEC", "2026-11-24").text("amount"), "-107.00");
    EXPECT_EQ(balance(erp, "asset=FILLER-01"), "0.00");
    erp.post("/admin/seed", R"({"activities":[{"code":"ELEC","companyCode":"1000","name":"Electrician","rate":"80",
        "currency":"EUR","validFrom":"2027-01-01"}]})");
    EXPECT_EQ(confirm("1", "ELEC", "2026-12-31").text("amount"), "71.34");  // 71.335, half even
    EXPECT_EQ(confirm("1", "ELEC", "2027-01-01").text("amount"), "80.00");
    EXPECT_EQ(confirm("1", "ELCE", "2027-01-01").code(), "unknown_activity");
    EXPECT_EQ(confirm("0", "ELEC", "2027-01-01").code(), "bad_amount");
}

std::string service(const std::string& amount, const std::string& more) {
    return R"({"companyCode":"1000","postingDate":"2026-11-24","purchaseOrder":"PO-100-EUR","vendor":"V-100",)" + more +
           R"("currency":"EUR","amount":")" + amount + "\"}";
}

TEST(Purchasing, InvoiceAfterReceiptClearsWithoutCost) {
    DemoErp erp;
    EXPECT_EQ(erp.post("/api/service-receipts", service("500.00", R"("costCenter":"CC-200",)")).status, 201);
    const Answer invoice = erp.post("/api/invoices", service("500.00", R"("vendorInvoice":"R-1",)"));
    ASSERT_EQ(invoice.status, 201) << invoice.body.dump();
    EXPECT_EQ(balance(erp, "account=630000"), "500.00");
    EXPECT_EQ(balance(erp, "account=191000"), "0.00");
    EXPECT_EQ(balance(erp, "account=160000"), "-500.00");
    const Answer again = erp.post("/api/invoices", service("500.00", R"("vendorInvoice":"R-1",)"));
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "duplicate_invoice");
}

TEST(Purchasing, InvoiceWithoutReceiptIsCostAndTheRestToo) {
    DemoErp erp;
    EXPECT_EQ(erp.post("/api/invoices", service("80.00", R"("vendorInvoice":"R-1",)")).status, 201);
    EXPECT_EQ(balance(erp, "costCenter=CC-100"), "80.00");  // the purchase order's receiver
    erp.post("/api/service-receipts", service("100.00", R"("costCenter":"CC-200",)"));
    erp.post("/api/invoices", service("130.00", R"("vendorInvoice":"R-2",)"));
    EXPECT_EQ(balance(erp, "costCenter=CC-200"), "100.00");
    EXPECT_EQ(balance(erp, "costCenter=CC-100"), "110.00");
    EXPECT_EQ(balance(erp, "account=191000"), "0.00");
}

TEST(Purchasing, ReversedReceiptIsNoLongerCleared) {
    DemoErp erp;
    erp.post("/api/service-receipts", service("100.00", R"("costCenter":"CC-200",)"));
    erp.post("/api/documents/5000000001/reverse", R"({"postingDate":"2026-11-24","reason":"reopened"})");
    erp.post("/api/invoices", service("100.00", R"("vendorInvoice":"R-2",)"));
    EXPECT_EQ(balance(erp, "account=630000"), "100.00");
    EXPECT_EQ(balance(erp, "account=191000"), "0.00");
    EXPECT_EQ(balance(erp, "costCenter=CC-200"), "0.00");
    // The invoice's reversal frees its number.
    erp.post("/api/documents/5100000001/reverse", R"({"postingDate":"2026-11-24","reason":"wrong"})");
    EXPECT_EQ(erp.post("/api/invoices", service("90.00", R"("vendorInvoice":"R-2",)")).status, 201);
}

TEST(Purchasing, Refusals) {
    DemoErp erp;
    const std::string receiver = R"("costCenter":"CC-100",)";
    std::string body = service("1.00", receiver);
    body.replace(body.find("V-100"), 5, "V-101");
    EXPECT_EQ(erp.post("/api/service-receipts", body).code(), "vendor_mismatch");
    body = service("1.00", receiver);
    body.replace(body.find("\"EUR\""), 5, "\"USD\"");
    EXPECT_EQ(erp.post("/api/service-receipts", body).code(), "currency_mismatch");
    EXPECT_EQ(erp.post("/api/service-receipts", service("1.00", "")).code(), "receiver_required");
    const Answer order = erp.post("/api/purchase-orders",
                                  R"({"companyCode":"1000","vendor":"V-100","currency":"EUR","amount":"100.00"})");
    EXPECT_EQ(order.text("document"), "4500001001");
    body = service("100.01", receiver);
    body.replace(body.find("PO-100-EUR"), 10, "4500001001");
    EXPECT_EQ(erp.post("/api/service-receipts", body).code(), "receipt_exceeds_order");
}

const char* const order_body =
    R"({"companyCode":"1000","maintainedAsset":"FILLER-01","title":"Leaking valve","orderType":"corrective",
        "costCenter":"CC-100","currency":"EUR","plannedCost":"100.00","reference":"ORD-1","workOrder":"WO-1"})";

TEST(Orders, CollectCostAndCommitment) {
    DemoErp erp;
    const Answer made = erp.post("/api/orders", order_body);
    ASSERT_EQ(made.status, 201) << made.body.dump();
    const std::string number = made.text("document");
    const auto order = [&] { return erp.get("/api/orders/" + number); };
    EXPECT_EQ(order().text("commitment"), "100.00");
    const std::string on_order = R"("maintenanceOrder":")" + number + "\",";
    erp.post("/api/journals", journal("30.00", on_order));
    erp.post("/api/journals", journal("1000", on_order, "JPY"));  // 6.14 EUR
    erp.post("/api/goods-issues", issue("1", on_order));          // 27.40
    EXPECT_EQ(order().text("actualCost"), "63.54");
    EXPECT_EQ(order().text("commitment"), "36.46");
    erp.post("/api/documents/1000000002/reverse", R"({"postingDate":"2026-11-24","reason":"x"})");
    EXPECT_EQ(order().text("actualCost"), "57.40");
    erp.ask("PATCH", "/api/orders/" + number, R"({"status":"technically_complete","reference":"ORD-2"})");
    EXPECT_EQ(order().text("commitment"), "0.00");
    EXPECT_EQ(erp.get("/api/documents?reference=ORD-2").body.find("documents")->items().size(), 1U);
    EXPECT_EQ(erp.ask("PATCH", "/api/orders/" + number, R"({"status":"released","plannedCost":"70.00"})").status, 200);
    EXPECT_EQ(order().text("commitment"), "12.60");
}

TEST(Orders, FinalStatesAreFinal) {
    DemoErp erp;
    const std::string number = erp.post("/api/orders", order_body).text("document");
    EXPECT_EQ(erp.ask("PATCH", "/api/orders/" + number, R"({"status":"cancelled"})").status, 200);
    EXPECT_EQ(erp.ask("PATCH", "/api/orders/" + number, R"({"status":"released"})").status, 409);
    EXPECT_EQ(erp.post("/api/journals", journal("1.00", R"("maintenanceOrder":")" + number + "\",")).code(),
              "order_closed");
    EXPECT_EQ(erp.ask("PATCH", "/api/orders/1", R"({"status":"released"})").status, 404);
    std::string body = order_body;
    body.replace(body.find("FILLER-01"), 9, "FILLER-1");
    EXPECT_EQ(erp.post("/api/orders", body).text("did_you_mean"), "FILLER-01");
}

TEST(Reading, MasterDataBudgetsAndRates) {
    DemoErp erp;
    EXPECT_EQ(erp.get("/api/materials").body.find("items")->items().size(), 74U);
    EXPECT_EQ(erp.get("/api/purchase-orders/PO-100-EUR").text("vendor"), "V-100");
    EXPECT_EQ(erp.get("/api/materials/P-9").status, 404);
    const Answer budgets = erp.get("/api/budgets?costCenter=CC-100&from=2026-11&to=2026-11");
    EXPECT_EQ(budgets.body.find("budgets")->items().front().text_or("amount"), "60000.00");
    EXPECT_EQ(erp.get("/api/rates?from=JPY").body.find("rates")->items().size(), 1U);
    const Answer refused = erp.post("/admin/seed", R"({"vendors":[{"code":"V-1","name":"x"},{"code":"V-2"}]})");
    EXPECT_EQ(refused.field(), "/vendors/1/name");
    EXPECT_EQ(erp.get("/api/vendors").body.find("items")->items().size(), 11U);
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
