// OData 4 against a strict fake: literals, pages and links for changes, ETags, errors, decimals, and batches in JSON.

#include "connectors/odata/v4.h"
#include "connectors/drive.h"
#include "connectors/odata/sessions.h"
#include "connectors/odata/test_names.h"
#include "connectors/odata/test_v4.h"
#include "connectors/odata/v4_batch.h"

#include <gtest/gtest.h>

namespace tieline::connectors::odata::test {
namespace {

constexpr const char* service = "/sap/opu/odata4/sap/api_purchasereqn_2/srvd_a2x/sap/purchaserequisition/0001";

class V4 : public testing::Test {
protected:
    static std::string at(const std::string& path) { return std::string(service) + "/" + path; }
    static Json row(const std::string& number, const std::string& text = "Seals") {
        return Json::object({{"PurchaseRequisition", number}, {"PurReqnDescription", text}});
    }
    Peer peer() {
        return [this](const net::HttpRequest& request) { return fake_.answer(request); };
    }
    Result<v4::Page> page(const std::string& place, v4::Wanted wanted = {2, true}, const rest::Query& query = {}) {
        const v4::Question question{at("PurchaseReqn"), query, wanted};
        return run(v4::read_page(nullptr, access(), question, place), peer());
    }
    /// All numbers from a place on; the place moves behind them.
    std::vector<std::string> numbers(std::string& place, bool* is_anew = nullptr) {
        std::vector<std::string> all;
        for (int i = 0; i < 20; ++i) {
            const auto read = page(place);
            EXPECT_TRUE(read) << (read ? "" : read.error().message);
            if (!read) return all;
            for (const Json& each : read->rows) all.push_back(each.text_or("PurchaseRequisition"));
            for (const v4::Removed& each : read->removed)
                all.push_back("-" + each.id + each.keys.text_or("PurchaseRequisition") + " " + each.reason);
            if (is_anew != nullptr) *is_anew = *is_anew || read->is_anew;
            place = read->next.empty() ? read->delta : read->next;
            if (read->next.empty()) return all;
        }
        ADD_FAILURE() << "it does not end";
        return all;
    }
    Result<net::HttpResponse> written(net::HttpRequest request) {
        return run(sessions_.send_write(std::move(request), service), peer());
    }

    V4Service fake_{std::string("https://s4.example") + service,
                    {{"PurchaseReqn",
                      {"PurchaseRequisition"},
                      {{"PurchaseRequisition", "Edm.String:10"}, {"PurReqnDescription", "Edm.String:40"}},
                      {{"_PurchaseRequisitionItem", "PurchaseReqnItem"}}},
                     {"PurchaseReqnItem",
                      {"PurchaseRequisition", "PurchaseRequisitionItem"},
                      {{"PurchaseRequisition", "Edm.String:10"},
                       {"PurchaseRequisitionItem", "Edm.String:5"},
                       {"PurchaseRequisitionPrice", "Edm.Decimal:11:3"},
                       {"DeliveryDate", "Edm.Date"},
                       {"LastChangeDateTime", "Edm.DateTimeOffset"}}}}};
    Sessions sessions_{access()};
};

TEST_F(V4, literals_are_what_they_say_or_none) {
    EXPECT_EQ(*v4::date_literal("2026-11-24"), "2026-11-24");
    EXPECT_EQ(*v4::instant_literal("2026-11-24T10:00:00Z"), "2026-11-24T10:00:00Z");
    EXPECT_EQ(*v4::guid_literal("00505601-1A2b-1eee-8000-c0ffee000001"), "00505601-1A2b-1eee-8000-c0ffee000001");
    for (const char* wrong : {"", "2026-11-24 or 1 eq 1", "2026-13-01", "datetime'2026-11-24T00:00:00'"}) {
        EXPECT_EQ(v4::date_literal(wrong).error().code, "bad_literal") << wrong;
        EXPECT_EQ(v4::instant_literal(wrong).error().code, "bad_literal") << wrong;
        EXPECT_EQ(v4::guid_literal(wrong).error().code, "bad_literal") << wrong;
    }
    EXPECT_FALSE(v4::guid_literal("00505601-1A2b-1eee-8000-c0ffee00000g"));
    EXPECT_FALSE(v4::guid_literal("00505601x1A2b-1eee-8000-c0ffee000001"));
    fake_.add("PurchaseReqnItem",
              Json::object(
                  {{"PurchaseRequisition", "1"}, {"PurchaseRequisitionItem", "10"}, {"DeliveryDate", "2026-12-10"}}));
    const auto found = [&](const std::string& filter) {
        const net::HttpRequest asked = v4::read_request(access(), at("PurchaseReqnItem"), {{"$filter", filter}});
        const auto read = v4::page_of(access(), fake_.answer(asked));
        return read ? std::to_string(read->rows.size()) : read.error().code;
    };
    EXPECT_EQ(found("PurchaseRequisition eq " + text_literal("1") + " and DeliveryDate eq 2026-12-10"), "1");
    EXPECT_EQ(found("DeliveryDate eq " + date_literal("2026-12-10")), "V4/FILTER") << "that is version 2";
}

TEST_F(V4, pages_go_on_by_their_links_wherever_these_lead) {
    for (const char* number : {"1", "2", "3", "4", "5"}) fake_.add("PurchaseReqn", row(number));
    for (const bool inner : {false, true}) {
        fake_.switches.inner_host = inner;
        const std::size_t before = fake_.requests;
        std::string place;
        EXPECT_EQ(numbers(place), (std::vector<std::string>{"1", "2", "3", "4", "5"}));
        EXPECT_EQ(fake_.requests - before, 3U) << "two rows a page, as was preferred";
        EXPECT_EQ(place.starts_with('?'), inner) << "a token leaves for no other host: " << place;
    }
}

TEST_F(V4, a_link_for_changes_tells_what_changed_and_what_is_gone) {
    for (const char* number : {"1", "2", "3"}) fake_.add("PurchaseReqn", row(number));
    std::string place;
    (void)numbers(place);
    EXPECT_EQ(numbers(place), std::vector<std::string>{}) << "nothing changed";
    fake_.change("PurchaseReqn", "2", "PurReqnDescription", "Bearings");
    fake_.remove("PurchaseReqn", "1");
    fake_.add("PurchaseReqn", row("4"));
    fake_.remove("PurchaseReqn", "3");
    EXPECT_EQ(numbers(place), (std::vector<std::string>{"2", "4", "-PurchaseReqn('1') deleted", "-3 changed"}));
    EXPECT_EQ(numbers(place), std::vector<std::string>{});
}

TEST_F(V4, a_lost_link_for_changes_leads_to_reading_all_anew_and_says_so) {
    for (const char* number : {"1", "2", "3"}) fake_.add("PurchaseReqn", row(number));
    std::string place;
    bool is_anew = false;
    (void)numbers(place, &is_anew);
    EXPECT_FALSE(is_anew);
    fake_.remove("PurchaseReqn", "2");
    fake_.switches.loses_delta = true;
    EXPECT_EQ(numbers(place, &is_anew), (std::vector<std::string>{"1", "3"}));
    EXPECT_TRUE(is_anew) << "what is not shown is gone";
    fake_.switches.tracks = false;
    place.clear();
    (void)numbers(place);
    EXPECT_EQ(place, "") << "a peer that tracks no changes is read as a whole again";
}

TEST_F(V4, an_answer_of_another_shape_is_no_page) {
    const auto code = [](const std::string& body) {
        const auto read = v4::page_of(access(), net::HttpResponse{200, {}, body});
        return read ? "page" : read.error().code;
    };
    EXPECT_EQ(code(R"({"value":[{"a":"1"}]})"), "page");
    EXPECT_EQ(code(R"({"value":[{"@removed":{"reason":"deleted"},"a":"1"}]})"), "page");
    for (const char* wrong :
         {R"({"d":{"results":[]}})", R"({"value":{}})", R"({"value":[1]})", R"([])", "", "<html>",
          R"({"value":[],"error":{"code":"x"}})", R"({"value":[{"@removed":{"reason":"deleted"}}]})",
          R"({"value":[{"@odata.context":"$metadata#A/$deletedLink","source":"A"}]})",
          R"({"value":[],"@odata.nextLink":"https://s4.example/a?b","@odata.deltaLink":"https://s4.example/a?c"})",
          R"({"value":[],"@odata.nextLink":"https://elsewhere.example/a"})"})
        EXPECT_EQ(code(wrong), "bad_reply") << wrong;
    const Peer stuck = [](const net::HttpRequest&) {
        return net::HttpResponse{200, {}, R"({"value":[],"@odata.nextLink":"https://s4.example/a?$skiptoken=1"})"};
    };
    const auto read = run(v4::read_page(nullptr, access(), {"/a", {}, {}}, "https://s4.example/a?$skiptoken=1"), stuck);
    EXPECT_EQ(read.error().code, "bad_reply") << "a page that leads to itself";
}

TEST_F(V4, decimals_are_texts_on_the_whole_way) {
    Json item = Json::object({{"PurchaseRequisitionItem", "10"}, {"PurchaseRequisitionPrice", "70000000.005"}});
    Json body = row("1");
    body.set("_PurchaseRequisitionItem", Json(Json::Array{item}));
    const auto made = written(v4::write_request(access(), "POST", at("PurchaseReqn"), body));
    const auto entity = v4::entity_of(access(), Effect::write, made);
    ASSERT_TRUE(entity) << entity.error().message;
    EXPECT_EQ(entity->fields.find("_PurchaseRequisitionItem")->items()[0].decimal("PurchaseRequisitionPrice")->str(),
              "70000000.005");
    item.set("PurchaseRequisitionPrice", Json::number("1.5"));
    body = row("2");
    body.set("_PurchaseRequisitionItem", Json(Json::Array{item}));
    const auto refused = written(v4::write_request(access(), "POST", at("PurchaseReqn"), body));
    EXPECT_EQ(v4::error_of(access(), Effect::write, *refused).field, "PurchaseRequisitionPrice");
    // A peer that gives numbers all the same: they stay as they are written.
    const net::HttpResponse numbers{200, {}, R"({"Price":0.10000000000000000001})"};
    EXPECT_EQ(v4::entity_of(access(), Effect::read, numbers)->fields.find("Price")->number_token(),
              "0.10000000000000000001");
}

TEST_F(V4, a_change_carries_the_etag_of_what_was_read) {
    fake_.add("PurchaseReqn", row("1"));
    const auto read =
        v4::entity_of(access(), Effect::read, fake_.answer(v4::read_request(access(), at("PurchaseReqn('1')"))));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->etag, "W/\"1\"");
    const Json change = Json::object({{"PurReqnDescription", "Bearings"}});
    const auto patch = [&](const std::string& etag) {
        const auto made = written(v4::write_request(access(), "PATCH", at("PurchaseReqn('1')"), change, etag));
        return v4::entity_of(access(), Effect::write, made);
    };
    EXPECT_EQ(patch("").error().kind, ErrorKind::conflict);
    EXPECT_EQ(patch("").error().code, "etag_needed");
    fake_.change("PurchaseReqn", "1", "PurReqnDescription", "Seals of somebody");
    EXPECT_EQ(patch(read->etag).error().kind, ErrorKind::conflict);
    EXPECT_EQ(patch(read->etag).error().code, "changed_meanwhile");
    EXPECT_EQ(fake_.rows("PurchaseReqn")[0].text_or("PurReqnDescription"), "Seals of somebody");
    const auto made = patch("W/\"2\"");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->fields.text_or("PurReqnDescription"), "Bearings") << "return=representation";
    EXPECT_EQ(made->etag, "W/\"3\"") << "which the next change carries";
    const auto gone = written(v4::write_request(access(), "DELETE", at("PurchaseReqn('1')"), Json(), made->etag));
    EXPECT_TRUE(v4::entity_of(access(), Effect::write, gone)->fields.is_null());
}

TEST_F(V4, errors_say_what_the_peer_says) {
    const net::HttpResponse refused{
        400,
        {},
        R"({"error":{"code":"ME/083","message":"Enter a plant","target":"Plant","details":[{"code":"ME/084",)"
        R"("message":"Enter a group","target":"PurchasingGroup","@Common.numericSeverity":4}],)"
        R"("innererror":{"transactionid":"T1"}}})"};
    const Error error = v4::error_of(access(), Effect::write, refused);
    EXPECT_EQ(error.kind, ErrorKind::invalid);
    EXPECT_EQ(error.code, "ME/083");
    EXPECT_EQ(error.field, "Plant");
    EXPECT_EQ(error.message, "SAP answered 400: Enter a plant; Enter a group (ME/083)");
    EXPECT_NE(error.details.find("T1"), std::string::npos);
    EXPECT_EQ(v4::error_of(access(), Effect::write, {424, {}, ""}).kind, ErrorKind::transient);
    EXPECT_EQ(v4::error_of(access(), Effect::write, {412, {}, refused.body}).code, "ME/083");
    fake_.switches.error_inside = 1;
    const auto inside = written(v4::write_request(access(), "POST", at("PurchaseReqn"), row("1")));
    EXPECT_EQ(v4::entity_of(access(), Effect::write, inside).error().kind, ErrorKind::unknown_outcome);
    fake_.switches.break_off = 1;
    const auto lost = written(v4::write_request(access(), "POST", at("PurchaseReqn"), row("1")));
    EXPECT_EQ(v4::entity_of(access(), Effect::write, lost).error().kind, ErrorKind::unknown_outcome);
}

class V4Batch : public V4 {
protected:
    static net::HttpRequest post(const std::string& number) {
        return v4::write_request(access(), "POST", at("PurchaseReqn"), row(number));
    }
    static net::HttpRequest get(const std::string& number) {
        return v4::read_request(access(), at("PurchaseReqn(" + text_literal(number) + ")"));
    }
    /// Read of 1; 2 and 3 as one; read of 2 where they went well; 4.
    static v4::Batch mixed() {
        v4::Batch batch(access(), service);
        EXPECT_TRUE(batch.add(get("1")));
        EXPECT_TRUE(batch.add(post("2"), {"g", {}}));
        EXPECT_TRUE(batch.add(post("3"), {"g", {}}));
        EXPECT_TRUE(batch.add(get("2"), {"", {1}}));
        EXPECT_TRUE(batch.add(post("4")));
        return batch;
    }
    /// "200", or kind and code of an error.
    static std::vector<std::string> told(const v4::Batch::Answers& answers) {
        std::vector<std::string> all;
        for (const auto& each : answers)
            all.push_back(each ? std::to_string(each->status)
                               : std::string(to_string(each.error().kind)) + " " + each.error().code);
        return all;
    }
    std::vector<std::string> sent(v4::Batch batch) {
        const auto answers = run(v4::send_batch(&sessions_, std::move(batch)), peer());
        return told(*answers);
    }
    using Told = std::vector<std::string>;
    const Told good_{"200", "201", "201", "200", "201"};
    const Told none_{"transient bad_reply", "unknown_outcome bad_reply", "unknown_outcome bad_reply",
                     "transient bad_reply", "unknown_outcome bad_reply"};
};

TEST_F(V4Batch, answers_are_told_apart_by_their_ids_in_any_order) {
    fake_.add("PurchaseReqn", row("1"));
    fake_.switches.reversed = true;
    const auto answers = run(v4::send_batch(&sessions_, mixed()), peer());
    EXPECT_EQ(told(*answers), good_);
    const auto number = [&](std::size_t place) {
        const auto entity = v4::entity_of(access(), Effect::read, (*answers)[place]);
        return entity->fields.text_or("PurchaseRequisition") + " " + entity->etag;
    };
    EXPECT_EQ(number(0), "1 W/\"1\"");
    EXPECT_EQ(number(2), "3 W/\"3\"");
    EXPECT_EQ(number(4), "4 W/\"4\"");
    EXPECT_EQ(fake_.requests, 2U) << "the token and the batch";
    EXPECT_EQ(mixed().request().body, mixed().request().body) << "the same bytes for the same requests";
}

TEST_F(V4Batch, a_group_holds_or_falls_as_a_whole_and_what_depends_on_it_is_not_tried) {
    fake_.add("PurchaseReqn", row("1"));
    fake_.add("PurchaseReqn", row("3"));
    EXPECT_EQ(sent(mixed()), (Told{"200", "424", "400", "424", "201"}));
    EXPECT_EQ(fake_.rows("PurchaseReqn").size(), 3U) << "1, 3 and 4";
    fake_.remove("PurchaseReqn", "4");
    fake_.switches.group_as_one = true;
    EXPECT_EQ(sent(mixed()), (Told{"200", "400", "400", "424", "201"})) << "one answer by the group's name";
}

TEST_F(V4Batch, what_has_no_answer_is_undecided) {
    fake_.add("PurchaseReqn", row("1"));
    fake_.switches.unanswered = 4;
    EXPECT_EQ(sent(mixed()), (Told{"200", "201", "201", "200", none_[4]}));
    for (const char* number : {"2", "3", "4"}) fake_.remove("PurchaseReqn", number);
    fake_.switches.unanswered = 2;
    EXPECT_EQ(sent(mixed()), (Told{"200", none_[1], none_[2], "200", "201"})) << "then so is all of its group";
    fake_.switches.unanswered = -1;
    fake_.switches.break_off = 1;
    EXPECT_EQ(sent(mixed()), (Told{"transient reset", "unknown_outcome reset", "unknown_outcome reset",
                                   "transient reset", "unknown_outcome reset"}));
    fake_.switches.no_batch = true;
    EXPECT_EQ(sent(mixed())[1].substr(0, 7), "invalid") << "a service that knows no batches in JSON did nothing";
}

TEST_F(V4Batch, an_answer_that_contradicts_itself_decides_nothing) {
    const auto of = [](const std::string& list) {
        return told(mixed().answers(net::HttpResponse{200, {}, "{\"responses\":[" + list + "]}"}));
    };
    const auto one = [](const std::string& id, int status) {
        return R"({"id":")" + id + R"(","status":)" + std::to_string(status) + R"(,"body":{"n":1.10}})";
    };
    const std::string all = one("1", 200) + "," + one("2", 201) + "," + one("3", 201) + "," + one("4", 200) + ",";
    EXPECT_EQ(of(all + one("5", 201)), good_);
    EXPECT_EQ(of(all + one("6", 201)), none_) << "an id that was never given";
    EXPECT_EQ(of(all + one("6", 400)), none_);
    EXPECT_EQ(of(all + one("5", 201) + "," + one("1", 200)), none_) << "one that comes twice";
    EXPECT_EQ(of(all + one("g", 201)), none_) << "a group goes wrong as one, it goes well one by one";
    EXPECT_EQ(of(all + one("g", 400)), none_) << "and not both";
    EXPECT_EQ(of(one("g", 400) + "," + one("1", 200)), (Told{"200", "400", "400", none_[3], none_[4]}));
    EXPECT_EQ(of(one("2", 201) + "," + one("3", 409)), (Told{none_[0], none_[1], "409", none_[3], none_[4]}));
    EXPECT_EQ(of(all + R"({"id":"5"})"), (Told{"200", "201", "201", "200", none_[4]})) << "without a status";
    EXPECT_EQ(of(all + R"({"id":"5","status":99})"), (Told{"200", "201", "201", "200", none_[4]}));
    for (const char* wrong : {"", "{}", "[]", R"({"responses":{}})", R"({"responses":[1]})", "{\"responses\":["})
        EXPECT_EQ(told(mixed().answers(net::HttpResponse{200, {}, wrong})), none_) << wrong;
    const auto numbers = mixed().answers(net::HttpResponse{200, {}, "{\"responses\":[" + one("1", 200) + "]}"});
    EXPECT_EQ(numbers[0]->body, R"({"n":1.10})") << "numbers stay as they are written";
}

TEST_F(V4Batch, only_what_can_be_sent_is_taken) {
    v4::Batch batch(access(), service, {4, 100'000});
    net::HttpRequest other = get("1"), reference = get("1");
    other.url = "https://s4.example/other/A";
    reference.url = std::string("https://s4.example") + service + "/$1/_Item";
    EXPECT_EQ(batch.add(other).error().code, "bad_batch");
    EXPECT_EQ(batch.add(reference).error().code, "bad_batch");
    EXPECT_EQ(batch.add(get("1"), {"g", {}}).error().code, "bad_batch") << "a group only writes";
    EXPECT_EQ(batch.add(post("1"), {"1", {}}).error().code, "bad_batch") << "a name like an id";
    EXPECT_EQ(batch.add(post("1"), {"", {0}}).error().code, "bad_batch") << "there is none in front of it";
    EXPECT_EQ(batch.size(), 0U);
    EXPECT_TRUE(batch.add(post("1"), {"g", {}}));
    EXPECT_TRUE(batch.add(get("1"), {"", {0}}));
    EXPECT_EQ(batch.add(post("2"), {"g", {}}).error().code, "bad_batch") << "its group has ended";
    EXPECT_TRUE(batch.add(get("1")));
    EXPECT_TRUE(batch.add(get("1")));
    EXPECT_EQ(batch.add(get("1")).error().code, "bad_batch") << "full";
    const auto body = Json::parse(batch.request().body);
    const Json::Array& requests = body->find("requests")->items();
    EXPECT_EQ(requests[1].find("dependsOn")->items()[0].string(), "g") << "the group decides, not one of it";
    EXPECT_EQ(requests[0].text_or("method"), "post");
    EXPECT_EQ(requests[0].text_or("url"), "PurchaseReqn");
}

}  // namespace
}  // namespace tieline::connectors::odata::test
