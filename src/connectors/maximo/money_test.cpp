// What work orders cost: nothing dropped, nothing twice, nothing with the wrong sign.

#include "connectors/maximo/test_world.h"

#include <gtest/gtest.h>

namespace tieline::connectors::maximo {
namespace {

Json number(const char* text) { return Json::number(text); }

/// Approved labor of two hours at 48.00; `changes` replaces members, null takes one away.
Json labor(std::initializer_list<Json::Member> changes = {}) {
    Json line = Json::object({{"labtransid", 801},
                              {"laborcode", "WILSON"},
                              {"genapprservreceipt", true},
                              {"outside", false},
                              {"regularhrs", number("2")},
                              {"premiumpayhours", number("0")},
                              {"payrate", number("48.00")},
                              {"linecost", number("96.00")}});
    for (const auto& [name, value] : changes) {
        if (value.is_null())
            line.erase(name);
        else
            line.set(name, value);
    }
    return line;
}

/// "labor L801 2 x 48.00; other LP801 24.00": lines as they arrive, or "refused CODE".
std::string lines_of(TestWorld& world, const std::string& order,
                     const std::vector<std::pair<std::string, std::string>>& settings = {}) {
    const auto connector = world.made(settings);
    const auto object = run(connector->fetch(order), world.peer());
    if (!object) return "error " + object.error().code;
    if (object->refused) return "refused " + object->refused->code;
    std::string text;
    const Result<Json> data = Json::parse(object->data);
    const Json* lines = data->find("lines");
    if (lines == nullptr) return "none";
    for (const Json& line : lines->items()) {
        text += (text.empty() ? "" : "; ") + line.text_or("kind") + " " + line.text_or("id") + " ";
        if (line.find("amount") != nullptr)
            text += line.text_or("amount");
        else
            text += line.text_or("hours", line.text_or("quantity")) + " x " +
                    line.text_or("rate", line.text_or("unit_cost"));
    }
    return text;
}

std::string lines_with(Json line, const std::vector<std::pair<std::string, std::string>>& settings = {}) {
    TestWorld world;
    const std::string order = world.fake.make_order();
    world.fake.add(order, "labtrans", std::move(line));
    return lines_of(world, order, settings);
}

TEST(MaximoMoney, labor_costs_what_maximo_says_or_is_refused_by_name) {
    EXPECT_EQ(lines_with(labor()), "labor L801 2 x 48.00");
    EXPECT_EQ(lines_with(labor({{"premiumpayhours", number("1")}, {"linecost", number("120.00")}})),
              "labor L801 2 x 48.00; other LP801 24.00");
    // Another rate than the shown one, without premium hours: the difference is money all the same.
    EXPECT_EQ(lines_with(labor({{"linecost", number("110.00")}})), "labor L801 2 x 48.00; other LP801 14.00");
    EXPECT_EQ(lines_with(labor({{"premiumpayhours", Json()}, {"linecost", number("110.00")}})),
              "labor L801 2 x 48.00; other LP801 14.00");
    EXPECT_EQ(lines_with(labor({{"payrate", number("48.333")}, {"linecost", number("96.67")}})),
              "labor L801 2 x 48.333")
        << "rounded to the cent by Maximo: no difference";
    EXPECT_EQ(lines_with(labor({{"linecost", Json()}})), "refused labor_unreadable");
    EXPECT_EQ(lines_with(labor({{"payrate", Json()}})), "refused labor_unreadable");
    EXPECT_EQ(lines_with(labor({{"premiumpayhours", "much"}})), "refused labor_unreadable");
    EXPECT_EQ(lines_with(labor(
                  {{"regularhrs", number("99999999999999999999")}, {"payrate", number("99999999999999999999.5")}})),
              "refused labor_unreadable");
    EXPECT_EQ(lines_with(labor({{"genapprservreceipt", Json()}})), "refused approval_unknown");
    EXPECT_EQ(lines_with(labor({{"genapprservreceipt", Json()}}), {{"labor", "all"}}), "labor L801 2 x 48.00");
    EXPECT_EQ(lines_with(labor({{"genapprservreceipt", false}})), "none");
}

TEST(MaximoMoney, hours_that_are_taken_back_are_a_credit) {
    EXPECT_EQ(lines_with(labor({{"regularhrs", number("-2")}, {"linecost", number("-96.00")}})), "other LP801 -96.00");
    EXPECT_EQ(lines_with(labor({{"regularhrs", number("-2")}, {"linecost", number("96.00")}})),
              "refused labor_unreadable")
        << "hours taken back do not cost";
}

TEST(MaximoMoney, estimates_that_cannot_be_added_up_are_no_smaller_estimate) {
    TestWorld world;
    const std::string order =
        world.fake.make_order(Json::object({{"estlabcost", number("10.00")}, {"estmatcost", "about 5"}}));
    const auto object = run(world.made()->fetch(order), world.peer());
    ASSERT_TRUE(object);
    EXPECT_EQ(object->refused ? object->refused->code : "", "estimate_unreadable");
}

TEST(MaximoMoney, numbers_with_exponents_are_read_exactly) {
    EXPECT_EQ(lines_with(
                  labor({{"regularhrs", number("1.25E2")}, {"payrate", number("8E4")}, {"linecost", number("1.0E7")}})),
              "labor L801 125 x 80000");
    EXPECT_EQ(lines_with(labor({{"regularhrs", number("5e-1")}, {"linecost", number("24")}})),
              "labor L801 0.5 x 48.00");
    EXPECT_EQ(lines_with(labor({{"linecost", number("1E400")}})), "refused labor_unreadable");
}

TEST(MaximoMoney, outside_labor_that_has_a_service_receipt_counts_once) {
    const auto lines = [](const char* setting, const char* receipt_of) {
        TestWorld world;
        const std::string order = world.fake.make_order();
        world.fake.add(order, "labtrans",
                       labor({{"outside", true}, {"ponum", "45001"}, {"linecost", number("450.00")}}));
        if (*receipt_of != '\0')
            world.fake.add(
                order, "servrectrans",
                Json::object({{"servrectransid", 91}, {"ponum", receipt_of}, {"linecost", number("450.00")}}));
        return lines_of(world, order, {{"outside_labor", setting}});
    };
    EXPECT_EQ(lines("receipt", "45001"), "contractor S91 450.00");
    EXPECT_EQ(lines("receipt", "45002"), "contractor L801 450.00; contractor S91 450.00");
    EXPECT_EQ(lines("receipt", ""), "contractor L801 450.00");
    EXPECT_EQ(lines("always", "45001"), "contractor L801 450.00; contractor S91 450.00");
    EXPECT_EQ(lines("never", ""), "none");
}

TEST(MaximoMoney, a_return_is_a_return_by_whatever_name) {
    TestWorld world;
    const std::string order = world.fake.make_order();
    world.fake.use(order, "SEAL-9", "5", "12.80", "ISSUE");
    world.fake.use(order, "SEAL-9", "2", "12.80", "RETURN-BACK");  // a plant's own words: synonyms
    world.fake.use(order, "SEAL-9", "1", "12.80", "ISSUE-OUT");
    EXPECT_EQ(lines_of(world, order), "part M45001 5 x 12.80; part M45002 -2 x 12.80; part M45003 1 x 12.80");
    const auto connector = world.made({{"reads", "transactions"}});
    std::vector<std::string> names;
    std::vector<SourceObject> objects;
    world.read_all(*connector, "", 10, names, &objects);
    ASSERT_EQ(objects.size(), 3U);
    EXPECT_EQ(objects[0].type, "part.consumed");
    EXPECT_EQ(objects[1].type, "part.returned");
    EXPECT_EQ(objects[2].type, "part.consumed");
}

TEST(MaximoMoney, a_use_of_an_unknown_kind_or_with_the_wrong_sign_is_refused_by_name) {
    const auto said = [](const char* type, const char* quantity,
                         const std::vector<std::pair<std::string, std::string>>& settings = {}) {
        TestWorld world;
        const std::string order = world.fake.make_order();
        world.fake.use(order, "SEAL-9", quantity, "12.80", type);
        std::string text = lines_of(world, order, settings);
        std::vector<std::pair<std::string, std::string>> reading = settings;
        reading.emplace_back("reads", "transactions");
        const auto connector = world.made(reading);
        std::vector<std::string> names;
        std::vector<SourceObject> objects;
        world.read_all(*connector, "", 10, names, &objects);
        for (const SourceObject& object : objects)
            text += " | " + (object.refused ? object.refused->code : object.type);
        return text;
    };
    EXPECT_EQ(said("KITMAKE", "1"), "refused unknown_issue_kind | unknown_issue_kind");
    EXPECT_EQ(said("RETURN", "-1"), "refused wrong_sign | wrong_sign");
    const std::vector<std::pair<std::string, std::string>> positive{{"issue_quantity", "positive"}};
    EXPECT_EQ(said("ISSUE", "1", positive), "refused wrong_sign | wrong_sign");  // kept as -1 by the stand-in
    EXPECT_EQ(said("RETURN", "-1", positive), "part M45001 -1 x 12.80 | part.returned");
}

TEST(MaximoReads, tasks_are_read_or_skipped) {
    TestWorld world;
    const std::string order = world.fake.make_order();
    const std::string task =
        world.fake.make_order(Json::object({{"woclass", "ACTIVITY"}, {"istask", true}, {"parent", order}}));
    const std::string other = world.fake.make_order(Json::object({{"woclass", "CHANGE"}}));
    std::vector<std::string> own, skip, renamed;
    world.read_all(*world.made({{"tasks", "own"}}), "", 10, own);
    world.read_all(*world.made({{"tasks", "skip"}}), "", 10, skip);
    world.read_all(*world.made({{"work_classes", "CHANGE"}}), "", 10, renamed);
    EXPECT_EQ(own, (std::vector<std::string>{order, task}));
    EXPECT_EQ(skip, (std::vector<std::string>{order}));
    EXPECT_EQ(renamed, (std::vector<std::string>{other}));
}

}  // namespace
}  // namespace tieline::connectors::maximo
