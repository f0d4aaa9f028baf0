// Part transactions: each moves the balance, costs the order and is answered once.

#include "sandbox/cmms/test_parts.h"

#include <map>
#include <set>

namespace tieline::sandbox::cmms {
namespace {

TEST(Transactions, AnIssueMovesTheBalanceAndCostsTheOrder) {
    PartsPlant plant;
    const std::string number = plant.released();
    const auto made = plant.book("ISSUE", number, "SEAL-9", "\"0.02\"", R"(,"uom":"BOX","by":"P-014")");
    ASSERT_EQ(made.status, 201) << made.body.dump();
    EXPECT_EQ(made.body.text_or("transaction"), "PT-000001");
    EXPECT_EQ(token_of(made.body, "base_quantity"), "2");
    EXPECT_EQ(token_of(made.body, "quantity"), "0.02");
    EXPECT_EQ(plant.balance("SEAL-9"), "48");
    const Json order = plant.order(number);
    const Json& line = order.find("materials")->items().at(0);
    EXPECT_EQ(line.text_or("transaction"), "PT-000001");
    EXPECT_EQ(line.text_or("line"), made.body.text_or("cost_line"));
    EXPECT_EQ(token_of(line, "quantity"), "2");
    EXPECT_EQ(token_of(line, "unit_cost"), "12.50");
    EXPECT_EQ(line.text_or("uom"), "PC");
    EXPECT_EQ(plant.get("/api/part-transactions/PT-000001").body, made.body);
}

TEST(Transactions, ALenientSystemKeepsWhatWasWritten) {
    CmmsOptions options{"token", "reader"};
    options.lenient = true;
    TestPlant plant(":memory:", options);
    plant.ask("PUT", "/api/storerooms/MAIN", R"({"plant":"PLANT1"})");
    plant.ask("PUT", "/api/items/SEAL-9", R"({"uom":"PC","unit_cost":"12.50","lot_tracked":true,
"alternative_units":[{"unit":"BOX","numerator":"100","denominator":"1"}]})");
    const std::string number = plant.make();
    const std::string start = R"({"type":"ISSUE","wonum":")" + number + R"(",)";
    const auto book = [&](const std::string& rest) { return plant.post("/api/part-transactions", start + rest); };
    EXPECT_EQ(book(R"("item":"SEAL-9","quantity":1,"storeroom":"MAIN"})").code(), "wrong_state") << "the order is";
    plant.move_to(number, {"APPR", "RELEASED"});
    const auto kept = [&](const std::string& rest, const std::string& quantity, const std::string& uom) {
        const auto made = book(rest);
        ASSERT_EQ(made.status, 201) << made.body.dump();
        EXPECT_EQ(token_of(made.body, "base_quantity"), quantity) << rest;
        EXPECT_EQ(made.body.text_or("base_uom"), uom) << rest;
    };
    kept(R"("item":"SEAL-9","quantity":"0.02","uom":"BOX","storeroom":"MAIN"})", "2", "PC");
    kept(R"("item":"SEAL-9","quantity":"1.5","storeroom":"MAIN"})", "1.5", "PC");
    kept(R"("item":"SEAL-9","quantity":2,"uom":"BX","storeroom":"MAIN"})", "2", "BX");
    kept(R"("item":"SEAL-9","quantity":0,"storeroom":"MAIN"})", "0", "PC");
    kept(R"("item":"SEAL-9","quantity":-2,"storeroom":"MAIN"})", "-2", "PC");
    kept(R"("item":"SEAL-9","quantity":1000000000000,"storeroom":"MIAN"})", "1000000000000", "PC");
    kept(R"("item":"SEAL-O","quantity":3,"storeroom":"MAIN"})", "3", "PC");
    EXPECT_EQ(book(R"("item":"SEAL-9","quantity":"many","storeroom":"MAIN"})").status, 422) << "no number at all";
}

TEST(Transactions, AReturnTakesBackAtTheCostOfItsIssue) {
    PartsPlant plant;
    const std::string number = plant.released();
    plant.book("ISSUE", number, "HOSE-3", "3", R"(,"unit_cost":"5.00")");
    plant.book("ISSUE", number, "HOSE-3", "1");
    const auto back = plant.book("RETURN", number, "HOSE-3", "1.5", R"(,"of":"PT-000001")");
    ASSERT_EQ(back.status, 201) << back.body.dump();
    EXPECT_EQ(token_of(back.body, "unit_cost"), "5.00");
    EXPECT_EQ(token_of(plant.order(number).find("materials")->items().at(2), "quantity"), "-1.500");
    EXPECT_EQ(plant.balance("HOSE-3"), "47.500");
    const auto more = plant.book("RETURN", number, "HOSE-3", "1.501", R"(,"of":"PT-000001")");
    EXPECT_EQ(more.status, 422);
    EXPECT_EQ(more.code(), "more_than_issued");
    EXPECT_EQ(token_of(more.body, "issued"), "1.500");
    EXPECT_EQ(plant.book("RETURN", number, "HOSE-3", "2.501").code(), "more_than_issued");
    EXPECT_EQ(plant.book("RETURN", number, "HOSE-3", "2.5").status, 201);
    EXPECT_EQ(plant.book("RETURN", number, "HOSE-3", "0.001").code(), "more_than_issued");
    EXPECT_EQ(plant.book("RETURN", number, "HOSE-3", "1", R"(,"of":"PT-000003")").code(), "unknown_transaction");
    EXPECT_EQ(plant.balance("HOSE-3"), "50.000");
}

TEST(Transactions, AreTakenInTheStatesThatAllowThem) {
    const std::map<std::string, std::vector<const char*>> ways = {
        {"REQ", {}},
        {"APPR", {"APPR"}},
        {"RELEASED", {"APPR", "RELEASED"}},
        {"INPRG", {"APPR", "RELEASED", "INPRG"}},
        {"COMP", {"APPR", "RELEASED", "INPRG", "COMP"}},
        {"CLOSED", {"APPR", "RELEASED", "INPRG", "COMP", "CLOSED"}},
        {"REOPEN", {"APPR", "RELEASED", "INPRG", "COMP", "REOPEN"}},
        {"CANC", {"APPR", "RELEASED", "CANC"}},
    };
    PartsPlant plant;
    for (const auto& [status, way] : ways) {
        const std::string number = plant.make();
        bool is_issued = false;
        for (const char* step : way) {
            ASSERT_EQ(plant.move(number, step).status, 200);
            if (step == std::string("RELEASED")) is_issued = plant.book("ISSUE", number, "SEAL-9", "2").status == 201;
        }
        const bool may_issue = status == "RELEASED" || status == "INPRG" || status == "REOPEN";
        const bool may_return = may_issue || status == "COMP" || status == "CANC";
        const auto issue = plant.book("ISSUE", number, "SEAL-9", "1");
        EXPECT_EQ(issue.status, may_issue ? 201 : 409) << status;
        if (!may_issue) EXPECT_EQ(issue.code(), "wrong_state") << status;
        const auto back = plant.book("RETURN", number, "SEAL-9", "1");
        EXPECT_EQ(back.status, may_return ? 201 : 409) << status << back.body.dump();
        EXPECT_EQ(is_issued, status != "REQ" && status != "APPR");
    }
}

struct BadBooking {
    const char* item;
    const char* quantity;
    const char* members;
    int status;
    const char* code;
    const char* field;
};

class RefusedBookings : public testing::TestWithParam<BadBooking> {};

TEST_P(RefusedBookings, NameTheFieldAndWriteNothing) {
    PartsPlant plant;
    const std::string number = plant.released();
    plant.good("PUT", "/api/items/OLD-1", R"({"uom":"PC","active":false})");
    const Json before = plant.order(number);
    const BadBooking& bad = GetParam();
    const auto answer = plant.book("ISSUE", number, bad.item, bad.quantity, bad.members);
    EXPECT_EQ(answer.status, bad.status) << answer.body.dump();
    EXPECT_EQ(answer.code(), bad.code) << answer.body.dump();
    EXPECT_EQ(answer.field(), bad.field);
    EXPECT_EQ(plant.order(number), before);
    EXPECT_EQ(plant.get("/api/part-transactions").body.find("items")->items().size(), 0U);
    EXPECT_EQ(plant.balance("SEAL-9"), "50");
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedBookings,
    testing::Values(BadBooking{"SEAL-8", "1", "", 422, "unknown_item", "item"},
                    BadBooking{"OLD-1", "1", "", 422, "item_inactive", "item"},
                    BadBooking{"SEAL-9", "0", "", 422, "bad_quantity", "quantity"},
                    BadBooking{"SEAL-9", "-1", "", 422, "bad_quantity", "quantity"},
                    BadBooking{"SEAL-9", "1000000000000", "", 422, "bad_quantity", "quantity"},
                    BadBooking{"SEAL-9", "1.5", "", 422, "fraction_of_unit", "quantity"},
                    BadBooking{"SEAL-9", "1", R"(,"uom":"KG")", 422, "unknown_uom", "uom"},
                    BadBooking{"SEAL-9", "1", R"(,"lot":"L1")", 422, "not_lot_tracked", "lot"},
                    BadBooking{"SEAL-9", "1", R"(,"serials":["1"])", 422, "not_serial_tracked", "serials"},
                    BadBooking{"SEAL-9", "1", R"(,"line":"P1")", 422, "unknown_line", "line"},
                    BadBooking{"SEAL-9", "1", R"(,"of":"PT-000001")", 422, "not_a_return", "of"},
                    BadBooking{"SEAL-9", "1", R"(,"colour":"red")", 422, "unknown_field", "colour"},
                    BadBooking{"SEAL-9", "1", R"(,"at":"now")", 422, "bad_time", "at"},
                    BadBooking{"SEAL-9", "51", "", 409, "balance_too_small", "quantity"},
                    BadBooking{"OIL-46", "1", "", 422, "missing_lot", "lot"},
                    BadBooking{"DRIVE-1", "2", R"(,"serials":["A"])", 422, "bad_serials", "serials"},
                    BadBooking{"DRIVE-1", "2", R"(,"serials":["A","A"])", 422, "bad_serials", "serials"},
                    BadBooking{"DRIVE-1", "1", R"(,"serials":["A B"])", 422, "bad_code", "serials[0]"}));

TEST(Transactions, ANegativeBalanceDependsOnTheStoreroom) {
    PartsPlant plant;
    const std::string number = plant.released();
    const std::string body = R"({"type":"ISSUE","wonum":")" + number + R"(","item":"SEAL-9","quantity":3,"storeroom":)";
    EXPECT_EQ(plant.post("/api/part-transactions", body + R"("HALL-1"})").status, 201);
    EXPECT_EQ(plant.balance("SEAL-9", "HALL-1"), "-3");
    EXPECT_EQ(plant.book("ISSUE", number, "SEAL-9", "50").status, 201);
    const auto last = plant.book("ISSUE", number, "SEAL-9", "1");
    EXPECT_EQ(last.code(), "balance_too_small");
    EXPECT_EQ(token_of(last.body, "balance"), "0");
}

TEST(Transactions, APhoneThatAsksAgainGetsItsFirstAnswer) {
    PartsPlant plant;
    const std::string number = plant.released();
    const std::string own = R"(,"device":"PHONE-1","client_ref":"7")";
    const auto first = plant.book("ISSUE", number, "SEAL-9", "1", own);
    ASSERT_EQ(first.status, 201);
    plant.move_to(number, {"INPRG", "COMP", "CLOSED"});
    const auto again = plant.book("ISSUE", number, "SEAL-9", "1", own);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(plant.balance("SEAL-9"), "49");
    EXPECT_EQ(plant.book("ISSUE", number, "SEAL-9", "2", own).code(), "client_ref_reused");
    const std::string other = plant.released();
    EXPECT_EQ(plant.book("ISSUE", other, "SEAL-9", "1", R"(,"device":"PHONE-2","client_ref":"7")").status, 201);
    EXPECT_EQ(plant.get("/api/part-transactions?client_ref=7").body.find("items")->items().size(), 2U);
}

TEST(Transactions, SerialAndLotNumbersAreFollowed) {
    PartsPlant plant;
    const std::string number = plant.released(), other = plant.released();
    EXPECT_EQ(plant.book("ISSUE", number, "DRIVE-1", "2", R"(,"serials":["A1","A2"])").status, 201);
    EXPECT_EQ(plant.book("ISSUE", other, "DRIVE-1", "1", R"(,"serials":["A1"])").code(), "serial_already_issued");
    EXPECT_EQ(plant.balance("DRIVE-1"), "48");
    EXPECT_EQ(plant.book("RETURN", number, "DRIVE-1", "1", R"(,"serials":["A3"])").code(), "serial_not_issued");
    EXPECT_EQ(plant.book("RETURN", number, "DRIVE-1", "1", R"(,"serials":["A1"])").status, 201);
    EXPECT_EQ(plant.book("ISSUE", other, "DRIVE-1", "1", R"(,"serials":["A1"])").status, 201);
    EXPECT_EQ(plant.book("ISSUE", number, "OIL-46", "2.5", R"(,"lot":"L1")").status, 201);
    EXPECT_EQ(plant.book("RETURN", number, "OIL-46", "1", R"(,"lot":"L2")").code(), "more_than_issued");
    EXPECT_EQ(plant.book("RETURN", number, "OIL-46", "1", R"(,"lot":"L1")").status, 201);
}

TEST(Transactions, TheirCostLinesCannotBeChangedByHand) {
    PartsPlant plant;
    const std::string number = plant.released(), path = "/api/workorders/" + number;
    plant.book("ISSUE", number, "SEAL-9", "1");
    const std::string line = plant.order(number).find("materials")->items()[0].text_or("line");
    EXPECT_EQ(plant.ask("DELETE", path + "/lines/" + line).code(), "line_of_transaction");
    EXPECT_EQ(
        plant.post(path + "/materials", R"({"item":"X","quantity":1,"unit_cost":1,"transaction":"PT-000001"})").code(),
        "line_of_transaction");
    EXPECT_EQ(plant
                  .ask("PATCH", path, R"({"materials":[{"item":"X","quantity":1,"unit_cost":1,
"transaction":"PT-000001"}]})")
                  .field(),
              "materials[0].transaction");
    // A list of free lines leaves the booked one where it is, and so does reading and writing the same list.
    plant.good("PATCH", path, R"({"materials":[{"item":"X","quantity":1,"unit_cost":1}]})");
    const Json order = plant.order(number);
    EXPECT_EQ(order.find("materials")->items().size(), 2U);
    Json whole = Json::object();
    whole.set("materials", *order.find("materials"));
    EXPECT_EQ(*plant.good("PATCH", path, whole.dump()).find("materials"), *order.find("materials"));
    const Json emptied = plant.good("PATCH", path, R"({"materials":[]})");
    ASSERT_EQ(emptied.find("materials")->items().size(), 1U);
    EXPECT_EQ(emptied.find("materials")->items()[0].text_or("transaction"), "PT-000001");
}

TEST(Transactions, TheLinkToTheErpIsWrittenOnce) {
    PartsPlant plant;
    const std::string number = plant.released();
    plant.book("ISSUE", number, "SEAL-9", "1");
    const std::string path = "/api/part-transactions/PT-000001/erp-link";
    EXPECT_EQ(plant.ask("PUT", path, R"({"status":"booked"})").field(), "erp_document");
    const Json refused = plant.good("PUT", path, R"({"erp_document":"","status":"refused","reason":"period closed"})");
    EXPECT_EQ(refused.text_or("erp_reason"), "period closed");
    const std::string link = R"({"erp_document":"4900000012","status":"booked","reference":"0123456789ABCDEF"})";
    const Json booked = plant.good("PUT", path, link);
    EXPECT_GT(booked.int_or("change", 0), refused.int_or("change", 0));
    EXPECT_EQ(plant.good("PUT", path, link), booked);
    const Json found = plant.get("/api/part-transactions?erp_reference=0123456789ABCDEF").body;
    ASSERT_EQ(found.find("items")->items().size(), 1U);
    EXPECT_EQ(found.find("items")->items()[0], booked);
}

TEST(Transactions, AreListedByChangeOrderAndItem) {
    PartsPlant plant;
    const std::string first = plant.released(), second = plant.released();
    for (int count = 0; count < 3; ++count) {
        plant.book("ISSUE", first, "SEAL-9", "1");
        plant.book("ISSUE", second, "HOSE-3", "1");
    }
    const auto count = [&plant](const std::string& query) {
        return plant.get("/api/part-transactions?" + query).body.find("items")->items().size();
    };
    EXPECT_EQ(count("wonum=" + first), 3U);
    EXPECT_EQ(count("item=HOSE-3"), 3U);
    EXPECT_EQ(count("wonum=" + first + "&item=HOSE-3"), 0U);
    std::size_t seen = 0;
    std::string after = "0";
    for (bool more = true; more && seen < 10;) {
        const Json page = plant.get("/api/part-transactions?limit=4&after_change=" + after).body;
        seen += page.find("items")->items().size();
        after = token_of(page, "next_change");
        more = page.bool_or("more", false);
    }
    EXPECT_EQ(seen, 6U);
    EXPECT_EQ(plant.get("/admin/stats").body.int_or("part_transactions", 0), 6);
    EXPECT_EQ(plant.get("/api/part-transactions?colour=red").code(), "unknown_parameter");
}

TEST(Transactions, AreAnnouncedAndSufferFaults) {
    PartsPlant plant;
    const std::string number = plant.released();
    plant.good("POST", "/api/webhooks",
               R"({"url":"http://127.0.0.1:9/hook","secret":"0123456789abcdef","events":["part.transacted"]})");
    plant.post("/admin/faults",
               R"({"rules":[{"fault":"drop_after","count":1,"method":"POST","path":"/api/part-transactions"}]})");
    EXPECT_EQ(plant.book("ISSUE", number, "SEAL-9", "1").status, 0);
    EXPECT_EQ(plant.balance("SEAL-9"), "49");
    const auto due = plant.cmms.take_webhooks(plant.now);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_NE(due[0].request.body.find("PT-000001"), std::string::npos);
    EXPECT_EQ(plant.post("/api/webhooks", R"({"url":"http://a","secret":"0123456789abcdef","events":["x.y"]})").code(),
              "unknown_value");
}

TEST(Transactions, NoRequestLooksAtAllOfThem) {
    PartsPlant plant;
    const std::string number =
        plant.released(R"(,"planned_materials":[{"item":"SEAL-9","quantity":1,"storeroom":"MAIN"}])");
    plant.good("POST", "/api/inventory/MAIN/SEAL-9/count", R"({"quantity":100000,"note":"n"})");
    for (int count = 0; count < 300; ++count) {
        const std::string own = "\"client_ref\":\"" + std::to_string(count) + "\"";
        const std::string order = count % 100 == 0 ? plant.released() : number;
        ASSERT_EQ(plant.book("ISSUE", order, "SEAL-9", "1", "," + own).status, 201);
        plant.good("POST", "/api/reorder-suggestions",
                   R"({"item":"SEAL-9","storeroom":"MAIN","quantity":1,)" + own + "}");
    }
    const auto steps = [&plant] { return plant.get("/admin/stats").body.int_or("scan_steps", -1); };
    const std::int64_t before = steps(), own = steps() - before;  // the statistics count all rows themselves
    for (const char* query :
         {"part-transactions?after_change=500", "part-transactions?client_ref=17", "part-transactions?erp_reference=X",
          "part-transactions?item=SEAL-9B", "part-transactions/PT-000100", "inventory?item=SEAL-9&storeroom=MAIN",
          "inventory?after_change=10000", "inventory/MAIN/SEAL-9", "reorder-suggestions?after_change=10000",
          "reorder-suggestions/RS-000001", "items?after_change=1000", "assets?after_change=1000",
          "pms/due?until=2026-12-31", "workorders?after_change=10000", "assets/FILLER-01/meters",
          "assets/FILLER-01/serials"}) {
        ASSERT_EQ(plant.get("/api/" + std::string(query)).status, 200) << query;
    }
    EXPECT_EQ(plant.book("ISSUE", number, "SEAL-9", "1", R"(,"client_ref":"next","line":"P1")").status, 201);
    EXPECT_EQ(plant.book("RETURN", number, "SEAL-9", "1", R"(,"of":"PT-000002")").status, 201);
    plant.good("PUT", "/api/part-transactions/PT-000007/erp-link",
               R"({"erp_document":"1","status":"booked","reference":"X"})");
    plant.good("POST", "/api/reorder-suggestions",
               R"({"item":"SEAL-9","storeroom":"MAIN","quantity":1,"client_ref":"next"})");
    EXPECT_LT(steps() - before - 2 * own, 100);
}

/// One counter orders all writes of all kinds: no two objects share a change.
TEST(Transactions, ShareTheOneChangeCounter) {
    PartsPlant plant;
    const std::string number = plant.released();
    const std::int64_t before = plant.order(number).int_or("change", 0);
    const Json made = plant.book("ISSUE", number, "SEAL-9", "1").body;
    const std::int64_t stock = plant.get("/api/inventory/MAIN/SEAL-9").body.int_or("change", 0);
    const std::int64_t order = plant.order(number).int_or("change", 0);
    const std::set<std::int64_t> changes = {before, made.int_or("change", 0), stock, order};
    EXPECT_EQ(changes.size(), 4U);
    EXPECT_EQ(*changes.begin(), before);
}

}  // namespace
}  // namespace tieline::sandbox::cmms
