#include "model/event.h"

#include "model/work_order.h"

#include <gtest/gtest.h>

namespace tieline::model {
namespace {

Envelope made(std::string data) {
    Envelope event;
    event.data = std::move(data);
    return event;
}

TEST(ParsedData, IsParsedOnceForAllWhoAsk) {
    const Envelope event = made(R"({"n":1})");
    const auto first = event.json_or_null();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(event.json_or_null(), first);
}

TEST(ParsedData, ACopyIsNotTakenForItsOriginal) {
    Envelope event = made(R"({"n":1,"text":"long enough to stand outside of the string itself"})");
    ASSERT_NE(event.json_or_null(), nullptr);
    Envelope copy = event;
    copy.data = R"({"n":2})";
    EXPECT_EQ(copy.json_or_null()->int_or("n", 0), 2);
    EXPECT_EQ(event.json_or_null()->int_or("n", 0), 1);
}

TEST(ParsedData, WhatIsDroppedIsHandedOutAndParsedAgain) {
    const Envelope event = made(R"({"n":1})");
    std::vector<std::shared_ptr<const void>> spent;
    event.parsed.drop(spent);
    EXPECT_TRUE(spent.empty());
    const auto first = event.json_or_null();
    event.parsed.drop(spent);
    ASSERT_EQ(spent.size(), 1U);
    EXPECT_EQ(spent.front(), first);
    const auto second = event.json_or_null();
    ASSERT_NE(second, nullptr);
    EXPECT_NE(second, first);
}

TEST(ParsedData, WhatIsNoJsonOrNoWorkOrderIsAnError) {
    EXPECT_EQ(made("{").json_or_null(), nullptr);
    EXPECT_FALSE(made("{").work_order());
    EXPECT_FALSE(made(R"({"n":1})").work_order());
}

}  // namespace
}  // namespace tieline::model
