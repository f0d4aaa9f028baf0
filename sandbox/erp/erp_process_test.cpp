// The ERP as a process of its own, over real connections: lost answers, vanishing, kill -9.

#include "sandbox/erp/test_process.h"

namespace tieline::sandbox::erp::test {
namespace {

TEST_F(ErpProcessTest, ALostAnswerIsACommittedOneAndKillLosesNothing) {
    faults(R"({"fault":"drop_after","count":1,"path":"/api/journals"})");
    const auto lost = ask("POST", "/api/journals", journal("1.00", R"("reference":"R1",)"));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::unknown_outcome) << lost.error().message;
    EXPECT_EQ(documents("R1"), 1U);
    const auto booked = ask("POST", "/api/journals", journal("2.00", R"("reference":"R2",)"));
    ASSERT_TRUE(booked);
    EXPECT_EQ(booked->status, 201);
    client_.reset();
    EXPECT_TRUE(WIFSIGNALED(process_->end(SIGKILL)));
    process_.reset();
    start();
    EXPECT_EQ(documents("R1"), 1U);
    EXPECT_EQ(documents("R2"), 1U);
}

TEST_F(ErpProcessTest, AwayMeansNobodyListensAndThenItIsBackOnItsPort) {
    faults(R"({"fault":"away","outcome":"refuse","ms":300,"count":1})");
    EXPECT_FALSE(ask("GET", "/api/me"));
    bool refused = false, back = false;
    for (int attempt = 0; attempt < 100'000 && !back; ++attempt) {
        const auto reply = ask("GET", "/api/me");
        back = reply && reply->status == 200;
        refused = refused || (!reply && reply.error().kind == ErrorKind::transient);
    }
    EXPECT_TRUE(refused) << "nobody was ever refused";
    EXPECT_TRUE(back);
}

TEST_F(ErpProcessTest, ALateAnswerComesLateAndTheEndIsClean) {
    faults(R"({"fault":"slow","ms":120,"count":1})");
    const auto start = std::chrono::steady_clock::now();
    const auto reply = ask("GET", "/api/me");
    ASSERT_TRUE(reply);
    EXPECT_GE(std::chrono::steady_clock::now() - start, Millis(120));
    client_.reset();
    const int status = process_->end(SIGTERM);
    process_.reset();
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
