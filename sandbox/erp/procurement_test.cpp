// Reservations, requisitions with approval, purchase orders with items, deliveries.

#include "sandbox/erp/test_parts.h"

namespace tieline::sandbox::erp::test {
namespace {

std::string requisition(const std::string& material, const std::string& amount, const std::string& more = "",
                        const std::string& unit = "PC") {
    return "{" + more + R"("companyCode":"1000","deliveryDate":"2026-12-10",)" + quantity(material, amount, unit) + "}";
}
std::string receipt(const std::string& order, const std::string& amount, const std::string& more = "",
                    const std::string& unit = "PC") {
    return posting(more + R"("purchaseOrder":")" + order + R"(","item":"10","quantity":")" + amount + R"(","unit":")" +
                   unit + "\"");
}

class Procurement : public ::testing::Test {
protected:
    std::string status(const std::string& number) { return erp.get("/api/requisitions/" + number).text("status"); }
    Answer act(const std::string& number, const std::string& what, const std::string& body) {
        return erp.post("/api/requisitions/" + number + "/" + what, body);
    }
    Json item(const std::string& order) {
        return erp.get("/api/purchase-orders/" + order).body.find("items")->items().front();
    }
    /// An order of so many filling valves, sent; its number.
    std::string sent_order(const std::string& material, const std::string& amount, const std::string& more = "",
                           const std::string& unit = "PC") {
        const std::string made =
            erp.post("/api/requisitions", requisition(material, amount, R"("price":"10",)", unit)).text("document");
        const Answer order = act(made, "order", "{" + more + R"("vendor":"V-201"})");
        EXPECT_EQ(order.status, 201) << order.body.dump();
        EXPECT_EQ(erp.post("/api/purchase-orders/" + order.text("document") + "/send", "{}").status, 200);
        return order.text("document");
    }
    DemoErp erp;
};

TEST_F(Procurement, ReservationIsReducedByIssuesThatNameIt) {
    const auto reserve = [&](const std::string& amount) {
        return erp.post("/api/reservations", R"({"companyCode":"1000","requirementDate":"2026-12-01","workOrder":"WO-5",
            "reference":"RES-1",)" + quantity("P-2014", amount) +
                                                 "}");
    };
    const Answer made = reserve("5");
    ASSERT_EQ(made.status, 201) << made.body.dump();
    const std::string number = made.text("document");
    EXPECT_EQ(stock(erp, "P-2014", "reserved"), "5");
    const std::string named = R"("reservation":")" + number + "\",";
    const Answer issued = erp.post("/api/goods-issues", issue_body("P-2014", "2", named));
    ASSERT_EQ(issued.status, 201) << issued.body.dump();
    EXPECT_EQ(stock(erp, "P-2014", "reserved"), "3");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2015", "2", named)).code(), "reservation_mismatch");
    const std::string path = "/api/reservations/" + number;
    EXPECT_EQ(erp.ask("PATCH", path, R"({"quantity":"1","unit":"PC"})").code(), "below_issued");
    EXPECT_EQ(erp.ask("PATCH", path, R"({"quantity":"4","unit":"PC","requirementDate":"2026-12-24"})").status, 200);
    erp.post("/api/goods-issues", issue_body("P-2014", "2", named));
    EXPECT_EQ(erp.get(path).text("status"), "fulfilled");
    EXPECT_EQ(erp.get(path).text("requirementDate"), "2026-12-24");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2014", "1", named)).code(), "reservation_closed");
    reverse(erp, issued.text("document"));
    EXPECT_EQ(erp.get(path).text("open"), "2");
    EXPECT_EQ(erp.post(path + "/cancel", "{}").status, 200);
    EXPECT_EQ(erp.post(path + "/cancel", "{}").code(), "reservation_status");
    EXPECT_EQ(stock(erp, "P-2014", "reserved"), "0");
    EXPECT_EQ(items_of(erp.get("/api/reservations?reference=RES-1")).items().size(), 1U);
    EXPECT_EQ(items_of(erp.get("/api/reservations?workOrder=WO-5&status=open")).items().size(), 0U);
}

TEST_F(Procurement, ApprovalByAmount) {
    // 250 EUR are approved at once, 2500 by the maintenance lead, the rest by the plant manager.
    const auto made = [&](const std::string& amount) {
        return erp.post("/api/requisitions", requisition("P-2022", amount, R"("reference":"PR-1","workOrders":["WO-1",
            "WO-2"],)"));
    };
    EXPECT_EQ(made("2").text("requisitionStatus"), "approved");
    const std::string number = made("3").text("document");
    EXPECT_EQ(status(number), "in_approval");
    EXPECT_EQ(erp.get("/api/requisitions/" + number).text("approver"), "MAINT-LEAD");
    EXPECT_EQ(act(number, "approve", R"({"approver":"STOREKEEPER"})").code(), "approver_not_allowed");
    EXPECT_EQ(act(number, "order", "{}").code(), "requisition_status");
    EXPECT_EQ(act(number, "escalate", "{}").status, 200);
    EXPECT_EQ(act(number, "approve", R"({"approver":"MAINT-LEAD"})").code(), "approver_not_allowed");
    EXPECT_EQ(act(number, "escalate", "{}").code(), "no_higher_level");
    EXPECT_EQ(act(number, "approve", R"({"approver":"PLANT-MANAGER"})").status, 200);
    EXPECT_EQ(status(number), "approved");
    EXPECT_EQ(act(number, "reject", R"({"approver":"PLANT-MANAGER","reason":"late"})").status, 409);
    EXPECT_EQ(items_of(erp.get("/api/requisitions?workOrder=WO-2&open=true")).items().size(), 2U);
    EXPECT_EQ(items_of(erp.get("/api/requisitions?material=P-2022&storageLocation=MAIN")).items().size(), 2U);
    EXPECT_EQ(erp.get("/api/documents?reference=PR-1").body.find("documents")->items().size(), 2U);
    EXPECT_EQ(stock(erp, "P-2022", "onRequisition"), "5");
}

TEST_F(Procurement, RejectChangeAndCancel) {
    const std::string number = erp.post("/api/requisitions", requisition("P-2023", "1")).text("document");
    EXPECT_EQ(act(number, "reject", R"({"approver":"MAINT-LEAD"})").field(), "/reason");
    EXPECT_EQ(act(number, "reject", R"({"approver":"MAINT-LEAD","reason":"repair the old one"})").status, 200);
    EXPECT_EQ(erp.get("/api/requisitions/" + number).text("reason"), "repair the old one");
    EXPECT_EQ(stock(erp, "P-2023", "onRequisition"), "0");
    EXPECT_EQ(act(number, "cancel", "{}").code(), "requisition_status");

    const std::string second = erp.post("/api/requisitions", requisition("P-2020", "10")).text("document");
    EXPECT_EQ(status(second), "approved");
    const Answer larger = erp.ask("PATCH", "/api/requisitions/" + second,
                                  R"({"quantity":"100","unit":"PC","deliveryDate":"2027-01-07"})");
    EXPECT_EQ(larger.text("requisitionStatus"), "in_approval");
    EXPECT_EQ(erp.get("/api/requisitions/" + second).text("deliveryDate"), "2027-01-07");
    EXPECT_EQ(stock(erp, "P-2020", "onRequisition"), "100");
    EXPECT_EQ(act(second, "cancel", R"({"reason":"not needed"})").status, 200);
    EXPECT_EQ(stock(erp, "P-2020", "onRequisition"), "0");
    EXPECT_EQ(erp.ask("PATCH", "/api/requisitions/" + second, "{}").status, 409);
    EXPECT_EQ(erp.ask("PATCH", "/api/requisitions/1", "{}").status, 404);
    EXPECT_EQ(erp.post("/api/requisitions", requisition("P-2044", "1", "", "SET")).code(), "kit_has_no_stock");
    EXPECT_EQ(erp.post("/api/requisitions", requisition("P-2020", "1", R"("vendor":"V-2O0",)")).text("did_you_mean"),
              "V-200");
}

TEST_F(Procurement, HeldOrderMayBeChangedOrCancelled) {
    const std::string number = erp.post("/api/requisitions", requisition("P-2020", "10")).text("document");
    const Answer made = act(number, "order", R"({"reference":"PO-1"})");
    ASSERT_EQ(made.status, 201) << made.body.dump();
    const std::string order = made.text("document"), path = "/api/purchase-orders/" + order;
    EXPECT_EQ(status(number), "ordered");
    EXPECT_EQ(erp.get(path).text("vendor"), "V-205");  // as planned
    EXPECT_EQ(stock(erp, "P-2020", "onOrder"), "10");
    EXPECT_EQ(stock(erp, "P-2020", "onRequisition"), "0");
    EXPECT_EQ(erp.post("/api/goods-receipts", receipt(order, "1")).status, 409);
    EXPECT_EQ(act(number, "cancel", "{}").status, 409);
    EXPECT_EQ(erp.ask("PATCH", path, R"({"items":[{"item":"10","quantity":"6","unit":"PC","price":"14.00"}]})").status,
              200);
    EXPECT_EQ(stock(erp, "P-2020", "onOrder"), "6");
    EXPECT_EQ(items_of(erp.get("/api/purchase-orders?requisition=" + number)).items().size(), 1U);
    EXPECT_EQ(items_of(erp.get("/api/purchase-orders?reference=PO-1")).items().size(), 1U);
    EXPECT_EQ(erp.post(path + "/cancel", "{}").status, 200);
    EXPECT_EQ(status(number), "approved");
    EXPECT_EQ(stock(erp, "P-2020", "onOrder"), "0");
    EXPECT_EQ(stock(erp, "P-2020", "onRequisition"), "10");
    const std::string again = act(number, "order", "{}").text("document");
    EXPECT_EQ(erp.post("/api/purchase-orders/" + again + "/send", "{}").status, 200);
    EXPECT_EQ(erp.post("/api/purchase-orders/" + again + "/cancel", "{}").code(), "purchase_order_status");
    EXPECT_EQ(erp.ask("PATCH", "/api/purchase-orders/" + again, R"({"items":[]})").status, 409);
    EXPECT_EQ(erp.post("/api/purchase-orders/99/send", "{}").status, 404);
}

TEST_F(Procurement, PartialLateOverAndCancelledDeliveries) {
    const std::string order = sent_order("P-2018", "8", R"("overDeliveryPercent":"25",)");
    const auto confirm = [&](const std::string& day) {
        return erp.post("/api/purchase-orders/" + order + "/confirm",
                        R"({"item":"10","quantity":"8","unit":"PC","confirmedDate":")" + day + "\"}");
    };
    EXPECT_EQ(confirm("2026-12-15").status, 200);
    EXPECT_EQ(confirm("2026-12-20").status, 200);
    EXPECT_EQ(item(order).text_or("confirmedDate"), "2026-12-20");
    const Answer first = erp.post("/api/goods-receipts", receipt(order, "3", R"("deliveryNote":"D-1",)"));
    ASSERT_EQ(first.status, 201) << first.body.dump();
    EXPECT_EQ(first.text("amount"), "30.00");
    EXPECT_EQ(stock(erp, "P-2018"), "8");
    EXPECT_EQ(stock(erp, "P-2018", "value"), "661.50");  // 5 × 126.30 + 3 × 10
    EXPECT_EQ(stock(erp, "P-2018", "onOrder"), "5");
    const Answer over = erp.post("/api/goods-receipts", receipt(order, "8"));
    EXPECT_EQ(over.code(), "over_delivery");
    EXPECT_EQ(over.text("most"), "7");
    EXPECT_EQ(over.text("open"), "5");
    const Answer rest = erp.post("/api/goods-receipts", receipt(order, "7"));
    ASSERT_EQ(rest.status, 201);
    EXPECT_EQ(erp.get("/api/purchase-orders/" + order).text("status"), "closed");
    EXPECT_EQ(stock(erp, "P-2018", "onOrder"), "0");
    EXPECT_EQ(balance(erp, "account=191000"), "-100.00");
    // The delivery is cancelled: item, order and requisition are open again.
    reverse(erp, rest.text("document"));
    EXPECT_EQ(erp.get("/api/purchase-orders/" + order).text("status"), "sent");
    EXPECT_EQ(status(item(order).text_or("requisition")), "ordered");
    EXPECT_EQ(stock(erp, "P-2018", "onOrder"), "5");
    EXPECT_EQ(erp.post("/api/goods-receipts", receipt(order, "1", R"("finalDelivery":true,)")).status, 201);
    EXPECT_EQ(status(item(order).text_or("requisition")), "closed");
    EXPECT_EQ(balance(erp, "account=302000"), stock_values(erp));
}

TEST_F(Procurement, ADeliveryIsNotCancelledOnceItIsUsed) {
    const std::string order = sent_order("P-2018", "4");
    const std::string document = erp.post("/api/goods-receipts", receipt(order, "4")).text("document");
    ASSERT_EQ(erp.post("/api/goods-issues", issue_body("P-2018", "6")).status, 201);
    EXPECT_EQ(reverse(erp, document), "stock_insufficient");
    EXPECT_EQ(item(order).text_or("received"), "4");
    erp.post("/api/goods-issues", issue_body("P-2018", "-2"));
    EXPECT_NE(reverse(erp, document), "stock_insufficient");
    EXPECT_EQ(item(order).text_or("received"), "0");
    EXPECT_EQ(balance(erp, "account=191000"), "0.00");
    EXPECT_EQ(balance(erp, "account=302000"), stock_values(erp));
}

TEST_F(Procurement, PricePerOrderUnitAndInvoiceClearing) {
    const std::string order = sent_order("P-2002", "2", "", "BOX");  // 10 EUR a box of 100
    const Answer received = erp.post("/api/goods-receipts", receipt(order, "150"));
    EXPECT_EQ(received.text("amount"), "15.00");
    EXPECT_EQ(item(order).text_or("open"), "50");
    const Answer invoice = erp.post("/api/invoices", posting(R"("vendor":"V-201","vendorInvoice":"R-7","currency":"EUR",
        "amount":"15.00","purchaseOrder":")" + order + "\""));
    ASSERT_EQ(invoice.status, 201) << invoice.body.dump();
    EXPECT_EQ(balance(erp, "account=191000"), "0.00");
    EXPECT_EQ(balance(erp, "account=630000"), "");
}

TEST_F(Procurement, OrdersWithItemsAreCheckedItemByItem) {
    const auto order = [&](const std::string& items, const std::string& currency = "EUR") {
        return erp.post("/api/purchase-orders", R"({"companyCode":"1000","vendor":"V-203","currency":")" + currency +
                                                    R"(","items":[)" + items + "]}");
    };
    const std::string good = R"({"deliveryDate":"2026-12-10","price":"8.00",)" + quantity("P-2015", "5") + "}";
    EXPECT_EQ(order(good + "," + good).status, 201);
    EXPECT_EQ(stock(erp, "P-2015", "onOrder"), "10");
    EXPECT_EQ(order("").code(), "bad_items");
    EXPECT_EQ(order(good, "USD").code(), "price_currency");
    const Answer bad = order(good + R"(,{"deliveryDate":"2026-12-10","price":"8.00",)" + quantity("P-2O15", "5") + "}");
    EXPECT_EQ(bad.field(), "/items/1/material");
    EXPECT_EQ(bad.text("did_you_mean"), "P-2015");
    EXPECT_EQ(order(R"({"requisition":"8000000099",)" + good.substr(1)).field(), "/items/0/requisition");
    EXPECT_EQ(items_of(erp.get("/api/purchase-orders?material=P-2015&open=true")).items().size(), 1U);
    EXPECT_EQ(stock(erp, "P-2015", "onOrder"), "10");
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
