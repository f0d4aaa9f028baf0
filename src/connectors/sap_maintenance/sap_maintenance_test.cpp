// The connector against the strict fake: each kind of command is carried out once and found; each status has its step.

#include "connectors/sap_maintenance/test_maintenance.h"
#include "model/work_order.h"

namespace tieline::connectors::sap_maintenance::test {
namespace {

TEST_F(Maintenance, each_kind_is_carried_out_once_and_found) {
    for (const char* creates : {"notification", "order"}) {
        remake({{"creates", creates}, {"work_center", "MECH"}});
        for (const std::string& kind : spec().kinds) {
            const model::Command command = plant_.sample(kind);
            EXPECT_EQ(found(command).state, Found::State::absent) << kind;
            const auto receipt = push(command);
            ASSERT_TRUE(receipt) << kind << ": " << receipt.error().message;
            EXPECT_EQ(plant_.effects(command), 1U) << kind;
            const Found seen = found(command);
            EXPECT_EQ(seen.state, Found::State::present) << kind;
            EXPECT_EQ(seen.receipt.document, receipt->document) << kind;
        }
    }
}

TEST_F(Maintenance, a_condition_becomes_a_notification_with_item_and_cause) {
    remake({}, map_with(R"(damage_codes: {none: "", "*": ""})", R"(damage_codes: {VIB: PUMP/0010, "*": ""})"));
    ASSERT_TRUE(push(plant_.sample("workorder.create")));
    const Json& made = plant_.rows("MaintenanceNotification").back();
    EXPECT_EQ(made.text_or("NotificationText"), "Check bearing 1");
    EXPECT_EQ(made.text_or("TechnicalObject"), "10000017");
    EXPECT_EQ(made.text_or("TechObjIsEquipOrFuncnlLoc"), "EAMS_EQUI");
    EXPECT_EQ(made.text_or("RequiredEndDate"), "/Date(1796083200000)/");
    const Json& item = plant_.rows("MaintenanceNotificationItem").back();
    EXPECT_EQ(item.text_or("MaintNotifItemText"), "VIB");
    EXPECT_EQ(item.text_or("MaintNotifDamageCodeGroup"), "PUMP");
    EXPECT_EQ(item.text_or("MaintNotificationDamageCode"), "0010");
    EXPECT_TRUE(plant_.rows("MaintNotificationItemCause").empty());
    remake({}, map_with(R"(cause_codes: {none: "", "*": ""})", R"(cause_codes: {VIB: WEAR/0020, "*": ""})"));
    ASSERT_TRUE(push(plant_.sample("workorder.create")));
    ASSERT_EQ(plant_.rows("MaintNotificationItemCause").size(), 1U);
    EXPECT_EQ(plant_.rows("MaintNotificationItemCause").back().text_or("MaintNotificationCauseCode"), "0020");
}

TEST_F(Maintenance, a_location_and_long_texts_fit) {
    model::Command command = plant_.sample("workorder.create");
    command.payload = Json::object({{"title", std::string(60, 'x')},
                                    {"description", std::string(2000, 'y')},
                                    {"location", "P1-LINE-2"},
                                    {"priority", 7},
                                    {"reference", command.key}})
                          .dump();
    ASSERT_TRUE(push(command));
    const Json& made = plant_.rows("MaintenanceNotification").back();
    EXPECT_EQ(made.text_or("NotificationText").size(), 40U);
    EXPECT_EQ(made.text_or("MaintNotifLongTextForEdit").size(), 1333U);
    EXPECT_EQ(made.text_or("TechObjIsEquipOrFuncnlLoc"), "EAMS_FL");
    EXPECT_EQ(made.text_or("MaintPriority"), "4");
}

TEST_F(Maintenance, an_order_goes_through_its_states_by_saps_steps) {
    remake({{"creates", "order"}, {"work_center", "MECH"}});
    const auto made = push(plant_.sample("workorder.create"));
    ASSERT_TRUE(made) << made.error().message;
    for (const char* status : {"approved", "released", "completed", "reopened", "completed", "closed"}) {
        const auto receipt = push(step(made->document, status));
        ASSERT_TRUE(receipt) << status << ": " << receipt.error().message;
        const std::string shown = std::string(status) == "reopened" ? "in_progress" : status;
        EXPECT_EQ(receipt->details, R"({"status":")" + shown + "\"}");
        EXPECT_EQ(receipt->document, made->document);
        EXPECT_EQ(fetched(made->document).type, model::event_type_of(*model::work_order_status_from(shown)));
    }
    const std::string other = plant_.make_order();
    ASSERT_TRUE(push(step(other, "cancelled")));
    EXPECT_EQ(fetched(other).type, "workorder.cancelled");
}

TEST_F(Maintenance, a_notification_goes_through_its_states) {
    const auto made = push(plant_.sample("workorder.create"));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->document, "notification:10000001");
    for (const char* status : {"in_progress", "completed"}) {
        const auto receipt = push(step(made->document, status));
        ASSERT_TRUE(receipt) << status << ": " << receipt.error().message;
        EXPECT_EQ(receipt->document, made->document);
    }
    EXPECT_EQ(plant_.rows("MaintenanceNotification").back().text_or("ConcatenatedActiveSystStsName"), "NOCO");
}

TEST_F(Maintenance, what_sap_has_no_step_for_is_refused_with_those_it_has) {
    const std::string order = plant_.make_order();
    for (const auto& [name, status] :
         {std::pair<std::string, std::string>{order, "in_progress"}, {order, "requested"}, {order, "no such"}}) {
        const auto refused = push(step(name, status));
        ASSERT_FALSE(refused) << status;
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
        EXPECT_EQ(refused.error().code, "no_such_step");
        EXPECT_NE(refused.error().message.find("released, completed, closed"), std::string::npos)
            << refused.error().message;
    }
    EXPECT_EQ(push(step("notification:" + std::to_string(10000001), "closed")).error().code, "no_such_step");
    EXPECT_EQ(push(step("4999999", "released")).error().code, "unknown_work_order");
    EXPECT_EQ(push(step("WO-4000001-LONG", "released")).error().code, "missing_field");
    model::Command link = plant_.sample("workorder.link");
    link.payload = R"({"work_order":"notification:10000001","erp_order":"800123"})";
    EXPECT_EQ(push(link).error().code, "not_for_notifications");
}

TEST_F(Maintenance, a_step_that_was_taken_already_is_not_taken_again) {
    const std::string order = plant_.make_order();
    plant_.set_words(order, "TECO CNF  PRC");
    for (const char* status : {"released", "completed"}) {
        const model::Command command = step(order, status);
        const std::string before = plant_.state();
        const auto receipt = push(command);
        ASSERT_TRUE(receipt) << receipt.error().message;
        EXPECT_EQ(receipt->details, R"({"status":"completed","already":true})");
        EXPECT_EQ(plant_.state(), before);
    }
    // A cancelled order is not completed, whatever was asked before.
    plant_.set_words(order, "NCMP PRC");
    EXPECT_EQ(push(step(order, "completed")).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
