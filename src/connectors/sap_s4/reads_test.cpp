// Reading in order of change: nothing lost, nothing told in vain, whatever happens between two readings.

#include "connectors/sap_s4/feed.h"
#include "connectors/sap_s4/test_sap_reads.h"

#include <set>

namespace tieline::connectors::sap_s4::test {
namespace {

TEST_F(SapReads, all_stock_is_told_first_and_then_only_what_changes) {
    EXPECT_EQ(names(read_all(2)),
              (std::vector<std::string>{"stock:BEARING-6204/MAIN", "stock:FEW-1/MAIN", "stock:SEAL-9/MAIN"}));
    EXPECT_TRUE(read_all().empty());
    const auto receipt = run(connector_->push(peer_.sample("goods_issue.post")), peer());
    ASSERT_TRUE(receipt) << receipt.error().message;
    const auto told = read_all();
    EXPECT_EQ(names(told), std::vector<std::string>{"stock:SEAL-9/MAIN"});
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "on_hand"), "999998");
    EXPECT_TRUE(read_all().empty());
}

TEST_F(SapReads, a_receipt_changes_order_and_stock_though_the_order_says_nothing) {
    const std::string order = peer_.make_order("SEAL-9");
    (void)read_all();
    const std::string document = peer_.receive(order, "4");
    auto told = read_all();
    ASSERT_EQ(names(told), (std::vector<std::string>{"delivery:" + document + "/1", "stock:SEAL-9/MAIN",
                                                     "purchase_order:" + order}));
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "on_hand"), "1000004");
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "on_order"), "6");
    EXPECT_NE(told[2].data.find(R"("received":"4","open":"6")"), std::string::npos) << told[2].data;
    peer_.receive(order, "4", "102");
    told = read_all();
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[0].type, "delivery.cancelled");
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "on_order"), "10");
}

TEST_F(SapReads, stock_is_never_older_than_the_change_that_came_with_it) {
    (void)read_all();
    const std::string name = peer_.make_requisition("SEAL-9");
    const auto told = read_all(1);  // the requisition on one page, the stock on the next
    ASSERT_EQ(names(told), (std::vector<std::string>{"requisition:" + name, "stock:SEAL-9/MAIN"}));
    EXPECT_GE(std::stoll(data_of(told, "stock:SEAL-9/MAIN", "as_of")),
              std::stoll(data_of(told, "requisition:" + name, "seq")));
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "on_requisition"), "10");
}

/// The clock of the hub was set back, or the reading began anew: what is told later must count as later.
TEST_F(SapReads, places_only_go_forward) {
    const std::string name = peer_.make_requisition("SEAL-9");
    const std::int64_t before = std::stoll(data_of(read_all(), "requisition:" + name, "seq"));
    clock_.time -= Millis(3'600'000);
    peer_.change_requisition(name, "PurReqnReleaseStatus", "05");
    EXPECT_GT(std::stoll(data_of(read_all(), "requisition:" + name, "seq")), before);
}

TEST_F(SapReads, hundreds_of_changes_in_one_moment_are_each_told_once) {
    read_kinds("requisition,purchase_order,delivery");
    (void)read_all();
    std::vector<std::string> made;
    peer_.stop_clock();
    for (int i = 0; i < 450; ++i) made.push_back("requisition:" + peer_.make_requisition("SEAL-9"));
    std::vector<std::string> told = names(read_all(70));
    std::sort(told.begin(), told.end());
    std::sort(made.begin(), made.end());
    EXPECT_EQ(told, made);
    EXPECT_TRUE(read_all().empty());
    const std::string late = "requisition:" + peer_.make_requisition("SEAL-9");
    EXPECT_EQ(names(read_all()), std::vector<std::string>{late}) << "behind them, in the same moment";
}

TEST_F(SapReads, hundreds_of_documents_in_one_second_are_each_told_once) {
    read_kinds("delivery");
    const std::string order = peer_.make_order("SEAL-9", "1000");
    (void)read_all();
    std::set<std::string> made;
    peer_.stop_clock();
    for (int i = 0; i < 450; ++i) made.insert("delivery:" + peer_.receive(order, "1") + "/1");
    const std::vector<std::string> told = names(read_all(70));
    EXPECT_EQ(told.size(), made.size());
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()), made);
}

TEST_F(SapReads, what_is_committed_late_is_told) {
    read_kinds("requisition");
    const std::string late = peer_.make_requisition("SEAL-9");
    Json held = peer_.rows("A_PurchaseRequisitionItem").back();
    peer_.rows("A_PurchaseRequisitionItem").pop_back();  // stamped, not committed
    const std::string early = peer_.make_requisition("SEAL-9");
    EXPECT_EQ(names(read_all()), std::vector<std::string>{"requisition:" + early});
    peer_.rows("A_PurchaseRequisitionItem").push_back(held);
    EXPECT_EQ(names(read_all()), std::vector<std::string>{"requisition:" + late});
    EXPECT_TRUE(read_all().empty());
}

TEST_F(SapReads, a_page_that_was_not_kept_comes_again) {
    for (int i = 0; i < 7; ++i) (void)peer_.make_requisition("SEAL-9");
    const Page first = pull(3), again = pull(3);  // killed before the commit: the cursor is the old one
    ASSERT_EQ(first.objects.size(), 3U);
    EXPECT_EQ(names(first.objects), names(again.objects));
    EXPECT_EQ(first.cursor, again.cursor);
}

TEST_F(SapReads, a_server_that_gives_little_at_once_is_read_to_the_end) {
    for (int i = 0; i < 25; ++i) (void)peer_.make_requisition("SEAL-9");
    for (int i = 0; i < 12; ++i) (void)peer_.make_reservation("SEAL-9", "2.000");
    peer_.switches.page_rows = 4;
    const auto told = read_all(10);
    const std::vector<std::string> all = names(told);
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 25U + 12U + 3U);
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "reserved"), "24");
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "on_requisition"), "250");
}

TEST_F(SapReads, a_reservation_that_left_the_list_is_told_as_it_is_now) {
    read_kinds("reservation");
    const std::string name = "reservation:" + peer_.make_reservation("SEAL-9", "2.000");
    EXPECT_EQ(data_of(read_all(), name, "status"), "open");
    peer_.rows("A_ReservationDocumentItem").back().set("ReservationItmIsMarkedForDeltn", true);
    EXPECT_TRUE(read_all().empty()) << "lists are read from time to time";
    clock_.time += Millis(3'600'001);
    EXPECT_EQ(data_of(read_all(), name, "status"), "cancelled");
    clock_.time += Millis(3'600'001);
    EXPECT_TRUE(read_all().empty());
}

TEST_F(SapReads, what_is_issued_from_a_reservation_is_told_at_once) {
    const std::string name = peer_.make_reservation("SEAL-9", "2.000");
    (void)read_all();
    peer_.rows("A_ReservationDocumentItem").back().set("ResvnItmWithdrawnQtyInBaseUnit", "2.000");
    model::Command issue = peer_.sample("goods_issue.post");
    issue.payload.insert(1, R"("reservation":")" + name + "\",");
    ASSERT_TRUE(run(connector_->push(issue), peer()));
    const auto told = read_all();
    EXPECT_EQ(data_of(told, "reservation:" + name, "status"), "fulfilled");
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "reserved"), "0");
}

TEST_F(SapReads, cost_centers_are_told_again_only_where_they_changed) {
    read_kinds("cost_center");
    for (int i = 100; i < 130; ++i) peer_.add_cost_center("CC-" + std::to_string(i), "2026-01-01", "9999-12-31");
    EXPECT_EQ(read_all(8).size(), 30U);
    clock_.time += Millis(3'600'001);
    EXPECT_TRUE(read_all().empty());
    peer_.rows("A_CostCenter").at(7).set("IsBlkdForPrimaryCostsPosting", "X");
    clock_.time += Millis(3'600'001);
    const auto told = read_all();
    EXPECT_EQ(names(told), std::vector<std::string>{"cost_center:CC-107"});
    EXPECT_EQ(data_of(told, "cost_center:CC-107", "valid_to"), "2026-01-01") << "blocked in all";
}

TEST_F(SapReads, internal_orders_are_told_again_only_where_they_changed) {
    read_kinds("internal_order");
    for (int i = 0; i < 12; ++i) peer_.add_internal_order(std::to_string(700'000 + i), "Order " + std::to_string(i));
    EXPECT_EQ(read_all(5).size(), 12U);
    clock_.time += Millis(3'600'001);
    EXPECT_TRUE(read_all().empty());
    peer_.rows("A_InternalOrder").at(7).set("IsDeleted", true);
    clock_.time += Millis(3'600'001);
    const auto told = read_all();
    ASSERT_EQ(names(told), std::vector<std::string>{"internal_order:700007"});
    EXPECT_EQ(told.front().type, "internal_order.published");
    EXPECT_NE(told.front().data.find(R"("active":false)"), std::string::npos) << told.front().data;
    peer_.switches.denied = {"API_INTERNALORDER_SRV"};
    const auto probe = run(connector_->probe(), peer());
    ASSERT_TRUE(probe) << probe.error().message;
    EXPECT_EQ(probe->missing, std::vector<std::string>{"service API_INTERNALORDER_SRV (read internal orders)"});
    read_kinds(usual_kinds());
    const auto usual = run(connector_->probe(), peer());
    ASSERT_TRUE(usual) << usual.error().message;
    EXPECT_TRUE(usual->missing.empty()) << "asked for only where kinds name it";
}

/// A sum that leaves something out would buy twice.
TEST_F(SapReads, what_cannot_be_reckoned_is_refused_with_its_reason_and_not_guessed) {
    (void)read_all();
    const std::string order = peer_.make_order("SEAL-9", "3", "PAL");
    const auto told = read_all();
    ASSERT_EQ(names(told), (std::vector<std::string>{"purchase_order:" + order, "stock:SEAL-9/MAIN"}));
    for (const SourceObject& object : told) {
        ASSERT_TRUE(object.refused) << object.object;
        EXPECT_NE(object.refused->message.find("no unit PAL for material SEAL-9"), std::string::npos)
            << object.refused->message;
    }
    peer_.change_order(order, "PurchaseOrderQuantityUnit", "BOX");
    EXPECT_EQ(data_of(read_all(), "stock:SEAL-9/MAIN", "on_order"), "36");
}

/// SAP's storage locations have four characters, storerooms of a CMMS more: the map's two lookups name the pairs.
TEST_F(SapReads, storerooms_are_called_as_the_cmms_calls_them) {
    std::string map(own_map());
    for (const auto& [from, to] : {std::pair{"storerooms: {\"*\"", "storerooms: {CENTRAL: MAIN, \"*\""},
                                   std::pair{"storerooms_back: {\"*\"", "storerooms_back: {MAIN: CENTRAL, \"*\""}}) {
        ASSERT_NE(map.find(from), std::string::npos) << from;
        map.replace(map.find(from), std::string_view(from).size(), to);
    }
    Settings made = settings();
    made.values.emplace_back("kinds", "requisition,stock");
    auto connector = make_by(made, map, clock_);
    ASSERT_TRUE(connector) << connector.error().message;
    connector_ = std::move(*connector);
    model::Command issue = peer_.sample("goods_issue.post");
    issue.payload.replace(issue.payload.find("MAIN"), 4, "CENTRAL");
    ASSERT_TRUE(run(connector_->push(issue), peer()));
    EXPECT_EQ(run(connector_->find(issue), peer())->state, Found::State::present);
    EXPECT_EQ(peer_.rows("A_MaterialDocumentItem").back().text_or("StorageLocation"), "MAIN");
    const auto told = read_all();
    EXPECT_EQ(data_of(told, "stock:SEAL-9/MAIN", "storeroom"), "CENTRAL");
    EXPECT_EQ(told.back().subject, "SEAL-9/CENTRAL");
    const auto listed = run(connector_->list("stock", "", "", ""), peer());
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->objects.back().object, "SEAL-9/CENTRAL");
}

TEST_F(SapReads, nothing_before_the_cut_over_is_read) {
    (void)peer_.make_requisition("SEAL-9");
    read_kinds("requisition", {{"since", "2026-11-25"}});
    EXPECT_TRUE(read_all().empty());
    Settings wrong = settings();
    wrong.values.emplace_back("since", "last week");
    EXPECT_EQ(make_by(wrong, "", clock_).error().field, "since");
    wrong.values.back() = {"kinds", "stock,moon"};
    EXPECT_EQ(make_by(wrong, "", clock_).error().field, "kinds");
}

TEST_F(SapReads, a_missing_right_is_named_with_what_it_is_for) {
    peer_.switches.denied = {"API_MATERIAL_STOCK_SRV"};
    const auto probe = run(connector_->probe(), peer());
    ASSERT_TRUE(probe) << probe.error().message;
    EXPECT_EQ(probe->missing,
              std::vector<std::string>{"service API_MATERIAL_STOCK_SRV (read stock; scenario SAP_COM_0164)"});
    const Page first = pull(10);
    EXPECT_TRUE(first.objects.empty()) << "the list of reservations is read, and has nothing to tell";
    const auto page = run(connector_->pull(first.cursor, 10), peer());
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::unauthorized);
}

TEST_F(SapReads, trouble_with_one_service_does_not_hold_up_the_others) {
    read_kinds("equipment,requisition,purchase_order");
    const std::string requisition = "requisition:" + peer_.make_requisition("SEAL-9");
    peer_.switches.denied = {"API_EQUIPMENT"};
    const Page page = pull();
    EXPECT_EQ(names(page.objects), std::vector<std::string>{requisition});
    EXPECT_TRUE(page.more) << "it is asked again at once";
    cursor_ = page.cursor;
    const auto next = run(connector_->pull(cursor_, 50), peer());
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().kind, ErrorKind::unauthorized) << "and told";
    peer_.switches.denied.clear();
    peer_.add_equipment("10000017", "Feed pump");
    EXPECT_EQ(names(read_all()), std::vector<std::string>{"equipment:10000017"});
}

TEST_F(SapReads, a_cursor_of_somebody_else_is_refused) {
    for (const char* text : {"7", "{}", "[1]", R"({"seq":-1,"streams":{}})", R"({"seq":1,"streams":{"part":[1]}})"}) {
        const auto page = run(connector_->pull(text, 10), peer());
        ASSERT_FALSE(page) << text;
        EXPECT_EQ(page.error().code, "bad_cursor") << text;
    }
}

/// The README's table of calls comes from here.
TEST_F(SapReads, an_idle_reading_costs_six_calls) {
    read_kinds(usual_kinds());
    ASSERT_TRUE(run(connector_->push(peer_.sample("goods_issue.post")), peer()));
    (void)read_all();
    const std::uint64_t before = peer_.requests;
    EXPECT_TRUE(read_all().empty());
    EXPECT_EQ(peer_.requests - before, 6U);
    clock_.time += Millis(3'600'001);
    EXPECT_TRUE(read_all().empty());
    EXPECT_EQ(peer_.requests - before, 6U + 6U + 2U) << "once an hour the lists";
    ASSERT_TRUE(run(connector_->push(peer_.sample("goods_issue.post")), peer()));
    const std::uint64_t moved = peer_.requests;
    EXPECT_EQ(read_all().size(), 1U);
    EXPECT_EQ(peer_.requests - moved, 6U + 5U)
        << "stock, reservations, requisitions, orders, stock again of that place";
}

TEST_F(SapReads, the_first_reading_of_much_stock_is_cheap) {
    read_kinds("stock");
    for (int i = 1000; i < 1450; ++i) peer_.stock["PART-" + std::to_string(i)] = "7";
    const std::uint64_t before = peer_.requests;
    EXPECT_EQ(read_all(200).size(), 453U);
    EXPECT_LE(peer_.requests - before, 30U);
}

TEST_F(SapReads, what_sap_holds_is_listed_page_by_page) {
    const model::Command issue = peer_.sample("goods_issue.post"), journal = peer_.sample("journal.post"),
                         asked = peer_.sample("requisition.create");
    for (const model::Command& command : {issue, journal, asked}) ASSERT_TRUE(run(connector_->push(command), peer()));
    const auto listed = [&](const char* what) {
        const auto page = run(connector_->list(what, "2026-11-01", "2026-11-30", ""), peer());
        EXPECT_TRUE(page) << what << (page ? "" : page.error().message);
        std::string text;
        if (page)
            for (const SourceObject& object : page->objects) text += object.data + "\n";
        return text;
    };
    EXPECT_EQ(listed("movements"),
              R"({"kind":"goods_issue","exact_date":true,"key":")" + issue.key +
                  R"(","date":"2026-11-24","subject":"WO-000123","document":"4900000001/2026","quantity":"2",)"
                  R"("unit":"EA","part":"SEAL-9","place":"MAIN"})"
                  "\n");
    EXPECT_NE(listed("postings").find(R"("key":")" + journal.key + R"(","date":"2026-11-24",)"), std::string::npos)
        << listed("postings");
    EXPECT_NE(listed("postings").find(R"("amount":"12.50","currency":"EUR")"), std::string::npos);
    EXPECT_NE(listed("requisitions").find(R"("key":")" + asked.key), std::string::npos) << listed("requisitions");
    EXPECT_NE(listed("stock").find(R"("key":"SEAL-9/MAIN","quantity":"999998")"), std::string::npos) << listed("stock");
    EXPECT_FALSE(run(connector_->list("work_orders", "", "", ""), peer()));
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
