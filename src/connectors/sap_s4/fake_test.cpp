// The fake refuses what SAP refuses: else being answered by it would say nothing.

#include "connectors/odata/odata.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sap_s4::test {
namespace {

class SapFake : public testing::Test {
protected:
    net::HttpResponse get(const std::string& path, const rest::Query& query) {
        rest::Access access;
        access.base_url = base_url;
        access.headers = {rest::basic_authorization("TIELINE", "Secret-1")};
        const auto answered = peer_.answer(odata::read_request(
            access, std::string(odata::test::root).substr(0, odata::test::root.size() - 1) + path, query));
        EXPECT_TRUE(answered);
        return answered ? *answered : net::HttpResponse{};
    }
    SapPeer peer_;
};

constexpr const char* products = "/API_PRODUCT_SRV/A_Product";

TEST_F(SapFake, questions_that_do_not_fit_are_refused_with_what_is_wrong) {
    const struct {
        const char *option, *value, *says;
    } wrong[] = {
        {"$filter", "Products eq 'X'", "Property Products not found"},
        {"$filter", "Product eq X", "'X' is no Edm.String"},
        {"$filter", "LastChangeDateTime ge datetime'2026-11-24T00:00:00'", "is no Edm.DateTimeOffset"},
        {"$filter", "IsMarkedForDeletion eq 'true'", "is no boolean"},
        {"$filter", "Product eq 'X' or BaseUnit eq 'EA'", "or over several fields is not supported"},
        {"$filter", "Product like 'X'", "Operator like is not taken"},
        {"$filter", "Product eq", "Invalid filter"},
        {"$filter", "LastChangeDateTime ge null", "'null' is no Edm.DateTimeOffset"},
        {"$filter", "LastChangeDateTime ge datetimeoffset'2026-11-24'", "is no instant"},
        {"$filter", "BaseUnit eq 'PIECES'", "is longer than BaseUnit"},
        {"$select", "Product,Price", "Property Price not found"},
        {"$orderby", "Products", "Property Products not found"},
        {"$expand", "to_Plants", "No navigation 'to_Plants'"},
        {"$top", "many", "Invalid $top"},
        {"$skip", "5", "$skip without $orderby"},
        {"$inlinecount", "all", "Invalid $inlinecount"},
        {"$search", "seal", "Query option $search is not taken"},
    };
    for (const auto& one : wrong) {
        const net::HttpResponse answer = get(products, {{one.option, one.value}});
        EXPECT_EQ(answer.status, 400) << one.option << "=" << one.value;
        EXPECT_NE(answer.body.find(one.says), std::string::npos) << answer.body;
    }
    EXPECT_EQ(get("/API_PRODUCT_SRV/A_Products", {}).status, 404);
    EXPECT_EQ(get("/API_PRODUCTS_SRV/A_Product", {}).status, 404);
}

TEST_F(SapFake, pages_selections_and_counts_are_as_asked_for) {
    peer_.switches.page_rows = 2;
    const net::HttpResponse answer =
        get(products, {{"$select", "Product"}, {"$orderby", "Product"}, {"$inlinecount", "allpages"}});
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json d = *Json::parse(answer.body)->find("d");
    EXPECT_EQ(d.text_or("__count"), "3");
    EXPECT_EQ(d.find("results")->dump(), R"([{"Product":"BEARING-6204"},{"Product":"FEW-1"}])");
    const std::string next = d.text_or("__next");
    ASSERT_TRUE(next.starts_with(base_url)) << next;
    net::HttpRequest request;
    request.method = "GET";
    request.url = next;
    request.headers = {rest::basic_authorization("TIELINE", "Secret-1")};
    const auto second = peer_.answer(request);
    ASSERT_TRUE(second);
    EXPECT_NE(second->body.find(R"([{"Product":"SEAL-9"}])"), std::string::npos) << second->body;
    EXPECT_EQ(second->body.find("__next"), std::string::npos);
}

/// Schedule lines call the keys of their order otherwise.
TEST_F(SapFake, an_order_is_shown_with_its_own_lines_alone) {
    const std::string first = peer_.make_order("SEAL-9", "10", "EA", "2026-12-10");
    const std::string second = peer_.make_order("SEAL-9", "10", "EA", "2026-12-20");
    const rest::Query query{{"$filter", "PurchaseOrder eq '" + second + "'"},
                            {"$expand", "to_PurchaseOrderItem,to_PurchaseOrderItem/to_ScheduleLine"}};
    const std::string body = get("/API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrder", query).body;
    EXPECT_NE(body.find(json_day("2026-12-20")), std::string::npos) << body;
    EXPECT_EQ(body.find(json_day("2026-12-10")), std::string::npos) << body;
    EXPECT_EQ(body.find(first), std::string::npos) << body;
}

TEST_F(SapFake, null_is_compared_where_the_service_takes_it) {
    peer_.change_product("FEW-1", "BaseUnit", "EA");
    peer_.rows("A_Product").back().set("LastChangeDateTime", Json());
    const rest::Query query{{"$filter", "LastChangeDateTime eq null"}, {"$select", "Product"}};
    EXPECT_NE(get(products, query).body.find(R"("results":[{"Product":"SEAL-9"}])"), std::string::npos)
        << get(products, query).body;
    peer_.switches.compares_null = false;
    EXPECT_EQ(get(products, query).status, 400);
}

TEST_F(SapFake, what_no_connector_may_do_and_no_test_may_say_throws) {
    net::HttpRequest elsewhere;
    elsewhere.method = "GET";
    elsewhere.url = "https://other.example/sap/opu/odata/sap/API_PRODUCT_SRV/";
    EXPECT_THROW((void)peer_.answer(elsewhere), odata::test::FakeError);
    EXPECT_THROW(peer_.add_row("A_Products", Json::object()), odata::test::FakeError);
    EXPECT_THROW(peer_.add_row("A_Product", Json::object({{"Price", "1"}})), odata::test::FakeError);
    EXPECT_THROW(peer_.add_row("A_Product", Json::object({{"BaseUnit", "PIECES"}})), odata::test::FakeError);
    EXPECT_THROW((void)peer_.metadata("API_NONE"), odata::test::FakeError);
    EXPECT_THROW(peer_.change_product("NONE-1", "BaseUnit", "EA"), odata::test::FakeError);
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
