// Every read and every write of the connector to SAP's plant maintenance against SAP's own mock server, which run.py
// starts.

#include "connectors/drive.h"
#include "connectors/evidence.h"
#include "connectors/sap_maintenance/spec.h"
#include "net/http_client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace tieline {
namespace {

using connectors::Found;

class SapMaintenanceMock : public testing::Test {
protected:
    void SetUp() override {
        const char* address = std::getenv("TIELINE_SAP_MOCK");
        ASSERT_NE(address, nullptr) << "start it by run.py";
        settings_.name = "cmms";
        settings_.values = {{"url", address},        {"user", "TIELINE"},        {"password", "Secret-1"},
                            {"site", "plant1"},      {"plant", "1010"},          {"cost_booked_by", "hub"},
                            {"work_center", "MECH"}, {"creates", "notification"}};
        client_ = net::make_http_client();
        remake("notification");
    }
    void remake(const std::string& creates, const std::string& from = "", const std::string& to = "") {
        for (auto& [name, value] : settings_.values)
            if (name == "creates") value = creates;
        std::string map(connectors::sap_maintenance::own_map());
        const std::string none = R"(rates: {none: "0"})";
        map.replace(map.find(none), none.size(), R"(rates: {MECH: "52.00"})");
        const std::string codes = R"(codes: {none: "", "*": ""})";
        for (std::size_t at = map.find(codes); at != std::string::npos; at = map.find(codes, at + 1))
            map.replace(at, codes.size(), R"(codes: {VIB: PUMP/0010, "*": ""})");
        if (!from.empty()) map.replace(map.find(from), from.size(), to);
        auto made = connectors::sap_maintenance::spec().make(settings_, map);
        ASSERT_TRUE(made) << made.error().message;
        connector_ = std::move(*made);
    }
    connectors::Peer peer() {
        return [this](const net::HttpRequest& request) {
            Result<net::HttpResponse> reply = client_->send_and_wait(request);
            ++sent_;
            const std::string path = request.url.substr(request.url.find("/sap/"));
            if (!reply || reply->status >= 300)
                refused_.push_back(request.method + " " + path + ": " + (reply ? reply->body : reply.error().message));
            return reply;
        };
    }
    static model::Command command(const std::string& kind, const std::string& key, const std::string& members) {
        model::Command made;
        made.kind = kind;
        made.key = key;
        made.payload = R"({"reference":")" + key + "\"," + members + "}";
        return made;
    }
    Found found(const model::Command& command) {
        const auto looked = connectors::run(connector_->find(command), peer());
        EXPECT_TRUE(looked) << command.kind << ": " << (looked ? "" : looked.error().message);
        return looked ? *looked : Found{};
    }
    /// Sent and accepted, then found with the same document; before that it was absent.
    std::string carry_out(const model::Command& command) {
        const connectors::Evidence evidence("sap_maintenance", command.kind, "mock_server");
        EXPECT_EQ(found(command).state, Found::State::absent) << command.payload;
        const auto receipt = connectors::run(connector_->push(command), peer());
        EXPECT_TRUE(receipt) << command.payload << ": " << (receipt ? "" : receipt.error().message);
        if (!receipt) return {};
        const Found seen = found(command);
        EXPECT_EQ(seen.state, Found::State::present) << command.payload << ": " << seen.why.message;
        EXPECT_EQ(seen.receipt.document, receipt->document) << command.payload;
        if (!HasFailure()) evidence.holds();
        return receipt->document;
    }
    void expect_all_accepted(std::size_t least) const {
        EXPECT_GE(sent_, least);
        EXPECT_TRUE(refused_.empty()) << refused_.size() << " refused, first: " << refused_.front();
    }

    connectors::Settings settings_;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<connectors::Connector> connector_;
    std::size_t sent_ = 0;
    std::vector<std::string> refused_;
};

const std::string fault =
    R"("title":"Bearing vibrates","description":"Above the limit for an hour","asset":"10000017",)"
    R"("order_type":"condition_based","priority":2,"failure_code":"VIB",)"
    R"("due_at":"2026-12-01T10:00:00Z")";

TEST_F(SapMaintenanceMock, each_service_is_reached) {
    const auto probe = connectors::run(connector_->probe(), peer());
    ASSERT_TRUE(probe) << probe.error().message;
    EXPECT_TRUE(probe->missing.empty()) << probe->missing.front();
    expect_all_accepted(4);
}

TEST_F(SapMaintenanceMock, an_order_is_read_with_its_labor_and_material) {
    const auto page = connectors::run(connector_->pull("", 50), peer());
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_FALSE(page->objects.empty());
    const auto& first = page->objects.front();
    EXPECT_FALSE(first.refused) << first.refused->message;
    EXPECT_EQ(first.object, "4000017");
    EXPECT_EQ(first.type, "workorder.completed");
    const Json data = *Json::parse(first.data);
    ASSERT_NE(data.find("lines"), nullptr) << first.data;
    EXPECT_EQ(data.find("lines")->items().size(), 2U) << "labor, and the material once though it is asked for twice";
    EXPECT_EQ(data.find("planned_parts")->items().front().text_or("id"), "50001/1");
    const auto next = connectors::run(connector_->pull(page->cursor, 50), peer());
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_TRUE(next->objects.empty());
    const auto again = connectors::run(connector_->fetch("4000017"), peer());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->data, first.data);
    expect_all_accepted(10);
    const connectors::Evidence evidence("sap_maintenance", "read workorder", "mock_server");
    if (!HasFailure()) evidence.holds();
}

TEST_F(SapMaintenanceMock, notifications_are_made_and_moved_on) {
    const std::string made = carry_out(command("workorder.create", "NOTIFICATION0001", fault));
    EXPECT_TRUE(made.starts_with("notification:1000")) << made;
    const std::string about = R"("work_order":")" + made + "\",";
    carry_out(command("workorder.status", "STEP000000000001", about + R"("status":"in_progress")"));
    carry_out(command("workorder.status", "STEP000000000002", about + R"("status":"completed")"));
    expect_all_accepted(12);
}

TEST_F(SapMaintenanceMock, orders_are_made_linked_and_moved_on) {
    remake("order");
    const std::string made = carry_out(command("workorder.create", "ORDER00000000001", fault));
    const std::string about = R"("work_order":")" + made + "\",";
    carry_out(command("workorder.link", "LINK000000000001", about + R"("erp_order":"800123")"));
    for (const char* status : {"approved", "released", "completed", "reopened", "closed", "cancelled"}) {
        if (std::string(status) == "closed")
            ASSERT_TRUE(connectors::run(
                connector_->push(command("workorder.status", "STEP0000AGAIN", about + R"("status":"completed")")),
                peer()));
        carry_out(command("workorder.status", std::string("STEP") + status,
                          about + R"("at":"2026-11-25T10:00:00Z","status":")" + status + "\""));
    }
    expect_all_accepted(30);
}

/// The mock server and what stands in front of it can refuse: else being accepted would say nothing.
TEST_F(SapMaintenanceMock, what_sap_does_not_know_is_refused) {
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"{to: NotificationText,", "{to: NotificationTxt,"},
          {"to_Item[]", "to_Items[]"},
          {"constant: EAMS_EQUI", "constant: THIS-IS-LONGER-THAN-TWENTY"},
          {"type: date, format: odata_v2}", "type: date}"},
          {"API_MAINTNOTIFICATION/MaintenanceNotification", "API_MAINTNOTIFICATION/Notifications"}}) {
        remake("notification", from, to);
        refused_.clear();
        const auto receipt =
            connectors::run(connector_->push(command("workorder.create", "REFUSED000000001", fault)), peer());
        ASSERT_FALSE(receipt) << to;
        EXPECT_EQ(receipt.error().kind, ErrorKind::invalid) << to << ": " << receipt.error().message;
        EXPECT_EQ(refused_.size(), 1U) << to;
    }
    remake("notification");
    EXPECT_EQ(found(command("workorder.create", "REFUSED000000001", fault)).state, Found::State::absent);
}

}  // namespace
}  // namespace tieline
