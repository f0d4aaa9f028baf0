#include "sandbox/erp/test_erp.h"

namespace tieline::sandbox::erp::test {
namespace {

TEST(Journals, BookedWithNumberAndBalance) {
    DemoErp erp;
    const Answer first = erp.post("/api/journals", journal("12.50", R"("reference":"REF-1","workOrder":"WO-1",)"));
    ASSERT_EQ(first.status, 201) << first.body.dump();
    EXPECT_EQ(first.text("document"), "1000000001");
    EXPECT_EQ(first.text("status"), "posted");
    EXPECT_EQ(first.text("companyAmount"), "12.50");
    EXPECT_EQ(erp.post("/api/journals", journal("0.01")).text("document"), "1000000002");
    EXPECT_EQ(balance(erp, "costCenter=CC-100"), "12.51");
    EXPECT_EQ(balance(erp, "account=181000"), "-12.51");
    EXPECT_EQ(balance(erp, "costCenter=CC-100&from=2026-12"), "");
}

TEST(Journals, TheSameReferenceTwiceMakesTwoDocuments) {
    DemoErp erp;
    const std::string body = journal("5.00", R"("reference":"REF-TWICE",)");
    erp.post("/api/journals", body);
    erp.post("/api/journals", body);
    const Answer found = erp.get("/api/documents?reference=REF-TWICE");
    EXPECT_EQ(found.body.find("documents")->items().size(), 2U);
    EXPECT_EQ(balance(erp, "costCenter=CC-100"), "10.00");
}

TEST(Journals, ForeignCurrencyKeepsItsAmountAndGetsTheCompanys) {
    DemoErp erp;
    const Answer yen = erp.post("/api/journals", journal("10001", "", "JPY"));
    ASSERT_EQ(yen.status, 201) << yen.body.dump();
    EXPECT_EQ(yen.text("amount"), "10001");
    EXPECT_EQ(yen.text("companyAmount"), "61.41");  // 10001 × 0.00614 = 61.40614
    EXPECT_EQ(erp.post("/api/journals", journal("1.005", "", "KWD")).text("amount"), "1.005");
    EXPECT_EQ(balance(erp, "costCenter=CC-100", "KWD"), "1.005");
    EXPECT_EQ(erp.post("/api/journals", journal("1.00", "", "SEK")).code(), "rate_missing");
}

TEST(Journals, CompanyAmountsBalanceWhereRoundingDoesNot) {
    DemoErp erp;
    // Three lines of 1 JPY are 0.00614 EUR each, 0.01 rounded: 0.03 against 0.02 for the 3 JPY of the credit.
    const Answer answer = erp.post("/api/journals",
                                   R"({"companyCode":"1000","currency":"JPY","postingDate":"2026-11-24","items":[
            {"debitCredit":"D","account":"610000","amount":"1","costCenter":"CC-100"},
            {"debitCredit":"D","account":"610000","amount":"1","costCenter":"CC-200"},
            {"debitCredit":"D","account":"610000","amount":"1","costCenter":"CC-300"},
            {"debitCredit":"C","account":"181000","amount":"3"}]})");
    ASSERT_EQ(answer.status, 201) << answer.body.dump();
    const Answer all = erp.get("/api/balances?companyCode=1000");
    EXPECT_EQ(all.body.find("totals")->items().front().text_or("companyBalance"), "0.00");
}

TEST(Journals, RefusalsNameCodeAndField) {
    DemoErp erp;
    const std::string good = journal("1.00");
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string body = good;
        body.replace(body.find(from), from.size(), to);
        return body;
    };
    const std::vector<std::tuple<std::string, std::string, std::string>> cases{
        {with(R"("1.00")", R"("1.01")"), "unbalanced", "/items"},
        {with(R"("1.00")", R"("1.001")"), "too_many_decimals", "/items/0/amount"},
        {with(R"("1.00")", R"(1.00)"), "wrong_type", "/items/0/amount"},
        {with(R"("1.00")", R"("0.00")"), "bad_amount", "/items/0/amount"},
        {with(R"("1.00")", R"("-1.00")"), "bad_amount", "/items/0/amount"},
        {with(R"("1.00")", R"("1e3")"), "bad_amount", "/items/0/amount"},
        {with(R"("1.00")", R"("12345678901234.00")"), "bad_amount", "/items/0/amount"},
        {with("CC-100", "CC-110"), "unknown_cost_center", "/items/0/costCenter"},
        {with("CC-100", "CC-900"), "not_valid_on_date", "/items/0/costCenter"},
        {with("610000", "619999"), "unknown_account", "/items/0/account"},
        {with("181000", "610000"), "receiver_required", "/items/1/costCenter"},
        {with("610000", "182000"), "receiver_not_allowed", "/items/0/costCenter"},
        {with(R"("companyCode":"1000")", R"("companyCode":"1001")"), "unknown_company", "/companyCode"},
        {with("EUR", "EUX"), "unknown_currency", "/currency"},
        {with("2026-11-24", "2026-02-30"), "bad_date", "/postingDate"},
        {with("2026-11-24", "2050-01-01"), "period_closed", "/postingDate"},
        {with(R"({"comp)", R"({"idempotencyKey":"x","comp)"), "unknown_field", "/idempotencyKey"},
        {with(R"({"comp)", R"({"reference":"12345678901234567","comp)"), "too_long", "/reference"},
        {with(R"({"comp)", R"({"maintenanceOrder":"4000009","comp)"), "unknown_order", "/maintenanceOrder"},
        {with(R"("costCenter":"CC-100")", R"("costCenter":"CC-100","asset":"FILLER-01")"), "receiver_ambiguous",
         "/items/0/asset"},
        {"[]", "wrong_type", ""},
        {"{}", "missing_field", "/companyCode"},
    };
    for (const auto& [body, code, field] : cases) {
        const Answer answer = erp.post("/api/journals", body);
        EXPECT_EQ(answer.status, 422) << body;
        EXPECT_EQ(answer.code(), code) << body << answer.body.dump();
        EXPECT_EQ(answer.field(), field) << body;
    }
    EXPECT_EQ(erp.post("/api/journals", "{\"a\":01}").status, 400);
    EXPECT_EQ(balance(erp, "account=181000"), "");
    // A refused request takes no number: the next one is the first.
    EXPECT_EQ(erp.post("/api/journals", good).text("document"), "1000000001");
}

TEST(Journals, UnknownCodesOfferTheLikelyOne) {
    DemoErp erp;
    std::string body = journal("1.00");
    body.replace(body.find("CC-100"), 6, "CC100");
    EXPECT_EQ(erp.post("/api/journals", body).text("did_you_mean"), "CC-100");
    body.replace(body.find("CC100"), 5, "PLANET");
    EXPECT_EQ(erp.post("/api/journals", body).text("did_you_mean"), "");
}

TEST(Journals, ClosedPeriodSaysWhenTheNextOneIsOpen) {
    DemoErp erp;
    for (const char* month : {"2026-10", "2026-11"})
        erp.post("/admin/periods", std::string(R"({"companyCode":"1000","open":false,"period":")") + month + "\"}");
    const Answer answer = erp.post("/api/journals", journal("1.00", "", "EUR", "2026-10-31"));
    EXPECT_EQ(answer.code(), "period_closed");
    EXPECT_EQ(answer.text("next_open_date"), "2026-12-01");
    erp.post("/admin/periods", R"({"companyCode":"1000","open":true,"period":"2026-10"})");
    EXPECT_EQ(erp.post("/api/journals", journal("1.00", "", "EUR", "2026-10-31")).status, 201);
}

TEST(Reversal, OnceLinkedBothWaysAndExact) {
    DemoErp erp;
    erp.post("/api/journals", journal("10001", R"("workOrder":"WO-7",)", "JPY"));
    const std::string path = "/api/documents/1000000001/reverse";
    const std::string body = R"({"postingDate":"2026-12-02","reason":"reopened","reference":"REV-1"})";
    const Answer reversed = erp.post(path, body);
    ASSERT_EQ(reversed.status, 201) << reversed.body.dump();
    EXPECT_EQ(reversed.text("reverses"), "1000000001");
    EXPECT_EQ(reversed.text("amount"), "-10001");
    EXPECT_EQ(reversed.text("companyAmount"), "-61.41");
    EXPECT_EQ(erp.get("/api/documents/1000000001").text("reversedBy"), "1000000002");
    EXPECT_EQ(erp.get("/api/documents/1000000002").text("workOrder"), "WO-7");
    EXPECT_EQ(balance(erp, "costCenter=CC-100", "JPY"), "0");
    const Answer again = erp.post(path, body);
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "already_reversed");
    EXPECT_EQ(again.text("reversal_document"), "1000000002");
    EXPECT_EQ(erp.post("/api/documents/1000000002/reverse", body).code(), "reversal_of_reversal");
    EXPECT_EQ(erp.post("/api/documents/1000000099/reverse", body).status, 404);
    EXPECT_EQ(erp.post("/api/documents/x/reverse", body).status, 404);
}

TEST(Reversal, AtTheRateOfTheOriginal) {
    DemoErp erp;
    erp.post("/api/journals", journal("10000", "", "JPY"));
    erp.post("/admin/rates", R"({"from":"JPY","to":"EUR","rate":"0.00700","validFrom":"2026-12-01"})");
    const Answer reversed =
        erp.post("/api/documents/1000000001/reverse", R"({"postingDate":"2026-12-02","reason":"wrong"})");
    EXPECT_EQ(reversed.text("companyAmount"), "-61.40");
    EXPECT_EQ(erp.post("/api/journals", journal("10000", "", "JPY", "2026-12-02")).text("companyAmount"), "70.00");
}

TEST(Access, TokenAndRights) {
    DemoErp erp;
    EXPECT_EQ(erp.ask("GET", "/api/me", "", "wrong").status, 401);
    EXPECT_EQ(erp.ask("POST", "/admin/faults", R"({"rules":[]})", "").status, 401);
    EXPECT_EQ(erp.get("/api/me").text("system"), "Tieline sandbox ERP");
    ErpOptions options;
    options.rights = {"documents.read"};
    DemoErp reader(":memory:", options);
    EXPECT_EQ(reader.post("/api/journals", journal("1.00")).code(), "right_missing");
    EXPECT_EQ(reader.post("/api/journals", journal("1.00")).status, 403);
    EXPECT_EQ(erp.get("/api/nothing").status, 404);
    EXPECT_EQ(erp.ask("DELETE", "/api/journals").status, 405);
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
