// Maximo on one side, SAP S/4HANA on the other, each a strict fake in a process of its own; the hub between them is
// the real program, with the template for that pair.

#include "functional/world.h"

#include <gtest/gtest.h>

#include <poll.h>
#include <fstream>
#include <iostream>
#include <sstream>

namespace tieline::functional {
namespace {

namespace fs = std::filesystem;

std::string text_of_file(const std::string& path) {
    std::ifstream stream(path);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

void replace(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
}

class MaximoSap : public testing::Test {
protected:
    void SetUp() override {
        client_ = net::make_http_client();
        std::string name = (fs::path(::testing::TempDir()) / "tieline_maximo_sap_XXXXXX").string();
        folder_ = mkdtemp(name.data());
        fs::create_directories(folder_ / "secrets");
        std::ofstream(folder_ / "secrets/maximo.key") << "key";
        std::ofstream(folder_ / "secrets/maximo-push.secret") << "push-secret-of-the-test";
        std::ofstream(folder_ / "secrets/sap.password") << "Secret-1";
        maximo_ = std::make_unique<Process>(std::vector<std::string>{FAKE_PROGRAM, "maximo"},
                                            (folder_ / "maximo.log").string());
        sap_ =
            std::make_unique<Process>(std::vector<std::string>{FAKE_PROGRAM, "sap_s4"}, (folder_ / "sap.log").string());
        maximo_url_ = maximo_->address();
        sap_url_ = sap_->address();
        ASSERT_FALSE(maximo_url_.empty()) << maximo_->output();
        ASSERT_FALSE(sap_url_.empty()) << sap_->output();
        write_files();
        start_hub();
    }
    void TearDown() override {
        if (HasFailure()) {
            for (const char* path : {"/api/v1/events?limit=500", "/api/v1/status"})
                std::cout << text_at(hub_url_ + path, "", 0) << "\n";
        }
        hub_.reset();
        maximo_.reset();
        sap_.reset();
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    /// The template, with the addresses of the fakes, the master data that they know, and short times.
    void write_files() {
        std::string text = text_of_file(TEMPLATES "/maximo-sap.yaml");
        replace(text, "https://maximo.example/maximo/api", maximo_url_ + "/maximo/api");
        replace(text, "https://my300000-api.s4hana.cloud.sap", sap_url_);
        replace(text, "# client: \"100\" ", "client: \"100\" ");
        replace(text, "      since: \"2026-12-01\" ", "      # since: ");
        replace(text, "# map: maps/sap.yaml", "map: sap.yaml");
        for (const char* account : {"620000", "630000", "640000"}) replace(text, account, "610000");
        for (const char* account : {"182000", "183000", "184000"}) replace(text, account, "181000");
        for (int times = 0; times < 3; ++times) replace(text, "\"4200\"", "CC-100");
        replace(text, "poll_every: 30s, deadline: 60s", "poll_every: 100ms, deadline: 5s");
        replace(text, "poll_every: 60s, deadline: 60s, settle: 10s",
                "poll_every: 200ms, deadline: 3s, settle: 200ms, backoff_first: 50ms, breaker_pause: 200ms");
        adapt(text);
        std::ofstream(folder_ / "tieline.yaml") << text;
        std::string map = text_of_file(SAP_MAP);
        replace(map, "storerooms: {", "storerooms: {CENTRAL: MAIN, ");
        replace(map, "storerooms_back: {", "storerooms_back: {MAIN: CENTRAL, ");
        std::ofstream(folder_ / "sap.yaml") << map;
    }
    /// A plant that has more of the template switched on than others.
    virtual void adapt(std::string& /*text*/) {}
    void start_hub() {
        const std::string port = hub_url_.empty() ? "0" : hub_url_.substr(hub_url_.rfind(':') + 1);
        hub_ = std::make_unique<Process>(std::vector<std::string>{TIELINE_PROGRAM, "serve", "--config",
                                                                  (folder_ / "tieline.yaml").string(), "--port", port},
                                         (folder_ / "hub.log").string());
        hub_url_ = hub_->address();
        ASSERT_FALSE(hub_url_.empty()) << hub_->output();
    }
    std::string text_at(const std::string& url, const std::string& body = "", int status = 200) {
        net::HttpRequest request;
        request.method = body.empty() ? "GET" : "POST";
        request.url = url;
        request.body = body;
        if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
        const Result<net::HttpResponse> response = client_->send_and_wait(std::move(request));
        const bool is_good = response && (status == 0 || response->status == status);
        EXPECT_TRUE(is_good) << url << " " << (response ? response->body : response.error().message);
        return response ? response->body : "null";
    }
    Json ask(const std::string& url, const std::string& body = "", int status = 200) {
        const Result<Json> parsed = Json::parse(text_at(url, body, status));
        return parsed ? *parsed : Json();
    }
    Json in_maximo(const char* action, const std::string& body) { return ask(maximo_url_ + "/admin/" + action, body); }
    Json::Array in_sap(const std::string& set) { return ask(sap_url_ + "/admin/rows/" + set).items(); }
    /// Asks every few milliseconds; false after 30 s.
    template <class Holds>
    bool wait_for(Holds holds) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!holds()) {
            if (std::chrono::steady_clock::now() > give_up) return false;
            ::poll(nullptr, 0, 10);
        }
        return true;
    }
    /// 2.5 h of labor at 48.00, a contractor for 300.10, two seals from the storeroom; then completed.
    std::string complete_an_order() {
        const std::string order =
            in_maximo("make", R"({"attributes":{"description":"Replace seal","worktype":"CM","assetnum":"11430"}})")
                .text_or("order");
        const std::string head = R"({"order":")" + order + "\",";
        in_maximo("move", head + R"("status":"INPRG"})");
        in_maximo("use", head + R"("item":"SEAL-9","quantity":"2","cost":"12.80"})");
        in_maximo("add", head + R"("list":"labtrans","line":{"labtransid":801,"laborcode":"WILSON","craft":"MECH",)"
                                R"("genapprservreceipt":true,"regularhrs":2.50,"payrate":48.00,"linecost":120.00,)"
                                R"("outside":false}})");
        in_maximo("add", head + R"("list":"servrectrans","line":{"servrectransid":91,"description":"Crane",)"
                                R"("vendor":"V-200","invoicenum":"R-77","linecost":300.10}})");
        in_maximo("move", head + R"("status":"COMP"})");
        return order;
    }
    /// Journal entries by their number: sum of what was debited.
    std::map<std::string, std::string> journals() {
        std::map<std::string, Decimal> sums;
        for (const Json& line : in_sap("A_OperationalAcctgDocItemCube")) {
            const Decimal amount = *Decimal::parse(line.text_or("AmountInTransactionCurrency"));
            Decimal& sum = sums[line.text_or("AccountingDocument")];
            if (!amount.is_negative()) sum = *sum.plus(amount);
        }
        std::map<std::string, std::string> texts;
        for (const auto& [document, sum] : sums) texts[document] = sum.str();
        return texts;
    }
    Json in_sap_do(const std::string& members) { return ask(sap_url_ + "/admin/do", R"({"action":)" + members + "}"); }
    /// As Maximo shows it of its orders: state, reference and date of the parts, in whatever order they were told.
    std::string parts_state() {
        const std::string text = text_at(maximo_url_ + "/admin/orders");
        const std::size_t at = text.find("\"tl_partsstate\"");
        return at == std::string::npos ? "not told" : text.substr(at, 160);
    }
    bool is_settled(const std::string& order) {
        const Json answer = ask(hub_url_ + "/api/v1/work-orders/" + order, "", 0);  // unknown until it was read
        return answer.bool_or("settled", false);
    }
    std::size_t open_exceptions() {
        return ask(hub_url_ + "/api/v1/exceptions?open=true").find("exceptions")->items().size();
    }

    fs::path folder_;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<Process> maximo_, sap_, hub_;
    std::string maximo_url_, sap_url_, hub_url_;
};

TEST_F(MaximoSap, a_completed_order_is_booked_once_though_the_hub_is_killed_in_mid_posting) {
    // The journal and the goods issue are carried out, their answers never come, and the hub dies.
    ask(sap_url_ + "/admin/switches", R"({"hold":2})");
    const std::string order = complete_an_order();
    ASSERT_TRUE(wait_for([&] { return in_sap("A_MaterialDocumentHeader").size() == 1 && journals().size() == 1; }));
    hub_->kill_now();
    start_hub();
    ASSERT_TRUE(wait_for([&] { return is_settled(order); })) << hub_->output();
    EXPECT_TRUE(wait_for([&] {
        return text_at(maximo_url_ + "/admin/orders").find("4900000001") != std::string::npos;
    })) << text_at(maximo_url_ + "/admin/orders");
    EXPECT_EQ(journals(), (std::map<std::string, std::string>{{"100000001", "420.10"}}));
    const Json::Array moved = in_sap("A_MaterialDocumentItem");
    ASSERT_EQ(moved.size(), 1U);
    EXPECT_EQ(moved[0].text_or("GoodsMovementType"), "201");
    EXPECT_EQ(moved[0].text_or("StorageLocation"), "MAIN");
    EXPECT_EQ(ask(sap_url_ + "/admin/stock").text_or("SEAL-9"), "999998");
    EXPECT_EQ(open_exceptions(), 0U) << ask(hub_url_ + "/api/v1/exceptions?open=true").dump();
    EXPECT_EQ(hub_->stop(), 0);
}

TEST_F(MaximoSap, lost_answers_are_looked_up_and_nothing_is_sent_twice) {
    ask(sap_url_ + "/admin/switches", R"({"lose":2})");
    const std::string order = complete_an_order();
    ASSERT_TRUE(wait_for([&] { return is_settled(order); })) << hub_->output();
    ASSERT_TRUE(wait_for([&] { return in_sap("A_MaterialDocumentHeader").size() == 1; }));
    EXPECT_EQ(journals().size(), 1U);
    EXPECT_EQ(ask(sap_url_ + "/admin/stock").text_or("SEAL-9"), "999998");
}

/// Three are on stock, five are planned: two are requisitioned once, approved, ordered and received in SAP, and Maximo
/// is told at each step.
TEST_F(MaximoSap, a_missing_part_is_requisitioned_once_and_its_way_is_shown_in_maximo) {
    ask(sap_url_ + "/admin/switches", R"({"lose":2})");
    const std::string order =
        in_maximo("make", R"({"attributes":{"description":"Replace bearing","worktype":"CM","assetnum":"11430"}})")
            .text_or("order");
    const std::string head = R"({"order":")" + order + "\",";
    in_maximo("add", head + R"("list":"wpmaterial","line":{"wpitemid":71,"itemnum":"FEW-1","itemqty":5,)"
                            R"("orderunit":"EA","location":"CENTRAL","requestnum":"R-1",)"
                            R"("requiredate":"2030-01-10T08:00:00+00:00"}})");
    in_maximo("move", head + R"("status":"WMATL"})");
    const auto requisitions = [&] { return in_sap("A_PurchaseRequisitionItem"); };
    ASSERT_TRUE(wait_for([&] { return requisitions().size() == 1; }))
        << ask(hub_url_ + "/api/v1/exceptions?open=true").dump() << text_at(maximo_url_ + "/admin/orders");
    EXPECT_EQ(requisitions()[0].text_or("RequestedQuantity"), "2");
    ASSERT_TRUE(wait_for([&] { return parts_state().find("2030-01-10") != std::string::npos; })) << parts_state();
    const std::string name = requisitions()[0].text_or("PurchaseRequisition") + "/10";
    in_sap_do(R"("approve","requisition":")" + name + "\"");
    const std::string ordered =
        in_sap_do(R"("order","requisition":")" + name + R"(","material":"FEW-1","quantity":"2")").text_or("order");
    ASSERT_TRUE(wait_for([&] { return parts_state().find("2026-12-10") != std::string::npos; })) << parts_state();
    in_sap_do(R"("receive","order":")" + ordered + R"(","quantity":"2")");
    ASSERT_TRUE(wait_for([&] { return parts_state().find("available") != std::string::npos; })) << parts_state();
    EXPECT_EQ(requisitions().size(), 1U);
    EXPECT_EQ(in_sap("A_ReservationDocumentItem").size(), 1U);
    EXPECT_EQ(open_exceptions(), 0U) << ask(hub_url_ + "/api/v1/exceptions?open=true").dump();
}

/// The plant mirrors its jobs as maintenance orders in SAP and confirms hours there, as the template says how.
class MaximoSapOrders : public MaximoSap {
protected:
    void adapt(std::string& text) override {
        replace(text, "# order_mirror: {}", "order_mirror: {}");
        replace(text, "labor: journal ", "labor: confirmation\n        post_to_order: true\n        # ");
        replace(text, "parts_issue: {}", "parts_issue: {post_to_order: true}");
        replace(text, "# work_center: MECH", "work_center: MECH");
    }
};

/// Hours are confirmed on the order and valued by SAP: they are in no journal. Answers are lost on the way.
TEST_F(MaximoSapOrders, labor_appears_once_on_the_order_and_in_no_journal) {
    ask(sap_url_ + "/admin/switches", R"({"lose":3})");
    const std::string order = complete_an_order();
    ASSERT_TRUE(wait_for([&] { return is_settled(order); }))
        << hub_->output() << ask(hub_url_ + "/api/v1/exceptions?open=true").dump();
    const auto orders = [&] { return in_sap("MaintenanceOrder"); };
    ASSERT_TRUE(wait_for([&] {
        return orders().size() == 1 && orders()[0].text_or("SystemStatusText").starts_with("TECO");
    })) << ask(hub_url_ + "/api/v1/exceptions?open=true").dump();
    const std::string number = orders()[0].text_or("MaintenanceOrder");
    const Json::Array hours = in_sap("MaintOrderConfirmation");
    ASSERT_EQ(hours.size(), 1U);
    EXPECT_EQ(hours[0].text_or("MaintenanceOrder"), number);
    EXPECT_EQ(hours[0].text_or("ActualWorkQuantity"), "150") << "2.5 hours";
    EXPECT_EQ(journals(), (std::map<std::string, std::string>{{"100000001", "300.10"}})) << "the contractor alone";
    ASSERT_TRUE(wait_for([&] { return in_sap("A_MaterialDocumentItem").size() == 1; }));
    const Json moved = in_sap("A_MaterialDocumentItem")[0];
    EXPECT_EQ(moved.text_or("GoodsMovementType"), "261");
    EXPECT_EQ(moved.text_or("ManufacturingOrder"), number);
    EXPECT_EQ(orders().size(), 1U);
    EXPECT_EQ(open_exceptions(), 0U) << ask(hub_url_ + "/api/v1/exceptions?open=true").dump();
    EXPECT_EQ(hub_->stop(), 0);
}

/// The order and what follows it are carried out, the answer never comes, and the hub dies.
TEST_F(MaximoSapOrders, one_order_and_one_confirmation_though_the_hub_is_killed_in_mid_creation) {
    ask(sap_url_ + "/admin/switches", R"({"hold":1})");
    const std::string order = complete_an_order();
    ASSERT_TRUE(wait_for([&] { return in_sap("MaintenanceOrder").size() == 1; }));
    hub_->kill_now();
    start_hub();
    ASSERT_TRUE(wait_for([&] { return is_settled(order); }))
        << hub_->output() << ask(hub_url_ + "/api/v1/exceptions?open=true").dump();
    ASSERT_TRUE(
        wait_for([&] { return in_sap("MaintenanceOrder")[0].text_or("SystemStatusText").starts_with("TECO"); }));
    EXPECT_EQ(in_sap("MaintenanceOrder").size(), 1U);
    EXPECT_EQ(in_sap("MaintOrderConfirmation").size(), 1U);
    EXPECT_EQ(open_exceptions(), 0U) << ask(hub_url_ + "/api/v1/exceptions?open=true").dump();
}

/// What was ordered for a job, and is still held in SAP, goes with the job.
TEST_F(MaximoSap, a_held_order_is_deleted_when_its_job_is_cancelled) {
    const std::string order =
        in_maximo("make", R"({"attributes":{"description":"Replace bearing","worktype":"CM","assetnum":"11430"}})")
            .text_or("order");
    const std::string head = R"({"order":")" + order + "\",";
    in_maximo("add", head + R"("list":"wpmaterial","line":{"wpitemid":71,"itemnum":"FEW-1","itemqty":5,)"
                            R"("orderunit":"EA","location":"CENTRAL","requestnum":"R-1",)"
                            R"("requiredate":"2030-01-10T08:00:00+00:00"}})");
    in_maximo("move", head + R"("status":"WMATL"})");
    ASSERT_TRUE(wait_for([&] { return in_sap("A_PurchaseRequisitionItem").size() == 1; }));
    const std::string name = in_sap("A_PurchaseRequisitionItem")[0].text_or("PurchaseRequisition") + "/10";
    in_sap_do(R"("approve","requisition":")" + name + "\"");
    in_sap_do(R"("order","requisition":")" + name + R"(","material":"FEW-1","quantity":"2","held":true)");
    ASSERT_TRUE(wait_for([&] { return parts_state().find("2026-12-10") != std::string::npos; })) << parts_state();
    ask(sap_url_ + "/admin/switches", R"({"lose":1})");
    in_maximo("move", head + R"("status":"CAN"})");
    ASSERT_TRUE(wait_for(
        [&] { return in_sap("A_ReservationDocumentItem")[0].bool_or("ReservationItmIsMarkedForDeltn", false); }));
    // SAP tells no change of a reservation: the next change of something else shows in the stock that its part is free.
    in_sap_do(R"("approve","requisition":")" + name + "\"");
    EXPECT_TRUE(wait_for([&] {
        const Json::Array orders = in_sap("A_PurchaseOrder");
        return orders.size() == 1 && orders[0].text_or("PurchasingDocumentDeletionCode") == "L";
    })) << ask(hub_url_ + "/api/v1/exceptions?open=true").dump();
}

/// Whether these tests can see a double posting at all: a SAP that forgets references is booked twice.
TEST_F(MaximoSap, a_peer_that_forgets_references_is_seen) {
    ask(sap_url_ + "/admin/switches", R"({"lose":2,"forget_references":true})");
    (void)complete_an_order();
    EXPECT_TRUE(wait_for([&] { return journals().size() + in_sap("A_MaterialDocumentHeader").size() > 2; }));
}

TEST_F(MaximoSap, the_check_reaches_both_and_names_what_is_missing) {
    Process check({TIELINE_PROGRAM, "check", "--config", (folder_ / "tieline.yaml").string()},
                  (folder_ / "check.log").string());
    EXPECT_EQ(check.wait(), 0) << check.output();
    EXPECT_NE(check.output().find("service API_MATERIAL_STOCK_SRV (read stock; scenario SAP_COM_0164)"),
              std::string::npos)
        << check.output();
    ask(sap_url_ + "/admin/switches", R"({"denied":"API_PURCHASEORDER_PROCESS_SRV"})");
    Process again({TIELINE_PROGRAM, "check", "--config", (folder_ / "tieline.yaml").string()},
                  (folder_ / "check.log").string());
    EXPECT_NE(again.wait(), 0);
    EXPECT_NE(again.output().find("missing: service API_PURCHASEORDER_PROCESS_SRV (read purchase orders, change held "
                                  "ones; scenario SAP_COM_0053)"),
              std::string::npos)
        << again.output();
}

}  // namespace
}  // namespace tieline::functional
