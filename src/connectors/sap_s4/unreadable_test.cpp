// One object that SAP cannot show or that cannot be told is refused by name, and the others go on; what cannot be asked
// is left, and sums are whole however many rows one material has.

#include "connectors/sap_s4/feed.h"
#include "connectors/sap_s4/test_sap_reads.h"

#include <algorithm>
#include <set>

namespace tieline::connectors::sap_s4::test {
namespace {

class SapUnreadable : public SapReads {
protected:
    /// "requisition:10000001/10", or with "!" where it is refused.
    std::vector<std::string> told(std::size_t count = 50) {
        std::vector<std::string> all;
        for (const SourceObject& object : read_all(count)) {
            all.push_back(object.object + (object.refused ? "!" : ""));
            if (object.refused) refused_ = *object.refused;
        }
        return all;
    }
    std::vector<std::string> make_requisitions(int count) {
        std::vector<std::string> made;
        for (int i = 0; i < count; ++i) made.push_back("requisition:" + peer_.make_requisition("SEAL-9"));
        return made;
    }
    static std::string number_of(const std::string& name) {
        return name.substr(name.find(':') + 1, name.find('/') - name.find(':') - 1);
    }
    Error refused_;
};

TEST_F(SapUnreadable, one_requisition_is_refused_by_name_and_the_others_are_told) {
    read_kinds("requisition");
    std::vector<std::string> made = make_requisitions(9);
    peer_.switches.broken = {number_of(made[4])};
    std::vector<std::string> expected = made;
    expected[4] += "!";
    EXPECT_EQ(told(), expected);
    EXPECT_EQ(refused_.code, "object_unreadable");
    EXPECT_NE(refused_.message.find(made[4]), std::string::npos) << refused_.message;
    const std::uint64_t before = peer_.requests;
    EXPECT_TRUE(told().empty()) << "told once";
    EXPECT_LE(peer_.requests - before, 4U);
    EXPECT_EQ(told(), std::vector<std::string>{});
    const std::vector<std::string> newer = make_requisitions(1);
    EXPECT_EQ(told(), newer);
    peer_.switches.broken.clear();
    EXPECT_EQ(told(), std::vector<std::string>{made[4]}) << "mended";
    EXPECT_TRUE(told().empty());
}

TEST_F(SapUnreadable, beside_it_two_changes_in_one_moment_are_both_told) {
    read_kinds("requisition");
    peer_.stop_clock();
    const std::vector<std::string> made = make_requisitions(3);
    peer_.switches.broken = {number_of(made[0])};
    EXPECT_EQ(told(), (std::vector<std::string>{made[0] + "!", made[1], made[2]}));
    for (const char* quantity : {"12", "13", "12"}) {
        peer_.change_requisition(made[1].substr(made[1].find(':') + 1), "RequestedQuantity", quantity);
        EXPECT_EQ(told(), std::vector<std::string>{made[1]}) << quantity;
    }
}

TEST_F(SapUnreadable, one_of_each_stream_is_refused_by_its_name) {
    read_kinds("part,equipment,purchase_order,delivery,inspection_lot");
    const std::string order = peer_.make_order("SEAL-9"), other = peer_.make_order("SEAL-9");
    peer_.add_equipment("10000017", "Feed pump");
    peer_.add_equipment("10000018", "Feed pump 2");
    const std::string lot = peer_.make_lot("SEAL-9"), other_lot = peer_.make_lot("SEAL-9");
    const std::string received = peer_.receive(other, "1"), good = peer_.receive(other, "2");
    const std::string document = received.substr(0, received.find('/'));
    for (const std::string key : {"FEW-1", "10000017"}) peer_.switches.broken.insert(key);
    peer_.switches.broken.insert(order);
    peer_.switches.broken.insert(lot);
    const std::vector<std::string> all = told();
    const std::set<std::string> names(all.begin(), all.end());
    for (const std::string& name :
         {std::string("part:FEW-1!"), std::string("part:SEAL-9"), std::string("equipment:10000017!"),
          std::string("equipment:10000018"), "purchase_order:" + order + "!", "purchase_order:" + other,
          "inspection_lot:" + lot + "!", "inspection_lot:" + other_lot, "delivery:" + good + "/1"})
        EXPECT_TRUE(names.contains(name)) << name;
    read_kinds("delivery");
    peer_.switches.broken = {document};
    cursor_.clear();
    const std::vector<std::string> again = told();
    EXPECT_EQ(std::count(again.begin(), again.end(), "delivery:" + document + "!"), 1);
    EXPECT_EQ(std::count(again.begin(), again.end(), "delivery:" + good + "/1"), 1);
}

TEST_F(SapUnreadable, a_service_in_trouble_refuses_nothing) {
    read_kinds("requisition");
    const std::vector<std::string> made = make_requisitions(3);
    for (const std::string& name : made) peer_.switches.broken.insert(number_of(name));
    (void)pull();  // what has no time of change: nothing
    cursor_ = pull().cursor;
    const auto page = run(connector_->pull(cursor_, 50), peer());
    ASSERT_FALSE(page) << "none of three can be read";
    EXPECT_EQ(page.error().kind, ErrorKind::transient);
    const Peer busy = [&](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return net::HttpResponse{429, {{"Retry-After", "7"}}, ""};
    };
    const auto throttled = run(connector_->pull(cursor_, 50), busy);
    ASSERT_FALSE(throttled);
    EXPECT_EQ(throttled.error().kind, ErrorKind::rate_limited);
    peer_.switches.broken.clear();
    EXPECT_EQ(told(), made);
}

/// The row itself is read; what must be read besides is refused for good.
TEST_F(SapUnreadable, a_row_whose_unit_cannot_be_asked_for_is_refused_by_name_and_the_stream_goes_on) {
    read_kinds("requisition");
    const std::string first = "requisition:" + peer_.make_requisition("BEARING-6204");
    const std::string refused = "requisition:" + peer_.make_requisition("SEAL-9");
    const std::string last = "requisition:" + peer_.make_requisition("FEW-1");
    const Peer picky = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        const bool is_it = request.url.find("A_ProductUnitsOfMeasure") != std::string::npos &&
                           request.url.find("SEAL-9") != std::string::npos;
        if (is_it) return net::HttpResponse{400, {}, R"({"error":{"code":"M3/305","message":{"value":"no such"}}})"};
        return peer_.answer(request);
    };
    const auto page = run(connector_->pull("", 50), picky);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(names(page->objects), (std::vector<std::string>{first, refused, last}));
    ASSERT_TRUE(page->objects[1].refused);
    EXPECT_EQ(page->objects[1].refused->code, "M3/305");
    EXPECT_EQ(page->objects[1].subject, refused.substr(refused.find(':') + 1));
    EXPECT_FALSE(page->objects[0].refused || page->objects[2].refused);
    cursor_ = page->cursor;
    EXPECT_TRUE(read_all().empty()) << "told once; it comes again when it changes";
    peer_.change_requisition(refused.substr(refused.find(':') + 1), "RequestedQuantity", "11");
    EXPECT_EQ(told(), std::vector<std::string>{refused});
}

/// Some services cannot compare with null: rows without a time of change are left then, and nothing else is.
TEST_F(SapUnreadable, where_rows_without_a_time_of_change_cannot_be_asked_for_the_others_are_told) {
    read_kinds("requisition");
    peer_.switches.compares_null = false;
    const std::vector<std::string> made = make_requisitions(4);
    peer_.rows("A_PurchaseRequisitionItem").front().set("LastChangeDateTime", Json());
    EXPECT_EQ(told(), (std::vector<std::string>{made[1], made[2], made[3]}));
    const std::uint64_t before = peer_.requests;
    EXPECT_TRUE(told().empty());
    EXPECT_EQ(peer_.requests - before, 1U) << "it is not asked again and again";
    peer_.change_requisition(made[0].substr(made[0].find(':') + 1), "RequestedQuantity", "11");
    EXPECT_EQ(told(), std::vector<std::string>{made[0]}) << "once it changes";
}

/// One material in 1,200 batches at one place: more rows than an answer has, with one and the same key of the question.
TEST_F(SapUnreadable, the_stock_of_a_material_with_more_batches_than_an_answer_has_is_added_up_whole) {
    read_kinds("stock");
    const auto add_batches = [&](int from, int count) {
        for (int i = from; i < from + count; ++i)
            peer_.add_row("A_MatlStkInAcctMod", Json::object({{"Material", "BULK-1"},
                                                              {"Plant", "1010"},
                                                              {"StorageLocation", "MAIN"},
                                                              {"Batch", "B" + std::to_string(i)},
                                                              {"InventorySpecialStockType", ""},
                                                              {"InventoryStockType", "01"},
                                                              {"MaterialBaseUnit", "EA"},
                                                              {"MatlWrhsStkQtyInMatlBaseUnit", "1.125"}}));
    };
    add_batches(0, 1'200);
    for (const std::size_t rows : {std::size_t{0}, std::size_t{170}}) {
        peer_.switches.page_rows = rows;
        cursor_.clear();
        const auto all = read_all();
        EXPECT_EQ(all.size(), 4U);
        EXPECT_EQ(data_of(all, "stock:BULK-1/MAIN", "on_hand"), "1350");
    }
    peer_.switches.page_rows = 0;
    add_batches(1'200, 3'800);
    const auto read = run(connector_->fetch("stock:BULK-1/MAIN"), peer());
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_TRUE(read->refused) << "never told as a smaller number: " << read->data;
    EXPECT_NE(read->refused->message.find("more than 5000 rows"), std::string::npos) << read->refused->message;
}

TEST_F(SapUnreadable, two_changes_in_one_moment_are_both_told) {
    read_kinds("requisition,purchase_order,part");
    const std::string requisition = peer_.make_requisition("SEAL-9"), order = peer_.make_order("SEAL-9");
    peer_.stop_clock();
    peer_.change_requisition(requisition, "RequestedQuantity", "11");
    peer_.change_order(order, "PurchasingProcessingStatus", "05");
    peer_.change_product("SEAL-9", "SerialNumberProfile", "");
    (void)read_all();
    for (const char* quantity : {"12", "13", "11"}) {
        peer_.change_requisition(requisition, "RequestedQuantity", quantity);
        EXPECT_EQ(told(), std::vector<std::string>{"requisition:" + requisition}) << quantity;
    }
    peer_.change_order(order, "PurchasingProcessingStatus", "02");
    peer_.change_product("SEAL-9", "IsMarkedForDeletion", true);
    const std::vector<std::string> both = told();
    EXPECT_EQ(std::set<std::string>(both.begin(), both.end()),
              (std::set<std::string>{"purchase_order:" + order, "part:SEAL-9"}));
    EXPECT_TRUE(told().empty());
}

/// What versions before this one have saved has no marks of content: nothing of it is told again, and nothing is lost.
TEST_F(SapUnreadable, a_place_saved_without_marks_of_content_goes_on_where_it_stood) {
    read_kinds("requisition,delivery", {{"overlap", "20m"}});
    const std::string order = peer_.make_order("SEAL-9", "1000");
    peer_.stop_clock();
    for (int i = 0; i < 260; ++i) {  // more than are remembered one by one
        (void)make_requisitions(1);
        (void)peer_.receive(order, "1");
    }
    const Json late = peer_.rows("A_PurchaseRequisitionItem").at(50);
    peer_.rows("A_PurchaseRequisitionItem").erase(peer_.rows("A_PurchaseRequisitionItem").begin() + 50);
    EXPECT_EQ(read_all(70).size(), 519U);
    std::string old = cursor_;
    for (std::size_t at = old.find("\\n#"); at != std::string::npos; at = old.find("\\n#")) old.erase(at, 13);
    ASSERT_NE(old, cursor_);
    EXPECT_EQ(FeedCursor::parse(old)->str(), old) << "still the form of old";
    cursor_ = old;
    EXPECT_TRUE(read_all().empty()) << "nothing comes again";
    std::vector<std::string> newer = make_requisitions(2);
    EXPECT_EQ(told(), newer);
    peer_.change_requisition(newer[1].substr(newer[1].find(':') + 1), "RequestedQuantity", "11");
    EXPECT_EQ(told(), std::vector<std::string>{newer[1]}) << "in the same moment";
    peer_.rows("A_PurchaseRequisitionItem").insert(peer_.rows("A_PurchaseRequisitionItem").begin() + 50, late);
    clock_.time += Millis(1'200'001);
    const std::string was_late =
        "requisition:" + late.text_or("PurchaseRequisition") + "/" + late.text_or("PurchaseRequisitionItem");
    EXPECT_EQ(told(), std::vector<std::string>{was_late});
    EXPECT_TRUE(told().empty());
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
