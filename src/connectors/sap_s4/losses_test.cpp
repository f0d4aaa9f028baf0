// What was once lost in reading, or stood still for ever.

#include "connectors/sap_s4/test_sap_reads.h"

#include <set>

namespace tieline::connectors::sap_s4::test {
namespace {

/// The time of a page is up after four requests: what was read by then without anything to tell is done all the same.
TEST_F(SapReads, trouble_does_not_throw_away_how_far_was_read_though_nothing_was_told) {
    read_kinds("requisition");
    for (int i = 0; i < 300; ++i)  // of no storage location: read, not told
        peer_.change_requisition(peer_.make_requisition("SEAL-9"), "StorageLocation", "");
    const std::string told = "requisition:" + peer_.make_requisition("SEAL-9");
    std::vector<std::string> seen;
    for (int poll = 0; poll < 40 && seen.empty(); ++poll) {
        int left = 4;
        const Peer slow = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            if (--left >= 0) return peer_.answer(request);
            return make_error(ErrorKind::transient, "SAP did not answer in time", "timeout");
        };
        const auto page = run(connector_->pull(cursor_, 20), slow);
        if (!page) break;  // nothing moved: the same would come again for ever
        EXPECT_NE(page->cursor, cursor_) << "a page that tells nothing and moves nothing";
        cursor_ = page->cursor;
        seen = names(page->objects);
    }
    EXPECT_EQ(seen, std::vector<std::string>{told});
    const Peer dead = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return make_error(ErrorKind::transient, "SAP did not answer in time", "timeout");
    };
    EXPECT_FALSE(run(connector_->pull(cursor_, 20), dead)) << "trouble is told where nothing moves";
}

/// Stock cannot be read; what came before it waits in great number, and everything else goes on.
TEST_F(SapReads, one_service_in_trouble_holds_up_no_other_kind) {
    (void)read_all();
    for (int i = 1000; i < 1040; ++i) {
        const std::string part = "PART-" + std::to_string(i);
        peer_.add_product(part);
        peer_.stock[part] = "7";
        (void)peer_.make_requisition(part);
    }
    peer_.switches.denied = {"API_MATERIAL_STOCK_SRV"};
    std::vector<std::string> seen;
    const auto poll = [&] {
        for (int page_number = 0; page_number < 100; ++page_number) {
            clock_.time += Millis(10);
            const auto page = run(connector_->pull(cursor_, 10), peer());
            if (!page) return page.error().kind;
            EXPECT_TRUE(page->more);
            cursor_ = page->cursor;
            for (const std::string& name : names(page->objects)) seen.push_back(name);
        }
        return ErrorKind::internal;
    };
    EXPECT_EQ(poll(), ErrorKind::unauthorized) << "the trouble is told";
    EXPECT_EQ(seen.size(), 40U) << "40 places wait, more than a page has room for";
    seen.clear();
    const std::string order = peer_.make_order("SEAL-9");
    const std::string document = peer_.receive(order, "4");
    EXPECT_EQ(poll(), ErrorKind::unauthorized);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()),
              (std::set<std::string>{"purchase_order:" + order, "delivery:" + document + "/1"}));
    peer_.switches.denied.clear();
    EXPECT_EQ(read_all(10).size(), 41U) << "every place that waited";
    EXPECT_TRUE(read_all().empty());
}

/// Lists without a time of change are read to their end, however long they are.
TEST_F(SapReads, cost_centers_are_told_whole_though_a_page_of_the_list_ends_between_their_periods) {
    read_kinds("cost_center");
    for (int i = 0; i < 510; ++i) {
        const std::string code = "C" + std::to_string(1'000 + i);
        peer_.add_cost_center(code, "2025-01-01", "2025-12-31");
        peer_.add_cost_center(code, "2026-01-01", "9999-12-31");
    }
    peer_.rows("A_CostCenterText").clear();  // joining them takes the fake long
    // Row 1000 is the first of the two of its cost center: the first one of all has three.
    peer_.add_cost_center("C1000", "2024-01-01", "2024-12-31");
    const auto told = read_all(200);
    EXPECT_EQ(told.size(), 510U);
    EXPECT_EQ(data_of(told, "cost_center:C1500", "valid_from"), "2025-01-01");
    EXPECT_EQ(data_of(told, "cost_center:C1499", "valid_from"), "2025-01-01");
    clock_.time += Millis(3'600'001);
    EXPECT_TRUE(read_all(200).empty()) << "read in one go, no cost center is seen by half";
}

TEST_F(SapReads, of_a_long_list_what_left_it_is_told_whichever_page_it_stood_on) {
    read_kinds("reservation");
    std::vector<std::string> made;
    for (int i = 0; i < 1'020; ++i) made.push_back("reservation:" + peer_.make_reservation("SEAL-9", "2.000"));
    EXPECT_EQ(read_all(200).size(), 1'020U);
    for (const std::size_t at : {3U, 999U, 1'019U})
        peer_.rows("A_ReservationDocumentItem").at(at).set("ReservationItmIsMarkedForDeltn", true);
    clock_.time += Millis(3'600'001);
    const auto told = read_all(2);
    EXPECT_EQ(names(told), (std::vector<std::string>{made[3], made[999], made[1'019]}));
    for (const auto& object : told) EXPECT_EQ(data_of(told, object.object, "status"), "cancelled");
    clock_.time += Millis(3'600'001);
    EXPECT_TRUE(read_all().empty());
}

/// Half a box is no whole number of pieces: a place that leaves it out would buy too much.
TEST_F(SapReads, what_is_open_of_a_requisition_and_not_exact_is_refused_and_not_taken_for_nothing) {
    (void)read_all();
    const std::string name = peer_.make_requisition("SEAL-9");
    for (Json& unit : peer_.rows("A_ProductUnitsOfMeasure"))  // of which 7 are a piece
        if (unit.text_or("Product") == "SEAL-9" && unit.text_or("AlternativeUnit") == "BOX")
            unit.set("QuantityNumerator", "1"), unit.set("QuantityDenominator", "7");
    peer_.change_requisition(name, "BaseUnit", "BOX");
    peer_.change_requisition(name, "RequestedQuantity", "14");
    peer_.change_requisition(name, "OrderedQuantity", "3");
    const auto told = read_all();
    ASSERT_EQ(names(told), (std::vector<std::string>{"requisition:" + name, "stock:SEAL-9/MAIN"}));
    for (const SourceObject& object : told) {
        ASSERT_TRUE(object.refused) << object.object << object.data;
        EXPECT_NE(object.refused->message.find("11 BOX of material SEAL-9 is no exact quantity"), std::string::npos)
            << object.refused->message;
    }
}

TEST_F(SapReads, a_number_that_cannot_be_read_is_never_taken_for_nothing) {
    (void)read_all();
    const std::string name = peer_.make_reservation("SEAL-9", "2.000");
    peer_.rows("A_ReservationDocumentItem").back().set("ResvnItmRequiredQtyInBaseUnit", "2,000");
    peer_.add_row("A_MatlStkInAcctMod", Json::object({{"Material", "BEARING-6204"},
                                                      {"Plant", "1010"},
                                                      {"StorageLocation", "MAIN"},
                                                      {"InventoryStockType", "01"},
                                                      {"MaterialBaseUnit", "EA"},
                                                      {"MatlWrhsStkQtyInMatlBaseUnit", "1"}}));
    peer_.rows("A_MatlStkInAcctMod").back().set("MatlWrhsStkQtyInMatlBaseUnit", std::string(38, '9'));
    peer_.stock["BEARING-6204"] = std::string(38, '9');  // each can be kept, their sum cannot
    for (const std::string& place :
         {std::string("stock:SEAL-9/MAIN"), std::string("stock:BEARING-6204/MAIN"), "reservation:" + name}) {
        const auto read = run(connector_->fetch(place), peer());
        ASSERT_TRUE(read) << place << read.error().message;
        ASSERT_TRUE(read->refused) << place << read->data;
        EXPECT_EQ(read->refused->code, "cannot_reckon");
    }
    const auto listed = run(connector_->list("stock", "", "", ""), peer());
    ASSERT_FALSE(listed);
    EXPECT_NE(listed.error().message.find("BEARING-6204/MAIN"), std::string::npos) << listed.error().message;
}

TEST_F(SapReads, an_order_with_more_receipts_than_an_answer_has_is_added_up_whole) {
    const std::string order = peer_.make_order("SEAL-9", "2000");
    for (int i = 0; i < 1'020; ++i) (void)peer_.receive(order, "1");
    const auto read = run(connector_->fetch("purchase_order:" + order), peer());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_NE(read->data.find(R"("received":"1020","open":"980")"), std::string::npos) << read->data;
}

/// What a hub that began late must know all the same: parts and equipment nobody has changed since.
TEST_F(SapReads, the_cut_over_leaves_no_master_data_out) {
    peer_.add_equipment("10000017", "Feed pump");
    (void)peer_.make_requisition("SEAL-9");
    read_kinds("part,equipment,requisition", {{"since", "2026-11-25"}});
    const std::vector<std::string> told = names(read_all());
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()),
              (std::set<std::string>{"part:SEAL-9", "part:BEARING-6204", "part:FEW-1", "equipment:10000017"}));
}

/// Rows that were never changed since they were migrated may have no time of change.
TEST_F(SapReads, what_has_no_time_of_change_is_told_once) {
    read_kinds("part,requisition");
    std::set<std::string> made;
    for (int i = 0; i < 30; ++i) {
        made.insert("requisition:" + peer_.make_requisition("SEAL-9"));
        if (i % 3 != 0) peer_.rows("A_PurchaseRequisitionItem").back().set("LastChangeDateTime", Json());
    }
    for (Json& product : peer_.rows("A_Product")) {
        if (product.text_or("Product") == "FEW-1") product.set("LastChangeDateTime", Json());
        made.insert("part:" + product.text_or("Product"));
    }
    const std::vector<std::string> told = names(read_all(4));
    EXPECT_EQ(told.size(), made.size());
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()), made);
    EXPECT_TRUE(read_all().empty());
    const std::uint64_t before = peer_.requests;
    EXPECT_TRUE(read_all().empty());
    EXPECT_EQ(peer_.requests - before, 2U) << "asked for once, in the first reading";
}

/// A receipt comes in while a place is read: it is in the stock or open on the order, and not in both nor in neither.
TEST_F(SapReads, a_receipt_while_a_place_is_read_counts_once) {
    (void)read_all();
    const std::string order = peer_.make_order("SEAL-9");
    for (const char* behind : {"A_MatlStkInAcctMod", "A_PurchaseOrderItem", "A_MaterialDocumentItem"}) {
        SCOPED_TRACE(behind);
        bool is_received = false;
        const Peer busy = [&](const net::HttpRequest& request) {
            Result<net::HttpResponse> reply = peer_.answer(request);
            if (request.url.find(behind) != std::string::npos && !std::exchange(is_received, true))
                (void)peer_.receive(order, "1");
            return reply;
        };
        const auto read = run(connector_->fetch("stock:SEAL-9/MAIN"), busy);
        ASSERT_TRUE(read) << read.error().message;
        ASSERT_TRUE(is_received);
        const Json data = *Json::parse(read->data);
        const Decimal both = *data.decimal("on_hand")->plus(*data.decimal("on_order"));
        EXPECT_EQ(both.str(), "1000010") << read->data;
    }
}

/// SAP tells no change of a reservation: what is reserved since a place was read would be known by the next whole list.
TEST_F(SapReads, a_reservation_of_ours_has_the_stock_of_its_place_read_again) {
    (void)read_all();
    for (const auto& [kind, reserved] :
         {std::pair{"reservation.create", "2"}, {"reservation.change", "7"}, {"reservation.cancel", "7"}}) {
        SCOPED_TRACE(kind);
        const model::Command command = peer_.sample(kind);
        const auto receipt = run(connector_->push(command), peer());
        ASSERT_TRUE(receipt) << receipt.error().message;
        const auto found = run(connector_->find(command), peer());
        ASSERT_TRUE(found) << found.error().message;
        for (const std::vector<std::string>& touched : {receipt->touched, found->receipt.touched}) {
            ASSERT_EQ(touched.size(), 1U);
            const std::uint64_t before = peer_.requests;
            const auto read = run(connector_->fetch(touched[0]), peer());
            ASSERT_TRUE(read) << read.error().message;
            EXPECT_EQ(peer_.requests - before, 6U) << "calls to SAP";
            EXPECT_EQ(read->object, "stock:SEAL-9/MAIN");
            EXPECT_EQ(Json::parse(read->data)->text_or("reserved"), reserved) << read->data;
        }
    }
    EXPECT_TRUE(run(connector_->push(peer_.sample("goods_issue.post")), peer())->touched.empty()) << "it is told";
    EXPECT_EQ(run(connector_->fetch("stock_of_reservation:99/0001"), peer()).error().kind, ErrorKind::not_found);
    read_kinds("reservation");
    EXPECT_TRUE(run(connector_->push(peer_.sample("reservation.create")), peer())->touched.empty())
        << "no stock is read";
}

TEST_F(SapReads, a_place_whose_stock_never_rests_is_not_guessed) {
    (void)read_all();
    const std::string order = peer_.make_order("SEAL-9", "1000");
    const Peer busy = [&](const net::HttpRequest& request) {
        Result<net::HttpResponse> reply = peer_.answer(request);
        if (request.url.find("A_MatlStkInAcctMod") != std::string::npos) (void)peer_.receive(order, "1");
        return reply;
    };
    const auto read = run(connector_->fetch("stock:SEAL-9/MAIN"), busy);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::transient) << "it is read again by itself";
}

/// Rows that move while a long list is read page by page would be left out, or come twice.
TEST_F(SapReads, rows_that_move_between_two_pages_of_a_sum_are_read_anew) {
    (void)read_all();
    for (int i = 0; i < 1'020; ++i) (void)peer_.make_reservation("SEAL-9", i == 1'000 ? "100.000" : "2.000");
    bool is_changed = false;
    const Peer busy = [&](const net::HttpRequest& request) {
        Result<net::HttpResponse> reply = peer_.answer(request);
        if (request.url.find("A_ReservationDocumentItem") != std::string::npos && !std::exchange(is_changed, true))
            peer_.rows("A_ReservationDocumentItem").at(5).set("ReservationItmIsMarkedForDeltn", true);
        return reply;
    };
    const auto read = run(connector_->fetch("stock:SEAL-9/MAIN"), busy);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(Json::parse(read->data)->text_or("reserved"), "2136") << read->data;
}

/// Systems behind a proxy write their own inner name into links.
TEST_F(SapReads, a_link_with_the_inner_name_of_the_system_is_followed) {
    read_kinds("requisition");
    std::set<std::string> made;
    for (int i = 0; i < 9; ++i) made.insert("requisition:" + peer_.make_requisition("SEAL-9"));
    peer_.switches.page_rows = 4;
    const Peer behind_proxy = [&](const net::HttpRequest& request) {
        Result<net::HttpResponse> reply = peer_.answer(request);
        const std::string outer(base_url);
        for (std::size_t at = 0; (at = reply->body.find(outer, at)) != std::string::npos;)
            reply->body.replace(at, outer.size(), "http://s4app01.inner:8000");
        return reply;
    };
    const auto page = run(connector_->pull("", 50), behind_proxy);
    ASSERT_TRUE(page) << page.error().message;
    const std::vector<std::string> told = names(page->objects);
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()), made);
}

/// More in one moment than the cursor remembers, and one of them is committed late, before others in SAP's order.
TEST_F(SapReads, of_a_moment_with_hundreds_of_changes_the_late_one_is_told) {
    read_kinds("requisition");
    (void)read_all();
    peer_.stop_clock();
    std::vector<std::string> made;
    for (int i = 0; i < 450; ++i) made.push_back("requisition:" + peer_.make_requisition("SEAL-9"));
    Json::Array& all = peer_.rows("A_PurchaseRequisitionItem");
    const Json late = all.at(100);
    all.erase(all.begin() + 100);
    EXPECT_EQ(read_all(70).size(), 449U);
    all.insert(all.begin() + 100, late);
    EXPECT_TRUE(read_all().empty()) << "the moment is read again once its overlap is over";
    clock_.time += Millis(120'001);
    EXPECT_EQ(names(read_all()), std::vector<std::string>{made[100]});
    clock_.time += Millis(120'001);
    const std::uint64_t before = peer_.requests;
    EXPECT_TRUE(read_all().empty());
    EXPECT_EQ(peer_.requests - before, 2U) << "the moment in which the reading stands, and what is behind it";
}

/// The same of hundreds of moments within the overlap, and of documents, which have a day and a time of day.
TEST_F(SapReads, of_hundreds_of_changes_within_the_overlap_the_late_one_is_told) {
    read_kinds("requisition,delivery", {{"overlap", "20m"}});
    const std::string order = peer_.make_order("SEAL-9", "1000");
    (void)read_all();
    std::vector<std::string> made, received;
    for (int i = 0; i < 300; ++i) {
        made.push_back("requisition:" + peer_.make_requisition("SEAL-9"));
        received.push_back("delivery:" + peer_.receive(order, "1") + "/1");
    }
    Json::Array &requisitions = peer_.rows("A_PurchaseRequisitionItem"),
                &documents = peer_.rows("A_MaterialDocumentHeader");
    const Json late = requisitions.at(50), late_document = documents.at(60);
    requisitions.erase(requisitions.begin() + 50);
    documents.erase(documents.begin() + 60);
    EXPECT_EQ(read_all(70).size(), 598U);
    requisitions.push_back(late);
    documents.push_back(late_document);
    EXPECT_TRUE(read_all().empty());
    clock_.time += Millis(1'200'001);
    EXPECT_EQ(names(read_all(1)), (std::vector<std::string>{made[50], received[60]}));
    clock_.time += Millis(1'200'001);
    const std::uint64_t before = peer_.requests;
    EXPECT_TRUE(read_all().empty());
    EXPECT_EQ(peer_.requests - before, 3U) << "nothing is left to be read again";
}

/// More rows than one question may ask for, from a server that makes smaller pages: the last page of a question has no
/// link, and is not the end.
TEST_F(SapReads, a_sum_over_more_rows_than_one_question_gives_is_whole) {
    read_kinds("stock");
    for (int i = 0; i < 1'050; ++i) (void)peer_.make_reservation("SEAL-9", "1.000");
    peer_.switches.page_rows = 300;
    EXPECT_EQ(data_of(read_all(), "stock:SEAL-9/MAIN", "reserved"), "1050");
}

/// Neither a document nor the reservation itself says when: the list does, and then the place is counted anew.
TEST_F(SapReads, a_reservation_that_comes_or_goes_counts_in_the_stock_of_its_place) {
    read_kinds("reservation,stock");
    (void)read_all();
    (void)peer_.make_reservation("SEAL-9", "2.000");
    clock_.time += Millis(3'600'001);
    EXPECT_EQ(data_of(read_all(), "stock:SEAL-9/MAIN", "reserved"), "2");
    peer_.rows("A_ReservationDocumentItem").back().set("ReservationItmIsMarkedForDeltn", true);
    clock_.time += Millis(3'600'001);
    EXPECT_EQ(data_of(read_all(), "stock:SEAL-9/MAIN", "reserved"), "0");
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
