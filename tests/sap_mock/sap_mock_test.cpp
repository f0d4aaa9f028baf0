// Every read and every write of the connector against SAP's own mock server, which run.py starts.

#include "connectors/drive.h"
#include "connectors/evidence.h"
#include "connectors/odata/batch.h"
#include "connectors/sap_s4/spec.h"
#include "net/http_client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tieline {
namespace {

using connectors::Found;
using connectors::Receipt;

class SapMock : public testing::Test {
protected:
    void SetUp() override {
        const char* address = std::getenv("TIELINE_SAP_MOCK");
        ASSERT_NE(address, nullptr) << "start it by run.py";
        settings_.name = "erp";
        settings_.values = {{"url", address},
                            {"user", "TIELINE"},
                            {"password", "Secret-1"},
                            {"plant", "1010"},
                            {"client", "100"},
                            {"purchasing_group", "001"},
                            {"purchasing_organization", "1010"},
                            {"reservation_cost_center", "CC-100"},
                            {"work_center", "MECH"},
                            {"planned_cost_control_key", "PM02"},
                            {"planned_cost_element", "415000"},
                            {"usage_decision_set", "01"},
                            {"usage_decision_group", "UD01"},
                            {"kinds",
                             "cost_center,part,equipment,requisition,purchase_order,delivery,reservation,"
                             "stock,inspection_lot,internal_order"}};
        client_ = net::make_http_client();
        connector_ = made(std::getenv("TIELINE_SABOTAGE") == nullptr ? "" : with_unknown_field());
    }
    /// The connector's own map, with a field that SAP does not know: what the other tests must then see.
    static std::string with_unknown_field() {
        std::string map(connectors::sap_s4::own_map());
        map.replace(map.find("{to: EntryUnit,"), 15, "{to: EntryUnits,");
        return map;
    }
    std::unique_ptr<connectors::Connector> made(const std::string& map) const {
        auto connector = connectors::sap_s4::spec().make(settings_, map);
        EXPECT_TRUE(connector) << (connector ? "" : connector.error().message);
        return connector ? std::move(*connector) : nullptr;
    }
    /// Every answer is written down: "POST 201 /sap/...".
    connectors::Peer peer() {
        return [this](const net::HttpRequest& request) {
            Result<net::HttpResponse> reply = client_->send_and_wait(request);
            const std::string path = request.url.substr(request.url.find("/sap/"));
            const std::string status = reply ? std::to_string(reply->status) : reply.error().message;
            sent_.push_back(request.method + " " + status + " " + path);
            if (!reply || reply->status >= 300) refused_.push_back(sent_.back() + (reply ? ": " + reply->body : ""));
            return reply;
        };
    }
    static model::Command command(const std::string& kind, const std::string& key, const std::string& members) {
        model::Command made;
        made.kind = kind;
        made.key = key;
        made.payload = R"({"work_order":"WO-000123","company_code":"1000","text":"WO-000123 Leaking valve",)"
                       R"("reference":")" +
                       key + "\"," + members + "}";
        return made;
    }
    /// Sent and accepted, then found under its key with the same document; before that it was absent.
    std::string carry_out(const model::Command& command) {
        const connectors::Evidence evidence("sap_s4", command.kind, "mock_server");
        EXPECT_EQ(state_of(command), Found::State::absent) << command.kind;
        const auto receipt = connectors::run(connector_->push(command), peer());
        EXPECT_TRUE(receipt) << command.kind << ": " << receipt.error().message;
        if (!receipt) return {};
        EXPECT_EQ(receipt->state, Receipt::State::booked);
        EXPECT_FALSE(receipt->document.empty());
        EXPECT_EQ(state_of(command), Found::State::present) << command.kind << ": " << why_;
        EXPECT_EQ(document_, receipt->document) << command.kind;
        if (!HasFailure()) evidence.holds();
        return receipt->document;
    }
    Found::State state_of(const model::Command& command) {
        const auto found = connectors::run(connector_->find(command), peer());
        EXPECT_TRUE(found) << command.kind << ": " << (found ? "" : found.error().message);
        why_ = found ? found->why.message : "";
        document_ = found ? found->receipt.document : "";
        return found ? found->state : Found::State::rejected;
    }
    void expect_all_accepted(std::size_t least) const {
        EXPECT_GE(sent_.size(), least);
        EXPECT_TRUE(refused_.empty()) << refused_.size() << " refused, first: " << refused_.front();
    }

    connectors::Settings settings_;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<connectors::Connector> connector_;
    std::vector<std::string> sent_, refused_;
    std::string why_, document_;
};

const std::string moved = R"("part":"SEAL-9","quantity":"2.125","unit":"PCE","storeroom":"MAIN","lot":"L-7",)"
                          R"("posting_date":"2026-11-24",)"
                          R"("receiver":{"kind":"cost_center","code":"CC-100"})";

TEST_F(SapMock, each_service_is_reached) {
    const auto probe = connectors::run(connector_->probe(), peer());
    ASSERT_TRUE(probe) << probe.error().message;
    EXPECT_TRUE(probe->missing.empty()) << probe->missing.front();
    expect_all_accepted(4);
}

TEST_F(SapMock, goods_movements_are_posted_found_and_cancelled_once) {
    for (const std::string kind : {"goods_issue", "scrap"}) {
        const std::string head = kind == "scrap" ? "S" : "G";
        const std::string document = carry_out(command(kind + ".post", head + "MOVEMENT0000001", moved));
        const model::Command cancel =
            command(kind + ".reverse", head + "MOVEMENT0000002",
                    R"("document":")" + document + R"(","posting_date":"2026-11-25","reason":"wrong part")");
        carry_out(cancel);
    }
    expect_all_accepted(13);
}

TEST_F(SapMock, returns_orders_and_assets_are_accepted) {
    const auto with = [](const std::string& from, const std::string& to) {
        std::string members = moved;
        return members.replace(members.find(from), from.size(), to);
    };
    carry_out(command("goods_issue.post", "RETURN0000000001", with(R"("2.125")", R"("-2.125")")));
    carry_out(
        command("goods_issue.post", "ORDER00000000001", moved + R"(,"erp_order":"800123","reservation":"50001/0001")"));
    carry_out(command("goods_issue.post", "ASSET00000000001",
                      with(R"("cost_center","code":"CC-100")", R"("asset","code":"A-77")")));
    carry_out(command("goods_issue.post", "INTERNAL00000001",
                      with(R"("cost_center","code":"CC-100")", R"("internal_order","code":"700077")")));
    expect_all_accepted(12);
}

TEST_F(SapMock, requisitions_are_created_changed_and_cancelled) {
    const std::string document =
        carry_out(command("requisition.create", "REQUISITION00001",
                          R"("part":"SEAL-9","quantity":"2","unit":"PCE","storeroom":"MAIN","vendor":"V-200",)"
                          R"("delivery_date":"2026-12-10","work_orders":["WO-000123"])"));
    const std::string about = R"("requisition":")" + document + "\",";
    carry_out(command("requisition.change", "CHANGE0000000001",
                      about + R"("quantity":"5.5","unit":"PCE","delivery_date":"2026-12-12")"));
    carry_out(command("requisition.cancel", "CANCEL0000000001", about + R"("reason":"not needed")"));
    expect_all_accepted(10);
}

TEST_F(SapMock, reservations_are_created_changed_and_cancelled) {
    const std::string document = carry_out(
        command("reservation.create", "RESERVATION00001",
                R"("part":"SEAL-9","quantity":"2","unit":"PCE","storeroom":"MAIN","needed_on":"2026-12-01")"));
    const std::string about = R"("reservation":")" + document + "\",";
    carry_out(command("reservation.change", "CHANGE0000000002",
                      about + R"("quantity":"5.5","unit":"PCE","needed_on":"2026-12-12")"));
    carry_out(command("reservation.cancel", "CANCEL0000000002", about + R"("reason":"not needed")"));
    expect_all_accepted(10);
}

TEST_F(SapMock, maintenance_orders_are_created_released_and_follow_their_job) {
    const std::string document =
        carry_out(command("order.create", "ORDERCREATE00001",
                          R"("asset":"10000017","title":"Leaking valve","order_type":"corrective","currency":"EUR",)"
                          R"("planned_cost":"350.00","receiver":{"kind":"cost_center","code":"CC-100"})"));
    const auto change = [&](const std::string& key, const std::string& members) {
        carry_out(command("order.change", key, R"("erp_order":")" + document + "\"," + members));
    };
    change("ORDERCHANGE00001", R"("planned_cost":"400.5","receiver":{"kind":"internal_order","code":"700077"},)"
                               R"("status":"technically_complete")");
    change("ORDERCHANGE00002", R"("status":"released")");
    change("ORDERCHANGE00003", R"("status":"cancelled")");
    expect_all_accepted(30);
}

TEST_F(SapMock, results_are_recorded_and_lots_decided) {
    const std::string lot = R"("inspection_lot":"10000000017",)";
    carry_out(command("inspection_result.record", "INSPECTIONRES001",
                      lot + R"("operation":"1","characteristic":"10","valuation":"rejected","value":"12.50")"));
    carry_out(command("usage_decision.make", "USAGEDECISION001", lot + R"("decision":"rejected")"));
    // The look before the decision finds none: 404, which is an answer.
    ASSERT_LE(refused_.size(), 2U);
    for (const std::string& one : refused_) EXPECT_NE(one.find("GET 404"), std::string::npos) << one;
}

TEST_F(SapMock, held_orders_are_changed_and_deleted) {
    const std::string about = R"("purchase_order":"4500000018",)";
    carry_out(command("purchase_order.change", "PURCHASECHANGE01",
                      about + R"("item":"10","quantity":"120","unit":"KG","delivery_date":"2026-12-24")"));
    carry_out(command("purchase_order.cancel", "PURCHASECANCEL01", about + R"("reason":"not needed")"));
    expect_all_accepted(9);
}

/// The journal itself is SOAP, which the mock server has not; what is looked up in the ledger is OData.
TEST_F(SapMock, journals_are_looked_up_in_the_ledger) {
    const std::string journal =
        R"("currency":"EUR","posting_date":"2026-11-24","lines":[{"side":"debit","account":"610000","amount":"12.50"},)"
        R"({"side":"credit","account":"181000","amount":"12.50"}])";
    EXPECT_EQ(state_of(command("journal.post", "KEYINTHELEDGER01", journal)), Found::State::present) << why_;
    EXPECT_EQ(document_, "100000001/2026");
    EXPECT_EQ(state_of(command("journal.post", "KEYOFNOJOURNAL01", journal)), Found::State::absent);
    EXPECT_EQ(state_of(command("journal.reverse", "KEYOFNOJOURNAL02",
                               R"("document":"100000001/2026","posting_date":"2026-11-25","reason":"x")")),
              Found::State::absent);
    expect_all_accepted(4);
}

/// Everything that is read, asked for as it is asked in a plant: filters, orders, selections, expansions.
TEST_F(SapMock, all_that_is_read_is_answered) {
    std::map<std::string, Json> told;
    std::set<std::string> kinds;
    std::string cursor;
    for (int page_number = 0; page_number < 50; ++page_number) {
        const auto page = connectors::run(connector_->pull(cursor, 5), peer());
        ASSERT_TRUE(page) << page.error().message;
        for (const auto& object : page->objects) {
            EXPECT_FALSE(object.refused) << object.refused->message;
            told[object.object] = *Json::parse(object.data);
            kinds.insert(object.type.substr(0, object.type.find('.')));
        }
        cursor = page->cursor;
        if (!page->more) break;
    }
    const auto member = [&](const std::string& object, const char* field) {
        return told.contains(object) ? told[object].text_or(field) : "not told";
    };
    EXPECT_EQ(member("cost_center:CC-100", "name"), "Workshop");
    EXPECT_EQ(member("internal_order:700077", "name"), "Trade fair stand");
    EXPECT_EQ(member("part:GREASE-2", "name"), "Grease");
    EXPECT_EQ(member("equipment:10000017", "name"), "Feed pump");
    EXPECT_EQ(member("requisition:9000001/10", "quantity"), "360");
    EXPECT_EQ(member("requisition:9000001/10", "status"), "approved");
    EXPECT_EQ(member("purchase_order:4500000017", "status"), "sent");
    EXPECT_NE(told["purchase_order:4500000017"].dump().find(R"("received":"180","open":"360")"), std::string::npos)
        << told["purchase_order:4500000017"].dump();
    EXPECT_EQ(member("delivery:5000000001/2026/1", "quantity"), "180");
    EXPECT_EQ(member("inspection_lot:10000000017", "quantity"), "12.5");
    EXPECT_EQ(member("reservation:40001/1", "open"), "3.5");
    EXPECT_EQ(member("stock:GREASE-2/MAIN", "on_hand"), "150.75");
    EXPECT_EQ(member("stock:GREASE-2/MAIN", "reserved"), "3.5");
    EXPECT_EQ(member("stock:GREASE-2/MAIN", "on_order"), "360");
    EXPECT_EQ(member("stock:GREASE-2/MAIN", "on_requisition"), "360");
    const auto nothing = connectors::run(connector_->pull(cursor, 50), peer());
    ASSERT_TRUE(nothing) << nothing.error().message;
    EXPECT_TRUE(nothing->objects.empty()) << nothing->objects.front().object;
    // What is posted from here on is found behind the place.
    carry_out(command("requisition.create", "READING000000001",
                      R"("part":"SEAL-9","quantity":"2","unit":"PCE","storeroom":"MAIN","vendor":"V-200",)"
                      R"("delivery_date":"2026-12-10","work_orders":["WO-000123"])"));
    for (const char* topic : {"postings", "movements", "requisitions", "stock"}) {
        const auto listed = connectors::run(connector_->list(topic, "2026-11-01", "2026-11-30", ""), peer());
        ASSERT_TRUE(listed) << topic << ": " << listed.error().message;
        EXPECT_FALSE(listed->objects.empty()) << topic;
    }
    for (const auto& [object, data] : told) {
        const auto fetched = connectors::run(connector_->fetch(object), peer());
        ASSERT_TRUE(fetched) << object << ": " << fetched.error().message;
    }
    expect_all_accepted(30);
    for (const std::string& kind : kinds) {
        const connectors::Evidence evidence("sap_s4", "read " + kind, "mock_server");
        if (!HasFailure()) evidence.holds();
    }
}

/// The mock server and what stands in front of it can refuse: else being accepted would say nothing.
TEST_F(SapMock, what_sap_does_not_know_is_refused) {
    struct Spoilt {
        const char *what, *from, *to;
    };
    const model::Command issue = command("goods_issue.post", "REFUSED000000001", moved);
    for (const Spoilt& spoilt : {Spoilt{"field", "{to: EntryUnit,", "{to: EntryUnits,"},
                                 Spoilt{"navigation", "to_MaterialDocumentItem[]", "to_MaterialDocumentItems[]"},
                                 Spoilt{"length", "{to: Plant, from: $settings.plant, max: 4, required: true}",
                                        "{to: Plant, constant: TOOLONG}"},
                                 Spoilt{"date", "{to: PostingDate, from: posting_date, type: date, format: odata_v2,",
                                        "{to: PostingDate, from: posting_date,"},
                                 Spoilt{"set", "SRV/A_MaterialDocumentHeader", "SRV/A_MaterialDocuments"}}) {
        std::string map(connectors::sap_s4::own_map());
        for (std::size_t at = map.find(spoilt.from); at != std::string::npos;
             at = map.find(spoilt.from, at + std::string_view(spoilt.to).size()))
            map.replace(at, std::string_view(spoilt.from).size(), spoilt.to);
        refused_.clear();
        const auto receipt = connectors::run(made(map)->push(issue), peer());
        ASSERT_FALSE(receipt) << spoilt.what;
        EXPECT_EQ(receipt.error().kind, ErrorKind::invalid) << spoilt.what << ": " << receipt.error().message;
        EXPECT_EQ(refused_.size(), 1U) << spoilt.what;
    }
    EXPECT_EQ(state_of(issue), Found::State::absent) << "nothing of it was carried out";
}

TEST_F(SapMock, a_wrong_password_and_a_missing_token_are_refused) {
    for (auto& [name, value] : settings_.values)
        if (name == "password") value = "wrong-word-7391";
    const auto receipt =
        connectors::run(made("")->push(command("goods_issue.post", "REFUSED000000002", moved)), peer());
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::unauthorized) << receipt.error().message;
    const auto preview = connector_->preview(command("goods_issue.post", "REFUSED000000003", moved));
    ASSERT_TRUE(preview);
    const auto reply = client_->send_and_wait(*preview);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 403) << "without a token";
}

/// Another reading of batches than ours, of the connector's own questions among others.
TEST_F(SapMock, reads_go_together_and_tell_the_same) {
    const auto told = [this] {
        std::string text, cursor;
        for (int page_number = 0; page_number < 20; ++page_number) {
            const auto page = connectors::run(connector_->pull(cursor, 50), peer());
            EXPECT_TRUE(page) << (page ? "" : page.error().message);
            if (!page) break;
            for (const auto& object : page->objects)  // but for the number that says when
                text += object.object + " " + object.data.substr(0, object.data.find(",\"seq\":")) + "\n";
            cursor = page->cursor;
            if (!page->more) break;
        }
        return text;
    };
    const std::string wanted = told();
    EXPECT_FALSE(wanted.empty());
    const std::size_t singly = std::exchange(sent_, {}).size();
    settings_.values.emplace_back("batches", "yes");
    connector_ = made("");
    EXPECT_EQ(told(), wanted);
    const auto is_batch = [](const std::string& one) { return one.find("$batch") != std::string::npos; };
    EXPECT_GT(std::count_if(sent_.begin(), sent_.end(), is_batch), 0);
    EXPECT_LE(sent_.size(), singly) << "a token more for each service, and fewer reads";
    EXPECT_TRUE(refused_.empty()) << refused_.front();
}

TEST_F(SapMock, a_changeset_is_carried_out_and_answered) {
    namespace odata = connectors::odata;
    namespace rest = connectors::rest;
    rest::Access access;
    access.base_url = settings_.value("url");
    access.headers = {rest::basic_authorization("TIELINE", "Secret-1")};
    const std::string service = "/sap/opu/odata/sap/API_PURCHASEREQ_PROCESS_SRV";
    const auto post = [&](const std::string& text) {
        const Json body = Json::object({{"PurchaseRequisitionType", "NB"}, {"PurReqnDescription", text}});
        return odata::write_request(access, "POST", service + "/A_PurchaseRequisitionHeader", body);
    };
    odata::Batch batch(access, service);
    ASSERT_TRUE(batch.read(odata::read_request(access, service + "/A_PurchaseRequisitionItem", {{"$top", "1"}})));
    ASSERT_TRUE(batch.change({post("first of two"), post("second of two")}));
    ASSERT_TRUE(batch.read(odata::read_request(access, service + "/A_PurchaseRequisitionHeader('9')")));
    odata::Sessions sessions(access);
    const auto answers = connectors::run(odata::send_batch(&sessions, std::move(batch)), peer());
    ASSERT_EQ(answers->size(), 4U);
    for (const auto& each : *answers) ASSERT_TRUE(each) << each.error().message;
    EXPECT_TRUE(odata::rows_of(access, (*answers)[0]));
    const auto first = odata::entity_of(access, rest::Effect::write, (*answers)[1]);
    const auto second = odata::entity_of(access, rest::Effect::write, (*answers)[2]);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->text_or("PurReqnDescription"), "first of two");
    EXPECT_EQ(second->text_or("PurReqnDescription"), "second of two");
    EXPECT_NE(first->text_or("PurchaseRequisition"), second->text_or("PurchaseRequisition"));
    EXPECT_EQ((*answers)[3]->status, 404);
}

}  // namespace
}  // namespace tieline
