// Parts and procurement against the sandbox ERP in this process: the way of a requisition as events, refusals that say
// what would be right, answers that are lost or come later, and how fast the feed is read.

#include "connectors/sandbox_erp/test_erp_peer.h"
#include "connectors/sandbox_erp/wire.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>

namespace tieline::connectors::sandbox_erp::test {
namespace {

class PartsTest : public ::testing::Test {
protected:
    void SetUp() override { connector_ = made(settings()); }
    static std::unique_ptr<Connector> made(const Settings& wanted) {
        auto connector = spec().make(wanted, "");
        EXPECT_TRUE(connector) << connector.error().message;
        return connector ? std::move(*connector) : nullptr;
    }
    Result<Receipt> push(const model::Command& command) { return run(connector_->push(command), peer_.peer()); }
    Found find(const model::Command& command) {
        const auto found = run(connector_->find(command), peer_.peer());
        EXPECT_TRUE(found) << found.error().message;
        return found ? *found : Found{};
    }
    void faults(const std::string& rule) {
        EXPECT_EQ(peer_.erp.post("/admin/faults", R"({"seed":1,"rules":[)" + rule + "]}").status, 200);
    }
    void post(const std::string& path, const std::string& body) {
        const auto answer = peer_.erp.post(path, body);
        EXPECT_LT(answer.status, 300) << path << " " << answer.body.dump();
    }
    /// Everything behind the last pull().
    std::vector<SourceObject> news() {
        std::vector<SourceObject> objects;
        for (bool more = true; more;) {
            const auto page = run(connector_->pull(cursor_, 500), peer_.peer());
            EXPECT_TRUE(page) << page.error().message;
            if (!page) break;
            for (const SourceObject& object : page->objects) {
                EXPECT_FALSE(object.refused) << object.refused->message;
                objects.push_back(object);
            }
            cursor_ = page->cursor;
            more = page->more;
        }
        return objects;
    }
    static std::string types(const std::vector<SourceObject>& objects) {
        std::string text;
        for (const SourceObject& object : objects) text += (text.empty() ? "" : " ") + object.type;
        return text;
    }
    static Json data_of(const std::vector<SourceObject>& objects, const std::string& type) {
        for (const SourceObject& object : objects) {
            if (object.type == type) return *Json::parse(object.data);
        }
        ADD_FAILURE() << "no " << type << " among " << types(objects);
        return Json::object();
    }

    ErpPeer peer_;
    std::unique_ptr<Connector> connector_;
    std::string cursor_;
};

TEST_F(PartsTest, AllKindsOfTheDemoPlantComeInOnceUnderNamesOfTheirOwn) {
    std::map<std::string, int> seen;
    std::set<std::string> names;
    for (const SourceObject& object : news()) {
        ++seen[object.type];
        EXPECT_TRUE(names.insert(object.object).second) << object.object << " came twice";
        const Json data = *Json::parse(object.data);
        if (object.type != "rate.published") EXPECT_GT(data.int_or("seq", 0), 0) << object.data;
        const auto again = run(connector_->fetch(object.object), peer_.peer());
        ASSERT_TRUE(again) << object.object << ": " << again.error().message;
        EXPECT_EQ(again->type, object.type);
        EXPECT_EQ(again->subject, object.subject);
    }
    for (const char* type : {"part.published", "planning.published", "stock.changed", "vendor.published",
                             "cost_center.published", "person.published", "craft_rate.published", "rate.published"}) {
        EXPECT_GT(seen[type], 0) << type;
    }
    EXPECT_GE(seen["stock.changed"], 40);
    EXPECT_TRUE(news().empty());
}

TEST_F(PartsTest, TheWayOfARequisitionIsSeenStepByStep) {
    news();
    const auto made = push(peer_.sample("requisition.create"));  // 4 × 148.00: approval of the second level
    ASSERT_TRUE(made) << made.error().message;
    const std::string number = made->document;
    EXPECT_EQ(made->details, R"({"status":"in_approval"})");
    auto step = news();
    EXPECT_EQ(types(step), "requisition.requested stock.changed");
    EXPECT_EQ(data_of(step, "requisition.requested").text_or("requisition"), number);
    EXPECT_EQ(data_of(step, "stock.changed").text_or("on_requisition"), "4");
    EXPECT_GE(data_of(step, "stock.changed").int_or("seq", 0), data_of(step, "requisition.requested").int_or("seq", 0));
    EXPECT_EQ(data_of(step, "stock.changed").int_or("as_of", 0), std::stoll(cursor_));

    post("/api/requisitions/" + number + "/approve", R"({"approver":"MAINT-LEAD"})");
    post("/api/requisitions/" + number + "/order", R"({"vendor":"V-201","price":"140.00"})");
    step = news();
    // Of both changes of the requisition the newer one is told.
    EXPECT_EQ(types(step), "requisition.ordered purchase_order.changed stock.changed") << types(step);
    const std::string order = data_of(step, "requisition.ordered").text_or("purchase_order");
    EXPECT_EQ(data_of(step, "stock.changed").text_or("on_order"), "4");

    post("/api/purchase-orders/" + order + "/send", "{}");
    post("/api/purchase-orders/" + order + "/confirm", R"({"item":"10","confirmedDate":"2026-12-14"})");
    step = news();
    const Json confirmed = data_of(step, "purchase_order.changed");
    EXPECT_EQ(confirmed.text_or("status"), "sent");
    EXPECT_EQ(confirmed.find("items")->items()[0].text_or("confirmed_date"), "2026-12-14");

    post("/api/goods-receipts", R"({"companyCode":"1000","postingDate":"2026-11-24","purchaseOrder":")" + order +
                                    R"(","item":"10","quantity":"1","unit":"PC","deliveryNote":"LS-1"})");
    step = news();
    const Json delivery = data_of(step, "delivery.received");
    EXPECT_EQ(delivery.text_or("purchase_order"), order);
    EXPECT_EQ(delivery.text_or("quantity"), "1");
    EXPECT_EQ(data_of(step, "purchase_order.changed").find("items")->items()[0].text_or("open"), "3");

    post("/api/documents/" + delivery.text_or("document") + "/reverse",
         R"({"postingDate":"2026-11-24","reason":"wrong part"})");
    step = news();
    EXPECT_EQ(data_of(step, "delivery.cancelled").text_or("reverses"), delivery.text_or("document"));
    EXPECT_EQ(data_of(step, "purchase_order.changed").find("items")->items()[0].text_or("open"), "4");
}

TEST_F(PartsTest, AReservationIsChangedIssuedAndCancelledUnderItsOwnNumber) {
    const auto made = push(peer_.sample("reservation.create"));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->details, R"({"status":"open"})");
    model::Command issue = peer_.sample("goods_issue.post");
    Json payload = *Json::parse(issue.payload);
    payload.set("part", "P-2003");
    payload.set("unit", "PC");
    payload.set("quantity", "1");
    payload.set("storeroom", "MAIN");
    payload.set("reservation", made->document);
    payload.erase("work_order");  // a part taken without a job
    issue.payload = payload.dump();
    const auto issued = push(issue);
    ASSERT_TRUE(issued) << issued.error().message;
    EXPECT_EQ(Json::parse(issued->details)->text_or("amount"), "148.00");
    const auto seen = run(connector_->fetch("reservation:" + made->document), peer_.peer());
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(Json::parse(seen->data)->text_or("open"), "3");
    model::Command cancel = peer_.sample("reservation.cancel");
    cancel.payload = Json::object({{"reservation", made->document}, {"reason", "no longer needed"}}).dump();
    const auto cancelled = push(cancel);
    ASSERT_TRUE(cancelled) << cancelled.error().message;
    EXPECT_EQ(cancelled->document, made->document) << "the reservation's number, not the change's";
    EXPECT_EQ(cancelled->details, R"({"status":"cancelled"})");
    // A second change under another key is a conflict, and is not taken for the first one.
    cancel.key = "7ZQK9M2P4R6T9999";
    EXPECT_EQ(push(cancel).error().kind, ErrorKind::conflict);
    EXPECT_EQ(find(cancel).state, Found::State::absent);
}

TEST_F(PartsTest, BadInputIsInvalidWithACodeAndWhatWouldBeRight) {
    struct Case {
        const char *kind, *member, *value, *code, *said;
    };
    const Case cases[] = {
        {"goods_issue.post", "part", "P-203", "unknown_material", "P-2003"},
        {"goods_issue.post", "unit", "BOXES", "unit_mismatch", "PC"},
        {"goods_issue.post", "quantity", "0", "bad_amount", ""},
        {"goods_issue.post", "quantity", "1000000000000", "", ""},
        {"goods_issue.post", "quantity", "0.5", "quantity_not_exact", ""},
        {"goods_issue.post", "storeroom", "MAIM", "unknown_storage_location", "MAIN"},
        {"reservation.create", "part", "P-203", "unknown_material", "P-2003"},
        {"reservation.create", "unit", "BOXES", "unit_mismatch", "PC"},
        {"reservation.create", "quantity", "0", "bad_amount", ""},
        {"reservation.create", "quantity", "1000000000000", "", ""},
        {"reservation.create", "quantity", "0.5", "quantity_not_exact", ""},
        {"requisition.create", "part", "P-203", "unknown_material", "P-2003"},
        {"requisition.create", "unit", "BOXES", "unit_mismatch", "PC"},
        {"requisition.create", "quantity", "0", "bad_amount", ""},
        {"requisition.create", "quantity", "1000000000000", "", ""},
        {"requisition.create", "quantity", "0.5", "quantity_not_exact", ""},
        {"reservation.change", "reservation", "7", "unknown_reservation", ""},
        {"requisition.cancel", "requisition", "7", "unknown_requisition", ""},
        {"purchase_order.cancel", "purchase_order", "PO-7", "unknown_purchase_order", ""},
        {"equipment.change", "asset", "FILLER-1", "unknown_equipment", "FILLER-01"},
    };
    for (const Case& bad : cases) {
        SCOPED_TRACE(std::string(bad.kind) + " " + bad.member + " = " + bad.value);
        model::Command command = peer_.sample(bad.kind);
        Json payload = *Json::parse(command.payload);
        if (std::string(bad.kind) == "goods_issue.post") {
            payload.set("part", "P-2003");
            payload.set("unit", "PC");
            payload.set("storeroom", "MAIN");
        }
        payload.set(bad.member, bad.value);
        command.payload = payload.dump();
        const auto refused = push(command);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid) << refused.error().message;
        EXPECT_FALSE(refused.error().code.empty());
        if (*bad.code != '\0') EXPECT_EQ(refused.error().code, bad.code) << refused.error().message;
        EXPECT_NE(refused.error().message.find(bad.said), std::string::npos) << refused.error().message;
        EXPECT_EQ(find(command).state, Found::State::absent);
    }
}

TEST_F(PartsTest, TooLittleStockNamesWhatThereIsInstead) {
    post("/api/stock-movements", R"({"companyCode":"1000","postingDate":"2026-11-24","kind":"initial",)"
                                 R"("material":"P-2009","quantity":"94","unit":"PC","storageLocation":"MAIN"})");
    model::Command issue = peer_.sample("goods_issue.post");
    Json payload = *Json::parse(issue.payload);
    payload.set("part", "P-2008");  // P-2009 may stand in for it
    payload.set("unit", "PC");
    payload.set("storeroom", "MAIN");
    payload.set("quantity", "50");
    issue.payload = payload.dump();
    const auto refused = push(issue);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(refused.error().code, "stock_insufficient");
    EXPECT_NE(refused.error().message.find("Substitutes with enough stock: P-2009 in MAIN (100 there)"),
              std::string::npos)
        << refused.error().message;
    EXPECT_EQ(offers_of(R"({"units":["PC","BOX"]})"), ". Units of this part: PC, BOX");
    EXPECT_EQ(offers_of(""), "");
}

TEST_F(PartsTest, LostAnswersAreFoundAndLateOnesFollowed) {
    for (const std::string& kind : spec().kinds) {
        if (kind.find('.') == std::string::npos || kind.ends_with(".post") || kind.ends_with(".reverse")) continue;
        SCOPED_TRACE(kind);
        for (const char* fault : {"drop_after", "error_after"}) {
            const model::Command command = peer_.sample(kind);
            faults(R"({"fault":")" + std::string(fault) + R"(","count":1})");
            const auto lost = push(command);
            ASSERT_FALSE(lost);
            EXPECT_EQ(lost.error().kind, ErrorKind::unknown_outcome);
            const Found found = find(command);
            EXPECT_EQ(found.state, Found::State::present);
            EXPECT_FALSE(found.receipt.document.empty());
        }
        const model::Command later = peer_.sample(kind);
        faults(R"({"fault":"accept_later","count":1,"ms":5000})");
        const auto accepted = push(later);
        ASSERT_TRUE(accepted) << accepted.error().message;
        EXPECT_EQ(accepted->state, Receipt::State::accepted);
        EXPECT_EQ(find(later).receipt.state, Receipt::State::accepted);
        peer_.erp.now += Millis(5000);
        const auto followed = run(connector_->follow(later, ""), peer_.peer());
        ASSERT_TRUE(followed) << followed.error().message;
        EXPECT_EQ(followed->state, Found::State::present);
        EXPECT_EQ(followed->receipt.state, Receipt::State::booked);
    }
}

TEST_F(PartsTest, TheSettingKindsNarrowsTheFeedAndIsChecked) {
    Settings few = settings();
    few.values.emplace_back("kinds", "stock, planning");
    connector_ = made(few);
    std::set<std::string> seen;
    for (const SourceObject& object : news()) seen.insert(object.type);
    EXPECT_EQ(seen, (std::set<std::string>{"stock.changed", "planning.published"}));
    few.values.back().second = "stok";
    const auto refused = spec().make(few, "");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "kinds");
    EXPECT_NE(refused.error().message.find("'stock'"), std::string::npos) << refused.error().message;
}

TEST_F(PartsTest, AnObjectThatCannotBeMappedHoldsUpNoOther) {
    const Peer peer = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return net::HttpResponse{200, {}, R"({"changes":[
            {"seq":1,"kind":"requisition","object":"3","body":{"requisition":"3","status":"on the moon"}},
            {"seq":2,"kind":"weather","object":"x","body":{}},
            {"seq":3,"kind":"vendor","object":"V-1"},
            {"seq":4,"kind":"vendor","object":"V-2","body":{"code":"V-2","name":"Two"}}],"next":"4","more":false})"};
    };
    const auto page = run(connector_->pull("", 10), peer);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->objects.size(), 2U);
    EXPECT_TRUE(page->objects[0].refused);
    EXPECT_EQ(page->objects[1].data, R"({"code":"V-2","name":"Two","seq":4,"as_of":4})");
}

/// A measurement, not a limit: prints how many stock changes per second the connector itself takes in.
TEST_F(PartsTest, TenThousandStockChanges) {
    constexpr int count = 10'000, per_page = 500;
    std::vector<std::string> pages;
    for (int first = 1; first <= count; first += per_page) {
        Json list = Json::array();
        for (int seq = first; seq < first + per_page; ++seq) {
            const std::string part = "P-" + std::to_string(seq);
            Json body = Json::object({{"material", part}, {"storageLocation", "MAIN"}, {"onHand", "12"}});
            for (const char* member : {"reserved", "onOrder", "onRequisition"}) body.set(member, "3");
            body.set("unit", "PC");
            body.set("value", "148.00");
            body.set("currency", "EUR");
            body.set("seq", seq);
            list.push_back(Json::object({{"seq", seq},
                                         {"kind", "stock"},
                                         {"object", part + "/MAIN"},
                                         {"at", "2026-11-24T08:00:00.000Z"},
                                         {"body", std::move(body)}}));
        }
        const int last = first + per_page - 1;
        const Json page =
            Json::object({{"changes", std::move(list)}, {"next", std::to_string(last)}, {"more", Json(last < count)}});
        pages.push_back(page.dump());
    }
    std::size_t asked = 0, taken = 0;
    const Peer peer = [&](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return net::HttpResponse{200, {}, pages.at(asked++)};
    };
    const auto begin = std::chrono::steady_clock::now();
    std::string cursor;
    for (bool more = true; more;) {
        const auto page = run(connector_->pull(cursor, per_page), peer);
        ASSERT_TRUE(page) << page.error().message;
        taken += page->objects.size();
        cursor = page->cursor;
        more = page->more;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(taken, static_cast<std::size_t>(count));
    std::printf("%d stock changes in %.3f s: %.0f objects per second\n", count, seconds.count(),
                count / seconds.count());
}

}  // namespace
}  // namespace tieline::connectors::sandbox_erp::test
