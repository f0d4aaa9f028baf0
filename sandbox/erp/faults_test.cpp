// Misbehaviour, submissions decided later, the change feed, and what survives a restart.

#include "sandbox/erp/test_erp.h"

#include <algorithm>
#include <filesystem>

namespace tieline::sandbox::erp::test {
namespace {

std::string faults(const std::string& rules) { return R"({"seed":7,"rules":[)" + rules + "]}"; }

std::size_t documents(DemoErp& erp, const std::string& reference) {
    return erp.get("/api/documents?reference=" + reference).body.find("documents")->items().size();
}

TEST(Faults, LostReplyCommitsAndLostRequestDoesNot) {
    DemoErp erp;
    erp.post("/admin/faults", faults(R"({"fault":"drop_after","count":1,"method":"POST","path":"/api/journals"})"));
    const Answer lost = erp.post("/api/journals", journal("1.00", R"("reference":"R1",)"));
    EXPECT_EQ(lost.status, 0);
    EXPECT_EQ(net::header(lost.headers, drop_header), "after");
    EXPECT_EQ(documents(erp, "R1"), 1U);
    erp.post("/admin/faults", faults(R"({"fault":"drop_before","count":1})"));
    EXPECT_EQ(net::header(erp.post("/api/journals", journal("1.00", R"("reference":"R2",)")).headers, drop_header),
              "before");
    EXPECT_EQ(documents(erp, "R2"), 0U);
}

TEST(Faults, ErrorsBeforeAndAfterLookTheSame) {
    DemoErp erp;
    erp.post("/admin/faults", faults(R"({"fault":"error_before","count":1,"method":"POST"},
        {"fault":"error_after","count":1,"skip":1,"method":"POST"})"));
    EXPECT_EQ(erp.post("/api/journals", journal("1.00", R"("reference":"R1",)")).status, 500);
    EXPECT_EQ(erp.post("/api/journals", journal("1.00", R"("reference":"R2",)")).status, 500);
    EXPECT_EQ(documents(erp, "R1"), 0U);
    EXPECT_EQ(documents(erp, "R2"), 1U);
}

TEST(Faults, RateLimitSlowAndAway) {
    DemoErp erp;
    erp.post("/admin/faults", faults(R"({"fault":"rate_limit","count":1,"ms":1500},{"fault":"slow","count":1,"skip":1,
        "ms":250})"));
    const Answer limited = erp.post("/api/journals", journal("1.00"));
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(net::header(limited.headers, "Retry-After"), "2");
    EXPECT_EQ(net::header(erp.get("/api/me").headers, delay_header), "250");
    erp.post("/admin/faults", faults(R"({"fault":"away","count":1,"ms":5000,"outcome":"unavailable"})"));
    EXPECT_EQ(erp.get("/api/me").status, 503);
    erp.now += Millis(4999);
    EXPECT_EQ(erp.get("/api/me").status, 503);
    erp.now += Millis(1);
    EXPECT_EQ(erp.get("/api/me").status, 200);
    erp.post("/admin/faults", faults(R"({"fault":"away","count":1,"ms":5000,"outcome":"refuse"})"));
    EXPECT_EQ(net::header(erp.get("/api/me").headers, refuse_header), "5000");
    EXPECT_EQ(erp.post("/admin/faults", faults("")).status, 200);
    EXPECT_EQ(erp.get("/api/me").status, 200);
}

TEST(Faults, ChangesAreToldTwice) {
    DemoErp erp;
    const auto told = [&erp](const std::string& after) {
        return erp.get("/api/changes?limit=1000&after=" + after).body;
    };
    const std::string head = told("0").text_or("next");
    ASSERT_EQ(told(head).find("changes")->items().size(), 0U);
    erp.post("/admin/faults", faults(R"({"fault":"told_twice","count":1,"changes":3})"));
    const Json again = told(head);
    EXPECT_EQ(again.find("changes")->items().size(), 3U);
    EXPECT_EQ(again.text_or("next"), head);
    EXPECT_EQ(told(head).find("changes")->items().size(), 0U) << "once was asked for";
}

TEST(Faults, ChanceFollowsTheSeed) {
    const auto pattern = [](std::uint64_t seed) {
        DemoErp erp;
        FaultRule rule;
        rule.fault = "error_before";
        rule.per_million = 300'000;
        erp.erp().set_faults(seed, {rule});
        std::string seen;
        for (int i = 0; i < 200; ++i) seen += erp.get("/api/me").status == 500 ? 'x' : '.';
        return seen;
    };
    EXPECT_EQ(pattern(1), pattern(1));
    EXPECT_NE(pattern(1), pattern(2));
    const std::string seen = pattern(3);
    const auto count = std::count(seen.begin(), seen.end(), 'x');
    EXPECT_GT(count, 35);
    EXPECT_LT(count, 85);
}

TEST(Faults, RulesAreCheckedToo) {
    DemoErp erp;
    EXPECT_EQ(erp.post("/admin/faults", faults(R"({"fault":"explode"})")).field(), "/rules/0/fault");
    EXPECT_EQ(erp.post("/admin/faults", faults(R"({"fault":"slow","colour":"red"})")).code(), "unknown_field");
}

TEST(Submissions, AcceptedThenPosted) {
    DemoErp erp;
    erp.post("/admin/faults", faults(R"({"fault":"accept_later","count":1,"ms":3000})"));
    const Answer accepted = erp.post("/api/journals", journal("1.00", R"("reference":"R1",)"));
    EXPECT_EQ(accepted.status, 202);
    EXPECT_EQ(accepted.text("submission"), "S-1");
    const Answer pending = erp.get("/api/documents?reference=R1");
    EXPECT_EQ(pending.body.find("documents")->items().size(), 0U);
    EXPECT_EQ(pending.body.find("submissions")->items().front().text_or("status"), "pending");
    erp.now += Millis(3000);
    EXPECT_EQ(documents(erp, "R1"), 1U);
    EXPECT_EQ(erp.get("/api/submissions/S-1").text("document"), "1000000001");
}

TEST(Submissions, AcceptedThenRejectedLeavesNothing) {
    DemoErp erp;
    erp.post("/admin/faults", faults(R"({"fault":"accept_later","count":2,"requests":1})"));
    EXPECT_EQ(erp.post("/api/journals", journal("1.00", R"("reference":"R1",)", "EUR", "2050-01-01")).status, 202);
    const Answer rejected = erp.get("/api/submissions/S-1");
    EXPECT_EQ(rejected.text("status"), "rejected");
    EXPECT_EQ(rejected.body.find("problem")->text_or("code"), "period_closed");
    erp.post("/admin/faults", faults(R"({"fault":"accept_later","count":1,"outcome":"reject"})"));
    erp.post("/api/journals", journal("1.00", R"("reference":"R2",)"));
    const Answer second = erp.get("/api/documents?reference=R2");
    EXPECT_EQ(second.body.find("submissions")->items().front().find("problem")->text_or("code"),
              "rejected_by_workflow");
    EXPECT_EQ(balance(erp, "costCenter=CC-100"), "");
    EXPECT_EQ(erp.post("/api/journals", journal("1.00")).text("document"), "1000000001");
}

TEST(Changes, FeedInOrderBoundedAndFiltered) {
    DemoErp erp;
    const Answer start = erp.get("/api/changes?limit=1000");
    const std::string after = start.text("next");
    erp.post("/api/journals", journal("1.00"));
    erp.post("/api/invoices", R"({"companyCode":"1000","postingDate":"2026-11-24","vendor":"V-100","vendorInvoice":"R",
        "costCenter":"CC-100","currency":"EUR","amount":"5.00","workOrder":"WO-9","workOrderLine":"L1"})");
    erp.post("/admin/rates", R"({"from":"SEK","to":"EUR","rate":"0.09","validFrom":"2026-11-01"})");
    const Answer page = erp.get("/api/changes?limit=2&after=" + after);
    ASSERT_EQ(page.body.find("changes")->items().size(), 2U);
    EXPECT_TRUE(page.body.bool_or("more", false));
    const Answer rest = erp.get("/api/changes?after=" + page.text("next"));
    EXPECT_EQ(rest.body.find("changes")->items().front().text_or("kind"), "rate");
    const Answer wanted = erp.get("/api/changes?kinds=invoice,rate&expand=true&after=" + after);
    ASSERT_EQ(wanted.body.find("changes")->items().size(), 2U);
    const Json& invoice = wanted.body.find("changes")->items().front();
    EXPECT_EQ(invoice.find("body")->text_or("vendorInvoice"), "R");
    EXPECT_EQ(invoice.find("body")->text_or("workOrderLine"), "L1");
    EXPECT_EQ(wanted.body.find("changes")->items().back().find("body")->text_or("rate"), "0.09");
    const Answer nothing = erp.get("/api/changes?kinds=invoice,rate&after=" + wanted.text("next"));
    EXPECT_EQ(nothing.text("next"), wanted.text("next"));
}

TEST(Durability, ARestartForgetsNothing) {
    const auto folder = std::filesystem::path(::testing::TempDir()) / "sandbox_erp_restart";
    std::filesystem::remove_all(folder);
    std::filesystem::remove_all(folder.string() + "_copy");
    std::filesystem::create_directories(folder);
    const std::string path = folder / "erp.db";
    {
        DemoErp erp(path);
        erp.post("/api/journals", journal("1.00", R"("reference":"R1",)"));
        erp.post("/admin/faults", faults(R"({"fault":"accept_later","count":1,"ms":1000})"));
        erp.post("/api/journals", journal("2.00", R"("reference":"R2",)"));
        // What kill -9 leaves: the files as they are while the process has them open.
        std::filesystem::copy(folder, folder.string() + "_copy", std::filesystem::copy_options::recursive);
    }
    DemoErp after(folder.string() + "_copy/erp.db");
    EXPECT_EQ(documents(after, "R1"), 1U);
    after.now += Millis(1000);
    EXPECT_EQ(documents(after, "R2"), 1U);
    EXPECT_EQ(after.post("/api/journals", journal("3.00")).text("document"), "1000000003");
    std::filesystem::remove_all(folder);
    std::filesystem::remove_all(folder.string() + "_copy");
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
