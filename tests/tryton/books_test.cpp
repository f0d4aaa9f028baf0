// What the connector says that Tryton holds, after it was asked to make it, with the hub's own rights; and what the
// check says when one of these rights is taken away.

#include "connectors/tryton/spec.h"
#include "tryton/tryton_world.h"

#include <gtest/gtest.h>

#include <map>

namespace tieline::contract {
namespace {

class TrytonBooks : public testing::Test {
protected:
    std::string booked(const model::Command& command) {
        const auto receipt = connectors::run(connector_->push(command), world_.peer());
        EXPECT_TRUE(receipt) << command.kind << ": " << (receipt ? "" : receipt.error().message);
        return receipt ? receipt->document : std::string();
    }
    model::Command about(const std::string& kind, const char* member, const std::string& value) {
        model::Command command = world_.sample(kind);
        Json payload = *Json::parse(command.payload);
        payload.set(member, value);
        command.payload = payload.dump();
        return command;
    }
    /// Takes that document back; not the suite's sample, which brings documents of other people with it.
    model::Command reversal(const std::string& kind, const std::string& document) {
        model::Command command = about("requisition.create", "document", document);
        command.kind = kind;
        return command;
    }
    /// Rows of a topic by their keys; `strangers` counts those without one.
    std::map<std::string, Json> listed(const std::string& topic, std::size_t* strangers = nullptr) {
        std::map<std::string, Json> rows;
        std::string cursor;
        for (int page_number = 0; page_number < 100; ++page_number) {
            const std::string today = TrytonWorld::today();
            const auto page = connectors::run(connector_->list(topic, today, today, cursor), world_.peer());
            EXPECT_TRUE(page) << topic << ": " << (page ? "" : page.error().message);
            if (!page) return rows;
            for (const auto& object : page->objects) {
                const Json row = *Json::parse(object.data);
                if (row.text_or("key").empty() && strangers != nullptr) ++*strangers;
                if (!row.text_or("key").empty()) rows[row.text_or("key")] = row;
            }
            if (!page->more) return rows;
            EXPECT_NE(page->cursor, cursor);
            cursor = page->cursor;
        }
        ADD_FAILURE() << topic << " never comes to an end";
        return rows;
    }
    Decimal pieces(const std::string& location) {
        const Json found = world_.rows(
            "stock.move",
            Json(Json::Array{TrytonWorld::clause("state", "=", "done"),
                             TrytonWorld::clause("product.code", "=", "P-2001"),
                             Json(Json::Array{Json("OR"), TrytonWorld::clause("from_location.code", "=", location),
                                              TrytonWorld::clause("to_location.code", "=", location)})}),
            {"quantity", "to_location.code"});
        Decimal sum;
        for (const Json& row : found.items()) {
            const Decimal one = *connectors::jsonrpc::decimal_of_float(*row.find("quantity"), 0);
            sum = *sum.plus(row.find("to_location")->text_or("code") == location ? one : one.negated());
        }
        return sum;
    }

    TrytonWorld world_;
    std::unique_ptr<connectors::Connector> connector_ = *connectors::tryton::spec().make(TrytonWorld::settings(), "");
};

TEST_F(TrytonBooks, PostingsAreListedWithWhatTookThemBack) {
    const model::Command post = world_.sample("journal.post"), issue = world_.sample("goods_issue.post");
    const std::string document = booked(post);
    const model::Command back = reversal("journal.reverse", document);
    const std::string taken_back = booked(back), shipment = booked(issue);
    std::size_t strangers = 0;
    auto rows = listed("postings", &strangers);
    EXPECT_EQ(rows[post.key].text_or("kind"), "journal");
    EXPECT_EQ(rows[post.key].text_or("amount"), "93.75");
    EXPECT_EQ(rows[post.key].text_or("currency"), "EUR");
    EXPECT_EQ(rows[post.key].text_or("document"), document);
    EXPECT_EQ(rows[post.key].text_or("state"), "reversed");
    EXPECT_EQ(rows[post.key].text_or("reversed_by"), taken_back);
    EXPECT_EQ(rows[post.key].text_or("subject"), Json::parse(post.payload)->text_or("work_order"));
    EXPECT_EQ(rows[back.key].text_or("kind"), "journal reversal");
    EXPECT_EQ(rows[back.key].text_or("state"), "live");
    EXPECT_EQ(rows[issue.key].text_or("kind"), "goods_issue");
    EXPECT_EQ(rows[issue.key].text_or("document"), shipment);
    EXPECT_EQ(rows[issue.key].find("amount"), nullptr) << "no ledger of Tryton has it";
    world_.make_strangers();
    std::size_t more = 0;
    EXPECT_EQ(listed("postings", &more).size(), rows.size());
    EXPECT_EQ(more, strangers + 12);
}

TEST_F(TrytonBooks, ANumberThatWasGivenTwiceIsToldApart) {
    const model::Command one = world_.sample("journal.post"), other = world_.sample("journal.post");
    const model::Command issue = world_.sample("goods_issue.post"), more = world_.sample("goods_issue.post");
    const std::string first = booked(one), second = booked(other), taken = booked(issue), again = booked(more);
    // What Tryton does over SQLite where two are posted at the same moment.
    const auto give = [&](const std::string& table, const std::string& column, const std::string& of,
                          const std::string& to) {
        world_.told_database("UPDATE " + table + " SET " + column + " = '" + of.substr(0, of.find('/')) +
                             "' WHERE id = " + to.substr(to.find('/') + 1));
    };
    give("account_move", "post_number", first, second);
    give("stock_shipment_internal", "number", taken, again);
    booked(reversal("journal.reverse", first));
    const model::Command back = reversal("goods_issue.reverse", taken);
    const std::string taken_back = booked(back);
    auto rows = listed("postings");
    EXPECT_EQ(rows[one.key].text_or("state"), "reversed");
    EXPECT_EQ(rows[other.key].text_or("state"), "live");
    const auto twice = connectors::run(connector_->push(reversal("goods_issue.reverse", taken)), world_.peer());
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, "already_reversed");
    EXPECT_EQ(Json::parse(twice.error().details)->text_or("reversal_document"), taken_back);
    const auto by_hand =
        connectors::run(connector_->push(reversal("journal.reverse", first.substr(0, first.find('/')))), world_.peer());
    ASSERT_FALSE(by_hand) << "a person who writes the number alone has to say which";
    EXPECT_EQ(by_hand.error().code, "ambiguous_number");
}

TEST_F(TrytonBooks, ScrapLeavesTheStoreroomAndComesBack) {
    const Decimal stored = pieces("MAIN"), scrapped = pieces("SCRAP"), three = *Decimal::parse("3");
    const model::Command scrap = about("scrap.post", "quantity", "3");
    const std::string document = booked(scrap);
    EXPECT_EQ(pieces("MAIN"), *stored.minus(three));
    EXPECT_EQ(pieces("SCRAP"), *scrapped.plus(three));
    auto rows = listed("movements");
    EXPECT_EQ(rows[scrap.key].text_or("kind"), "scrap");
    EXPECT_EQ(rows[scrap.key].text_or("quantity"), "3");
    EXPECT_EQ(rows[scrap.key].text_or("part"), "P-2001");
    EXPECT_EQ(rows[scrap.key].text_or("place"), "MAIN");
    const model::Command back = reversal("scrap.reverse", document);
    booked(back);
    EXPECT_EQ(pieces("MAIN"), stored);
    EXPECT_EQ(pieces("SCRAP"), scrapped);
    rows = listed("movements");
    EXPECT_EQ(rows[back.key].text_or("kind"), "scrap reversal");
    const auto again = connectors::run(connector_->push(reversal("scrap.reverse", document)), world_.peer());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "already_reversed");
}

TEST_F(TrytonBooks, ScrapIsRefusedInWordsWhereNoPlaceIsSet) {
    connectors::Settings settings = TrytonWorld::settings();
    std::erase_if(settings.values, [](const auto& value) { return value.first == "scrap_location"; });
    const auto other = *connectors::tryton::spec().make(settings, "");
    const auto refused = connectors::run(other->push(world_.sample("scrap.post")), world_.peer());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "scrap_not_set_up");
}

TEST_F(TrytonBooks, IssuesAndReturnsAreListedWithTheirSigns) {
    const model::Command issue = about("goods_issue.post", "quantity", "4");
    const model::Command back = about("goods_issue.post", "quantity", "-1");
    const std::string document = booked(issue);
    booked(back);
    auto rows = listed("movements");
    EXPECT_EQ(rows[issue.key].text_or("kind"), "goods_issue");
    EXPECT_EQ(rows[issue.key].text_or("quantity"), "4");
    EXPECT_EQ(rows[issue.key].text_or("document"), document);
    EXPECT_EQ(rows[back.key].text_or("quantity"), "-1");
    EXPECT_EQ(rows[back.key].text_or("place"), "MAIN");
}

TEST_F(TrytonBooks, RequisitionsAndStockAreListed) {
    const model::Command asked = world_.sample("requisition.create");
    const std::string number = booked(asked);
    auto requisitions = listed("requisitions");
    EXPECT_EQ(requisitions[asked.key].text_or("document"), number);
    EXPECT_EQ(requisitions[asked.key].text_or("quantity"), "2");
    EXPECT_EQ(requisitions[asked.key].text_or("unit"), "PC");
    EXPECT_EQ(requisitions[asked.key].text_or("state"), "in_approval");
    auto stock = listed("stock");
    EXPECT_EQ(stock["P-2001/MAIN"].text_or("quantity"), pieces("MAIN").str());
    EXPECT_EQ(stock.size(), 4U) << "each part that ever moved, and no other";
}

/// A person's requisition for something that has no part number.
TEST_F(TrytonBooks, ARequisitionThatCannotBeTakenOverIsListedAllTheSame) {
    const model::Command asked = world_.sample("requisition.create");
    const std::string number = booked(asked);
    world_.told_database(
        "UPDATE purchase_requisition_line SET product = NULL, description = 'by hand' WHERE requisition = "
        "(SELECT id FROM purchase_requisition WHERE number = '" +
        number + "')");
    auto requisitions = listed("requisitions");
    EXPECT_EQ(requisitions[asked.key].text_or("document"), number);
    EXPECT_EQ(requisitions[asked.key].find("part"), nullptr);
}

TEST_F(TrytonBooks, WhatIsNotListedIsSaid) {
    const auto page = connectors::run(connector_->list("part_transactions", "", "", ""), world_.peer());
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::unsupported);
    const auto nonsense = connectors::run(connector_->list("stock", "", "", "x y"), world_.peer());
    ASSERT_FALSE(nonsense);
    EXPECT_EQ(nonsense.error().code, "bad_cursor");
}

TEST_F(TrytonBooks, ARightThatWasTakenAwayIsNamed) {
    world_.make_objects(1);  // a database of its own
    const auto before = connectors::run(connector_->probe(), world_.peer());
    ASSERT_TRUE(before);
    EXPECT_TRUE(before->missing.empty()) << before->missing.front();
    const Json user =
        world_.rows("res.user", Json(Json::Array{TrytonWorld::clause("login", "=", "tieline")}), {"name"});
    // Each group of the README, and what is missing without it.
    const std::pair<const char*, const char*> needed[] = {
        {"Account", "right to create account.move"},
        {"Stock", "right to create stock.shipment.internal"},
        {"Purchase", "right to write purchase.purchase"},
        {"Purchase Requisition", "right to create purchase.requisition"}};
    for (const auto& [name, wanted] : needed) {
        SCOPED_TRACE(name);
        const Json found =
            world_.rows("res.group", Json(Json::Array{TrytonWorld::clause("name", "=", name)}), {"name"});
        const Json group(Json::Array{*found.items().at(0).find("id")});
        const auto change = [&](const char* how) {
            Json groups(Json::Array{Json(Json::Array{Json(how), group})});
            world_.asked("model.res.user.write", {Json(Json::Array{*user.items().at(0).find("id")}),
                                                  Json::object({{"groups", std::move(groups)}})});
        };
        change("remove");
        const auto probe = connectors::run(connector_->probe(), world_.peer());
        change("add");
        ASSERT_TRUE(probe) << probe.error().message;
        std::string all;
        for (const std::string& words : probe->missing) all += words + "; ";
        EXPECT_NE(all.find(wanted), std::string::npos) << all;
        for (const auto& [other, right] : needed) {
            if (other != name)
                EXPECT_EQ(all.find(right), std::string::npos) << other << " is not needed for it: " << all;
        }
    }
}

TEST_F(TrytonBooks, TheHubMayNotApprove) {
    const std::string number = booked(world_.sample("requisition.create"));
    const Json found =
        world_.rows("purchase.requisition", Json(Json::Array{TrytonWorld::clause("number", "=", number)}), {"state"});
    const connectors::jsonrpc::Client hub = world_.hubs_client();
    Json::Array params{Json(Json::Array{*found.items().at(0).find("id")}), Json::object({{"company", 1}})};
    const auto approved = connectors::run(
        hub.call("model.purchase.requisition.approve", std::move(params), connectors::jsonrpc::Effect::write),
        world_.peer());
    ASSERT_FALSE(approved);
    EXPECT_EQ(approved.error().kind, ErrorKind::unauthorized) << approved.error().message;
}

TEST_F(TrytonBooks, AMapThatDoesNotFitTheServerIsNamedWithItsLine) {
    std::string map(connectors::tryton::spec().own_map);
    const auto put = [&](const std::string& from, const std::string& to) {
        const std::size_t at = map.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        map.replace(at, from.size(), to);
    };
    put("to: description\n", "to: remark\n");
    put("to: \"planned_date|date\"", "to: \"planned_date|decimal\"");
    put("to: \"date|date\", from: $.posting_date", "to: \"day|date\", from: $.posting_date");
    const auto other = connectors::tryton::spec().make(TrytonWorld::settings(), map);
    ASSERT_TRUE(other) << other.error().message;
    const auto probe = connectors::run((*other)->probe(), world_.peer());
    ASSERT_TRUE(probe) << probe.error().message;
    ASSERT_EQ(probe->missing.size(), 3U);
    EXPECT_NE(probe->missing[0].find("table journal.post: Tryton's account.move has no field remark"),
              std::string::npos)
        << probe->missing[0];
    EXPECT_NE(probe->missing[1].find("Tryton's analytic_account.line has no field day"), std::string::npos)
        << probe->missing[1];
    EXPECT_NE(probe->missing[2].find("stock.shipment.internal's field planned_date is of type date"), std::string::npos)
        << probe->missing[2];
}

}  // namespace
}  // namespace tieline::contract
