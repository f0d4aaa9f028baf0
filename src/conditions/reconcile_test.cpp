#include "conditions/reconcile.h"
#include "conditions/month_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tieline::conditions {
namespace {

const Period november{"2026-11-01", "2026-11-30"};

Json document(const std::string& text) {
    Result<Json> json = Json::parse(text);
    EXPECT_TRUE(json) << text;
    return json ? *json : Json();
}
Row row(const std::string& text) { return row_from_json(document(text)); }

using Codes = std::vector<std::string>;
Codes codes(const Report& report) {
    Codes list;
    for (const Topic& topic : report.topics) {
        for (const Difference& one : topic.result.differences) {
            list.push_back(topic.name + " " + one.code + " " + one.key);
        }
    }
    return list;
}

const char* journal =
    R"({"key":"K1","kind":"journal.post","noun":"cost","date":"2026-11-03","document":"100","amount":"10.00",)"
    R"("currency":"EUR","story":"WO-1","connector":"erp","company_code":"1000"})";
const char* journal_back =
    R"({"key":"K2","kind":"journal.reverse","noun":"reversal","date":"2026-11-04","document":"101","amount":"-10.00",)"
    R"("currency":"EUR","story":"WO-1","connector":"erp","company_code":"1000"})";
const char* issue =
    R"({"key":"K3","kind":"goods_issue.post","noun":"issue","date":"2026-11-05","document":"102","amount":"20.00",)"
    R"("currency":"EUR","story":"WO-2","slot":"issue/PT-1","part":"SEAL-9","storeroom":"MAIN","quantity":"1","unit":"BOX",)"
    R"("base_quantity":"2","base_unit":"PC","connector":"erp","company_code":"1000"})";

PeerList ledger() {
    return {
        "postings",
        "erp",
        {row(R"({"key":"K1","kind":"journal","date":"2026-11-03","document":"100","amount":"10.00","currency":"EUR",)"
             R"("state":"reversed","reversed_by":"101"})"),
         row(R"({"key":"K2","kind":"journal reversal","date":"2026-11-04","document":"101","amount":"10.00",)"
             R"("currency":"EUR","state":"live"})"),
         row(R"({"key":"K3","kind":"goods_issue","date":"2026-11-05","document":"102","amount":"20.00",)"
             R"("currency":"EUR","state":"live"})"),
         row(R"({"kind":"journal","date":"2026-11-06","document":"55","amount":"7.00","currency":"EUR"})")},
        ""};
}
PeerList store() {
    return {"movements",
            "erp",
            {row(R"({"key":"K3","kind":"goods_issue","date":"2026-11-05","document":"102","quantity":"2","unit":"PC",)"
                 R"("part":"SEAL-9","place":"MAIN","amount":"-20.00","currency":"EUR"})"),
             row(R"({"kind":"scrap","date":"2026-11-06","document":"56","quantity":"-1","amount":"-10.00",)"
                 R"("currency":"EUR"})")},
            ""};
}
HubBooks books() {
    HubBooks hub;
    hub.documents = {document(journal), document(journal_back), document(issue)};
    return hub;
}

TEST(Reconcile, ScrapIsAGoodsMovement) {
    const char* scrap = R"({"key":"K9","kind":"scrap.post","noun":"scrap","date":"2026-11-07","document":"9/4",)"
                        R"("part":"SEAL-9","storeroom":"MAIN","base_quantity":"3","base_unit":"PC","connector":"erp"})";
    HubBooks hub;
    hub.documents = {document(scrap)};
    const auto told = [&](const char* quantity) {
        PeerList there{"movements", "erp", {}, ""};
        there.rows.push_back(row(std::string(R"({"key":"K9","kind":"scrap","date":"2026-11-07","document":"9/4",)") +
                                 R"("quantity":")" + quantity + R"(","unit":"PC","part":"SEAL-9","place":"MAIN"})"));
        return codes(reconcile(hub, {there}, november));
    };
    EXPECT_EQ(told("3"), Codes{});
    EXPECT_EQ(told("2"), Codes{"movements wrong_quantity K9"});
}

TEST(Reconcile, ReversalsOfOurOwnAndOtherPeoplesBookingsAreNoDifferences) {
    const Report report = reconcile(books(), {ledger(), store()}, november);
    EXPECT_EQ(codes(report), Codes{});
    EXPECT_EQ(report.topics[0].result.equal, 3);
    EXPECT_EQ(report.topics[0].result.theirs.rows, 4) << "strangers count";
    EXPECT_EQ(report.topics[0].result.ours.amounts.at("EUR"), "20.00");
}

TEST(Reconcile, AReversalByHandIsToldOnceWithWhatItTakesBack) {
    PeerList peer = ledger();
    peer.rows[2].state = "reversed";
    peer.rows[2].reversed_by = "900";
    peer.rows.push_back(
        row(R"({"key":"document 900","kind":"goods_issue reversal","date":"2026-11-07","document":"900",)"
            R"("amount":"-20.00","currency":"EUR","state":"live"})"));
    PeerList goods = store();
    goods.rows.push_back(goods.rows[0]);
    goods.rows.back().key = "document 900";
    goods.rows.back().document = "900";
    EXPECT_EQ(codes(reconcile(books(), {peer, goods}, november)), (Codes{"postings reversed_there K3"}));
    peer.rows[2].state = "live";  // what it takes back is not ours, or lies elsewhere
    EXPECT_EQ(codes(reconcile(books(), {peer}, november)), (Codes{"postings missing_here document 900"}));
}

TEST(Reconcile, WhatTheLedgerLacksIsToldOnceAndQuantitiesAreComparedInBaseUnits) {
    PeerList money = ledger(), goods = store();
    money.rows.erase(money.rows.begin() + 2);
    goods.rows.erase(goods.rows.begin());
    EXPECT_EQ(codes(reconcile(books(), {money, goods}, november)), (Codes{"postings missing_there K3"}));
    goods = store();
    goods.rows[0].quantity = "3";
    goods.rows[0].place = "EAST";
    EXPECT_EQ(codes(reconcile(books(), {ledger(), goods}, november)),
              (Codes{"movements wrong_quantity K3", "movements wrong_place K3"}));
}

TEST(Reconcile, TwoLotsOfOneIssueAreOneRow) {
    PeerList goods = store();
    goods.rows[0].quantity = "1";
    goods.rows.push_back(goods.rows[0]);
    EXPECT_EQ(codes(reconcile(books(), {goods}, november)), Codes{});
    goods.rows.back().part = "OIL-2";
    EXPECT_EQ(codes(reconcile(books(), {goods}, november)), Codes{}) << "components of a kit say nothing of the kit";
}

TEST(Reconcile, TransactionsOfTheCmmsMustBeInTheBooks) {
    PeerList cmms{
        "part_transactions",
        "cmms",
        {row(R"({"key":"PT-1","kind":"part transaction","date":"2026-11-05","quantity":"2","part":"SEAL-9",)"
             R"("place":"MAIN","document":"102"})"),
         row(R"({"key":"PT-2","kind":"part transaction","date":"2026-11-06","quantity":"1","part":"SEAL-9"})")},
        ""};
    EXPECT_EQ(codes(reconcile(books(), {cmms}, november)), (Codes{"part_transactions missing_here PT-2"}));
    cmms.rows.pop_back();
    cmms.rows[0].quantity = "4";
    EXPECT_EQ(codes(reconcile(books(), {cmms}, november)), (Codes{"part_transactions wrong_quantity PT-1"}));
}

TEST(Reconcile, RequisitionsByTheKeyThatMadeThem) {
    HubBooks hub;
    hub.documents = {document(R"({"key":"K7","kind":"requisition.create","noun":"requisition","date":"2026-11-03",)"
                              R"("document":"100","part":"SEAL-9","quantity":"5","connector":"erp"})")};
    hub.requisitions = {
        document(R"({"requisition":"100","reference":"K7","quantity":"4","part":"SEAL-9","status":"approved"})"),
        document(R"({"requisition":"101","reference":"K7","quantity":"4","part":"SEAL-9","status":"approved"})"),
        document(R"({"requisition":"200","quantity":"1","status":"ordered"})")};
    PeerList peer{"requisitions",
                  "erp",
                  {row(R"({"key":"K7","kind":"requisition","date":"2026-11-03","document":"100","quantity":"4",)"
                       R"("state":"approved"})"),
                   row(R"({"key":"200","kind":"requisition","date":"2026-11-09","document":"200","quantity":"1",)"
                       R"("state":"closed"})")},
                  ""};
    hub.requisitions.erase(hub.requisitions.begin() + 1);
    EXPECT_EQ(codes(reconcile(hub, {peer}, november)), (Codes{"requisitions wrong_state 200"}));
    peer.rows.pop_back();
    hub.requisitions.pop_back();
    Row twin = peer.rows[0];
    twin.document = "101";
    peer.rows.push_back(twin);
    EXPECT_EQ(codes(reconcile(hub, {peer}, november)), (Codes{"requisitions doubled_there K7"}));
}

TEST(Reconcile, StockAndWorkOrdersAreComparedAsTheyAreNow) {
    HubBooks hub;
    hub.stock = {document(R"({"part":"SEAL-9","storeroom":"MAIN","on_hand":"4"})"),
                 document(R"({"part":"OIL-2","storeroom":"MAIN","cmms_balance":"1"})")};
    hub.work_orders = {document(R"({"number":"WO-1","status":"completed"})"), document(R"({"number":"WO-2"})")};
    const PeerList erp{"stock", "erp", {row(R"({"key":"SEAL-9/MAIN","kind":"stock","quantity":"5"})")}, ""};
    const PeerList cmms{"work_orders", "cmms", {row(R"({"key":"WO-1","kind":"work order","state":"reopened"})")}, ""};
    const PeerList away{"stock", "cmms", {}, "the CMMS does not answer"};
    const Report report = reconcile(hub, {erp, cmms, away}, november);
    EXPECT_EQ(codes(report), (Codes{"stock wrong_quantity SEAL-9/MAIN", "work_orders wrong_state WO-1"}));
    EXPECT_EQ(report.not_compared(), 1U) << "what could not be read is no agreement";
    const Json json = to_json(report, 1);
    EXPECT_EQ(json.int_or("different", 0), 2);
    EXPECT_EQ(json.find("topics")->items()[2].text_or("problem"), "the CMMS does not answer");
}

TEST(Reconcile, DaysAreShiftedOverMonthsAndYears) {
    EXPECT_EQ(shifted("2026-12-30", 3), "2027-01-02");
    EXPECT_EQ(shifted("2028-03-01", -1), "2028-02-29");
}

TEST(MonthSheet, ShowsEachCompanysTotalsAndFitsOnePage) {
    MonthEnd month;
    month.month = "2026-11";
    month.site = "plant1";
    month.printed = "2026-12-01";
    month.hub = books();
    month.hub.documents.push_back(document(
        R"({"key":"K9","kind":"journal.post","noun":"accrual","date":"2026-11-30","amount":"3.00","currency":"EUR",)"
        R"("company_code":"1000"})"));
    month.hub.documents.push_back(document(
        R"({"key":"K8","kind":"journal.post","noun":"cost","date":"2026-12-01","amount":"99.00","currency":"EUR"})"));
    for (int i = 0; i < 200; ++i) {
        const std::string number = std::to_string(i);
        month.hub.work_orders.push_back(document(R"({"number":"WO-)" + number +
                                                 R"(","status":"completed","settled":false,)"
                                                 R"("completed_at":"2026-11-20T08:00:00Z"})"));
        month.exceptions.push_back(
            document(R"({"id":"EX-)" + number + R"(","subject":"WO-)" + number + R"(","correlation":"WO-)" + number +
                     R"(","amount":"0.10","currency":"EUR","reason":"Period 2026-11 is closed )" +
                     std::string(99, 'x') + R"("})"));
    }
    month.peers = {ledger(), store()};
    month.report = reconcile(month.hub, month.peers, november);
    const std::string sheet = month_sheet(month);
    const auto has = [&](const std::string& text) { return sheet.find(text) != std::string::npos; };
    EXPECT_TRUE(has("1000 EUR              30.00         10.00          20.00          3.00")) << sheet;
    EXPECT_FALSE(has("99.00")) << "December is another month";
    EXPECT_TRUE(has("200 exception(s): 20.00 EUR"));
    EXPECT_TRUE(has("Period 2026-11 is closed"));
    EXPECT_TRUE(has("and 190 more"));
    EXPECT_TRUE(has("scrap"));
    EXPECT_LE(std::count(sheet.begin(), sheet.end(), '\n'), 62) << "one page";
    std::size_t start = 0;
    for (std::size_t end = sheet.find('\n'); end != std::string::npos; start = end + 1, end = sheet.find('\n', start)) {
        EXPECT_LE(end - start, 88U);
    }
}

}  // namespace
}  // namespace tieline::conditions
