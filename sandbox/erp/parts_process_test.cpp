// One whole chain over real connections: requisition, approval, order, confirmation, deliveries, issue.

#include "sandbox/erp/test_parts.h"
#include "sandbox/erp/test_process.h"

namespace tieline::sandbox::erp::test {
namespace {

class PartsProcessTest : public ErpProcessTest {
protected:
    Json told(const std::string& method, const std::string& path, int status, const std::string& body = "") {
        const auto reply = ask(method, path, body);
        EXPECT_TRUE(reply) << reply.error().message;
        if (!reply) return Json::object();
        EXPECT_EQ(reply->status, status) << path << " " << reply->body;
        const auto json = Json::parse(reply->body);
        return json ? *json : Json::object();
    }
    Json stock_row(const std::string& material) {
        const Json page = told("GET", "/api/stock?storageLocation=MAIN&material=" + material, 200);
        return page.find("items")->items().front();
    }
};

TEST_F(PartsProcessTest, FromRequisitionToIssue) {
    const Json made =
        told("POST", "/api/requisitions", 201,
             R"({"companyCode":"1000","deliveryDate":"2026-12-10","reference":"CHAIN-1","workOrders":["WO-9"],)" +
                 quantity("P-2023", "2") + "}");
    EXPECT_EQ(made.text_or("requisitionStatus"), "in_approval");
    const std::string requisition = "/api/requisitions/" + made.text_or("document");
    told("POST", requisition + "/approve", 200, R"({"approver":"MAINT-LEAD"})");
    // The answer of the order is lost, and found by its reference.
    faults(R"({"fault":"drop_after","count":1,"path":")" + requisition + "\"}");
    EXPECT_FALSE(ask("POST", requisition + "/order", R"({"reference":"CHAIN-2"})"));
    const Json found = told("GET", "/api/purchase-orders?reference=CHAIN-2", 200);
    ASSERT_EQ(found.find("items")->items().size(), 1U);
    const std::string number = found.find("items")->items().front().text_or("number");
    const std::string order = "/api/purchase-orders/" + number;
    told("POST", order + "/send", 200, "{}");
    told("POST", order + "/confirm", 200, R"({"item":"10","confirmedDate":"2026-12-12"})");
    EXPECT_EQ(stock_row("P-2023").text_or("onOrder"), "2");

    const auto receive = [&](const std::string& amount) {
        return told(
            "POST", "/api/goods-receipts", 201,
            posting(R"("purchaseOrder":")" + number + R"(","item":"10","unit":"PC","quantity":")" + amount + "\""));
    };
    const Json partial = receive("1");
    EXPECT_EQ(stock_row("P-2023").text_or("onHand"), "3");
    told("POST", "/api/documents/" + partial.text_or("document") + "/reverse", 201,
         R"({"postingDate":"2026-11-25","reason":"wrong part","reference":"CHAIN-3"})");
    EXPECT_EQ(stock_row("P-2023").text_or("onHand"), "2");
    EXPECT_EQ(stock_row("P-2023").text_or("onOrder"), "2");
    receive("2");
    EXPECT_EQ(told("GET", requisition, 200).text_or("status"), "closed");
    const Json issued = told("POST", "/api/goods-issues", 201,
                             issue_body("P-2023", "4", R"("workOrder":"WO-9","reference":"CHAIN-4",)"));
    EXPECT_EQ(issued.text_or("amount"), "1240.00");
    EXPECT_EQ(stock_row("P-2023").text_or("onHand"), "0");

    client_.reset();
    EXPECT_TRUE(WIFSIGNALED(process_->end(SIGKILL)));
    process_.reset();
    start();
    EXPECT_EQ(stock_row("P-2023").text_or("value"), "0.00");
    const Json feed = told("GET", "/api/changes?limit=1000&kinds=delivery,requisition", 200);
    EXPECT_EQ(feed.find("changes")->items().size(), 7U);
    EXPECT_EQ(told("GET", "/api/movements?workOrder=WO-9", 200).find("items")->items().size(), 1U);
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
