#include "flows/supply_position.h"

#include "flows/config.h"
#include "flows/supply.h"

#include <gtest/gtest.h>

namespace tieline::flows {
namespace {

Decimal number(std::string_view text) { return *Decimal::parse(text); }

SupplyState with_stock(std::string_view on_hand, std::string_view reserved) {
    SupplyState state;
    state.stock.emplace();
    state.stock->on_hand = number(on_hand);
    state.stock->reserved = number(reserved);
    return state;
}

SupplyDemand& add_demand(SupplyState& state, std::string id, std::string_view quantity, std::string needed_on) {
    SupplyDemand& demand = state.demands.emplace_back();
    demand.id = std::move(id);
    demand.quantity = number(quantity);
    demand.needed_on = std::move(needed_on);
    return demand;
}

TEST(Quantity, WholeLotsRoundUpExactly) {
    const struct {
        const char *quantity, *lot, *lots;
    } cases[] = {
        {"16", "6", "18"}, {"18", "6", "18"}, {"0.1", "6", "6"},      {"7", "0", "7"},
        {"0", "6", "0"},   {"-3", "6", "0"},  {"2.41", "0.3", "2.7"}, {"999999999999", "0.000001", "999999999999"}};
    for (const auto& one : cases) {
        EXPECT_EQ(whole_lots(number(one.quantity), number(one.lot)), number(one.lots))
            << one.quantity << " in lots of " << one.lot;
    }
}

TEST(Quantity, ReadsWithinBounds) {
    const Json json = *Json::parse(R"({"good":"12.50","many":"1000000000000000","fine":"0.1234567","word":"ten"})");
    EXPECT_EQ(quantity_text(*quantity_of(json, "good", "x")), "12.5");
    EXPECT_TRUE(quantity_of(json, "absent", "x")->is_zero());
    for (const char* name : {"many", "fine", "word"}) {
        EXPECT_EQ(quantity_of(json, name, "x").error().code, "bad_quantity") << name;
    }
}

TEST(SupplyPosition, CountsWhatIsNotReservedYet) {
    SupplyState state = with_stock("10", "3");
    state.stock->on_order = number("4");
    state.stock->on_requisition = number("2");
    EXPECT_EQ(position_of(state), number("13"));
    SupplyDemand& reserved = add_demand(state, "WO-1/P1", "3", "2026-12-01");
    reserved.held = reserved.quantity;
    EXPECT_EQ(position_of(state), number("13"));
    add_demand(state, "WO-2/P1", "5", "2026-12-01");
    EXPECT_EQ(position_of(state), number("8"));
    add_demand(state, "RS-1", "50", "").suggestion = true;
    EXPECT_EQ(position_of(state), number("8")) << "a suggestion claims nothing";
}

TEST(SupplyPosition, AReservationSeenBeforeItsJobCountsOnce) {
    SupplyState state = with_stock("10", "5");
    add_demand(state, "WO-2/P1", "5", "2026-12-01");
    EXPECT_EQ(position_of(state), number("5"));
    EXPECT_EQ(allocate(state, Bound::most).covers[0].on_hand, number("5"));
}

TEST(SupplyPosition, OrdersThatTheRowDoesNotKnowYet) {
    SupplyState state = with_stock("1", "0");
    state.stock->seq = 10;
    state.seq = 12;
    SupplyOrder& order = state.orders.emplace_back();
    order.open = number("6");
    order.seq = 12;
    EXPECT_EQ(position_of(state), number("7"));
    state.stock->seq = 12;  // as new as the order, and without it: it has come in or is gone
    EXPECT_EQ(position_of(state), number("1"));
}

TEST(SupplyPosition, ReorderQuantity) {
    SupplyState state = with_stock("0", "0");
    EXPECT_TRUE(reorder_quantity(state, number("-5")).is_zero()) << "without planning data nothing is reordered";
    state.planning = SupplyPlanning{number("5"), number("20"), number("6"), 0, ""};
    EXPECT_TRUE(reorder_quantity(state, number("5")).is_zero());
    EXPECT_EQ(reorder_quantity(state, number("4")), number("18"));
    EXPECT_EQ(reorder_quantity(state, number("-1")), number("24"));
    state.planning->order_up_to = number("2");
    EXPECT_EQ(reorder_quantity(state, number("4")), number("6")) << "up to the reorder point at least";
}

TEST(SupplyPosition, AllocatesByDateThenId) {
    SupplyState state = with_stock("3", "0");
    SupplyOrder& order = state.orders.emplace_back();
    order.number = "4500";
    order.due = "2026-12-05";
    order.open = number("2");
    state.stock->on_order = number("2");
    add_demand(state, "WO-3/P1", "2", "");
    add_demand(state, "WO-2/P1", "2", "2026-12-02");
    add_demand(state, "WO-1/P1", "2", "2026-12-02");
    const Allocation allocation = allocate(state, Bound::most);
    EXPECT_EQ(allocation.covers[2].on_hand, number("2"));
    EXPECT_EQ(allocation.covers[1].on_hand, number("1"));
    EXPECT_EQ(allocation.covers[1].on_order, number("1"));
    EXPECT_EQ(allocation.covers[0].on_order, number("1"));
    EXPECT_EQ(allocation.covers[0].uncovered, number("1")) << "no date comes last";
}

TEST(SupplyPosition, ADeliveryBetweenOrderAndRowIsNeitherLostNorDoubled) {
    SupplyState state = with_stock("0", "0");
    state.stock->on_order = number("4");
    state.stock->seq = 10;
    add_demand(state, "WO-1/P1", "4", "2026-12-01");
    state.seq = 11;  // the order is delivered and closed, the row is still the old one
    EXPECT_TRUE(allocate(state, Bound::most).covers[0].uncovered.is_zero()) << "or it would be bought again";
    EXPECT_EQ(allocate(state, Bound::least).covers[0].uncovered, number("4"));
}

TEST(SupplyState, SurvivesItsText) {
    const char* const text =
        R"({"i":3,"part":"SEAL-9","room":"MAIN","unit":"PC","stock":{"hand":"-1.5","seq":7},)"
        R"("plan":{"rop":"5","lead":10,"vendor":"V-1"},"seq":8,"newest":9,)"
        R"("demands":[{"id":"WO-1/P1","wo":"WO-1","on":"2026-12-01","q":"2","held":"1","rel":true}],)"
        R"("reqs":[{"n":"R1","need":"stock","q":"8","st":1,"seq":8,"wos":["WO-7"]}],)"
        R"("orders":[{"n":"4500","item":"10","q":"3","open":"2","conf":true,"seq":6}],)"
        R"("needs":[{"name":"stock","q":"8","cmd":{"do":2,"st":1,"facts":"a|b","i":3,"q":"8","seen":true}}],)"
        R"("gone":[{"n":"R0","seq":2}],"notices":{"late/x":"H"},"answered":{"y":"K"},"awaited":true})";
    const auto state = supply_state_from(text);
    ASSERT_TRUE(state.has_value()) << state.error().message;
    EXPECT_EQ(to_json_text(*state), text);
    EXPECT_EQ(supply_state_from("{").error().kind, ErrorKind::internal);
}

/// Not a clock but counts: what one place costs with as many jobs as a plant ever plans for one part.
TEST(SupplySize, TwoHundredJobsOnOnePlace) {
    SupplyConfig config;
    config.company = "1000";
    config.zone = "UTC";
    const auto flow = make_supply(config);
    std::string state;
    std::size_t commands = 0;
    std::size_t events = 0;
    const auto tell = [&](std::string type, const std::string& data) {
        model::StoredEvent event;
        event.envelope.type = std::move(type);
        event.envelope.subject = "SEAL-9/MAIN";
        event.envelope.site = "plant";
        event.envelope.data = data;
        auto decision = flow->decide(event, "SEAL-9/MAIN", state, *parse_time("2026-11-24T09:00:00Z"));
        ASSERT_TRUE(decision.has_value()) << decision.error().message;
        commands += decision->commands.size();
        events += decision->events.size();
        if (decision->state) state = *decision->state;
    };
    tell("stock.changed", R"({"on_hand":"0","unit":"PC","seq":1})");
    for (int job = 1000; job < 1200; ++job) {
        const std::string name = "WO-" + std::to_string(job);
        tell("demand.changed", R"({"demand":")" + name + R"(/P1","work_order":")" + name +
                                   R"(","quantity":"2","needed_on":"2026-12-01","released":true})");
    }
    EXPECT_EQ(commands, 200u);
    EXPECT_EQ(events, 200u) << "one job's need is no news for the others";
    EXPECT_LE(state.size(), 200u * 400) << "bytes";
    tell("stock.changed", R"({"on_hand":"500","unit":"PC","seq":2})");
    EXPECT_EQ(events, 400u);
    const std::size_t before = state.size();
    tell("stock.changed", R"({"on_hand":"499","unit":"PC","seq":3})");
    EXPECT_EQ(events, 400u) << "nobody's parts state has changed";
    EXPECT_LE(state.size(), before + 16);
}

TEST(SupplyConfig, ReadsItsSections) {
    const char* const good =
        R"({"companies":{"1000":{"zone":"UTC"}},"supply":{"plan_lead_days":3,"change_orders":false},"parts_state":{},
        "stock_mirror":{"connector":"maximo"}})";
    const auto config = flows_config_from_json(*Json::parse(good));
    ASSERT_TRUE(config.has_value()) << config.error().message;
    const SupplyFlowsConfig& supply = config->supply_flows;
    EXPECT_EQ(supply.supply->company, "1000");
    EXPECT_EQ(supply.supply->plan_lead_days, 3);
    EXPECT_FALSE(supply.supply->change_orders);
    EXPECT_EQ(supply.stock_mirror->connector, "maximo");
    EXPECT_TRUE(supply.parts_state && !supply.suggestion);
    const struct {
        const char *text, *field, *code;
    } wrong[] = {{R"("supply":{"company":"2000"})", "flows.supply.company", "unknown_company"},
                 {R"("supply":{"plan_lead_days":-1})", "flows.supply.plan_lead_days", "out_of_range"},
                 {R"("supply":{"lead":1})", "flows.supply.lead", "unknown_key"},
                 {R"("suggestion":{"connector":5.5,"x":1})", "flows.suggestion.x", "unknown_key"}};
    for (const auto& one : wrong) {
        const auto read = flows_config_from_json(
            *Json::parse(std::string(R"({"companies":{"1000":{"zone":"UTC"}},)") + one.text + "}"));
        ASSERT_FALSE(read.has_value()) << one.text;
        EXPECT_EQ(read.error().field, one.field);
        EXPECT_EQ(read.error().code, one.code);
    }
}

}  // namespace
}  // namespace tieline::flows
