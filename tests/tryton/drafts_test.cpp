// What stands in Tryton after an entry was created and not posted, with the hub's own rights: those of the group
// Account, which may not delete a draft.

#include "connectors/tryton/spec.h"
#include "tryton/tryton_world.h"

#include <gtest/gtest.h>

namespace tieline::contract {
namespace {

using connectors::Found;
using connectors::Receipt;

class TrytonDrafts : public testing::Test {
protected:
    /// Everything goes through but requests of this method, which never arrive.
    connectors::Peer without(const std::string& method) {
        return [this, method](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            if (TrytonWorld::method_of(request) != method) return world_.answer(request);
            return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
        };
    }
    /// This method is refused, as Tryton refuses.
    connectors::Peer refusing(const std::string& method) {
        return [this, method](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            if (TrytonWorld::method_of(request) != method) return world_.answer(request);
            net::HttpResponse refusal;
            refusal.status = 200;
            refusal.body = R"({"id":1,"error":["UserError",["No sequence is there for this year.","",null]]})";
            return refusal;
        };
    }
    Json entries(const std::string& key) {
        return world_.rows("account.move", Json(Json::Array{TrytonWorld::clause("description", "like", key + "%")}),
                           {"state", "post_number", "lines.debit", "lines.credit", "lines.account.code",
                            "lines.analytic_lines.debit", "lines.analytic_lines.account.code"});
    }
    /// "610000 93.75 0 CC-100 93.75; …" in the order of accounts.
    static std::string lines_of(const Json& entry) {
        std::vector<std::string> lines;
        for (const Json& line : entry.find("lines")->items()) {
            std::string text =
                line.find("account")->text_or("code") + " " + line.text_or("debit") + " " + line.text_or("credit");
            for (const Json& part : line.find("analytic_lines")->items())
                text += " " + part.find("account")->text_or("code") + " " + part.text_or("debit");
            lines.push_back(text);
        }
        std::sort(lines.begin(), lines.end());
        std::string all;
        for (const std::string& line : lines) all += (all.empty() ? "" : "; ") + line;
        return all;
    }
    static model::Command with(model::Command command, const char* from, const char* to) {
        for (std::size_t at = command.payload.find(from); at != std::string::npos;
             at = command.payload.find(from, at + 1))
            command.payload.replace(at, std::string(from).size(), to);
        return command;
    }

    TrytonWorld world_;
    std::unique_ptr<connectors::Connector> connector_ = *connectors::tryton::spec().make(TrytonWorld::settings(), "");
};

TEST_F(TrytonDrafts, OneIsCompletedAndNoSecondOneMade) {
    const model::Command command = world_.sample("journal.post");
    const auto broken_off = connectors::run(connector_->push(command), without("model.account.move.post"));
    ASSERT_FALSE(broken_off);
    EXPECT_EQ(broken_off.error().kind, ErrorKind::unknown_outcome);
    const auto found = connectors::run(connector_->find(command), world_.peer());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->receipt.state, Receipt::State::accepted) << "a draft is not booked";
    const auto again = connectors::run(connector_->push(command), world_.peer());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->state, Receipt::State::booked);
    const Json all = entries(command.key);
    ASSERT_EQ(all.items().size(), 1U);
    EXPECT_EQ(all.items()[0].text_or("post_number") + "/" + all.items()[0].find("id")->number_token(), again->document);
    EXPECT_EQ(lines_of(all.items()[0]), "181000 0 93.75; 610000 93.75 0 CC-100 93.75");
}

TEST_F(TrytonDrafts, OneTakesTheValuesOfToday) {
    const model::Command command = world_.sample("journal.post");
    ASSERT_FALSE(connectors::run(connector_->push(command), without("model.account.move.post")));
    model::Command edited = with(command, "93.75", "80.10");
    edited = with(edited, "CC-100", "CC-200");
    const auto booked = connectors::run(connector_->push(edited), world_.peer());
    ASSERT_TRUE(booked) << booked.error().message;
    const Json all = entries(command.key);
    ASSERT_EQ(all.items().size(), 1U);
    EXPECT_EQ(lines_of(all.items()[0]), "181000 0 80.10; 610000 80.10 0 CC-200 80.10");
}

TEST_F(TrytonDrafts, OfALateCreateIsEmptied) {
    const model::Command command = world_.sample("journal.post");
    ASSERT_FALSE(connectors::run(connector_->push(command), without("model.account.move.post")));
    // The same create once more, as a request that was given up and came late all the same.
    const Json first = entries(command.key);
    world_.asked("model.account.move.copy", {Json(Json::Array{*first.items()[0].find("id")}),
                                             Json::object({{"description", command.key + " late"}})});
    const auto booked = connectors::run(connector_->push(command), world_.peer());
    ASSERT_TRUE(booked) << booked.error().message;
    const Json all = entries(command.key);
    ASSERT_EQ(all.items().size(), 2U);
    EXPECT_EQ(all.items()[0].text_or("state"), "posted");
    EXPECT_EQ(all.items()[1].text_or("state"), "draft");
    EXPECT_EQ(lines_of(all.items()[1]), "181000 0 0; 610000 0 0");
    const auto found = connectors::run(connector_->find(command), world_.peer());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->receipt.document, booked->document);
}

TEST_F(TrytonDrafts, ARefusedOneIsEmptiedAndTakenUpAgain) {
    const model::Command command = world_.sample("journal.post");
    const auto refused = connectors::run(connector_->push(command), refusing("model.account.move.post"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid) << refused.error().message;
    EXPECT_NE(refused.error().message.find("No sequence is there"), std::string::npos) << refused.error().message;
    const Json emptied = entries(command.key);
    ASSERT_EQ(emptied.items().size(), 1U);
    EXPECT_EQ(lines_of(emptied.items()[0]), "181000 0 0; 610000 0 0");
    const auto found = connectors::run(connector_->find(command), world_.peer());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, Found::State::absent);
    const auto booked = connectors::run(connector_->push(command), world_.peer());
    ASSERT_TRUE(booked) << booked.error().message;
    const Json all = entries(command.key);
    ASSERT_EQ(all.items().size(), 1U);
    EXPECT_EQ(lines_of(all.items()[0]), "181000 0 93.75; 610000 93.75 0 CC-100 93.75");
}

/// The cost would be lost if that entry counted as booked.
TEST_F(TrytonDrafts, AnEmptiedOneThatAPersonPostedCountsAsNotThere) {
    const model::Command command = world_.sample("journal.post");
    ASSERT_FALSE(connectors::run(connector_->push(command), refusing("model.account.move.post")));
    const Json emptied = entries(command.key);
    ASSERT_EQ(emptied.items().size(), 1U);
    const Json id = *emptied.items()[0].find("id");
    world_.asked("model.account.move.post", {Json(Json::Array{id})});
    ASSERT_EQ(entries(command.key).items()[0].text_or("state"), "posted");
    const auto found = connectors::run(connector_->find(command), world_.peer());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, Found::State::absent);
    const auto refused = connectors::run(connector_->push(command), refusing("model.account.move.post"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid) << "taken back all the same: " << refused.error().message;
    const auto booked = connectors::run(connector_->push(command), world_.peer());
    ASSERT_TRUE(booked) << booked.error().message;
    const Json all = entries(command.key);
    ASSERT_EQ(all.items().size(), 2U);
    EXPECT_EQ(lines_of(all.items()[0]), "181000 0 0; 610000 0 0");
    EXPECT_EQ(lines_of(all.items()[1]), "181000 0 93.75; 610000 93.75 0 CC-100 93.75");
    EXPECT_TRUE(booked->document.ends_with("/" + all.items()[1].find("id")->number_token())) << booked->document;
    const auto again = connectors::run(connector_->find(command), world_.peer());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->receipt.document, booked->document);
    std::size_t with_key = 0;
    std::string cursor;
    for (int page_number = 0; page_number < 50; ++page_number) {
        const auto page = connectors::run(
            connector_->list("postings", TrytonWorld::today(), TrytonWorld::today(), cursor), world_.peer());
        ASSERT_TRUE(page) << page.error().message;
        for (const auto& object : page->objects)
            if (Json::parse(object.data)->text_or("key") == command.key) ++with_key;
        if (!page->more) break;
        cursor = page->cursor;
    }
    EXPECT_EQ(with_key, 1U) << "the one that books nothing is told without a key";
}

TEST_F(TrytonDrafts, WhatSomebodyPostedMeanwhileIsLookedUp) {
    const model::Command command = world_.sample("journal.post");
    ASSERT_FALSE(connectors::run(connector_->push(command), without("model.account.move.post")));
    const Json draft = entries(command.key);
    bool is_posted = false;  // by a person, between our look and our write
    const connectors::Peer late = [&](const net::HttpRequest& request) {
        if (world_.writes(request) && !std::exchange(is_posted, true))
            world_.asked("model.account.move.post", {Json(Json::Array{*draft.items()[0].find("id")})});
        return world_.answer(request);
    };
    const auto pushed = connectors::run(connector_->push(command), late);
    ASSERT_FALSE(pushed);
    EXPECT_EQ(pushed.error().kind, ErrorKind::unknown_outcome) << pushed.error().message;
    const auto found = connectors::run(connector_->find(command), world_.peer());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->receipt.state, Receipt::State::booked);
    EXPECT_EQ(entries(command.key).items().size(), 1U);
}

}  // namespace
}  // namespace tieline::contract
