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
        const auto answered = peer_.answer(
            odata::read_request(access, std::string(odata_root).substr(0, odata_root.size() - 1) + path, query));
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

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
