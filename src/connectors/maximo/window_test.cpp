// Reading in order of change when Maximo misbehaves: orders that it cannot show, late batches, odd times, caps.

#include "connectors/maximo/maximo.h"
#include "connectors/maximo/spec.h"
#include "connectors/maximo/test_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tieline::connectors::maximo {
namespace {

using Names = std::vector<std::string>;

std::set<std::string> set_of(const Names& names) { return {names.begin(), names.end()}; }

std::string code_of(const SourceObject& object) { return object.refused ? object.refused->code : std::string(); }

TEST(MaximoWindow, poisoned_orders_inside_the_window_do_not_stop_the_reading) {
    for (const int status : {500, 400}) {
        SCOPED_TRACE(status);
        TestWorld world;
        world.fake.pitfalls.poison_status = status;
        const auto connector = world.made();
        Names seen;
        world.fake.make_order();
        std::string cursor = world.read_all(*connector, "", 50, seen);
        const Names bad{world.fake.make_order(), world.fake.make_order()};  // changed within the window, both poisoned
        world.fake.poisoned.insert(bad.begin(), bad.end());
        world.fake.now += Millis(5'000);
        const std::string good = world.fake.make_order();
        seen.clear();
        std::vector<SourceObject> objects;
        cursor = world.read_all(*connector, cursor, 50, seen, &objects);
        EXPECT_EQ(set_of(seen), (std::set<std::string>{bad[0], bad[1], good}));
        for (const SourceObject& object : objects)
            EXPECT_EQ(code_of(object), object.object == good ? "" : "peer_cannot_show") << object.object;
        seen.clear();
        world.read_all(*connector, cursor, 50, seen);
        EXPECT_EQ(seen, Names{});
    }
}

TEST(MaximoWindow, one_order_alone_may_be_refused_too) {
    TestWorld world;
    world.fake.pitfalls.poison_status = 400;
    const auto connector = world.made();
    const std::string bad = world.fake.make_order();
    world.fake.poisoned.insert(bad);
    std::vector<SourceObject> objects;
    Names seen;
    world.read_all(*connector, "", 50, seen, &objects);
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_EQ(code_of(objects[0]), "peer_cannot_show");
    // A hint to it must not come back for ever: it is an exception of this order, no trouble of the connection.
    const auto fetched = run(connector->fetch(bad), world.peer());
    ASSERT_TRUE(fetched) << fetched.error().message;
    EXPECT_EQ(code_of(*fetched), "peer_cannot_show");
}

TEST(MaximoWindow, a_question_that_is_refused_for_every_order_is_no_orders_fault) {
    TestWorld world;
    const auto connector = world.made();
    for (int i = 0; i < 3; ++i) world.fake.make_order();
    world.fake.missing.insert("glaccount");  // somebody took it out of the object structure
    const auto page = run(connector->pull("", 50), world.peer());
    ASSERT_FALSE(page);
    EXPECT_NE(page.error().message.find("glaccount"), std::string::npos) << page.error().message;
}

TEST(MaximoWindow, poison_in_a_full_page_costs_few_requests) {
    TestWorld world;
    const auto connector = world.made();
    Names expected, seen;
    for (int i = 0; i < 400; ++i) expected.push_back(world.fake.make_order());
    for (std::size_t bad = 0; bad < 80; bad += 2) world.fake.poisoned.insert(expected[bad]);
    world.fake.poisoned.insert({expected[199], expected[399]});
    std::vector<SourceObject> objects;
    std::string cursor;
    for (int page_number = 0; page_number < 40; ++page_number) {
        world.fake.requests = 0;
        const Result<Page> page = run(connector->pull(cursor, 200), world.peer());
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_LE(world.fake.requests, 30U);
        for (const SourceObject& object : page->objects) seen.push_back(object.object), objects.push_back(object);
        EXPECT_FALSE(page->more && page->cursor == cursor);
        cursor = page->cursor;
        if (!page->more) break;
    }
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(std::count_if(objects.begin(), objects.end(), [](const auto& each) { return each.refused; }), 42);
}

TEST(MaximoWindow, a_page_that_takes_too_long_is_halved) {
    TestWorld world;
    const auto connector = world.made({{"page_size", "64"}});
    Names expected, seen;
    for (int i = 0; i < 100; ++i) expected.push_back(world.fake.make_order());
    // Whole orders come slowly: more than ten at once are not there in time.
    const Peer slow = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        Result<net::HttpResponse> answer = world.peer()(request);
        const Result<Json> body = answer ? Json::parse(answer->body) : Result<Json>(Json());
        const Json* members = body ? body->find("member") : nullptr;
        const bool whole = request.url.find("rel.labtrans") != std::string::npos;
        if (members != nullptr && whole && members->items().size() > 10)
            return make_error(ErrorKind::unknown_outcome, "no answer in 30 s", "timeout");
        return answer;
    };
    std::string cursor;
    for (int page_number = 0; page_number < 100; ++page_number) {
        const Result<Page> page = run(connector->pull(cursor, 200), slow);
        if (!page) {
            EXPECT_EQ(page.error().kind, ErrorKind::transient);
            continue;
        }
        for (const SourceObject& object : page->objects) seen.push_back(object.object);
        cursor = page->cursor;
        if (!page->more) break;
    }
    EXPECT_EQ(seen, expected);
}

TEST(MaximoWindow, a_time_of_change_in_the_future_does_not_move_the_place) {
    TestWorld world;
    const auto connector = world.made();
    const std::string odd = world.fake.make_order();
    world.fake.order(odd).set("changedate", "2199-01-01T00:00:00+00:00");
    Names seen;
    std::vector<SourceObject> objects;
    std::string cursor = world.read_all(*connector, "", 50, seen, &objects);
    ASSERT_EQ(seen, Names{odd});
    EXPECT_EQ(code_of(objects[0]), "changed_in_the_future");
    Names expected;
    for (int i = 0; i < 3; ++i) {
        world.fake.now += Millis(3'600'000);
        expected.push_back(world.fake.make_order());
    }
    seen.clear();
    cursor = world.read_all(*connector, cursor, 50, seen);
    EXPECT_EQ(seen, expected);  // and the odd one is told once only
    seen.clear();
    EXPECT_EQ(world.read_all(*connector, cursor, 50, seen), cursor);
    EXPECT_EQ(seen, Names{});
    const auto fetched = run(connector->fetch(odd), world.peer());  // what replay does
    ASSERT_TRUE(fetched);
    EXPECT_EQ(code_of(*fetched), "");
    world.fake.now += Millis(5'000);
    world.fake.touch(odd);  // mended
    seen.clear();
    world.read_all(*connector, cursor, 50, seen);
    EXPECT_EQ(seen, Names{odd});
}

TEST(MaximoWindow, clocks_that_differ_a_little_delay_and_lose_nothing) {
    TestWorld world;
    const auto connector = world.made_by_its_clock();
    Names seen;
    const std::string odd = world.fake.make_order();
    world.fake.now -= Millis(600'000);  // this hub's clock is ten minutes behind Maximo's
    std::vector<SourceObject> objects;
    std::string cursor = world.read_all(*connector, "", 50, seen, &objects);
    ASSERT_EQ(seen, Names{odd});
    EXPECT_EQ(code_of(objects[0]), "") << "news is not held back for it";
    Names expected;
    for (int i = 0; i < 3; ++i) {
        world.fake.now += Millis(100'000);
        expected.push_back(world.fake.make_order());
    }
    seen.clear();
    cursor = world.read_all(*connector, cursor, 2, seen);
    EXPECT_EQ(seen, expected);
    world.fake.now += Millis(400'000);  // now its time has come: it is told in order
    expected = {odd, world.fake.make_order()};
    seen.clear();
    cursor = world.read_all(*connector, cursor, 50, seen);
    EXPECT_EQ(seen, expected);
    seen.clear();
    EXPECT_EQ(world.read_all(*connector, cursor, 50, seen), cursor);
    EXPECT_EQ(seen, Names{});
}

TEST(MaximoWindow, one_order_that_never_comes_in_time_is_an_exception_of_its_own) {
    TestWorld world;
    const auto connector = world.made_by_its_clock({{"page_size", "4"}});
    Names expected, seen;
    for (int i = 0; i < 9; ++i) expected.push_back(world.fake.make_order());
    world.fake.poisoned.insert(expected[5]);
    const Peer slow = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        Result<net::HttpResponse> answer = world.peer()(request);
        if (!answer || answer->status != 500) return answer;
        world.fake.now += Millis(30'000);
        return make_error(ErrorKind::unknown_outcome, "no answer in 30 s", "timeout");
    };
    std::vector<SourceObject> objects;
    std::string cursor;
    for (int page_number = 0; page_number < 40; ++page_number) {
        const Result<Page> page = run(connector->pull(cursor, 200), slow);
        if (!page) continue;
        for (const SourceObject& object : page->objects) seen.push_back(object.object), objects.push_back(object);
        cursor = page->cursor;
        if (!page->more) break;
    }
    EXPECT_EQ(set_of(seen), set_of(expected));
    for (const SourceObject& object : objects)
        EXPECT_EQ(code_of(object), object.object == expected[5] ? "peer_cannot_show" : "") << object.object;
}

TEST(MaximoWindow, a_window_that_is_too_small_is_told) {
    const auto logged = [](std::size_t count) {
        TestWorld world;
        const auto connector = world.made_by_its_clock();
        for (std::size_t i = 0; i < count; ++i) world.fake.make_order();
        Names seen;
        testing::internal::CaptureStderr();
        world.read_all(*connector, "", 200, seen);
        return testing::internal::GetCapturedStderr().find("tieline reconcile") != std::string::npos;
    };
    EXPECT_FALSE(logged(50));
    EXPECT_TRUE(logged(Place::told_most + 50));
}

TEST(MaximoWindow, actuals_that_do_not_change_their_order_are_found_by_reading_it_once_more) {
    TestWorld world;
    world.fake.pitfalls.children_silent = true;
    const auto connector = world.made_by_its_clock({{"page_size", "3"}});
    Names others;
    for (int i = 0; i < 7; ++i) others.push_back(world.fake.make_order());
    const std::string order = world.completed_order();
    Names seen;
    std::string cursor = world.read_all(*connector, "", 50, seen);
    world.fake.now += Millis(600'000);
    world.fake.add(order, "tooltrans", Json::object({{"itemnum", "TORCH"}, {"linecost", Json::number("9.5")}}));
    seen.clear();
    cursor = world.read_all(*connector, cursor, 50, seen);
    EXPECT_EQ(seen, Names{}) << "nothing tells that it changed";
    world.fake.now += Millis(12 * 3'600'000);
    std::vector<SourceObject> objects;
    cursor = world.read_all(*connector, cursor, 50, seen, &objects);
    EXPECT_EQ(seen.size(), 8U);
    for (const SourceObject& object : objects)
        EXPECT_EQ(object.data.find("9.5") != std::string::npos, object.object == order) << object.data;
    seen.clear();
    EXPECT_EQ(world.read_all(*connector, cursor, 50, seen), cursor);
    world.fake.move_to(order, "CLOSE");
    cursor = world.read_all(*connector, cursor, 50, seen);
    world.fake.now += Millis(31LL * 24 * 3'600'000);  // old and closed ones are not read again
    seen.clear();
    world.read_all(*connector, cursor, 50, seen);
    EXPECT_EQ(seen, Names{});
}

TEST(MaximoWindow, a_late_batch_beyond_what_is_kept_is_read_whole) {
    TestWorld world;
    const auto connector = world.made();
    Names late, seen;
    for (std::size_t i = 0; i < Place::told_most / 2; ++i) {
        late.push_back(world.fake.make_order());
        world.fake.hold_back(late.back());
    }
    world.fake.now += Millis(100'000);
    for (std::size_t i = 0; i < Place::told_most * 4 / 5; ++i) {
        if (i % 10 == 9) world.fake.now += Millis(250);
        world.fake.make_order();
    }
    const std::string cursor = world.read_all(*connector, "", 200, seen);
    EXPECT_EQ(seen.size(), Place::told_most * 4 / 5);
    for (const std::string& order : late) world.fake.commit(order);
    seen.clear();
    world.read_all(*connector, cursor, 200, seen);
    const std::set<std::string> told = set_of(seen);
    EXPECT_EQ(std::count_if(late.begin(), late.end(), [&](const auto& order) { return !told.contains(order); }), 0);
}

TEST(MaximoWindow, more_orders_in_one_second_than_are_kept_lose_none_where_times_have_fractions) {
    TestWorld world;
    world.fake.pitfalls.fractions = true;
    const auto connector = world.made();
    const std::size_t count = Place::told_most * 3 / 2;
    Names expected, seen;
    // Numbers fall while fractions rise: in order of time the greatest numbers come first.
    for (std::size_t i = 0; i < count; ++i) {
        world.fake.now = WallTime(Millis(1'732'428'000'000) + Millis(i * 900 / count));
        expected.push_back(world.fake.make_order(Json::object({{"wonum", std::to_string(90'000 - i)}})));
    }
    const std::string cursor = world.read_all(*connector, "", 200, seen);
    EXPECT_EQ(set_of(seen), set_of(expected));
    EXPECT_LT(cursor.size(), 50'000U);
    world.fake.now += Millis(5'000);
    const std::string next = world.fake.make_order();
    seen.clear();
    world.read_all(*connector, cursor, 200, seen);
    EXPECT_EQ(seen, Names{next});
}

TEST(MaximoWindow, since_holds_inside_the_window_too) {
    TestWorld world;
    const std::string before = world.fake.make_order();
    world.fake.now += Millis(30'000);
    const auto connector = world.made({{"since", format_time(world.fake.now)}});
    world.fake.now += Millis(30'000);
    Names expected{world.fake.make_order()}, seen;
    std::string cursor = world.read_all(*connector, "", 50, seen);
    world.fake.now += Millis(30'000);
    expected.push_back(world.fake.make_order());
    cursor = world.read_all(*connector, cursor, 50, seen);
    world.read_all(*connector, cursor, 50, seen);
    EXPECT_EQ(seen, expected) << before << " changed before the cut-over";
}

TEST(MaximoWindow, an_order_without_a_time_of_change_is_told_and_holds_up_nothing) {
    TestWorld world;
    const auto connector = world.made();
    const std::string odd = world.fake.make_order(), good = world.fake.make_order();
    world.fake.order(odd).erase("changedate");
    Names seen;
    std::vector<SourceObject> objects;
    const std::string cursor = world.read_all(*connector, "", 50, seen, &objects);
    EXPECT_EQ(set_of(seen), (std::set<std::string>{odd, good}));
    for (const SourceObject& object : objects)
        EXPECT_EQ(code_of(object), object.object == odd ? "no_change_time" : "") << object.object;
    EXPECT_NE(cursor, "");
}

TEST(MaximoWindow, a_server_that_caps_its_pages_loses_nothing) {
    TestWorld world;
    world.fake.pitfalls.page_rows_max = 7;
    const auto connector = world.made();
    Names expected, seen;
    for (int i = 0; i < 40; ++i) {
        if (i % 5 == 4) world.fake.now += Millis(1'000);
        expected.push_back(world.fake.make_order());
    }
    Names late;
    for (int i = 0; i < 20; ++i) {
        late.push_back(world.fake.make_order());
        world.fake.hold_back(late.back());
    }
    world.fake.now += Millis(1'000);
    expected.push_back(world.fake.make_order());
    const std::string cursor = world.read_all(*connector, "", 50, seen);
    EXPECT_EQ(seen, expected);
    for (const std::string& order : late) world.fake.commit(order);
    seen.clear();
    world.read_all(*connector, cursor, 50, seen);
    EXPECT_EQ(seen, late);
    std::size_t listed = 0;
    std::string place;
    for (int page_number = 0; page_number < 20; ++page_number) {
        const auto page = run(connector->list("work_orders", "", "", place), world.peer());
        ASSERT_TRUE(page) << page.error().message;
        listed += page->objects.size();
        place = page->cursor;
        if (!page->more) break;
    }
    EXPECT_EQ(listed, expected.size() + late.size());
}

TEST(MaximoWindow, an_order_that_changes_while_it_is_read_does_not_move_the_place) {
    TestWorld world;
    const auto connector = world.made();
    Names seen;
    const std::string first = world.fake.make_order();
    const std::string late = world.fake.make_order();
    world.fake.hold_back(late);
    world.fake.now += Millis(10'000);
    world.fake.make_order();
    std::string cursor = world.read_all(*connector, "", 50, seen);
    world.fake.commit(late);
    world.fake.now += Millis(3'600'000);
    const std::string unread = world.fake.make_order();
    world.fake.now += Millis(3'600'000);
    // Between the question for names and the one for whole orders somebody saves the late order again.
    bool is_touched = false;
    const Peer racing = [&](const net::HttpRequest& request) {
        if (request.url.find("rel.labtrans") != std::string::npos && !std::exchange(is_touched, true))
            world.fake.touch(late);
        return world.peer()(request);
    };
    seen.clear();
    Result<Page> page = run(connector->pull(cursor, 1), racing);
    ASSERT_TRUE(page);
    for (const SourceObject& object : page->objects) seen.push_back(object.object);
    world.read_all(*connector, page->cursor, 1, seen);
    EXPECT_TRUE(set_of(seen).contains(unread));
}

TEST(MaximoWindow, places_are_written_and_read_again_and_nothing_else_is) {
    for (const char* text :
         {"", "w:1732428000,1001,1732427700,0-0a1b2c3d4e5f.300-0a1b2c3d4e5e,",
          "w:1732428000,1001,,,0a1b2c3d4e5f;t:1732428000,,1732428000,,;r:1732428000,77,,,", "w:,,,,0a1b2c3d4e5f"}) {
        const auto cursor = cursor_of(text);
        ASSERT_TRUE(cursor) << text;
        EXPECT_EQ(to_text(*cursor), text);
    }
    EXPECT_TRUE(cursor_of("w:1732428000,1001,1732427700,0-0a1b2c3d4e5f")) << "of an earlier version";
    for (const char* text : {"w:", "x:1,,,,", "w:,7,,,", "w:1,,2,,", "w:1,,,0-0a1b2c3d4e5f,", "w:1,,1,0-0a1b,",
                             "w:1,,,,0a1b", "w:1,,1,,;w:1,,1,,", "w:-1,,1,,", "w:1,%,1,,"})
        EXPECT_FALSE(cursor_of(text)) << text;
}

TEST(MaximoWindow, trouble_with_work_orders_does_not_hold_up_material_use) {
    TestWorld world;
    const auto connector = world.made({{"reads", "workorders,transactions"}});
    const std::string order = world.fake.make_order();
    const std::string use = world.fake.use(order, "SEAL-9", "1", "12.80");
    world.fake.missing.insert("glaccount");  // work orders cannot be asked for
    const Result<Page> page = run(connector->pull("", 50), world.peer());
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->objects.size(), 1U);
    EXPECT_EQ(page->objects[0].object, "part_transaction:" + use + "." + order);
    EXPECT_FALSE(run(connector->pull(page->cursor, 50), world.peer())) << "the trouble itself is told";
}

}  // namespace
}  // namespace tieline::connectors::maximo
