// Writing to Maximo: what is sent, each documented pitfall, and that nothing is done twice.

#include "connectors/maximo/test_world.h"

#include <gtest/gtest.h>

namespace tieline::connectors::maximo {
namespace {

model::Command command_of(const std::string& kind, Json payload, const std::string& key = "7ZQK9M2P4R6T0001") {
    model::Command command;
    command.key = key;
    command.kind = kind;
    command.payload = payload.dump();
    return command;
}

model::Command status_of(const std::string& order, const char* status, const std::string& key = "7ZQK9M2P4R6T0001") {
    return command_of("workorder.status", Json::object({{"work_order", order}, {"status", status}}), key);
}

std::string said(const Result<Receipt>& receipt) {
    return receipt ? "booked " + receipt->document
                   : std::string(to_string(receipt.error().kind)) + " " + receipt.error().code;
}

TEST(MaximoWrites, a_condition_makes_one_order) {
    TestWorld world;
    const auto connector = world.made();
    const model::Command command =
        command_of("workorder.create", Json::object({{"title", "Vibration of motor 3 above zone C"},
                                                     {"description", "6.2 mm/s"},
                                                     {"asset", "11430"},
                                                     {"order_type", "condition_based"},
                                                     {"priority", 2}}));
    EXPECT_EQ(said(run(connector->push(command), world.peer())), "booked 1001");
    const Json& made = world.fake.order("1001");
    EXPECT_EQ(made.text_or("description"), "Vibration of motor 3 above zone C");
    EXPECT_EQ(made.text_or("externalrefid"), command.key);
    EXPECT_EQ(made.text_or("worktype"), "CM");
    EXPECT_EQ(made.text_or("status"), "WAPPR");
    // Sent again within Maximo's five minutes: it says so, and the look-up finds the first one.
    EXPECT_EQ(said(run(connector->push(command), world.peer())), "unknown_outcome sent_already");
    const auto found = run(connector->find(command), world.peer());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, Found::State::present);
    EXPECT_EQ(found->receipt.document, "1001");
    // After them Maximo would make a second one: only the look-up before sending prevents it.
    world.fake.now += Millis(301'000);
    EXPECT_EQ(said(run(connector->push(command), world.peer())), "booked 1002");
    EXPECT_EQ(run(connector->find(command), world.peer())->state, Found::State::undecidable);
}

TEST(MaximoWrites, a_201_without_a_body_is_looked_up) {
    TestWorld world;
    world.fake.pitfalls.silent_create = true;
    const auto connector = world.made();
    const model::Command command = command_of("workorder.create", Json::object({{"title", "x"}}));
    EXPECT_EQ(said(run(connector->push(command), world.peer())), "unknown_outcome bad_reply");
    EXPECT_EQ(run(connector->find(command), world.peer())->receipt.document, "1001");
}

TEST(MaximoWrites, lists_are_added_to_not_replaced) {
    TestWorld world;
    const auto connector = world.made();
    const std::string order = world.fake.make_order();
    world.fake.add(order, "worklog", Json::object({{"description", "a technician's note"}}));
    const std::string use = world.fake.use(order, "SEAL-9", "2", "12.80");
    const model::Command command = command_of(
        "part_transaction.link",
        Json::object({{"transaction", use + "." + order}, {"erp_document", "4900000007"}, {"status", "booked"}}));
    EXPECT_EQ(said(run(connector->push(command), world.peer())), "booked " + use + "." + order);
    const Json& log = *world.fake.order(order).find("worklog");
    ASSERT_EQ(log.items().size(), 2U);
    EXPECT_EQ(log.items()[1].text_or("description"), "Tieline 7ZQK9M2P4R6T0001: issue " + use + "." + order);
    EXPECT_EQ(log.items()[1].text_or("description_longdescription"), "booked in the ERP as 4900000007");
    const model::Command alone = command_of(
        "part_transaction.link", Json::object({{"transaction", use}, {"status", "booked"}}), "7ZQK9M2P4R6T0002");
    EXPECT_EQ(said(run(connector->push(alone), world.peer())), "invalid no_work_order");
}

TEST(MaximoWrites, links_with_inner_host_names_lead_nowhere_else) {
    TestWorld world;  // its peer takes requests to the configured host only
    world.fake.pitfalls.inner_hosts = true;
    const auto connector = world.made();
    const std::string order = world.fake.make_order();
    const model::Command command =
        command_of("workorder.link", Json::object({{"work_order", order}, {"erp_order", "800042"}}));
    EXPECT_EQ(said(run(connector->push(command), world.peer())), "booked " + order);
    EXPECT_EQ(world.fake.order(order).text_or("tl_erporder"), "800042");
}

TEST(MaximoWrites, a_status_is_changed_by_action_or_by_patch) {
    for (const char* way : {"action", "patch"}) {
        SCOPED_TRACE(way);
        TestWorld world;
        const auto connector = world.made({{"status_by", way}});
        const std::string order = world.fake.make_order();
        const model::Command command = status_of(order, "approved");
        EXPECT_EQ(said(run(connector->push(command), world.peer())), "booked " + order);
        EXPECT_EQ(world.fake.order(order).text_or("status"), "APPR");
        EXPECT_EQ(run(connector->find(command), world.peer())->state, Found::State::present);
        EXPECT_EQ(run(connector->find(status_of(order, "approved", "7ZQK9M2P4R6T0002")), world.peer())->state,
                  Found::State::absent);
    }
}

TEST(MaximoWrites, what_an_install_refuses_is_told_in_its_words) {
    const auto outcome = [](auto prepare, const char* way, const char* status) {
        TestWorld world;
        const std::string order = world.fake.make_order();
        prepare(world.fake, order);
        const auto connector = world.made({{"status_by", way}});
        const auto receipt = run(connector->push(status_of(order, status)), world.peer());
        return said(receipt);
    };
    const auto nothing = [](Fake&, const std::string&) {};
    EXPECT_EQ(
        outcome([](Fake& fake, const std::string& order) { fake.move_to(order, "COMP"); }, "action", "in_progress"),
        "invalid BMXAA4590E");
    EXPECT_EQ(outcome([](Fake& fake, const std::string& order) { fake.move_to(order, "CLOSE"); }, "patch", "completed"),
              "invalid BMXAA4105E");
    EXPECT_EQ(outcome([](Fake& fake, const std::string&) { fake.pitfalls.actions_fail = true; }, "action", "approved"),
              "invalid FAKE-ACTION");
    EXPECT_EQ(outcome([](Fake& fake, const std::string&) { fake.pitfalls.actions_fail = true; }, "patch", "approved"),
              "booked 1001");
    EXPECT_EQ(
        outcome([](Fake& fake, const std::string&) { fake.pitfalls.status_patch_refused = true; }, "patch", "approved"),
        "invalid FAKE-READ-ONLY");
    EXPECT_EQ(outcome([](Fake& fake, const std::string&) { fake.pitfalls.status_kept = true; }, "action", "approved"),
              "invalid status_unchanged");
    EXPECT_EQ(outcome([](Fake& fake, const std::string&) { fake.pitfalls.failure_code_needed = true; }, "action",
                      "completed"),
              "invalid FAKE-NEEDED");
    EXPECT_EQ(outcome(nothing, "action", "completed"), "booked 1001");
}

TEST(MaximoWrites, a_status_date_must_fit) {
    TestWorld world;
    const auto connector = world.made();
    const std::string order = world.fake.make_order();
    const auto at = [&](Millis off, const std::string& key) {
        Json payload = Json::object({{"work_order", order}, {"status", "approved"}});
        payload.set("at", format_time(world.fake.now + off));
        return said(run(connector->push(command_of("workorder.status", std::move(payload), key)), world.peer()));
    };
    EXPECT_EQ(at(Millis(3'600'000), "7ZQK9M2P4R6T0001"), "invalid BMXAA4599E");
    EXPECT_EQ(at(Millis(-3'600'000), "7ZQK9M2P4R6T0002"), "invalid BMXAA4598E");
    EXPECT_EQ(at(Millis(0), "7ZQK9M2P4R6T0003"), "booked " + order);
}

TEST(MaximoWrites, synonyms_are_read_by_the_value_that_they_stand_for) {
    TestWorld world;
    const auto connector = world.made();
    const std::string order = world.fake.make_order();
    world.fake.move_to(order, "COMP-QA");  // a plant's own word for COMP
    const auto object = run(connector->fetch(order), world.peer());
    ASSERT_TRUE(object);
    ASSERT_FALSE(object->refused) << object->refused->message;
    EXPECT_EQ(object->type, "workorder.completed");
}

TEST(MaximoWrites, the_check_names_attributes_that_nobody_has_added) {
    TestWorld world;
    const auto connector = world.made();
    auto probe = run(connector->probe(), world.peer());
    ASSERT_TRUE(probe);
    EXPECT_TRUE(probe->missing.empty());
    world.fake.pitfalls.plain_install = true;
    probe = run(connector->probe(), world.peer());
    ASSERT_TRUE(probe);
    ASSERT_EQ(probe->missing.size(), 6U);  // reading, and five attributes that are written
    EXPECT_NE(probe->missing[0].find("tl_erporder"), std::string::npos) << probe->missing[0];
}

TEST(MaximoReads, material_use_is_told_as_parts_taken_and_returned) {
    TestWorld world;
    const auto connector = world.made({{"reads", "transactions"}});
    const std::string order = world.fake.make_order();
    const std::string issue = world.fake.use(order, "SEAL-9", "2", "12.80");
    world.fake.now += Millis(1000);
    const std::string back = world.fake.use(order, "SEAL-9", "1", "12.80", "RETURN");
    std::vector<std::string> names;
    std::vector<SourceObject> objects;
    world.read_all(*connector, "", 10, names, &objects);
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(objects[0].object, "part_transaction:" + issue + "." + order);
    EXPECT_EQ(objects[0].type, "part.consumed");
    EXPECT_EQ(objects[0].data,
              R"({"transaction":")" + issue + "." + order + R"(","work_order":")" + order +
                  R"(","part":"SEAL-9","quantity":"2","unit":"EA","base_quantity":"2","base_unit":"EA",)"
                  R"("storeroom":"CENTRAL","unit_cost":"12.80","currency":"EUR","by":"WILSON",)"
                  R"("at":"2024-11-24T06:00:00.000Z"})");
    EXPECT_EQ(objects[1].type, "part.returned");
    EXPECT_EQ(Json::parse(objects[1].data)->text_or("quantity"), "1");
    EXPECT_EQ(objects[1].correlation, order);
}

TEST(MaximoReads, lists_what_it_holds) {
    TestWorld world;
    const auto connector = world.made();
    world.completed_order();
    world.fake.balance("SEAL-9", "CENTRAL", "7");
    const auto rows = [&](const char* topic) {
        const auto page = run(connector->list(topic, "2024-11-01", "2024-11-30", ""), world.peer());
        EXPECT_TRUE(page) << page.error().message;
        std::string text;
        if (page)
            for (const SourceObject& object : page->objects) text += object.data;
        return text;
    };
    EXPECT_EQ(rows("work_orders"), R"({"kind":"work order","key":"1203","state":"completed"})");
    EXPECT_EQ(rows("stock"), R"({"kind":"stock","key":"SEAL-9/CENTRAL","quantity":"7"})");
    EXPECT_NE(
        rows("part_transactions").find(R"("key":"45002.1203","date":"2024-11-24","subject":"1203","quantity":"-1")"),
        std::string::npos);
    EXPECT_EQ(run(connector->list("postings", "", "", ""), world.peer()).error().kind, ErrorKind::unsupported);
}

TEST(MaximoSettings, each_way_to_sign_in_asks_for_what_it_needs) {
    const auto refused = [](std::vector<std::pair<std::string, std::string>> changes) {
        const auto made = spec().make(TestWorld::settings(changes), "");
        return made ? std::string("made") : made.error().field;
    };
    EXPECT_EQ(refused({{"api_key", ""}}), "api_key");
    EXPECT_EQ(refused({{"sign_in", "maxauth"}, {"user", "u"}}), "password");
    EXPECT_EQ(refused({{"sign_in", "oauth"}, {"client_id", "u"}, {"client_secret", "s"}}), "token_url");
    EXPECT_EQ(refused({{"sign_in", "password"}}), "sign_in");
    EXPECT_EQ(refused({{"reads", "workorders,transaction"}}), "reads");
    EXPECT_EQ(refused({{"overlap", "2h"}}), "overlap");
    EXPECT_EQ(refused({{"since", "yesterday"}}), "since");
    EXPECT_EQ(refused({{"sign_in", "maxauth"}, {"user", "u"}, {"password", "p"}}), "made");
}

}  // namespace
}  // namespace tieline::connectors::maximo
