// The corners of a slot that ordinary histories do not reach.
#include "flows/slot.h"

#include <gtest/gtest.h>

namespace tieline::flows {
namespace {

WantedDocument wanted_of(const std::string& facts) {
    WantedDocument wanted;
    wanted.facts = facts;
    wanted.body = "\"work_order\":\"WO-1\",\"text\":\"" + facts + "\"";
    wanted.lines = R"([{"receiver":{"kind":"cost_center","code":"CC-1"},"kind":"labor","amount":"5.00"}])";
    wanted.amount = "5.00";
    wanted.currency = "EUR";
    wanted.date = "2026-11-24";
    wanted.company = "1000";
    return wanted;
}

SlotContext context_of() {
    SlotContext context;
    context.flow = "cost_posting";
    context.site = "plant";
    context.work_order = "WO-1";
    context.connector = "erp";
    context.post_noun = "cost";
    context.reversal_noun = "reversal";
    context.reason = "test";
    context.reversal_date = [](const BookedDocument& original) -> Result<std::string> { return original.date; };
    return context;
}

Receipt receipt_of(const model::Command& command, Outcome outcome, const std::string& document = {}) {
    Receipt receipt;
    receipt.outcome = outcome;
    receipt.key = command.key;
    receipt.kind = command.kind;
    receipt.intent = command.intent;
    receipt.document = document;
    receipt.data = std::make_shared<const Json>(Json::object({{"echo", *Json::parse(command.echo)}}));
    return receipt;
}

struct SlotTest : ::testing::Test {
    Slot slot;
    std::vector<model::Command> commands;
    std::vector<std::string> withdrawals;

    SlotTest() { slot.name = "journal/EUR"; }
    /// Steps, and reads the slot back from its own text, as the next decision will.
    void step() {
        Decision decision;
        ASSERT_TRUE(reconcile(slot, context_of(), decision).has_value());
        for (model::Command& command : decision.commands) commands.push_back(std::move(command));
        for (std::string& key : decision.withdrawals) withdrawals.push_back(std::move(key));
        std::string text;
        append_slot(text, slot);
        auto json = parse_slots(text);
        ASSERT_TRUE(json.has_value()) << text;
        slot = slot_from_json(*json);
        std::string again;
        append_slot(again, slot);
        ASSERT_EQ(again, text);
    }
    void answer(std::size_t index, Outcome outcome, const std::string& document = {}) {
        take_receipt(slot, receipt_of(commands.at(index), outcome, document));
        step();
    }
};

TEST(SlotText, BodyAndLinesStandAsTheyAreAndAnOlderStateIsReadToo) {
    Slot slot;
    slot.wanted.emplace().body = R"("text":"a \"b\" \\ c","lines":[{"amount":"1.50"}])";
    slot.wanted->lines = R"([{"kind":"labor"}])";
    std::string text;
    append_slot(text, slot);
    EXPECT_NE(text.find(R"("body":{"text":"a \"b\" \\ c","lines":[{"amount":"1.50"}]})"), std::string::npos) << text;
    const Slot read = slot_from_json(*parse_slots(text));
    EXPECT_EQ(read.wanted->body, slot.wanted->body);
    EXPECT_EQ(read.wanted->lines, slot.wanted->lines);

    Json old = *Json::parse(text);
    old.find("want")->set("body", slot.wanted->body);
    old.find("want")->set("lines", slot.wanted->lines);
    const Slot of_old = slot_from_json(*parse_slots(old.dump()));
    EXPECT_EQ(of_old.wanted->body, slot.wanted->body);
    EXPECT_EQ(of_old.wanted->lines, slot.wanted->lines);
}

TEST_F(SlotTest, AWithdrawnPostingThatBooksAfterAllIsReversed) {
    want(slot, wanted_of("A"));
    step();
    answer(0, Outcome::rejected);
    want(slot, wanted_of("B"));
    step();
    ASSERT_EQ(commands.size(), 2u);
    ASSERT_EQ(withdrawals, std::vector<std::string>{commands[0].key});
    answer(0, Outcome::booked, "1");  // although it was proven absent
    answer(1, Outcome::booked, "2");
    ASSERT_EQ(commands.size(), 3u);
    EXPECT_EQ(commands[2].kind, "journal.reverse");
    EXPECT_EQ(Json::parse(commands[2].payload)->text_or("document"), "1");
    EXPECT_FALSE(slot.settled());
    answer(2, Outcome::booked, "3");
    EXPECT_TRUE(slot.settled());
    EXPECT_EQ(slot.booked->document, "2");
}

TEST_F(SlotTest, ARepeatedReceiptChangesNothing) {
    want(slot, wanted_of("A"));
    step();
    answer(0, Outcome::booked, "1");
    answer(0, Outcome::booked, "1");
    EXPECT_TRUE(slot.settled());
    EXPECT_EQ(commands.size(), 1u);
    answer(0, Outcome::rejected);
    EXPECT_TRUE(slot.settled());
}

TEST_F(SlotTest, ARefusedReversalIsWithdrawnWhenTheDocumentIsWantedAgain) {
    want(slot, wanted_of("A"));
    step();
    answer(0, Outcome::booked, "1");
    want(slot, std::nullopt);
    step();
    answer(1, Outcome::rejected);
    EXPECT_TRUE(withdrawals.empty()) << "the exception stays until something changes";
    want(slot, wanted_of("A"));
    step();
    EXPECT_EQ(withdrawals, std::vector<std::string>{commands[1].key});
    EXPECT_TRUE(slot.settled());
    EXPECT_EQ(commands.size(), 2u);
}

TEST_F(SlotTest, IntentsNeverGoBack) {
    for (int round = 0; round < 3; ++round) {
        want(slot, wanted_of("A"));
        step();
        answer(commands.size() - 1, Outcome::booked, "D" + std::to_string(round));
        want(slot, std::nullopt);
        step();
        answer(commands.size() - 1, Outcome::booked, "R" + std::to_string(round));
        EXPECT_TRUE(slot.settled());
    }
    for (std::size_t index = 0; index < commands.size(); ++index) {
        EXPECT_EQ(commands[index].intent, static_cast<int>(index) + 1);
    }
}

TEST_F(SlotTest, AGivenUpReversalIsTriedAgainOnlyWhenSomethingElseIsWanted) {
    want(slot, wanted_of("A"));
    step();
    answer(0, Outcome::booked, "1");
    want(slot, std::nullopt);
    step();
    answer(1, Outcome::rejected);
    take_word(slot, Outcome::given_up);
    step();
    want(slot, std::nullopt);
    step();
    EXPECT_EQ(commands.size(), 2u);
    want(slot, wanted_of("B"));
    step();
    ASSERT_EQ(commands.size(), 3u);
    EXPECT_EQ(commands[2].kind, "journal.reverse");
}

}  // namespace
}  // namespace tieline::flows
