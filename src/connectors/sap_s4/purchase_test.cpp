// Held purchase orders: changed and deleted once, and not touched when they are no longer the hub's to change.

#include "connectors/drive.h"
#include "connectors/odata/odata.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sap_s4::test {
namespace {

class SapPurchase : public testing::Test {
protected:
    void SetUp() override {
        auto made = spec().make(settings(), "");
        ASSERT_TRUE(made) << (made ? "" : made.error().message);
        connector_ = std::move(*made);
    }
    Result<Receipt> push(const model::Command& command) {
        return run(connector_->push(command),
                   [this](const net::HttpRequest& request) { return peer_.answer(request); });
    }
    std::string code_of(const model::Command& command) {
        const std::string before = peer_.state();
        const auto receipt = push(command);
        EXPECT_FALSE(receipt);
        EXPECT_EQ(peer_.state(), before) << "nothing has changed";
        return receipt ? "" : receipt.error().code;
    }
    static std::string order_of(const model::Command& command) {
        return Json::parse(command.payload)->text_or("purchase_order");
    }
    static model::Command with(model::Command command, const std::string& from, const std::string& to) {
        command.payload.replace(command.payload.find(from), from.size(), to);
        return command;
    }
    SapPeer peer_;
    std::unique_ptr<Connector> connector_;
};

TEST_F(SapPurchase, a_held_order_takes_quantity_and_day) {
    const model::Command command =
        with(peer_.sample("purchase_order.change"), R"("unit")", R"("delivery_date":"2026-12-24","unit")");
    const auto receipt = push(command);
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(receipt->document, order_of(command));
    EXPECT_EQ(peer_.rows("A_PurchaseOrderItem").back().text_or("OrderQuantity"), "5");
    const std::string day = peer_.rows("A_PurchaseOrderScheduleLine").back().text_or("ScheduleLineDeliveryDate");
    EXPECT_EQ(odata::date_of(day), "2026-12-24");
}

TEST_F(SapPurchase, what_is_not_the_hubs_to_change_is_left_alone) {
    for (const char* kind : {"purchase_order.change", "purchase_order.cancel"}) {
        const model::Command command = peer_.sample(kind);
        peer_.change_order(order_of(command), "ReleaseIsNotCompleted", false);
        EXPECT_EQ(code_of(command), "order_sent") << kind;
        EXPECT_EQ(code_of(with(command, order_of(command), "4599999999")), "/IWBEP/CM_MGW_RT/020") << kind;
    }
    const model::Command boxes = peer_.sample("purchase_order.change");
    peer_.change_order(order_of(boxes), "PurchaseOrderQuantityUnit", "BOX");
    EXPECT_EQ(code_of(boxes), "order_unit");
    EXPECT_EQ(code_of(with(boxes, R"("item":"10")", R"("item":"20")")), "order_item");
    const model::Command lines = peer_.sample("purchase_order.change");
    Json line = peer_.rows("A_PurchaseOrderScheduleLine").back();
    line.set("ScheduleLine", "2");
    peer_.rows("A_PurchaseOrderScheduleLine").push_back(line);
    EXPECT_EQ(code_of(lines), "schedule_lines");
    const model::Command cancel = peer_.sample("purchase_order.cancel");
    Json item = peer_.rows("A_PurchaseOrderItem").back();
    item.set("PurchaseOrderItem", "20");
    peer_.rows("A_PurchaseOrderItem").push_back(item);
    EXPECT_EQ(code_of(cancel), "order_items");
}

TEST_F(SapPurchase, a_deleted_order_is_deleted_once) {
    const model::Command command = peer_.sample("purchase_order.cancel");
    ASSERT_TRUE(push(command));
    EXPECT_EQ(code_of(command), "order_gone");
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
