// The fake refuses what SAP refuses: else being answered by it would say nothing.

#include "connectors/odata/odata.h"
#include "connectors/sap_maintenance/test_plant.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sap_maintenance::test {
namespace {

class SapPlantFake : public testing::Test {
protected:
    static odata::Access access() {
        odata::Access access;
        access.base_url = base_url;
        access.headers = {rest::basic_authorization("TIELINE", "Secret-1")};
        return access;
    }
    net::HttpResponse get(const std::string& path, const rest::Query& query) {
        const auto answered = plant_.answer(odata::read_request(access(), "/sap/opu/odata/sap/" + path, query));
        EXPECT_TRUE(answered);
        return answered ? *answered : net::HttpResponse{};
    }
    net::HttpResponse post(const std::string& path, const Json& body, const rest::Query& query = {}) {
        plant_.switches.token_needed = false;
        const auto answered =
            plant_.answer(odata::write_request(access(), "POST", "/sap/opu/odata/sap/" + path, body, query));
        EXPECT_TRUE(answered);
        return answered ? *answered : net::HttpResponse{};
    }
    Plant plant_;
};

constexpr const char* orders = "API_MAINTENANCEORDER/MaintenanceOrder";
constexpr const char* notifications = "API_MAINTNOTIFICATION/MaintenanceNotification";

TEST_F(SapPlantFake, questions_that_do_not_fit_are_refused_with_what_is_wrong) {
    const struct {
        const char *option, *value, *says;
    } wrong[] = {
        {"$filter", "SystemStatusText eq 'REL'", "SystemStatusText is not filterable"},
        {"$filter", "MaintenanceOrders eq 'X'", "Property MaintenanceOrders not found"},
        {"$filter", "MaintenanceOrder eq 4000017", "'4000017' is no Edm.String"},
        {"$filter", "MaintenanceOrder eq '4000017-too-long'", "is longer than MaintenanceOrder"},
        {"$filter", "LastChangeDateTime ge datetime'2026-11-24T00:00:00'", "is no Edm.DateTimeOffset"},
        {"$filter", "LastChangeDateTime ge datetimeoffset'2026-11-24'", "is no instant"},
        {"$filter", "MaintenanceOrder eq 'X' or Equipment eq 'Y'", "or over several fields is not supported"},
        {"$filter", "MaintenanceOrder like 'X'", "Operator like is not taken"},
        {"$filter", "MaintenanceOrder eq", "Invalid filter"},
        {"$orderby", "Changed", "Property Changed not found"},
        {"$select", "Words", "Property Words not found"},
        {"$expand", "to_Operations", "No navigation 'to_Operations'"},
        {"$top", "many", "Invalid $top"},
        {"$skip", "5", "$skip without $orderby"},
        {"$search", "pump", "Query option $search is not taken"},
    };
    for (const auto& one : wrong) {
        const net::HttpResponse answer = get(orders, {{one.option, one.value}});
        EXPECT_EQ(answer.status, 400) << one.option << "=" << one.value;
        EXPECT_NE(answer.body.find(one.says), std::string::npos) << answer.body;
    }
    EXPECT_EQ(get("API_MAINTENANCEORDER/Orders", {}).status, 404);
    EXPECT_EQ(get("API_MAINTENANCEORDERS/MaintenanceOrder", {}).status, 404);
    EXPECT_EQ(get("API_MAINTENANCEORDER/MaintenanceOrder('4000099')", {}).status, 404);
}

TEST_F(SapPlantFake, bodies_and_calls_that_do_not_fit_are_refused_and_change_nothing) {
    const Json good = Json::object({{"NotificationType", "M1"}, {"NotificationText", "Noise"}});
    const auto with = [&](const char* name, Json value) {
        Json body = good;
        body.set(name, std::move(value));
        return body;
    };
    Json without = good;
    without.erase("NotificationText");
    const std::string before = plant_.state();
    for (const Json& body :
         {without, with("NotificationText", Json()), with("NotificationText", std::string(41, 'x')), with("Text", "x"),
          with("MaintenanceNotification", "10000099"), with("RequiredEndDate", "2026-12-01"), with("MaintPriority", 2),
          with("to_Item", Json::array()), with("to_Items", Json(Json::Array{Json::object()})),
          with("TechnicalObject", "10000017"), Json::array()})
        EXPECT_EQ(post(notifications, body).status, 400) << body.dump();
    EXPECT_EQ(post("API_MAINTENANCEORDER/MaintenanceOrderOperation", Json::object()).status, 405);
    const std::string release = "API_MAINTENANCEORDER/ReleaseMaintenanceOrder";
    EXPECT_EQ(post(release, Json()).status, 400) << "a parameter is missing";
    EXPECT_EQ(post(release, Json(), {{"MaintenanceOrder", "4000017"}}).status, 400) << "no literal";
    EXPECT_EQ(post(release, Json(), {{"MaintenanceOrder", "'4000017'"}, {"At", "'x'"}}).status, 400);
    EXPECT_EQ(post(release, Json::object(), {{"MaintenanceOrder", "'4000017'"}}).status, 400) << "a body";
    EXPECT_EQ(plant_.state(), before);
    EXPECT_EQ(post(notifications, good).status, 201);
}

TEST_F(SapPlantFake, steps_go_one_way_and_once) {
    const std::string order = plant_.make_order();
    const auto step = [&](const char* name) {
        return post(std::string("API_MAINTENANCEORDER/") + name, Json(), {{"MaintenanceOrder", "'" + order + "'"}})
            .status;
    };
    EXPECT_EQ(step("SetMaintOrderStatusToClosed"), 400) << "not completed yet";
    EXPECT_EQ(step("ReleaseMaintenanceOrder"), 400) << "released already";
    EXPECT_EQ(step("SetMaintOrdToTechCompleted"), 200);
    EXPECT_EQ(step("SetMaintOrdToTechCompleted"), 400);
    EXPECT_EQ(step("ResetMaintOrdStsTechCompleted"), 200);
    EXPECT_EQ(step("ResetMaintOrdStsTechCompleted"), 400);
}

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
