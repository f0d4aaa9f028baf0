// What others learn of materials management: the change feed, submissions, equipment, persons and late rates.

#include "sandbox/erp/test_parts.h"

namespace tieline::sandbox::erp::test {
namespace {

std::string kinds_of(const Answer& answer) {
    std::string kinds;
    for (const Json& change : answer.body.find("changes")->items()) kinds += change.text_or("kind") + " ";
    return kinds;
}

TEST(PartsChanges, OneEntryPerObjectAndCommitCauseFirst) {
    DemoErp erp;
    const std::string start = erp.get("/api/changes?limit=1000").text("next");
    const auto since = [&](const std::string& more) { return erp.get("/api/changes?after=" + start + more); };
    const std::string number = erp.post("/api/requisitions", R"({"companyCode":"1000","deliveryDate":"2026-12-10",)" +
                                                                 quantity("P-2015", "6") + "}")
                                   .text("document");
    const std::string order = erp.post("/api/requisitions/" + number + "/order", "{}").text("document");
    EXPECT_EQ(kinds_of(since("")), "requisition stock purchase_order requisition stock ");
    erp.post("/api/purchase-orders/" + order + "/send", "{}");
    erp.post("/api/goods-receipts",
             posting(R"("purchaseOrder":")" + order + R"(","item":"10","quantity":"6","unit":"PC")"));
    const Answer wanted = since("&kinds=delivery,stock&expand=true");
    EXPECT_EQ(kinds_of(wanted), "stock stock delivery stock ");
    const Json::Array& changes = wanted.body.find("changes")->items();
    EXPECT_EQ(changes[2].find("body")->text_or("purchaseOrder"), order);
    EXPECT_EQ(changes[3].find("body")->text_or("onHand"), "46");
    EXPECT_EQ(changes[3].find("body")->int_or("seq", 0), changes[3].int_or("seq", 1));
    // Page by page gives the same.
    std::string paged, after = start;
    for (int count = 0; count < 4; ++count) {
        const Answer page = erp.get("/api/changes?limit=1&kinds=delivery,stock&after=" + after);
        EXPECT_EQ(page.body.bool_or("more", false), count < 3);
        paged += kinds_of(page);
        after = page.text("next");
    }
    EXPECT_EQ(paged, kinds_of(wanted));
    // A refused request leaves no change behind.
    const std::string before = erp.get("/api/changes?limit=1000&after=" + start).text("next");
    erp.post("/api/goods-issues", issue_body("P-2015", "1000"));
    EXPECT_EQ(erp.get("/api/changes?after=" + before).text("next"), before);
}

TEST(PartsChanges, EveryKindHasABody) {
    DemoErp erp;
    erp.post("/api/reservations",
             R"({"companyCode":"1000","requirementDate":"2026-12-01",)" + quantity("P-2015", "1") + "}");
    erp.ask("PATCH", "/api/equipment/FILLER-01", R"({"status":"running"})");
    erp.post("/admin/seed", R"({"activities":[{"code":"MECH","companyCode":"1000","name":"Mechanic","rate":"65.00",
        "currency":"EUR","validFrom":"2026-11-01"}]})");
    for (const char* kind :
         {"material", "planning", "stock", "reservation", "vendor", "person", "activity", "equipment", "cost_center"}) {
        const Answer answer = erp.get(std::string("/api/changes?limit=1000&expand=true&kinds=") + kind);
        ASSERT_FALSE(answer.body.find("changes")->items().empty()) << kind;
        for (const Json& change : answer.body.find("changes")->items())
            EXPECT_NE(change.find("body"), nullptr) << change.dump();
    }
    const Answer late = erp.get("/api/changes?limit=1000&expand=true&kinds=activity");
    const Json& last = late.body.find("changes")->items().back();
    EXPECT_EQ(last.text_or("object"), "MECH/1000/2026-11-01");
    EXPECT_EQ(last.find("body")->text_or("rate"), "65.00");
    EXPECT_EQ(items_of(erp.get("/api/persons")).items().size(), 7U);
}

TEST(PartsSubmissions, PendingAndRejectedAreFoundByReferenceEverywhere) {
    DemoErp erp;
    const std::string body =
        R"({"companyCode":"1000","deliveryDate":"2026-12-10","reference":"PR-9",)" + quantity("P-2015", "6") + "}";
    erp.post("/admin/faults", R"({"rules":[{"fault":"accept_later","count":1,"ms":1000,"path":"/api/requisitions"}]})");
    EXPECT_EQ(erp.post("/api/requisitions", body).status, 202);
    const Answer pending = erp.get("/api/requisitions?reference=PR-9");
    EXPECT_EQ(items_of(pending).items().size(), 0U);
    EXPECT_EQ(pending.body.find("submissions")->items().front().text_or("status"), "pending");
    erp.now += Millis(1000);
    const Answer posted = erp.get("/api/requisitions?reference=PR-9");
    ASSERT_EQ(items_of(posted).items().size(), 1U);
    EXPECT_EQ(posted.body.find("submissions")->items().size(), 0U);
    EXPECT_EQ(kinds_of(erp.get("/api/changes?kinds=requisition")), "requisition ");
    erp.post("/admin/faults",
             R"({"rules":[{"fault":"accept_later","count":1,"outcome":"reject","path":"/api/goods-issues"}]})");
    EXPECT_EQ(erp.post("/api/goods-issues", issue_body("P-2015", "1", R"("reference":"GI-9",)")).status, 202);
    const Answer rejected = erp.get("/api/movements?reference=GI-9");
    EXPECT_EQ(items_of(rejected).items().size(), 0U);
    EXPECT_EQ(rejected.body.find("submissions")->items().front().text_or("status"), "rejected");
    EXPECT_EQ(stock(erp, "P-2015"), "40");
    erp.post("/admin/faults", R"({"rules":[{"fault":"drop_after","count":1,"path":"/api/reservations"}]})");
    const Answer lost =
        erp.post("/api/reservations", R"({"companyCode":"1000","requirementDate":"2026-12-01","reference":"RS-9",)" +
                                          quantity("P-2015", "1") + "}");
    EXPECT_EQ(lost.status, 0);
    EXPECT_EQ(items_of(erp.get("/api/reservations?reference=RS-9")).items().size(), 1U);
}

TEST(Equipment, KeepsLastWorkMetersAndSerials) {
    DemoErp erp;
    const auto change = [&](const std::string& body, const std::string& asset = "FILLER-01") {
        return erp.ask("PATCH", "/api/equipment/" + asset, body);
    };
    const Answer first = change(R"({"lastWorkOrder":"WO-1","lastWorkDate":"2026-11-20","status":"running",
        "meters":{"hours":"1200.5"},"serialsInstalled":[{"material":"P-2007","serial":"2007-001"}],"reference":"EQ-1"})");
    ASSERT_EQ(first.status, 200) << first.body.dump();
    const Answer shown = erp.get("/api/equipment/FILLER-01");
    EXPECT_EQ(shown.text("lastWorkOrder"), "WO-1");
    EXPECT_EQ(shown.body.find("meters")->text_or("hours"), "1200.5");
    EXPECT_EQ(shown.body.find("serials")->items().front().text_or("serial"), "2007-001");
    EXPECT_EQ(change(R"({"meters":{"hours":"1100"}})").code(), "meter_below_last");
    EXPECT_EQ(change(R"({"meters":{"hours":"0"},"correction":true})").status, 200);
    EXPECT_EQ(change(R"({"meters":{"hours":7}})").field(), "/meters/hours");
    const std::string installed = R"({"serialsInstalled":[{"material":"P-2007","serial":"2007-001"}]})";
    EXPECT_EQ(change(installed, "FILLER-02").code(), "serial_installed");
    EXPECT_EQ(change(R"({"serialsRemoved":[{"material":"P-2007","serial":"2007-002"}]})").code(),
              "serial_not_installed");
    EXPECT_EQ(change(R"({"serialsRemoved":[{"material":"P-2007","serial":"2007-001"}]})").status, 200);
    EXPECT_EQ(change(installed, "FILLER-02").status, 200);
    EXPECT_EQ(change("{}", "FILLER-O1").text("did_you_mean"), "FILLER-01");
    EXPECT_EQ(items_of(erp.get("/api/equipment-history?reference=EQ-1")).items().size(), 1U);
    EXPECT_EQ(items_of(erp.get("/api/equipment-history?asset=FILLER-01")).items().size(), 3U);
    EXPECT_EQ(erp.get("/api/documents?reference=EQ-1").body.find("documents")->items().size(), 1U);
}

TEST(PartsLists, PageByPageAllAndNoneTwice) {
    DemoErp erp;
    const auto count = [&](const std::string& path) {
        std::size_t rows = 0;
        std::string after;
        for (bool more = true; more;) {
            const Answer page = erp.get(path + "?limit=7&after=" + after);
            rows += items_of(page).items().size();
            more = page.body.bool_or("more", false);
            after = page.text("next");
        }
        return rows;
    };
    EXPECT_EQ(count("/api/materials"), 74U);
    EXPECT_EQ(count("/api/stock"), 61U);
    EXPECT_EQ(count("/api/planning"), 61U);
    EXPECT_EQ(count("/api/movements"), 61U);
    EXPECT_EQ(count("/api/equipment"), 16U);
    EXPECT_EQ(count("/api/storage-locations"), 2U);
    EXPECT_EQ(count("/api/purchase-orders"), 12U);
    EXPECT_EQ(erp.get("/api/materials/P-2002").body.find("alternativeUnits")->items().size(), 1U);
    EXPECT_EQ(erp.get("/api/materials/P-2002").text("stock"), "480");
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
