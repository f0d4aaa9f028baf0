// Batches sent to a strict fake of a service: tokens, changesets that hold or fall as a whole, and everything that may
// happen to the answer.

#include "connectors/drive.h"
#include "connectors/odata/batch.h"
#include "connectors/odata/test_batch.h"
#include "connectors/odata/test_service.h"

#include <gtest/gtest.h>

namespace tieline::connectors::odata::test {
namespace {

constexpr const char* service = "/sap/opu/odata/sap/API_THINGS_SRV";

class Things final : public Service {
public:
    Things() : Service(TIELINE_ODATA_TESTDATA, "https://s4.example") {}

private:
    Answer create(const std::string& set, Json body) override {
        if (row_of(set, {{"Thing", body.text_or("Thing")}}) != nullptr)
            return refused(400, "TH/002", "Thing " + body.text_or("Thing") + " is there already");
        rows(set).push_back(body);
        return {201, body};
    }
    Answer patch(const std::string& set, const Keys& keys, const Json& body) override {
        for (const auto& [name, value] : body.members()) row_of(set, keys)->set(name, value);
        return {204, Json()};
    }
    Answer call(const std::string&, const Keys&) override { return refused(404, "X", "No function"); }
};

class BatchTalk : public testing::Test {
protected:
    static net::HttpRequest read_of(const std::string& thing) {
        return read_request(access(), std::string(service) + "/A_Thing(" + text_literal(thing) + ")");
    }
    static net::HttpRequest post_of(const std::string& thing, const std::string& price = "1.10") {
        return write_request(access(), "POST", std::string(service) + "/A_Thing",
                             Json::object({{"Thing", thing}, {"Price", price}}));
    }
    static net::HttpRequest patch_of(const std::string& thing, const std::string& words) {
        return write_request(access(), "PATCH", std::string(service) + "/A_Thing(" + text_literal(thing) + ")",
                             Json::object({{"Words", words}}));
    }
    /// Read of 1, a changeset of 2 and a change of 1, read of 2.
    static Batch mixed() {
        Batch batch(access(), service);
        EXPECT_TRUE(batch.read(read_of("1")));
        EXPECT_TRUE(batch.change({post_of("2"), patch_of("1", "changed")}));
        EXPECT_TRUE(batch.read(read_of("2")));
        return batch;
    }
    void SetUp() override { things_.add_row("A_Thing", Json::object({{"Thing", "1"}, {"Words", "first"}})); }
    Batch::Answers sent(Batch batch) {
        auto answers = run(send_batch(&sessions_, std::move(batch)),
                           [this](const net::HttpRequest& request) { return batches_.answer(request); });
        EXPECT_TRUE(answers);
        return answers ? *answers : Batch::Answers{};
    }
    std::vector<int> statuses(Batch batch) {
        std::vector<int> all;
        for (const auto& each : sent(std::move(batch))) all.push_back(each ? each->status : -1);
        return all;
    }
    std::vector<ErrorKind> kinds(Batch batch) {
        std::vector<ErrorKind> all;
        for (const auto& each : sent(std::move(batch))) {
            EXPECT_FALSE(each);
            if (!each) all.push_back(each.error().kind);
        }
        return all;
    }

    Things things_;
    Batches batches_{"https://s4.example", [this](const net::HttpRequest& request) { return things_.answer(request); },
                     [this] { return [this, before = things_.rows("A_Thing")] { things_.rows("A_Thing") = before; }; }};
    Sessions sessions_{access()};
    const std::vector<int> good_{200, 201, 204, 200};
};

TEST_F(BatchTalk, ReadsAndAChangesetInOneRequest) {
    const Batch::Answers answers = sent(mixed());
    ASSERT_EQ(answers.size(), 4U);
    EXPECT_EQ(entity_of(access(), Effect::read, answers[0])->text_or("Words"), "first");
    EXPECT_EQ(entity_of(access(), Effect::write, answers[1])->text_or("Price"), "1.10") << "money stays text";
    EXPECT_EQ(answers[2]->status, 204);
    EXPECT_EQ(entity_of(access(), Effect::read, answers[3])->text_or("Thing"), "2");
    EXPECT_EQ(things_.rows("A_Thing")[0].text_or("Words"), "changed");
    EXPECT_EQ(batches_.requests, 2U) << "the token and the batch";
    things_.rows("A_Thing").pop_back();
    EXPECT_EQ(statuses(mixed()), good_);
    EXPECT_EQ(batches_.requests, 3U);
}

TEST_F(BatchTalk, WhatSystemsDoDifferentlyChangesNothing) {
    batches_.switches.answers_200 = true;
    batches_.switches.no_lengths = true;
    batches_.switches.reversed = true;
    EXPECT_EQ(statuses(mixed()), good_);
    things_.switches.token_needed = false;
    Sessions exempt(access());
    Batch reads(access(), service);
    ASSERT_TRUE(reads.read(read_of("1")));
    const auto answers = run(send_batch(&exempt, std::move(reads)),
                             [this](const net::HttpRequest& request) { return batches_.answer(request); });
    EXPECT_EQ((*answers)[0]->status, 200) << "a user who needs no token";
}

TEST_F(BatchTalk, AChangesetHoldsOrFallsAsAWhole) {
    for (const bool inside : {false, true}) {
        batches_.switches.unit_inside = inside;
        Batch batch(access(), service);
        ASSERT_TRUE(batch.change({patch_of("1", "half"), post_of("1")}));
        ASSERT_TRUE(batch.read(read_of("1")));
        const Batch::Answers answers = sent(std::move(batch));
        for (const std::size_t place : {0U, 1U}) {
            ASSERT_TRUE(answers[place]);
            const Error error = odata_error(access(), Effect::write, *answers[place]);
            EXPECT_EQ(error.kind, ErrorKind::invalid);
            EXPECT_EQ(error.code, "TH/002");
        }
        EXPECT_EQ(entity_of(access(), Effect::read, answers[2])->text_or("Words"), "first") << "nothing of it stays";
    }
}

TEST_F(BatchTalk, APartMayBeRefusedInsideOfABatchThatWentWell) {
    batches_.switches.refuse_part = 0;
    batches_.switches.limit_part = 3;
    const Batch::Answers answers = sent(mixed());
    EXPECT_EQ(odata_error(access(), Effect::read, *answers[0]).kind, ErrorKind::unauthorized);
    EXPECT_EQ(answers[1]->status, 201);
    const Error busy = odata_error(access(), Effect::read, *answers[3]);
    EXPECT_EQ(busy.kind, ErrorKind::rate_limited);
    EXPECT_EQ(busy.retry_after, Millis(9000));
}

TEST_F(BatchTalk, ATokenThatExpiredBeforeIsFetchedAnewAndNothingCarriedOutTwice) {
    Batch reads(access(), service);
    ASSERT_TRUE(reads.read(read_of("1")));
    EXPECT_EQ(statuses(reads), std::vector<int>{200});
    batches_.switches.expire_tokens = 1;
    EXPECT_EQ(statuses(mixed()), good_);
    EXPECT_EQ(batches_.requests, 2U + 3U) << "refused, new token, sent once more";
    EXPECT_EQ(things_.rows("A_Thing").size(), 2U);
    batches_.switches.expire_tokens = 99;
    const auto refused = kinds(reads);
    EXPECT_EQ(refused, std::vector<ErrorKind>{ErrorKind::unauthorized}) << "a peer that never takes its own token";
}

TEST_F(BatchTalk, ATokenThatEndsInTheMiddleIsThatRequestsOwnMatter) {
    Batch before(access(), service);
    ASSERT_TRUE(before.change({patch_of("1", "before")}));
    EXPECT_EQ(statuses(before), std::vector<int>{204}) << "a session that has written can end";
    things_.switches.expire_tokens = 1;  // between the batch, which passed, and its first write
    EXPECT_EQ(statuses(mixed()), (std::vector<int>{200, 403, 403, 404})) << "and nothing is sent again by itself";
    EXPECT_EQ(things_.rows("A_Thing").size(), 1U);
    EXPECT_EQ(sessions_.idle_for_test(), 0U) << "a session that ended is not used again";
    EXPECT_EQ(statuses(mixed()), good_);
}

TEST_F(BatchTalk, AnAnswerThatIsLostOrCutLeavesWritesUndecided) {
    using enum ErrorKind;
    batches_.switches.break_off = 1;
    EXPECT_EQ(kinds(mixed()), (std::vector<ErrorKind>{transient, unknown_outcome, unknown_outcome, transient}));
    EXPECT_EQ(things_.rows("A_Thing").size(), 2U) << "carried out all the same";
    things_.rows("A_Thing").pop_back();
    batches_.switches.cut = 20;  // in the last part
    EXPECT_EQ(statuses(mixed()), (std::vector<int>{200, 201, 204, -1}));
    things_.rows("A_Thing").pop_back();
    batches_.switches.cut = 250;  // in the changeset
    const Batch::Answers answers = sent(mixed());
    EXPECT_EQ(answers[0]->status, 200);
    EXPECT_EQ(answers[1].error().kind, unknown_outcome);
    EXPECT_EQ(answers[1].error().code, "bad_reply");
    EXPECT_EQ(answers[2].error().kind, unknown_outcome);
    EXPECT_EQ(answers[3].error().kind, transient);
}

TEST_F(BatchTalk, ALimitOrAMissingBatchIsToldForEachRequest) {
    using enum ErrorKind;
    batches_.switches.requests_most = 3;
    EXPECT_EQ(kinds(mixed()), std::vector<ErrorKind>(4, invalid));
    EXPECT_EQ(things_.rows("A_Thing").size(), 1U);
    batches_.switches = {};
    batches_.switches.is_missing = true;
    EXPECT_EQ(kinds(mixed()), std::vector<ErrorKind>(4, not_found));
    batches_.switches = {};
    things_.switches.throttle = 1;
    Batch::Answers answers = sent(mixed());
    EXPECT_EQ(answers[1].error().kind, rate_limited);
    EXPECT_EQ(answers[1].error().retry_after, Millis(7000));
}

}  // namespace
}  // namespace tieline::connectors::odata::test
