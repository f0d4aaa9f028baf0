// Parts, stock and plans of the sandbox CMMS in this process: several lists behind one cursor, hints that name kind and
// object, what is written back and found again.

#include "connectors/drive.h"
#include "connectors/sandbox_cmms/sandbox_cmms.h"
#include "connectors/sandbox_cmms/spec.h"
#include "sandbox/cmms/test_plant.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace tieline::connectors::sandbox_cmms {
namespace {

using sandbox::cmms::TestPlant;

const char* base_url = "http://cmms.test:8082";

class HandClock final : public Clock {
public:
    WallTime now() const override { return time; }
    WallTime time = *parse_time("2026-11-24T03:16:49.120Z");
};

class CmmsPartsTest : public ::testing::Test {
protected:
    CmmsPartsTest() {
        put("/api/items/SEAL-9", R"({"description":"Seal","uom":"PC","decimals":0,"unit_cost":"12.80",)"
                                 R"("alternative_units":[{"unit":"BOX","numerator":"100","denominator":"1"}]})");
        put("/api/storerooms/MAIN", R"({"description":"Main","plant":"PLANT1","negative_balance":true})");
        connector_ = made();
    }
    std::unique_ptr<SandboxCmms> made(std::vector<std::pair<std::string, std::string>> more = {}) {
        Settings settings;
        settings.name = "cmms";
        settings.values = {{"url", base_url},
                           {"token", "token"},
                           {"site", "plant1"},
                           {"timeout", "10s"},
                           {"reads", "workorders,transactions,suggestions,inventory"},
                           {"webhook_secret", "0123456789abcdef"}};
        for (auto& setting : more) {
            std::erase_if(settings.values, [&](const auto& value) { return value.first == setting.first; });
            settings.values.push_back(std::move(setting));
        }
        auto map = FieldMap::compile(own_map(), "map.yaml");
        EXPECT_TRUE(map) << map.error().message;
        return std::make_unique<SandboxCmms>(settings, std::move(*map), clock_);
    }
    void put(const std::string& path, const std::string& body) {
        const auto answer = plant_.ask("PUT", path, body);
        EXPECT_LT(answer.status, 300) << path << " " << answer.body.dump();
    }
    Peer peer() {
        return [this](const net::HttpRequest& wire) -> Result<net::HttpResponse> {
            net::HttpRequest request = wire;
            request.url = request.url.substr(std::string(base_url).size());
            asked_.push_back(request.url);
            net::HttpResponse response = plant_.cmms.handle(request, plant_.now);
            if (response.status == 0) return make_error(ErrorKind::unknown_outcome, "the answer was lost");
            return response;
        };
    }
    std::string released() {
        const std::string number = plant_.make();
        plant_.move_to(number, {"APPR", "RELEASED"});
        return number;
    }
    std::string issue(const std::string& order, const std::string& more = R"("quantity":1)") {
        const auto answer =
            plant_.post("/api/part-transactions", R"({"type":"ISSUE","wonum":")" + order +
                                                      R"(","item":"SEAL-9","storeroom":"MAIN",)" + more + "}");
        EXPECT_EQ(answer.status, 201) << answer.body.dump();
        return answer.body.text_or("transaction");
    }
    std::string suggest() {
        const auto answer =
            plant_.post("/api/reorder-suggestions", R"({"item":"SEAL-9","storeroom":"MAIN","quantity":1,"uom":"BOX"})");
        EXPECT_EQ(answer.status, 201) << answer.body.dump();
        return answer.body.text_or("suggestion");
    }
    std::vector<SourceObject> pull_all(Connector& connector, std::string& cursor, std::size_t count_max) {
        std::vector<SourceObject> objects;
        for (bool more = true; more;) {
            const Result<Page> page = run(connector.pull(cursor, count_max), peer());
            EXPECT_TRUE(page) << page.error().message;
            if (!page) break;
            EXPECT_LE(page->objects.size(), count_max);
            for (const SourceObject& object : page->objects) {
                EXPECT_FALSE(object.refused) << object.refused->message;
                objects.push_back(object);
            }
            cursor = page->cursor;
            more = page->more;
        }
        return objects;
    }
    static std::string names(const std::vector<SourceObject>& objects) {
        std::string text;
        for (const SourceObject& object : objects) text += (text.empty() ? "" : " ") + object.object;
        return text;
    }
    static model::Command command(const std::string& kind, Json payload, const std::string& key = "0123456789ABCDEF") {
        model::Command made;
        made.key = key;
        made.kind = kind;
        payload.set("reference", key);
        made.payload = payload.dump();
        return made;
    }

    HandClock clock_;
    TestPlant plant_;
    std::unique_ptr<SandboxCmms> connector_;
    std::vector<std::string> asked_;
};

TEST_F(CmmsPartsTest, OrdersComeBeforeWhatWasUsedOnThemAndAllBehindOneCursor) {
    const std::string order = released();
    const std::string first = issue(order, R"("quantity":2,"uom":"BOX","by":"T-01")");
    const std::string wish = suggest();
    const std::string other = plant_.make();
    std::string cursor;
    const auto all = pull_all(*connector_, cursor, 2);
    EXPECT_EQ(names(all),
              order + " " + other + " part_transaction:" + first + " suggestion:" + wish + " inventory:MAIN/SEAL-9");
    std::map<std::string, SourceObject> by_type;
    for (const SourceObject& object : all) by_type[object.type] = object;
    EXPECT_EQ(by_type["part.consumed"].subject, first);
    EXPECT_EQ(by_type["part.consumed"].correlation, order);
    const Json data = *Json::parse(by_type["part.consumed"].data);
    EXPECT_EQ(data.text_or("base_quantity"), "200");
    EXPECT_EQ(data.text_or("base_unit"), "PC");
    EXPECT_EQ(by_type["reorder.suggested"].subject, wish);
    EXPECT_EQ(by_type["balance.changed"].subject, "SEAL-9/MAIN");
    EXPECT_EQ(Json::parse(by_type["balance.changed"].data)->text_or("balance"), "-200");
    const std::string order_line = Json::parse(all[0].data)->find("lines")->items()[0].text_or("transaction");
    EXPECT_EQ(order_line, first);
    const std::string before = cursor;
    EXPECT_TRUE(pull_all(*connector_, cursor, 50).empty());
    EXPECT_EQ(cursor, before);
    EXPECT_EQ(cursor.substr(0, 1), "w") << cursor;
    const std::string second = issue(order);
    EXPECT_EQ(names(pull_all(*connector_, cursor, 50)),
              order + " part_transaction:" + second + " inventory:MAIN/SEAL-9");
    for (const SourceObject& object : all) {
        if (object.object == order || object.object.starts_with("inventory:")) continue;  // changed since
        const auto again = run(connector_->fetch(object.object), peer());
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(again->data, object.data);
    }
}

TEST_F(CmmsPartsTest, CursorsOfOldAndBadOnes) {
    for (const char* bad : {"w", "x1", "w1w2", "w1.", ".w1", "w-1", "w1.w2", "dxyz", "d12.d34", "d12o", "soon", "1.5"})
        EXPECT_FALSE(cursor_of(bad)) << bad;
    for (const char* good : {"w12.t40.s3.i9", "t40", "w1.d0123456789abcdef", "w1.d0123456789abcdefo17", ""})
        EXPECT_EQ(to_text(*cursor_of(good)), good);
    EXPECT_EQ(cursor_of("42")->after[0], 42);
    const std::string order = plant_.make();
    const std::string plain = std::to_string(plant_.get("/api/workorders/" + order).body.int_or("change", 0));
    std::string cursor = plain;
    EXPECT_TRUE(pull_all(*connector_, cursor, 50).empty());
    EXPECT_EQ(cursor, plain) << "nothing new: the cursor stays as it was written";
    EXPECT_EQ(run(connector_->pull("w1.q2", 5), peer()).error().code, "bad_cursor");
}

TEST_F(CmmsPartsTest, TroubleWithOneListHoldsUpNoWorkOrder) {
    const std::string order = plant_.make();
    const Peer broken = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        if (request.url.find("/api/inventory") != std::string::npos) return net::HttpResponse{403, {}, "{}"};
        return peer()(request);
    };
    const auto page = run(connector_->pull("", 50), broken);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(names(page->objects), order);
    EXPECT_TRUE(page->more);
    const auto next = run(connector_->pull(page->cursor, 50), broken);
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().kind, ErrorKind::unauthorized);
    const auto few = made({{"reads", "workorders, suggestions"}});
    EXPECT_TRUE(run(few->pull(page->cursor, 50), broken));
}

TEST_F(CmmsPartsTest, AnotherUnitIsReadWithItsBaseUnit) {
    const std::string order = plant_.make(
        R"(,"planned_materials":[{"item":"SEAL-9","quantity":2,"uom":"BOX","storeroom":"MAIN","substitute_ok":true},)"
        R"({"item":"SEAL-9","quantity":3,"storeroom":"MAIN","needed_on":"2026-12-01"}])");
    const auto object = run(connector_->fetch(order), peer());
    ASSERT_TRUE(object) << object.error().message;
    ASSERT_FALSE(object->refused) << object->refused->message;
    EXPECT_EQ(Json::parse(object->data)->find("planned_parts")->dump(),
              R"([{"id":"P1","part":"SEAL-9","quantity":"2","unit":"BOX","base_quantity":"200","base_unit":"PC",)"
              R"("storeroom":"MAIN","substitute_ok":true},{"id":"P2","part":"SEAL-9","quantity":"3","unit":"PC",)"
              R"("base_quantity":"3","base_unit":"PC","storeroom":"MAIN","needed_on":"2026-12-01"}])");
}

TEST_F(CmmsPartsTest, DuePlansAreToldOnceUntilTheyChange) {
    const auto connector = made({{"plan_horizon_days", "60"}});
    const Json list = plant_.get("/api/pms/due?until=2027-01-23&limit=1000").body;
    const std::size_t count = list.find("items")->items().size();
    ASSERT_GT(count, 3U);
    std::string cursor;
    const auto told = pull_all(*connector, cursor, 2);
    ASSERT_EQ(told.size(), count);
    EXPECT_EQ(told[0].type, "plan.due");
    EXPECT_EQ("due:" + told[0].subject, told[0].object);
    const Json data = *Json::parse(told[0].data);
    EXPECT_EQ(told[0].subject, data.text_or("plan") + "/" + data.text_or("due"));
    const auto again = run(connector->fetch(told[0].object), peer());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->data, told[0].data);
    EXPECT_EQ(run(connector->fetch("due:PM-NONE/2026-12-01"), peer()).error().kind, ErrorKind::not_found);
    const std::string before = cursor;
    EXPECT_TRUE(pull_all(*connector, cursor, 2).empty());
    EXPECT_EQ(cursor, before);
    // A later horizon shows more: the list is another one and is told anew.
    clock_.time += Millis(std::int64_t{40} * 24 * 3'600'000);
    EXPECT_GT(pull_all(*connector, cursor, 2).size(), count);
    asked_.clear();
    std::string off;
    pull_all(*connector_, off, 50);
    EXPECT_TRUE(std::none_of(asked_.begin(), asked_.end(),
                             [](const std::string& url) { return url.find("/pms/") != std::string::npos; }));
}

TEST_F(CmmsPartsTest, HintsNameKindAndObject) {
    plant_.post("/api/webhooks", R"({"url":"http://hub/hook","secret":"0123456789abcdef",
"events":["part.transacted","reorder.changed","inventory.counted","item.changed"]})");
    const std::string order = released();
    const std::string transaction = issue(order);
    const std::string wish = suggest();
    plant_.post("/api/inventory/MAIN/SEAL-9/count", R"({"quantity":7,"note":"counted"})");
    put("/api/items/SEAL-9", R"({"description":"Seal, new","uom":"PC","decimals":0})");
    std::vector<std::string> hints;
    for (const auto& due : plant_.cmms.take_webhooks(plant_.now)) {
        const auto read = connector_->webhook(due.request, plant_.now);
        ASSERT_TRUE(read) << read.error().message;
        for (const Hint& hint : *read) hints.push_back(hint.object);
    }
    std::sort(hints.begin(), hints.end());
    EXPECT_EQ(hints, (std::vector<std::string>{"inventory:MAIN/SEAL-9", "part_transaction:" + transaction,
                                               "suggestion:" + wish}));
    for (const std::string& hint : hints) EXPECT_TRUE(run(connector_->fetch(hint), peer())) << hint;
}

TEST_F(CmmsPartsTest, AnOlderPictureIsIgnoredAndNotSentAgain) {
    const auto mirror = [&](const char* on_hand, int as_of, const char* key) {
        return command("inventory.mirror",
                       Json::object({{"part", "SEAL-9"},
                                     {"storeroom", "MAIN"},
                                     {"on_hand", on_hand},
                                     {"reserved", "0"},
                                     {"on_order", "0"},
                                     {"as_of", as_of}}),
                       key);
    };
    const model::Command newer = mirror("5", 20, "KEYNEWER00000002"), older = mirror("9", 10, "KEYOLDER00000001");
    const auto booked = run(connector_->push(newer), peer());
    ASSERT_TRUE(booked) << booked.error().message;
    EXPECT_EQ(booked->document, "SEAL-9/MAIN");
    EXPECT_EQ(booked->details, "{}");
    const auto ignored = run(connector_->push(older), peer());
    ASSERT_TRUE(ignored) << ignored.error().message;
    EXPECT_EQ(ignored->details, R"({"ignored":true})");
    EXPECT_EQ(run(connector_->find(older), peer())->state, Found::State::present);
    EXPECT_EQ(run(connector_->find(mirror("6", 30, "KEYLATER00000003")), peer())->state, Found::State::absent);
    const Json row = plant_.get("/api/inventory/MAIN/SEAL-9").body;
    EXPECT_EQ(row.find("erp")->int_or("on_hand", 0), 5);
}

TEST_F(CmmsPartsTest, WhatIsLinkedComesBackWithItsLink) {
    const std::string transaction = issue(released());
    std::string cursor;
    pull_all(*connector_, cursor, 50);
    const auto linked =
        run(connector_->push(command(
                "part_transaction.link",
                Json::object({{"transaction", transaction}, {"erp_document", "4900000007"}, {"status", "booked"}}))),
            peer());
    ASSERT_TRUE(linked) << linked.error().message;
    const auto seen = pull_all(*connector_, cursor, 50);
    ASSERT_EQ(names(seen), "part_transaction:" + transaction);
    EXPECT_EQ(Json::parse(seen[0].data)->find("linked")->dump(), R"({"document":"4900000007","status":"booked"})");
}

TEST_F(CmmsPartsTest, BadCommandsAreInvalidWithTheFieldToBlame) {
    const auto error = [&](const std::string& kind, Json payload) {
        const auto receipt = run(connector_->push(command(kind, std::move(payload))), peer());
        EXPECT_FALSE(receipt);
        return receipt ? Error{} : receipt.error();
    };
    const Error lost = error("part_transaction.link",
                             Json::object({{"transaction", "PT-9"}, {"erp_document", "1"}, {"status", "booked"}}));
    EXPECT_EQ(lost.kind, ErrorKind::not_found);
    const Error state = error("workorder.parts_state", Json::object({{"work_order", "WO-1"}, {"state", "nearly"}}));
    EXPECT_EQ(state.code, "unknown_code");
    const Error name = error("inventory.mirror", Json::object({{"storeroom", "MAIN"}, {"part", ""}}));
    EXPECT_EQ(name.field, "part");
    EXPECT_EQ(name.kind, ErrorKind::invalid);
    const Error unit = error("item.put", Json::object({{"part", "X-1"}, {"name", "x"}, {"unit", "TOOLONGUNIT"}}));
    EXPECT_EQ(unit.kind, ErrorKind::invalid);
}

TEST_F(CmmsPartsTest, SettingsOfReadingAreChecked) {
    Settings settings;
    settings.name = "cmms";
    settings.values = {{"url", base_url}, {"token", "token"}, {"site", "plant1"}, {"reads", "workorder"}};
    EXPECT_EQ(spec().make(settings, "").error().field, "reads");
    settings.values.back() = {"plan_horizon_days", "4000"};
    EXPECT_EQ(spec().make(settings, "").error().field, "plan_horizon_days");
}

}  // namespace
}  // namespace tieline::connectors::sandbox_cmms
