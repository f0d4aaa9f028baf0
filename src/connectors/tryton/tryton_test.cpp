// What stands without a server: commands as values, the place in the feed, rows as events. What Tryton makes of it is
// tested against the real one in tests/tryton.

#include "connectors/test_golden.h"
#include "connectors/tryton/feed.h"
#include "connectors/tryton/shape.h"
#include "connectors/tryton/spec.h"
#include "connectors/tryton/wire.h"

#include <gtest/gtest.h>

namespace tieline::connectors::tryton {
namespace {

std::unique_ptr<Connector> made() {
    Settings settings;
    settings.name = "erp";
    settings.values = {{"url", "http://tryton.test"},
                       {"database", "erp"},
                       {"user", "tieline"},
                       {"password", "word"},
                       {"scrap_location", "SCRAP"}};
    auto connector = spec().make(settings, "");
    EXPECT_TRUE(connector) << (connector ? "" : connector.error().message);
    return connector ? std::move(*connector) : nullptr;
}

TEST(Golden, CommandsBecomeTheseValues) {
    const auto connector = made();
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(TIELINE_TESTDATA)) {
        SCOPED_TRACE(file.path().filename().string());
        const Json golden = golden_of(file.path());
        model::Command command;
        command.key = golden.find("command")->text_or("key");
        command.kind = golden.find("command")->text_or("kind");
        command.payload = golden.find("command")->find("payload")->dump();
        const auto request = connector->preview(command);
        ASSERT_TRUE(request) << request.error().message;
        const Json body = *Json::parse(request->body);
        EXPECT_EQ(request->url, "http://tryton.test/erp/");
        EXPECT_EQ(body.text_or("method"), golden.text_or("method"));
        EXPECT_EQ(body.find("params")->items()[0].items()[0].pretty(), golden.find("values")->pretty());
        ++count;
    }
    EXPECT_EQ(count, 4U);
}

TEST(Cursor, TakesRowsThatBecomeVisibleLate) {
    StreamPlace place;
    place.add({1'000'000, 4});
    place.add({3'000'000, 6});
    EXPECT_TRUE(place.knows({3'000'000, 6}));
    EXPECT_FALSE(place.knows({2'000'000, 5})) << "started before row 6, committed after it was read";
    place.add({2'000'000, 5});
    EXPECT_TRUE(place.knows({2'000'000, 5}));
    place.add({500'000'000, 7});  // minutes later: the old ones are done with
    EXPECT_EQ(place.seen.size(), 1U);
    EXPECT_TRUE(place.knows({2'500'000, 9}));
    EXPECT_FALSE(place.knows({3'000'000, 7}));
}

TEST(Cursor, SurvivesBeingWrittenDown) {
    FeedCursor cursor;
    cursor.of("part").written.add({1'795'666'333'571'088, 3});
    cursor.of("stock_move").created.add({1'795'666'335'928'212, 9});
    const Result<FeedCursor> again = FeedCursor::parse(cursor.str());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->str(), cursor.str());
    EXPECT_EQ(again->head(), 1'795'666'335'928'212);
    for (const char* bad :
         {"x", "[]", R"({"part":[]})", R"({"part":[[1,2,[[3]]],[0,0,[]]]})", R"({"part":[[-1,2,[]],[0,0,[]]]})"})
        EXPECT_FALSE(FeedCursor::parse(bad)) << bad;
}

TEST(Cursor, StampsAreThereAndBack) {
    EXPECT_EQ(stamp_text(stamp_of("2026-11-26T04:12:13.000088")), "2026-11-26T04:12:13.000088");
    EXPECT_EQ(stamp_of("nonsense"), 0);
}

TEST(Shape, ARequisitionIsOrderedWhenAllOfItIs) {
    const auto row = [](const char* order) {
        return *Json::parse(
            std::string(R"({"number":"4","state":"processing","description":"7ZQK9M2P4R6T0003 {WO-1,WO-2} x",)"
                        R"("warehouse":{"storage_location":{"code":"MAIN"}},"lines":[{"quantity":21.0,)"
                        R"("product":{"code":"SEAL-9"},"unit":{"symbol":"u","digits":0},)"
                        R"("purchase_requests":[{"id":1,"purchase_line":)") +
            order + "}]}]}");
    };
    const FieldMap map = *FieldMap::compile(own_map(), "map.yaml");
    const FeedKind& kind = *feed_kind("requisition");
    const SourceObject waiting = object_of(map, kind, shaped_row(kind, row("null"), "EUR"), 7);
    EXPECT_EQ(waiting.type, "requisition.approved");
    const SourceObject ordered = object_of(map, kind, shaped_row(kind, row("12"), "EUR"), 7);
    EXPECT_EQ(ordered.type, "requisition.ordered");
    EXPECT_EQ(ordered.object, "requisition:4");
    EXPECT_EQ(ordered.data, R"({"requisition":"4","part":"SEAL-9","storeroom":"MAIN","quantity":"21","unit":"PC",)"
                            R"("status":"ordered","work_orders":["WO-1","WO-2"],"reference":"7ZQK9M2P4R6T0003"})");
}

TEST(Drafts, TakeTheNewLinesOneByOneInTheirOrder) {
    const Json draft = *Json::parse(R"({"id":5,"state":"draft","lines":[
        {"id":9,"debit":"0","credit":"7.00","analytic_lines":[]},{"id":8,"debit":"7.00","credit":"0","analytic_lines":[3]},
        {"id":10,"debit":"0","credit":"0","analytic_lines":[4]}]})");
    const auto written = [&](const char* lines) {
        const Json values = *Json::parse(std::string(R"({"description":"K x","lines":[["create",)") + lines + "]]}");
        return values_on_draft(values, draft);
    };
    const char* const nothing = R"({"__class__":"Decimal","decimal":"0"})";
    const Json fewer =
        written(R"([{"account":1,"debit":"5","credit":"0","analytic_lines":[["create",[{"debit":"5"}]]]}])");
    EXPECT_EQ(fewer.text_or("description"), "K x");
    EXPECT_EQ(fewer.find("lines")->dump(),
              std::string(R"([["write",[8],{"account":1,"debit":"5","credit":"0",)") +
                  R"("analytic_lines":[["delete",[3]],["create",[{"debit":"5"}]]],"party":null,"description":null}],)" +
                  R"(["write",[9],{"debit":)" + nothing + R"(,"credit":)" + nothing + R"(}],)" +
                  R"(["write",[10],{"debit":)" + nothing + R"(,"credit":)" + nothing +
                  R"(,"analytic_lines":[["delete",[4]]]}]])");
    const Json more = written(R"([{"a":1},{"a":2},{"a":3},{"a":4},{"a":5}])");
    ASSERT_EQ(more.find("lines")->items().size(), 4U);
    EXPECT_EQ(more.find("lines")->items()[3].dump(), R"(["create",[{"a":4},{"a":5}]])");
}

TEST(Drafts, EntriesAreEmptyOnlyWhereEveryAmountIsNothing) {
    const Document& entry = *routes().front().document;
    const auto row = [](const char* state, const char* debit) {
        return *Json::parse(std::string(R"({"state":")") + state + R"(","lines":[{"debit":")" + debit +
                            R"(","credit":"0.00"}]})");
    };
    EXPECT_TRUE(is_emptied(entry, row("draft", "0")));
    EXPECT_FALSE(is_emptied(entry, row("draft", "0.01")));
    EXPECT_FALSE(is_emptied(entry, row("draft", "")));
    EXPECT_TRUE(is_emptied(entry, row("posted", "0"))) << "posted by a person: it books nothing all the same";
    EXPECT_FALSE(is_emptied(entry, row("posted", "0.01")));
    EXPECT_TRUE(is_emptied(entry, *Json::parse(R"({"state":"draft","lines":[]})")));
    EXPECT_FALSE(is_emptied(entry, *Json::parse(R"({"state":"posted","lines":[]})"))) << "not read whole";
    const Document& issue = *routes()[2].document;
    EXPECT_FALSE(is_emptied(issue, row("done", "0"))) << "only entries are emptied";
}

TEST(Wire, AnEntryWithoutAmountsIsRefusedBeforeItLeaves) {
    const auto connector = made();
    model::Command command;
    command.key = "7ZQK9M2P4R6T0001";
    command.kind = "journal.post";
    command.payload = R"({"lines":[{"amount":"0.00"},{"amount":"0"}]})";
    EXPECT_EQ(connector->preview(command).error().code, "bad_amount");
}

TEST(Wire, WhatTrytonCannotDoIsRefusedBeforeItLeaves) {
    const auto connector = made();
    model::Command command;
    command.key = "7ZQK9M2P4R6T0001";
    command.kind = "confirmation.post";
    command.payload = "{}";
    EXPECT_EQ(connector->preview(command).error().kind, ErrorKind::unsupported);
    command.kind = "goods_issue.post";
    command.payload = R"({"company_code":"1000","part":"A","quantity":"1","lot":"L-1"})";
    EXPECT_EQ(connector->preview(command).error().code, "lot_unsupported");
    command.payload = R"({"company_code":"1000","part":"A","quantity":"0"})";
    EXPECT_EQ(connector->preview(command).error().code, "bad_amount");
}

}  // namespace
}  // namespace tieline::connectors::tryton
