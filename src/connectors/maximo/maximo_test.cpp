// The connector against the stand-in for Maximo: reading in order of change, writing, finding again.

#include "connectors/maximo/maximo.h"

#include "connectors/maximo/spec.h"
#include "connectors/maximo/test_world.h"
#include "connectors/test_golden.h"
#include "model/work_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tieline::connectors::maximo {
namespace {

using Names = std::vector<std::string>;

TEST(Maximo, a_completed_order_becomes_what_the_sandbox_would_give) {
    TestWorld world;
    const std::string number = world.completed_order();
    const auto connector = world.made();
    const Result<Page> page = run(connector->pull("", 50), world.peer());
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->objects.size(), 1U);
    const SourceObject& object = page->objects.front();
    ASSERT_FALSE(object.refused) << object.refused->message;
    EXPECT_EQ(object.object, number);
    EXPECT_EQ(object.type, "workorder.completed");
    const Result<Json> expected = Json::parse(text_of(TIELINE_TESTDATA "/completed.canonical.json"));
    ASSERT_TRUE(expected);
    EXPECT_EQ(object.data, expected->dump());
    // The form is the canonical one, to the byte: reading and writing it again changes nothing.
    const auto order = model::work_order_from_json(*Json::parse(object.data));
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(model::to_json(*order).dump(), object.data);
}

TEST(Maximo, the_snapshot_has_the_form_of_the_sandbox_cmms) {
    // Every member of every kind of line that Maximo can tell stands where the sandbox's golden case has it.
    const Result<Json> ours = Json::parse(text_of(TIELINE_TESTDATA "/completed.canonical.json"));
    const Result<Json> theirs = Json::parse(text_of(TIELINE_SANDBOX_TESTDATA "/completed.canonical.json"));
    ASSERT_TRUE(ours && theirs);
    const auto names = [](const Json& object) {
        Names list;
        for (const auto& [name, value] : object.members()) list.push_back(name);
        return list;
    };
    Names order_names = names(*theirs);
    for (const char* extra : {"planned_parts", "plan", "scheduled_start"}) order_names.emplace_back(extra);
    for (const std::string& name : names(*ours))
        EXPECT_NE(std::find(order_names.begin(), order_names.end(), name), order_names.end()) << name;
    std::map<std::string, Names> line_names;
    for (const Json& line : theirs->find("lines")->items())
        for (const std::string& name : names(line)) line_names[line.text_or("kind")].push_back(name);
    line_names["part"].emplace_back("transaction");
    for (auto& [kind, list] : line_names) list.emplace_back("description");  // of every kind
    for (const Json& line : ours->find("lines")->items()) {
        const Names& known = line_names[line.text_or("kind")];
        for (const std::string& name : names(line))
            EXPECT_NE(std::find(known.begin(), known.end(), name), known.end()) << line.text_or("kind") << " " << name;
    }
}

TEST(Maximo, ties_and_late_commits_are_not_lost) {
    TestWorld world;
    const auto connector = world.made();
    Names expected, seen;
    for (int i = 0; i < 7; ++i) expected.push_back(world.fake.make_order());  // all in one second
    const std::string late = world.fake.make_order();
    world.fake.hold_back(late);
    world.fake.now += Millis(20'000);
    expected.push_back(world.fake.make_order());
    std::string cursor = world.read_all(*connector, "", 3, seen);
    EXPECT_EQ(seen, expected);
    world.fake.commit(late);  // changed 20 s ago, seen only now
    seen.clear();
    cursor = world.read_all(*connector, cursor, 3, seen);
    EXPECT_EQ(seen, Names{late});
    seen.clear();
    EXPECT_EQ(world.read_all(*connector, cursor, 3, seen), cursor);
    EXPECT_EQ(seen, Names{});
    world.fake.touch(expected.back());  // again in the same second: only its row stamp tells
    world.read_all(*connector, cursor, 3, seen);
    EXPECT_EQ(seen, Names{expected.back()});
}

TEST(Maximo, without_a_window_a_late_commit_is_lost) {  // the test above can fail
    TestWorld world;
    const auto connector = world.made({{"overlap", "0s"}});
    const std::string late = world.fake.make_order();
    world.fake.hold_back(late);
    world.fake.now += Millis(20'000);
    world.fake.make_order();
    Names seen;
    const std::string cursor = world.read_all(*connector, "", 3, seen);
    world.fake.commit(late);
    seen.clear();
    world.read_all(*connector, cursor, 3, seen);
    EXPECT_EQ(seen, Names{});
}

TEST(Maximo, a_thousand_orders_of_one_second_are_all_read) {
    TestWorld world;
    const auto connector = world.made();
    Names expected, seen;
    for (int i = 0; i < 1200; ++i) expected.push_back(world.fake.make_order());
    world.fake.now += Millis(1'000);
    expected.push_back(world.fake.make_order());
    const std::string cursor = world.read_all(*connector, "", 200, seen);
    EXPECT_LE(seen.size(), expected.size() + 200);  // the first page comes twice: its second begins anew, by number
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(seen, expected);
    EXPECT_LT(cursor.size(), 10'000U);
    seen.clear();
    world.fake.now += Millis(1'000);
    const std::string next = world.fake.make_order();
    world.read_all(*connector, cursor, 200, seen);
    EXPECT_EQ(seen, Names{next});
}

TEST(Maximo, a_poisoned_object_blocks_only_its_own_key) {
    TestWorld world;
    const auto connector = world.made();
    Names expected;
    for (int i = 0; i < 6; ++i) expected.push_back(world.fake.make_order());
    world.fake.poisoned.insert(expected[2]);  // Maximo fails to show it, and any page that it is on
    world.fake.order(expected[4]).set("worktype", Json::array());  // shown, but not to be understood
    Names seen;
    std::vector<SourceObject> objects;
    const std::string cursor = world.read_all(*connector, "", 4, seen, &objects);
    EXPECT_EQ(seen, expected);
    for (const SourceObject& object : objects) {
        const bool is_bad = object.object == expected[2] || object.object == expected[4];
        EXPECT_EQ(object.refused.has_value(), is_bad) << object.object;
        if (object.object == expected[2]) EXPECT_EQ(object.refused->code, "peer_cannot_show");
    }
    // Mended and changed: it comes by itself.
    world.fake.poisoned.clear();
    world.fake.now += Millis(5'000);
    world.fake.touch(expected[2]);
    objects.clear();
    world.read_all(*connector, cursor, 4, seen, &objects);
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_FALSE(objects[0].refused);
}

TEST(Maximo, its_queue_never_stops_at_a_message) {
    TestWorld world;
    const auto connector = world.made();
    world.fake.publish("<WORKORDER><WONUM>1001</WONUM></WORKORDER>");
    world.fake.publish("{ this is no JSON, nor XML");
    world.fake.publish(R"({"WONUM":{"poison":["x"]}})");
    world.fake.publish(R"({"member":[{"wonum":"1002"},{"wonum":"1003"},{"wonum":"1002"}]})");
    Names hints;
    const std::size_t taken = world.fake.deliver([&](const std::string& body) {
        net::HttpRequest request;
        request.method = "POST";
        request.headers = {{"X-Tieline-Secret", "push-secret"}};
        request.body = body;
        const auto found = connector->webhook(request, world.fake.now);
        if (!found) return 401;
        for (const Hint& hint : *found) hints.push_back(hint.object);
        return 202;
    });
    EXPECT_EQ(taken, 4U);
    EXPECT_EQ(hints, (Names{"1001", "1002", "1003"}));
}

TEST(Maximo, a_token_that_ends_in_mid_run_is_renewed) {
    TestWorld world;
    world.fake.is_oauth = true;
    const auto connector = world.made({{"sign_in", "oauth"},
                                       {"token_url", "http://maximo.test/token"},
                                       {"client_id", "tieline"},
                                       {"client_secret", "key"},
                                       {"api_key", ""}});
    Names expected, seen;
    for (int i = 0; i < 20; ++i) expected.push_back(world.fake.make_order());
    std::string cursor;
    for (int page = 0; page < 7; ++page) {
        const Result<Page> read = run(connector->pull(cursor, 3), world.peer());
        ASSERT_TRUE(read) << read.error().message;
        for (const SourceObject& object : read->objects) seen.push_back(object.object);
        cursor = read->cursor;
        if (page % 2 == 1) world.fake.revoke_tokens();
    }
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(world.fake.tokens_given(), 4U);
}

}  // namespace
}  // namespace tieline::connectors::maximo
