#include "model/work_order.h"

#include "model/command.h"

#include <gtest/gtest.h>

namespace tieline::model {
namespace {

constexpr const char* full_order =
    R"({"number":"WO-1042","site":"north","asset":"P-101","title":"Seal leaking",)"
    R"("order_type":"corrective","status":"completed","company_code":"1000",)"
    R"("receiver":{"kind":"cost_center","code":"4711"},"currency":"EUR","planned_cost":"500.00",)"
    R"("completed_at":"2026-11-24T03:16:49.000Z","due_at":"2026-11-30T00:00:00.000Z",)"
    R"("erp_order":"800123","batch":"B-7",)"
    R"("lines":[)"
    R"({"kind":"labor","id":"L1","description":"Seal changed","currency":"EUR","hours":"1.5","rate":"42.00",)"
    R"("person":"p17","craft":"MECH"},)"
    R"({"kind":"part","id":"P1","currency":"EUR","quantity":"-2","unit":"PCE","unit_cost":"12.345",)"
    R"("part":"SEAL-9","storeroom":"MAIN","capital":true},)"
    R"({"kind":"contractor","id":"C1","currency":"JPY","amount":"310","vendor":"V-9","invoice":"R-77",)"
    R"("purchase_order":"4500001","tax_code":"V1",)"
    R"("receiver":{"kind":"internal_order","code":"900"}},)"
    R"({"kind":"other","id":"O1","currency":"EUR","amount":"-15.00"}]})";

Json order_json() { return Json::parse(full_order).value(); }
Json& line(Json& order, std::size_t index) { return order.find("lines")->items()[index]; }
/// "code field" of the error, or "accepted".
std::string verdict(const Json& json) {
    const auto order = work_order_from_json(json);
    if (order) return "accepted";
    EXPECT_EQ(order.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(order.error().message.empty());
    if (!order.error().field.empty()) EXPECT_NE(order.error().message.find(order.error().field), std::string::npos);
    return order.error().code + " " + order.error().field;
}
std::string with(std::string_view key, Json value) {
    Json json = order_json();
    json.set(key, std::move(value));
    return verdict(json);
}
std::string with_line(std::size_t index, std::string_view key, Json value) {
    Json json = order_json();
    line(json, index).set(key, std::move(value));
    return verdict(json);
}
std::string without(std::string_view key) {
    Json json = order_json();
    json.erase(key);
    return verdict(json);
}

TEST(WorkOrder, canonical_json_comes_back_to_the_byte) {
    const auto order = work_order_from_json(order_json());
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(to_json(*order).dump(), full_order);
    EXPECT_EQ(order->lines[0].amount.str(), "63.000");
    EXPECT_EQ(order->lines[0].unit, "H");
    EXPECT_EQ(order->lines[1].amount.str(), "-24.690");
    EXPECT_TRUE(order->lines[1].capital);
    EXPECT_EQ(order->lines[2].receiver, (Receiver{ReceiverKind::internal_order, "900"}));
    EXPECT_FALSE(order->lines[3].receiver);
    EXPECT_EQ(order->lines[3].amount, Decimal::from_int(-15));
    EXPECT_EQ(format_time(*order->completed_at), "2026-11-24T03:16:49.000Z");
}

TEST(WorkOrder, small_order_stays_small) {
    const auto json = *Json::parse(R"({"number":"1","status":"requested"})");
    const auto order = work_order_from_json(json);
    ASSERT_TRUE(order);
    EXPECT_EQ(to_json(*order), json);
    EXPECT_TRUE(order->receiver.code.empty());
}

TEST(WorkOrder, names_what_is_missing) {
    EXPECT_EQ(without("number"), "missing_field number");
    EXPECT_EQ(without("status"), "missing_field status");
    EXPECT_EQ(without("completed_at"), "missing_field completed_at");
    EXPECT_EQ(without("currency"), "missing_field currency");
    EXPECT_EQ(without("site"), "accepted");
    EXPECT_EQ(without("lines"), "accepted");
    for (const char* key : {"kind", "id", "currency", "hours", "rate"}) {
        Json json = order_json();
        line(json, 0).erase(key);
        EXPECT_EQ(verdict(json), "missing_field lines[0]." + std::string(key));
    }
    Json json = order_json();
    line(json, 3).erase("amount");
    EXPECT_EQ(verdict(json), "missing_field lines[3].amount");
    json = order_json();
    json.find("receiver")->erase("code");
    EXPECT_EQ(verdict(json), "missing_field receiver.code");
    json = order_json();
    line(json, 2).find("receiver")->erase("kind");
    EXPECT_EQ(verdict(json), "missing_field lines[2].receiver.kind");
}

TEST(WorkOrder, completion_time_only_once_done) {
    for (const char* status : {"requested", "approved", "released", "in_progress", "cancelled", "reopened"}) {
        Json json = order_json();
        json.erase("completed_at");
        json.set("status", status);
        EXPECT_EQ(verdict(json), "accepted") << status;
    }
    Json json = order_json();
    json.erase("completed_at");
    json.set("status", "closed");
    EXPECT_EQ(verdict(json), "missing_field completed_at");
}

TEST(WorkOrder, refuses_members_it_does_not_know) {
    EXPECT_EQ(with("colour", "red"), "unknown_member colour");
    EXPECT_EQ(with_line(0, "amount", "1"), "unknown_member lines[0].amount");
    EXPECT_EQ(with_line(1, "person", "x"), "unknown_member lines[1].person");
    EXPECT_EQ(with_line(3, "vendor", "x"), "unknown_member lines[3].vendor");
    Json json = order_json();
    json.find("receiver")->set("name", "x");
    EXPECT_EQ(verdict(json), "unknown_member receiver.name");
}

TEST(WorkOrder, refuses_wrong_types) {
    EXPECT_EQ(verdict(Json("text")), "wrong_type ");
    EXPECT_EQ(with("number", 5), "wrong_type number");
    EXPECT_EQ(with("title", Json()), "wrong_type title");
    EXPECT_EQ(with("lines", Json::object()), "wrong_type lines");
    EXPECT_EQ(with("receiver", "4711"), "wrong_type receiver");
    EXPECT_EQ(with_line(1, "capital", "yes"), "wrong_type lines[1].capital");
    EXPECT_EQ(with_line(0, "rate", true), "wrong_type lines[0].rate");
    Json json = order_json();
    line(json, 1) = Json(1);
    EXPECT_EQ(verdict(json), "wrong_type lines[1]");
}

TEST(WorkOrder, refuses_wrong_values) {
    EXPECT_EQ(with("status", "done"), "unknown_value status");
    EXPECT_EQ(with_line(0, "kind", "labour"), "unknown_value lines[0].kind");
    EXPECT_EQ(with("number", "WO 1"), "bad_number number");
    EXPECT_EQ(with("number", "WO-\xc3\xa9"), "bad_number number");
    EXPECT_EQ(with("number", "A/b_9.x-1"), "accepted");
    EXPECT_EQ(with("site", "North"), "bad_site site");
    EXPECT_EQ(with("completed_at", "24.11.2026"), "bad_time completed_at");
    EXPECT_EQ(with("currency", "EURO"), "unknown_currency currency");
    EXPECT_EQ(with_line(0, "currency", "eur"), "unknown_currency lines[0].currency");
    EXPECT_EQ(with("planned_cost", "-1"), "negative_amount planned_cost");
    EXPECT_EQ(with_line(0, "hours", "-0.5"), "negative_hours lines[0].hours");
    EXPECT_EQ(with_line(0, "hours", "1,5"), "bad_decimal lines[0].hours");
    EXPECT_EQ(with_line(0, "hours", Json::number("1e1")), "bad_decimal lines[0].hours");
    EXPECT_EQ(with_line(0, "hours", Json::number("1.50")), "accepted");
    EXPECT_EQ(with_line(2, "id", "L1"), "duplicate_line lines[2].id");
}

TEST(WorkOrder, holds_its_bounds) {
    EXPECT_EQ(with("number", std::string(32, 'x')), "accepted");
    EXPECT_EQ(with("number", std::string(33, 'x')), "too_long number");
    EXPECT_EQ(with_line(0, "id", std::string(65, 'x')), "too_long lines[0].id");
    std::string title;
    for (int i = 0; i < 500; ++i) title += "\xc3\xa9";
    EXPECT_EQ(with("title", title), "accepted");
    EXPECT_EQ(with("title", title + "x"), "too_long title");
    EXPECT_EQ(with_line(3, "amount", "999999999999999.99"), "accepted");
    EXPECT_EQ(with_line(3, "amount", "-1000000000000000"), "amount_too_large lines[3].amount");
    EXPECT_EQ(with("planned_cost", "1000000000000000"), "amount_too_large planned_cost");
    EXPECT_EQ(with_line(1, "quantity", "999999999999999"), "amount_too_large lines[1].quantity");
    EXPECT_EQ(with_line(1, "quantity", "0.1234567890123456789"), "bad_decimal lines[1].quantity");
    EXPECT_EQ(with_line(1, "quantity", "0.1234567890123457"), "decimal_overflow lines[1].quantity");
    Json::Array lines;
    for (int i = 0; i < 2001; ++i) {
        lines.push_back(
            Json::object({{"kind", "other"}, {"id", std::to_string(i)}, {"currency", "EUR"}, {"amount", "1"}}));
    }
    EXPECT_EQ(with("lines", lines), "too_many_lines lines");
    lines.pop_back();
    EXPECT_EQ(with("lines", lines), "accepted");
}

TEST(WorkOrder, names_of_states_and_kinds_come_back) {
    for (const char* name :
         {"requested", "approved", "released", "in_progress", "completed", "closed", "cancelled", "reopened"}) {
        ASSERT_TRUE(work_order_status_from(name)) << name;
        EXPECT_STREQ(to_string(*work_order_status_from(name)), name);
    }
    EXPECT_EQ(event_type_of(WorkOrderStatus::in_progress), "workorder.started");
    EXPECT_EQ(event_type_of(WorkOrderStatus::completed), "workorder.completed");
    for (const char* name : {"labor", "part", "contractor", "other"})
        EXPECT_STREQ(to_string(*line_kind_from(name)), name);
    for (const char* name : {"cost_center", "internal_order", "asset"}) {
        EXPECT_STREQ(to_string(*receiver_kind_from(name)), name);
    }
    EXPECT_FALSE(line_kind_from("Labor"));
    EXPECT_FALSE(receiver_kind_from(""));
}

TEST(Currency, has_the_minor_units_of_iso_4217) {
    EXPECT_EQ(*minor_units("EUR"), 2);
    EXPECT_EQ(*minor_units("AED"), 2);
    EXPECT_EQ(*minor_units("ZWL"), 2);
    EXPECT_EQ(*minor_units("JPY"), 0);
    EXPECT_EQ(*minor_units("BIF"), 0);
    EXPECT_EQ(*minor_units("XPF"), 0);
    EXPECT_EQ(*minor_units("KWD"), 3);
    EXPECT_EQ(*minor_units("TND"), 3);
    EXPECT_EQ(*minor_units("CLF"), 4);
    EXPECT_EQ(*minor_units("UYW"), 4);
    for (const char* code : {"", "EU", "EURO", "eur", "XAU", "XXX", "XTS", "DEM", "AAA", "ZZZ", "EUR "}) {
        EXPECT_EQ(minor_units(code).error().code, "unknown_currency") << code;
    }
}

TEST(Command, states_have_names_and_block_their_key) {
    for (const char* name :
         {"waiting", "pending", "sending", "unknown", "accepted", "booked", "rejected", "parked", "withdrawn"}) {
        ASSERT_TRUE(command_state_from(name)) << name;
        EXPECT_STREQ(to_string(*command_state_from(name)), name);
    }
    EXPECT_FALSE(command_state_from("sent"));
    for (const auto state : {CommandState::waiting, CommandState::pending, CommandState::sending, CommandState::unknown,
                             CommandState::rejected, CommandState::parked}) {
        EXPECT_TRUE(blocks_order_key(state)) << to_string(state);
    }
    for (const auto state : {CommandState::accepted, CommandState::booked, CommandState::withdrawn}) {
        EXPECT_FALSE(blocks_order_key(state)) << to_string(state);
    }
}

}  // namespace
}  // namespace tieline::model
