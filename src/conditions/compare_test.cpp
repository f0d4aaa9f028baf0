#include "conditions/compare.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <set>

namespace tieline::conditions {
namespace {

const Period november{"2026-11-01", "2026-11-30"};

Row posting(const std::string& key, const std::string& amount, const std::string& date = "2026-11-20") {
    Row row;
    row.key = key;
    row.kind = "journal";
    row.date = date;
    row.subject = "WO-1";
    row.document = "D" + key;
    row.amount = amount;
    row.currency = "EUR";
    row.state = "live";
    row.exact_date = true;
    return row;
}

std::vector<std::string> codes(const Comparison& comparison) {
    std::vector<std::string> list;
    for (const Difference& one : comparison.differences) list.push_back(one.code + " " + one.key);
    return list;
}
using Codes = std::vector<std::string>;

TEST(Compare, EqualBooksAgreeHoweverTheNumbersAreWritten) {
    const Comparison done = compare({posting("A", "1.50"), posting("B", "2")},
                                    {posting("B", "2.00"), posting("A", "1.5")}, november, Sides{});
    EXPECT_TRUE(done.differences.empty());
    EXPECT_EQ(done.equal, 2);
    EXPECT_EQ(done.ours.amounts.at("EUR"), "3.50");
    EXPECT_EQ(done.theirs.amounts.at("EUR"), "3.50");
}

TEST(Compare, EachKindOfDifferenceHasItsNameAmountAndSentence) {
    Row moved = posting("D", "4.00"), turned = posting("E", "5.00"), other = posting("F", "6.00");
    moved.date = "2026-11-21";
    turned.state = "reversed";
    other.currency = "USD";
    const Comparison done = compare(
        {posting("A", "1.00"), posting("C", "3.00"), posting("D", "4.00"), posting("E", "5.00"), posting("F", "6.00")},
        {posting("B", "2.00"), posting("C", "3.05"), moved, turned, other}, november, Sides{});
    EXPECT_EQ(codes(done), (Codes{"missing_there A", "missing_here B", "wrong_amount C", "wrong_date D",
                                  "reversed_there E", "wrong_currency F"}));
    EXPECT_EQ(done.differences[0].amount, "-1.00");
    EXPECT_EQ(done.differences[1].amount, "2.00");
    EXPECT_EQ(done.differences[2].amount, "0.05");
    EXPECT_EQ(done.differences[4].amount, "-5.00");
    EXPECT_EQ(
        done.differences[2].sentence,
        "Journal C, document DC, of WO-1: the amount is 3.00 in the hub and 3.05 in the ERP. It was changed on one "
        "side; correct the side that is wrong.");
    EXPECT_EQ(done.equal, 0);
}

TEST(Compare, DoubledKeysAreFoundOnBothSides) {
    Row second = posting("A", "1.00"), undone = posting("B", "2.00");
    second.document = "later";
    undone.document = "undone";
    undone.state = "reversed";
    const Comparison there = compare({posting("A", "1.00"), posting("B", "2.00")},
                                     {second, posting("A", "1.00"), undone, posting("B", "2.00")}, november, Sides{});
    EXPECT_EQ(codes(there), (Codes{"doubled_there A"})) << "one that was taken back there has no effect";
    EXPECT_EQ(there.differences[0].document, "later") << "the one that the hub knows is not the one too many";
    EXPECT_EQ(codes(compare({posting("A", "1.00"), posting("A", "1.00")}, {posting("A", "1.00")}, november, Sides{})),
              (Codes{"doubled_here A"}));
}

TEST(Compare, ARowOutsideThePeriodIsOnlyAPartner) {
    const Comparison done =
        compare({posting("A", "1.00", "2026-10-31"), posting("B", "2.00", "2026-11-30")},
                {posting("C", "3.00", "2026-12-01"), posting("B", "2.00", "2026-12-01")}, november, Sides{});
    EXPECT_EQ(codes(done), (Codes{"wrong_date B"}));
    EXPECT_EQ(done.ours.rows, 1);
    EXPECT_EQ(done.theirs.rows, 0);
}

TEST(Compare, WhatOneSideDoesNotKnowIsNotCompared) {
    Row ours = posting("A", "1.00"), theirs;
    ours.quantity = "2";
    ours.unit = "PC";
    theirs.key = "A";
    EXPECT_TRUE(compare({ours}, {theirs}, november, Sides{}).differences.empty());
    theirs.quantity = "3";
    theirs.unit = "BOX";
    EXPECT_EQ(codes(compare({ours}, {theirs}, november, Sides{})), (Codes{"wrong_quantity A", "wrong_unit A"}));
}

/// Plants exactly one fault in each of many rows and wants exactly these back, rightly named.
TEST(Compare, FiveHundredPlantedDifferencesAreAllFoundAndNoneInvented) {
    SeededRandom random(7);
    std::vector<Row> ours, theirs;
    std::set<std::string> planted;
    for (int i = 0; i < 10'000; ++i) {
        const std::string key = "K" + std::to_string(i);
        const Row row =
            posting(key, std::to_string(random.below(100'000)) + "." + std::to_string(10 + random.below(90)));
        ours.push_back(row);
        theirs.push_back(row);
        if (i % 20 != 3) continue;
        Row& their = theirs.back();
        switch (random.below(5)) {
            case 0:
                theirs.pop_back();
                planted.insert("missing_there " + key);
                break;
            case 1: {
                Row twin = their;
                twin.document += "x";
                theirs.push_back(twin);
                planted.insert("doubled_there " + key);
                break;
            }
            case 2:
                their.amount += "1";
                planted.insert("wrong_amount " + key);
                break;
            case 3:
                their.state = "reversed";
                planted.insert("reversed_there " + key);
                break;
            default:
                ours.pop_back();
                planted.insert("missing_here " + key);
        }
    }
    const Codes found = codes(compare(ours, theirs, november, Sides{}));
    EXPECT_EQ(planted.size(), 500U);
    EXPECT_EQ(found.size(), 500U);
    EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), planted);
}

}  // namespace
}  // namespace tieline::conditions
