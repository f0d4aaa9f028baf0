// OData 4 as the connectors speak it against SAP's own mock server, which run.py starts.

#include "connectors/drive.h"
#include "connectors/odata/sessions.h"
#include "connectors/odata/v4.h"
#include "connectors/odata/v4_batch.h"
#include "net/http_client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace tieline {
namespace {

namespace odata = connectors::odata;
namespace rest = connectors::rest;
using rest::Effect;

constexpr const char* service = "/sap/opu/odata4/sap/CE_PURCHASEREQUISITION_0001";

class SapMockV4 : public testing::Test {
protected:
    void SetUp() override {
        const char* address = std::getenv("TIELINE_SAP_MOCK");
        ASSERT_NE(address, nullptr) << "start it by run.py";
        access_.base_url = address;
        access_.system = "SAP";
        access_.headers = {rest::basic_authorization("TIELINE", "Secret-1")};
        client_ = net::make_http_client();
        sessions_ = std::make_unique<odata::Sessions>(access_);
    }
    connectors::Peer peer() {
        return [this](const net::HttpRequest& request) {
            auto reply = client_->send_and_wait(request);
            last_ = request.method + " " + (reply ? std::to_string(reply->status) + " " + reply->body : "nothing");
            return reply;
        };
    }
    static std::string at(const std::string& path) { return std::string(service) + "/" + path; }
    Result<net::HttpResponse> read(const std::string& path, const rest::Query& query = {}) {
        return peer()(odata::v4::read_request(access_, at(path), query));
    }
    Result<net::HttpResponse> write(const std::string& method, const std::string& path, const Json& body,
                                    const std::string& etag = "") {
        net::HttpRequest request = odata::v4::write_request(access_, method, at(path), body, etag);
        return connectors::run(sessions_->send_write(std::move(request), service), peer());
    }
    net::HttpRequest post(const std::string& text) const {
        return odata::v4::write_request(
            access_, "POST", at("PurchaseReqn"),
            Json::object({{"PurchaseRequisitionType", "NB"}, {"PurReqnDescription", text}}));
    }
    std::size_t count_of(const std::string& text) {
        const auto page = odata::v4::page_of(
            access_, read("PurchaseReqn", {{"$filter", "PurReqnDescription eq " + odata::text_literal(text)}}));
        EXPECT_TRUE(page) << page.error().message;
        return page ? page->rows.size() : 0;
    }

    rest::Access access_;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<odata::Sessions> sessions_;
    std::string last_;
};

TEST_F(SapMockV4, rows_are_found_by_plain_literals) {
    const std::string day = odata::v4::date_literal("2026-12-10").value();
    const auto page = odata::v4::page_of(
        access_, read("PurchaseReqnItem", {{"$filter", "Plant eq '1010' and DeliveryDate eq " + day}}));
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->rows.size(), 1U) << last_;
    EXPECT_EQ(page->rows[0].text_or("Material"), "SEAL-9");
    EXPECT_EQ(page->rows[0].decimal("RequestedQuantity")->str(), "2.125");
    const auto anew = connectors::run(
        odata::v4::read_page(nullptr, access_, {at("PurchaseReqnItem"), {{"$orderby", "Material"}}, {1, true}}, ""),
        peer());
    ASSERT_TRUE(anew) << anew.error().message;
    EXPECT_FALSE(anew->rows.empty());
}

TEST_F(SapMockV4, a_requisition_is_made_read_and_changed) {
    Json item = Json::object({{"PurchaseRequisitionItem", "10"}, {"Material", "SEAL-9"}, {"Plant", "1010"}});
    for (const auto& [name, value] : {std::pair{"RequestedQuantity", "5.125"},
                                      {"BaseUnit", "EA"},
                                      {"PurchaseRequisitionPrice", "12.505"},
                                      {"DeliveryDate", "2026-12-11"}})
        item.set(name, value);
    Json body = Json::object({{"PurchaseRequisitionType", "NB"}, {"PurReqnDescription", "Bearings and seals"}});
    body.set("_PurchaseRequisitionItem", Json(Json::Array{item}));
    const auto made = odata::v4::entity_of(access_, Effect::write, write("POST", "PurchaseReqn", body));
    ASSERT_TRUE(made) << made.error().message << last_;
    const std::string number = made->fields.text_or("PurchaseRequisition");
    ASSERT_FALSE(number.empty()) << last_;
    const std::string name = "PurchaseReqn(" + odata::text_literal(number) + ")";
    const auto found = odata::v4::entity_of(access_, Effect::read, read(name));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(count_of("Bearings and seals"), 1U);
    const auto items = odata::v4::page_of(
        access_, read("PurchaseReqnItem", {{"$filter", "PurchaseRequisition eq " + odata::text_literal(number)}}));
    ASSERT_TRUE(items) << items.error().message;
    ASSERT_EQ(items->rows.size(), 1U) << last_;
    EXPECT_EQ(items->rows[0].decimal("PurchaseRequisitionPrice")->str(), "12.505") << last_;
    const Json change = Json::object({{"PurReqnDescription", "Seals"}});
    const auto changed = odata::v4::entity_of(access_, Effect::write, write("PATCH", name, change, found->etag));
    ASSERT_TRUE(changed) << changed.error().message << last_;
    EXPECT_EQ(count_of("Bearings and seals"), 0U);
}

TEST_F(SapMockV4, what_it_refuses_is_read) {
    const auto missing = odata::v4::entity_of(access_, Effect::read, read("PurchaseReqn('9')"));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found) << last_;
}

TEST_F(SapMockV4, a_batch_in_parts_with_a_changeset) {
    odata::Batch batch(access_, service);
    ASSERT_TRUE(batch.read(odata::v4::read_request(access_, at("PurchaseReqn('10000001')"))));
    ASSERT_TRUE(batch.change({post("first of two"), post("second of two")}));
    ASSERT_TRUE(batch.read(odata::v4::read_request(access_, at("PurchaseReqn('9')"))));
    ASSERT_TRUE(batch.read(odata::v4::read_request(access_, at("PurchaseReqnItem"))));
    const auto answers = connectors::run(odata::send_batch(sessions_.get(), std::move(batch)), peer());
    ASSERT_EQ(answers->size(), 5U);
    for (const auto& each : *answers) ASSERT_TRUE(each) << each.error().message << "\n" << last_;
    const auto first = odata::v4::entity_of(access_, Effect::read, (*answers)[0]);
    ASSERT_TRUE(first) << last_;
    EXPECT_EQ(first->fields.text_or("PurReqnDescription"), "Seals") << last_;
    EXPECT_EQ((*answers)[1]->status, 201);
    EXPECT_EQ((*answers)[2]->status, 201);
    EXPECT_EQ((*answers)[3]->status, 404);
    EXPECT_TRUE(odata::v4::page_of(access_, (*answers)[4]));
    EXPECT_EQ(count_of("second of two"), 1U);
}

/// Its answers of a batch in JSON have no ids, whatever the requests have: nothing is known then.
TEST_F(SapMockV4, a_batch_in_json_is_undecided_since_its_answers_have_no_ids) {
    odata::v4::Batch batch(access_, service);
    ASSERT_TRUE(batch.add(odata::v4::read_request(access_, at("PurchaseReqn('10000001')"))));
    ASSERT_TRUE(batch.add(odata::v4::read_request(access_, at("PurchaseReqnItem"))));
    const auto answers = connectors::run(odata::v4::send_batch(sessions_.get(), std::move(batch)), peer());
    ASSERT_EQ(answers->size(), 2U);
    for (const auto& each : *answers) {
        ASSERT_FALSE(each);
        EXPECT_EQ(each.error().code, "bad_reply") << last_;
    }
}

}  // namespace
}  // namespace tieline
