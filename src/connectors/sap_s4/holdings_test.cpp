// What SAP holds, listed for reconciliation: reversals, and what stands on later pages.

#include "connectors/sap_s4/test_sap_reads.h"

#include <map>
#include <set>

namespace tieline::connectors::sap_s4::test {
namespace {

class SapHoldings : public SapReads {
protected:
    /// Rows of a topic in their order; every page but the last must go on.
    std::vector<Json> listed(const std::string& topic, std::size_t* pages = nullptr) {
        std::vector<Json> rows;
        std::string cursor;
        for (int page_number = 1; page_number < 20; ++page_number) {
            const auto page = run(connector_->list(topic, "2026-11-01", "2026-11-30", cursor), peer());
            EXPECT_TRUE(page) << topic << (page ? "" : page.error().message);
            if (!page) return rows;
            for (const SourceObject& object : page->objects) rows.push_back(*Json::parse(object.data));
            if (pages != nullptr) *pages = static_cast<std::size_t>(page_number);
            if (!page->more) return rows;
            EXPECT_NE(page->cursor, cursor);
            cursor = page->cursor;
        }
        ADD_FAILURE() << topic << " does not end";
        return rows;
    }
    std::string booked(const model::Command& command) {
        const auto receipt = run(connector_->push(command), peer());
        EXPECT_TRUE(receipt) << command.kind << (receipt ? "" : receipt.error().message);
        return receipt ? receipt->document : std::string();
    }
};

TEST_F(SapHoldings, a_journal_that_was_reversed_says_by_what) {
    const std::string original = booked(peer_.sample("journal.post"));
    model::Command back = peer_.sample("journal.reverse");
    Json payload = *Json::parse(back.payload);
    payload.set("document", original);
    back.payload = payload.dump();
    const std::string reversal = booked(back);
    std::map<std::string, Json> by_document;
    for (const Json& row : listed("postings")) by_document[row.text_or("document")] = row;
    ASSERT_TRUE(by_document.contains(original)) << original;
    ASSERT_TRUE(by_document.contains(reversal)) << reversal;
    EXPECT_EQ(by_document[original].text_or("kind"), "journal");
    EXPECT_EQ(by_document[original].text_or("state"), "reversed");
    EXPECT_EQ(by_document[original].text_or("reversed_by"), reversal);
    EXPECT_EQ(by_document[reversal].text_or("kind"), "journal reversal");
    EXPECT_EQ(by_document[reversal].text_or("key"), back.key);
    EXPECT_EQ(by_document[reversal].text_or("state"), "live");
    EXPECT_EQ(by_document[reversal].text_or("amount"), by_document[original].text_or("amount"));
}

TEST_F(SapHoldings, a_movement_that_takes_another_back_is_told_as_that) {
    const model::Command issue = peer_.sample("goods_issue.reverse"), scrap = peer_.sample("scrap.reverse");
    std::set<std::string> reversals{booked(issue), booked(scrap)};
    std::map<std::string, std::size_t> kinds;
    for (const Json& row : listed("movements")) {
        ++kinds[row.text_or("kind")];
        const bool is_reversal = row.text_or("kind").ends_with(" reversal");
        EXPECT_EQ(is_reversal, reversals.contains(row.text_or("document"))) << row.dump();
    }
    EXPECT_EQ(kinds["goods_issue"], 1U);
    EXPECT_EQ(kinds["scrap"], 1U);
    EXPECT_EQ(kinds["goods_issue reversal"] + kinds["scrap reversal"], 2U) << "each by its own kind";
}

TEST_F(SapHoldings, later_pages_tell_the_rest_each_once) {
    const std::string order = peer_.make_order("SEAL-9", "5000");
    std::set<std::string> documents, requisitions;
    for (int i = 0; i < 520; ++i) documents.insert(peer_.receive(order, "1"));
    for (int i = 0; i < 520; ++i) requisitions.insert(peer_.make_requisition("SEAL-9"));
    for (int i = 1'000; i < 1'520; ++i) peer_.stock["PART-" + std::to_string(i)] = "7";
    const auto named = [](const std::vector<Json>& rows, const char* member) {
        std::set<std::string> names;
        for (const Json& row : rows) EXPECT_TRUE(names.insert(row.text_or(member)).second) << row.dump();
        return names;
    };
    std::size_t pages = 0;
    EXPECT_EQ(named(listed("movements", &pages), "document"), documents);
    EXPECT_EQ(pages, 2U);
    EXPECT_EQ(named(listed("requisitions", &pages), "document"), requisitions);
    EXPECT_EQ(pages, 2U);
    EXPECT_EQ(named(listed("stock", &pages), "key").size(), 523U);
    EXPECT_EQ(pages, 2U);
}

TEST_F(SapHoldings, a_journal_is_not_torn_apart_between_two_pages) {
    for (int i = 0; i < 3; ++i) (void)booked(peer_.sample("journal.post"));
    // Lines of strangers' documents until the page ends in the middle of the next one.
    Json::Array& lines = peer_.rows("A_OperationalAcctgDocItemCube");
    for (Json& each : lines)  // credits come first: a document that is cut would amount to nothing
        if (!each.text_or("AmountInTransactionCurrency").starts_with('-')) each.set("AccountingDocumentItem", "9");
    const std::vector<Json> before = listed("postings");
    ASSERT_FALSE(before.empty());
    const Json line = lines.front();
    Json::Array all;
    for (int i = 0; i < 1'997; ++i) {  // a document has 999 lines at most
        Json copy = line;
        copy.set("AccountingDocument", i < 999 ? "0000000001" : "0000000002");
        copy.set("AccountingDocumentItem", std::to_string(1'000 + i));
        copy.set("DocumentReferenceID", "STRANGER");
        all.push_back(std::move(copy));
    }
    for (const Json& each : lines) all.push_back(each);
    lines = std::move(all);
    std::size_t pages = 0;
    const std::vector<Json> after = listed("postings", &pages);
    EXPECT_EQ(pages, 2U);
    ASSERT_EQ(after.size(), before.size() + 2);
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i + 2].dump(), before[i].dump());
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
