// Reading: nothing lost, nothing guessed, as few calls as can be.

#include "connectors/sap_maintenance/test_maintenance.h"

#include <algorithm>
#include <set>

namespace tieline::connectors::sap_maintenance::test {
namespace {

TEST_F(Maintenance, orders_that_share_a_moment_and_pages_that_cut_it_lose_nothing) {
    plant_.step = Millis(0);
    std::set<std::string> made;
    for (int i = 0; i < 210; ++i) made.insert(plant_.make_order());
    for (const std::size_t cut : {std::size_t{0}, std::size_t{13}}) {
        plant_.switches.page_rows = cut;
        std::string cursor;
        const std::vector<std::string> told = numbers(cursor, 70);
        EXPECT_EQ(told.size(), 210U);
        EXPECT_EQ(std::set<std::string>(told.begin(), told.end()), made);
        EXPECT_LT(cursor.size(), 20'000U);
        EXPECT_TRUE(numbers(cursor).empty());
    }
}

TEST_F(Maintenance, a_change_that_is_committed_late_is_told) {
    const std::string late = plant_.make_order(), other = plant_.make_order();
    std::string cursor;
    EXPECT_EQ(numbers(cursor).size(), 2U);
    plant_.now += Millis(100'000);
    plant_.set_words(other, "TECO");
    EXPECT_EQ(numbers(cursor), std::vector<std::string>{other});
    plant_.now -= Millis(90'000);  // stamped before the other one, committed after it
    plant_.set_words(late, "TECO");
    EXPECT_EQ(numbers(cursor), std::vector<std::string>{late});
    EXPECT_TRUE(numbers(cursor).empty());
}

TEST_F(Maintenance, two_changes_in_one_second_are_both_told) {
    plant_.step = Millis(0);
    const std::string order = plant_.make_order();
    std::string cursor;
    EXPECT_EQ(numbers(cursor).size(), 1U);
    for (const char* words : {"REL  PCNF", "TECO CNF", "REL  CNF", "TECO CNF"}) {
        plant_.set_words(order, words);
        EXPECT_EQ(numbers(cursor), std::vector<std::string>{order}) << words;
    }
}

TEST_F(Maintenance, an_order_that_was_never_changed_is_found_by_its_making) {
    plant_.is_without_changes = true;
    const std::string order = plant_.make_order();
    std::string cursor;
    EXPECT_EQ(numbers(cursor), std::vector<std::string>{order});
    EXPECT_TRUE(numbers(cursor).empty());
    plant_.set_words(order, "TECO");
    EXPECT_EQ(numbers(cursor), std::vector<std::string>{order});
}

TEST_F(Maintenance, states_that_came_without_a_time_of_change_are_found_by_reading_again) {
    remake({{"reread_every", "1h"}, {"reread_days", "30"}});
    const std::string order = plant_.make_order();
    clock_.at = plant_.now;
    std::string cursor;
    EXPECT_EQ(numbers(cursor).size(), 1U);
    plant_.now += Millis(600'000);
    const std::string newer = plant_.make_order();
    EXPECT_EQ(numbers(cursor), std::vector<std::string>{newer});
    // Changed by a confirmation, which leaves the order's time of change as it was, behind the overlap.
    for (Json& row : plant_.rows("MaintenanceOrder")) row.set("SystemStatusText", "TECO CNF");
    clock_.at += Millis(1'900'000);
    const std::vector<std::string> soon = numbers(cursor);
    EXPECT_EQ(std::count(soon.begin(), soon.end(), order), 0) << "only every hour";
    clock_.at += Millis(2'000'000);
    const std::vector<std::string> again = numbers(cursor);
    EXPECT_EQ(std::count(again.begin(), again.end(), order), 1);
    EXPECT_TRUE(numbers(cursor).empty()) << "once";
}

TEST_F(Maintenance, orders_of_other_plants_and_before_the_cut_over_are_not_told) {
    plant_.make_order(Json::object({{"MaintenancePlanningPlant", "2020"}}));
    std::string cursor;
    EXPECT_TRUE(numbers(cursor).empty());
    EXPECT_EQ(run(connector_->fetch("4000001"), peer()).error().kind, ErrorKind::not_found);
    remake({{"since", "2026-12-01"}});
    plant_.make_order();
    cursor.clear();
    EXPECT_TRUE(numbers(cursor).empty());
}

TEST_F(Maintenance, what_cannot_be_told_is_refused_by_name_and_the_others_go_on) {
    remake({{"cost_booked_by", "hub"}, {"reread_every", "0s"}}, map_with_rates());
    struct Case {
        const char* code;
        std::string order;
    };
    std::vector<Case> cases;
    const auto made = [&](const char* code) { return cases.emplace_back(Case{code, plant_.make_order()}).order; };
    plant_.set_words(made("unknown_status"), "FREI RUECK");
    const std::string split = made("several_receivers");
    plant_.add_rule(split, "CostCenter", "CC-1", "50.00");
    plant_.add_rule(split, "CostCenter", "CC-2", "50.00");
    plant_.confirm(made("no_hours"), "90.0", "MECH", "MIN");
    plant_.confirm(made("unknown_code"), "2.0", "WELD");
    const std::string third = made("price_not_exact");
    const std::string component = plant_.add_component(third, "SEAL-9", "3.000");
    plant_.rows("MaintOrderOpComponent").back().set("MaintOrdOpCompPriceUnitQty", "3");
    plant_.issue(third, component, "SEAL-9", "1.000");
    plant_.issue(made("unknown_code"), "", "UNPRICED", "1.000");
    const std::string good = plant_.make_order();
    const Page page = pulled("");
    ASSERT_EQ(page.objects.size(), cases.size() + 1);
    for (const SourceObject& object : page.objects) {
        const auto one =
            std::find_if(cases.begin(), cases.end(), [&](const Case& each) { return each.order == object.object; });
        if (one == cases.end()) {
            EXPECT_EQ(object.object, good);
            EXPECT_FALSE(object.refused) << object.refused->message;
            continue;
        }
        ASSERT_TRUE(object.refused) << one->code << ": " << object.data;
        EXPECT_EQ(object.refused->code, one->code) << object.refused->message;
        EXPECT_EQ(object.refused->kind, ErrorKind::invalid);
    }
}

TEST_F(Maintenance, labor_taken_back_and_material_given_back_count_once) {
    remake({{"cost_booked_by", "hub"}, {"reread_every", "0s"}}, map_with_rates());
    const std::string order = plant_.make_order();
    const std::string component = plant_.add_component(order, "SEAL-9", "10.000");
    plant_.reverse_confirmation(plant_.confirm(order, "3.0", "MECH"));
    plant_.confirm(order, "2.5", "ELEC");
    plant_.issue(order, component, "SEAL-9", "5.000");
    plant_.issue(order, component, "SEAL-9", "2.000", "262");
    plant_.issue(order, component, "SEAL-9", "1.000", "531");  // a by-product, no issue
    const SourceObject object = fetched(order);
    ASSERT_FALSE(object.refused) << object.refused->message;
    const Json data = *Json::parse(object.data);
    EXPECT_EQ(data.find("lines")->dump(),
              R"([{"kind":"labor","id":"C6002.1","currency":"EUR","hours":"2.5","rate":"61.50","person":"1042",)"
              R"("craft":"ELEC"},)"
              R"({"kind":"part","id":"M4900000001.2026.1","currency":"EUR","quantity":"5.000","unit":"EA",)"
              R"("unit_cost":"12.8","part":"SEAL-9","storeroom":"MAIN"},)"
              R"({"kind":"part","id":"M4900000002.2026.1","currency":"EUR","quantity":"-2.000","unit":"EA",)"
              R"("unit_cost":"12.8","part":"SEAL-9","storeroom":"MAIN"}])");
    EXPECT_EQ(data.find("planned_parts")->items().front().text_or("id"), "50001/1");
}

TEST_F(Maintenance, planned_cost_is_the_sum_of_what_sap_has_planned) {
    const std::string order = plant_.make_order();
    int item = 0;
    const auto plan = [&](const std::string& hierarchy, const std::string& of, const char* amount) {
        plant_.add_row("MaintOrderActlPlndCostItmSet",
                       Json::object({{"P_GLAccountHierarchy", hierarchy},
                                     {"SourceLedger", "0L"},
                                     {"Ledger", "0L"},
                                     {"CompanyCode", "1000"},
                                     {"FiscalYear", "2026"},
                                     {"AccountingDocument", ""},
                                     {"FinancialPlanningReqTransSqnc", ""},
                                     {"FinancialPlanningDataPacket", ""},
                                     {"ActualPlanJournalEntryItem", std::to_string(++item)},
                                     {"MaintenanceOrder", of},
                                     {"CompanyCodeCurrency", "EUR"},
                                     {"PlannedMaintAmountInCoCrcy", amount}}));
    };
    plan("PM", order, "120.50");
    plan("PM", order, "0.375");
    plan("OTHER", order, "999.00");
    plan("PM", "4999999", "999.00");
    EXPECT_EQ(Json::parse(fetched(order).data)->text_or("planned_cost"), "") << "not asked for";
    remake({{"cost_hierarchy", "PM"}});
    EXPECT_EQ(Json::parse(fetched(order).data)->text_or("planned_cost"), "120.875");
    plant_.rows("MaintOrderActlPlndCostItmSet").front().set("CompanyCodeCurrency", "USD");
    EXPECT_EQ(Json::parse(fetched(order).data)->text_or("planned_cost"), "") << "unknown";
}

TEST_F(Maintenance, calls_of_a_poll) {
    const auto calls = [&](std::string& cursor) {
        const std::uint64_t before = plant_.requests;
        (void)numbers(cursor);
        return plant_.requests - before;
    };
    for (int i = 0; i < 20; ++i) plant_.make_order();
    std::string cursor;
    EXPECT_EQ(calls(cursor), 2U) << "twenty orders";
    EXPECT_EQ(calls(cursor), 2U) << "nothing new";
    plant_.make_order();
    EXPECT_EQ(calls(cursor), 2U) << "one order";
    remake({{"cost_booked_by", "hub"}, {"reread_every", "0s"}}, map_with_rates());
    cursor.clear();
    EXPECT_EQ(calls(cursor), 2U + 21U * 2U) << "the labor and the material of each";
    EXPECT_EQ(calls(cursor), 2U) << "nothing new";
    plant_.add_component(plant_.make_order(), "SEAL-9", "1.000");
    EXPECT_EQ(calls(cursor), 2U + 3U) << "one order with a reservation";
}

TEST_F(Maintenance, calls_of_reading_again) {
    plant_.step = Millis(60'000);
    for (int i = 0; i < 250; ++i) plant_.make_order();
    const auto calls = [&](const std::string& books) {
        remake({{"cost_booked_by", books}, {"reread_every", "1h"}, {"overlap", "2m"}}, map_with_rates());
        clock_.at = plant_.now;
        std::string cursor;
        (void)numbers(cursor);
        clock_.at += Millis(3'600'000);
        const std::uint64_t before = plant_.requests;
        EXPECT_EQ(numbers(cursor).size(), 250U);
        return plant_.requests - before;
    };
    EXPECT_EQ(calls("sap"), 11U);
    EXPECT_EQ(calls("hub"), 11U + 250U * 2U);
}

TEST_F(Maintenance, what_sap_holds_is_listed_with_its_states) {
    std::set<std::string> made;
    for (int i = 0; i < 205; ++i) made.insert(plant_.make_order());
    plant_.set_words("4000003", "TECO CNF");
    plant_.make_order(Json::object({{"MaintenancePlanningPlant", "2020"}}));
    const std::string before = plant_.state();
    std::set<std::string> keys;
    std::string cursor, state;
    std::size_t pages = 0, rows = 0;
    for (bool more = true; more && pages < 10; ++pages) {
        const auto page = run(connector_->list("work_orders", "2026-11-01", "2026-11-30", cursor), peer());
        ASSERT_TRUE(page) << page.error().message;
        for (const SourceObject& object : page->objects) {
            const Json row = *Json::parse(object.data);
            keys.insert(row.text_or("key"));
            if (row.text_or("key") == "4000003") state = row.text_or("state");
            ++rows;
        }
        cursor = page->cursor;
        more = page->more;
    }
    EXPECT_EQ(keys, made);
    EXPECT_EQ(rows, 205U);
    EXPECT_EQ(pages, 3U);
    EXPECT_EQ(state, "completed");
    EXPECT_EQ(plant_.state(), before);
    EXPECT_EQ(run(connector_->list("stock", "", "", ""), peer()).error().kind, ErrorKind::unsupported);
}

TEST_F(Maintenance, a_cursor_that_is_none_is_refused) {
    for (const char* text : {"x", "{}", "[]", R"({"changed":[1,"",[]],"created":[1,"",[[1]]],"again_due":0})"})
        EXPECT_EQ(run(connector_->pull(text, 10), peer()).error().code, "bad_cursor") << text;
}

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
