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

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
