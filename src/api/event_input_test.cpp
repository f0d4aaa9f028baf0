#include "api/event_input.h"

#include "api/test_hub.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tieline::api {
namespace {

Error refused(const std::string& body) {
    const Result<engine::Ingest> read = read_event(body, WallTime{});
    return read ? Error{} : read.error();
}

std::string with_data(const std::string& data) {
    return R"({"type":"workorder.completed","subject":"WO-1","data":)" + data + "}";
}

TEST(EventInput, AWorkOrderIsStoredInItsCanonicalForm) {
    const Result<engine::Ingest> item = read_event(testing::completed("WO-1", "1.50"), WallTime{});
    ASSERT_TRUE(item) << item.error().message;
    EXPECT_EQ(item->source, "cmms");
    EXPECT_EQ(item->object, "WO-1");
    EXPECT_EQ(item->correlation, "WO-1");
    EXPECT_EQ(format_time(item->occurred), "2026-11-24T10:00:00.000Z");
    EXPECT_NE(item->data.find(R"("hours":"1.50")"), std::string::npos);
}

TEST(EventInput, EveryMistakeIsNamedWithItsField) {
    const auto line = [](const std::string& members) {
        return with_data(R"({"number":"WO-1","status":"completed","completed_at":"2026-11-24T09:00:00Z","lines":[)"
                         R"({"kind":"labor","id":"L1","currency":"EUR",)" +
                         members + "}]}");
    };
    EXPECT_EQ(refused(line(R"("hours":"-1","rate":"1")")).code, "negative_hours");
    EXPECT_EQ(refused(line(R"("hours":"-1","rate":"1")")).field, "data.lines[0].hours");
    EXPECT_EQ(refused(line(R"("hours":"1","rate":"1234567890123456789012345678901234567890")")).field,
              "data.lines[0].rate");
    EXPECT_EQ(refused(line(R"("hours":[],"rate":"1")")).field, "data.lines[0].hours");
    EXPECT_EQ(refused(line(R"("hours":"1","rate":"1","colour":"red")")).field, "data.lines[0].colour");
    EXPECT_EQ(refused("{").code, "json_syntax");
    EXPECT_EQ(refused("[]").code, "wrong_type");
    EXPECT_EQ(refused(std::string(200, '[') + std::string(200, ']')).code, "json_depth");
    EXPECT_EQ(refused("{\"type\":\"a\xff\"}").code, "json_utf8");
    EXPECT_EQ(refused(R"({"type":"a\u0000"})").code, "json_nul");
    EXPECT_EQ(refused(R"({"type":"workorder.completed","subject":"WO-1","data":{},"extra":1})").field, "extra");
    EXPECT_EQ(refused(R"({"type":"workorder.completed","data":{}})").field, "subject");
    EXPECT_EQ(refused(R"({"type":"secret.told","subject":"x","data":{}})").code, "unknown_type");
    EXPECT_EQ(refused(R"({"type":"workorder.completed","subject":"WO-1","source":"flow/x","data":{}})").code,
              "bad_source");
    EXPECT_EQ(refused(R"({"type":"workorder.completed","subject":"WO-1","source":"hub","data":{}})").code,
              "bad_source");
    EXPECT_EQ(refused(R"({"type":"workorder.completed","subject":"WO-1","time":"yesterday","data":{}})").field, "time");
}

TEST(EventInput, APartTransactionIsCheckedMemberByMember) {
    const auto event = [](const std::string& members, const char* type = "part.consumed") {
        return R"({"type":")" + std::string(type) + R"(","subject":"PT-1","data":{"transaction":"PT-1",)" + members +
               "}}";
    };
    const std::string rest = R"("part":"SEAL-9","unit":"PC","storeroom":"MAIN","at":"2026-11-24T09:00:00Z")";
    const Result<engine::Ingest> item = read_event(
        event(rest + R"(,"quantity":"2.0","work_order":"WO-1","receiver":{"kind":"asset","code":"A-1"})"), {});
    ASSERT_TRUE(item) << item.error().message;
    EXPECT_EQ(item->object, "PT-1");
    EXPECT_EQ(item->correlation, "WO-1");
    EXPECT_EQ(item->data, item->parsed->dump());
    EXPECT_NE(item->data.find(R"("quantity":"2.0")"), std::string::npos);
    const auto field = [&](const std::string& members, const char* type = "part.consumed") {
        return refused(event(rest + members, type)).field;
    };
    EXPECT_EQ(field(""), "data.quantity");
    EXPECT_EQ(field(R"(,"quantity":"0")"), "data.quantity");
    EXPECT_EQ(field(R"(,"quantity":"1000000000000000")"), "data.quantity");
    EXPECT_EQ(field(R"(,"quantity":"1","base_quantity":"1")"), "data.base_unit");
    EXPECT_EQ(field(R"(,"quantity":"1","unit_cost":"1.50")"), "data.currency");
    EXPECT_EQ(field(R"(,"quantity":"1","serials":["a",1])"), "data.serials");
    EXPECT_EQ(field(R"(,"quantity":"1","receiver":{"kind":"person","code":"x"})"), "data.receiver.kind");
    EXPECT_EQ(field(R"(,"quantity":"1","colour":"red")"), "data.colour");
    EXPECT_EQ(field(R"(,"quantity":"1","returns":"PT-0")"), "type");
    EXPECT_EQ(field(R"(,"quantity":"1","returns":"PT-0")", "part.returned"), "");
    EXPECT_EQ(refused(R"({"type":"part.consumed","subject":"PT-2","data":{"transaction":"PT-1"}})").code,
              "subject_differs");
}

TEST(EventInput, TypeAndSubjectMustFitTheData) {
    EXPECT_EQ(refused(with_data(R"({"number":"WO-2","status":"released"})")).code, "subject_differs");
    EXPECT_EQ(refused(with_data(R"({"number":"WO-1","status":"released"})")).code, "type_differs");
}

TEST(EventInput, InvoicesAndRatesAreChecked) {
    const auto invoice = [](const std::string& amount) {
        return R"({"type":"invoice.received","subject":"R-1","data":{"invoice":"R-1","work_order":"WO-1",)"
               R"("currency":"EUR","amount":)" +
               amount + "}}";
    };
    const Result<engine::Ingest> taken = read_event(invoice("310.50"), WallTime{});
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->correlation, "WO-1");
    EXPECT_NE(taken->data.find(R"("amount":"310.50")"), std::string::npos);
    EXPECT_EQ(refused(invoice("1e3")).field, "data.amount");
    EXPECT_EQ(refused(invoice("\"1234567890123456\"")).code, "amount_too_large");
    const auto rate = [](const std::string& rate) {
        return R"({"type":"rate.published","subject":"USD-EUR","data":{"from":"USD","to":"EUR","rate":")" + rate +
               R"(","valid_from":"2026-11-01"}})";
    };
    EXPECT_TRUE(read_event(rate("0.93"), WallTime{}));
    EXPECT_EQ(refused(rate("0")).field, "data.rate");
    EXPECT_EQ(refused(R"({"type":"rate.published","subject":"x","data":{"from":"XXQ","to":"EUR"}})").field,
              "data.from");
}

}  // namespace
}  // namespace tieline::api
