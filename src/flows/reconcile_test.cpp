#include "flows/reconcile.h"

#include <gtest/gtest.h>

namespace tieline::flows {
namespace {

Decision decided(const std::string& data) {
    model::StoredEvent event;
    event.envelope.type = "reconcile.done";
    event.envelope.data = data;
    const auto flow = make_reconcile_flow();
    EXPECT_EQ(flow->keys(event), std::vector<std::string>{"reconcile"});
    Result<Decision> decision = flow->decide(event, "reconcile", "", WallTime{});
    EXPECT_TRUE(decision);
    return decision ? std::move(*decision) : Decision{};
}

TEST(ReconcileFlow, ADifferenceIsToldWithItsFirstSentence) {
    const Decision decision = decided(
        R"({"from":"2026-11-01","to":"2026-11-07","different":2,"not_compared":0,"topics":[{"topic":"stock",)"
        R"("connector":"erp","different":0,"differences":[]},{"topic":"postings","connector":"erp","different":2,)"
        R"("differences":[{"sentence":"Journal K1 is gone."},{"sentence":"Another."}]}]})");
    ASSERT_EQ(decision.notices.size(), 1U);
    EXPECT_EQ(decision.notices[0].code, "reconcile_differs");
    EXPECT_EQ(decision.notices[0].reason,
              "From 2026-11-01 to 2026-11-07 the hub and its peers differ in 2 place(s): postings of erp 2. The first "
              "one: Journal K1 is gone.");
    EXPECT_TRUE(decision.closed_notices.empty());
}

TEST(ReconcileFlow, WhatCouldNotBeReadIsToldToo) {
    const Decision decision =
        decided(R"({"from":"a","to":"b","different":0,"not_compared":1,"topics":[{"topic":"stock","connector":"cmms",)"
                R"("problem":"no answer"}]})");
    ASSERT_EQ(decision.notices.size(), 1U);
    EXPECT_NE(decision.notices[0].reason.find("stock of cmms not read (no answer)"), std::string::npos);
}

TEST(ReconcileFlow, AgreementClosesTheNotice) {
    const Decision decision = decided(R"({"from":"a","to":"b","different":0,"not_compared":0,"topics":[]})");
    EXPECT_TRUE(decision.notices.empty());
    EXPECT_EQ(decision.closed_notices.size(), 1U);
}

}  // namespace
}  // namespace tieline::flows
