// What the ERP lists for reconciliation, against the sandbox ERP in this process and against answers as its API says.

#include "connectors/sandbox_erp/test_erp_peer.h"

namespace tieline::connectors::sandbox_erp::test {
namespace {

std::unique_ptr<Connector> made() {
    auto connector = spec().make(settings(), "");
    EXPECT_TRUE(connector);
    return std::move(*connector);
}
Json data_of(const SourceObject& object) { return *Json::parse(object.data); }

TEST(SandboxErpList, PostingsCarryKeyAmountAndWhatTookThemBack) {
    ErpPeer peer;
    const auto connector = made();
    const model::Command journal = peer.sample("journal.post"), reversal = peer.sample("confirmation.reverse");
    ASSERT_TRUE(run(connector->push(journal), peer.peer()));
    ASSERT_TRUE(run(connector->push(reversal), peer.peer()));
    ASSERT_TRUE(run(connector->push(peer.sample("order.create")), peer.peer()));
    const auto page = run(connector->list("postings", "2026-11-24", "2026-11-24", ""), peer.peer());
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->objects.size(), 3U) << "an order is no posting";
    std::map<std::string, Json> rows;
    for (const SourceObject& object : page->objects) rows[object.object] = data_of(object);
    EXPECT_EQ(rows[journal.key].text_or("amount"), "93.75");
    EXPECT_EQ(rows[journal.key].text_or("state"), "live");
    EXPECT_EQ(rows[reversal.key].text_or("kind"), "confirmation reversal");
    int reversed = 0;
    for (const auto& [key, row] : rows) {
        if (row.text_or("state") != "reversed") continue;
        ++reversed;
        EXPECT_EQ(row.text_or("reversed_by"), rows[reversal.key].text_or("document"));
    }
    EXPECT_EQ(reversed, 1);
    EXPECT_TRUE(run(connector->list("postings", "2026-11-25", "2026-11-30", ""), peer.peer())->objects.empty());
}

/// One page as the API describes it.
Peer answering(std::string body, std::string* asked) {
    return [body = std::move(body), asked](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        *asked = request.url;
        return net::HttpResponse{200, {{"Content-Type", "application/json"}}, body};
    };
}

TEST(SandboxErpList, MovementsCountWhatWasTakenOut) {
    std::string asked;
    const auto page =
        run(made()->list("movements", "2026-11-01", "2026-11-30", "7"),
            answering(R"({"items":[{"movement":"8","document":"900","kind":"goods_issue","material":"SEAL-9",)"
                      R"("storageLocation":"MAIN","quantity":"-2","unit":"PC","value":"-20.00","currency":"EUR",)"
                      R"("postingDate":"2026-11-03","reference":"K1","workOrder":"WO-1"},)"
                      R"({"movement":"9","document":"901","kind":"scrap","quantity":"-1","reference":"S",)"
                      R"("postingDate":"2026-11-03"},{"document":"902","kind":"goods_issue","quantity":"-1",)"
                      R"("workOrder":"WO-2"}],"next":"9","more":true})",
                      &asked));
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_NE(asked.find("from=2026-11-01&to=2026-11-30&after=7"), std::string::npos) << asked;
    EXPECT_EQ(page->cursor, "9");
    EXPECT_EQ(data_of(page->objects[0]).text_or("quantity"), "2");
    EXPECT_EQ(data_of(page->objects[0]).text_or("key"), "K1");
    EXPECT_EQ(data_of(page->objects[1]).find("key"), nullptr) << "scrap is not the hub's";
    EXPECT_EQ(data_of(page->objects[2]).text_or("key"), "document 902") << "booked by hand on a work order";
}

TEST(SandboxErpList, RequisitionsAndStockByTheirKeys) {
    std::string asked;
    const auto requisitions =
        run(made()->list("requisitions", "2026-11-01", "2026-11-30", ""),
            answering(R"({"items":[{"requisition":"100","material":"SEAL-9","storageLocation":"MAIN","quantity":"5",)"
                      R"("unit":"PC","status":"approved","reference":"K7","createdAt":"2026-11-03T08:00:00.000Z"},)"
                      R"({"requisition":"101","status":"rejected"}],"next":"101","more":false})",
                      &asked));
    ASSERT_TRUE(requisitions);
    EXPECT_EQ(asked.find("from="), std::string::npos) << "this list knows no days";
    EXPECT_EQ(data_of(requisitions->objects[0]).text_or("key"), "K7");
    EXPECT_EQ(data_of(requisitions->objects[0]).text_or("date"), "2026-11-03");
    EXPECT_EQ(data_of(requisitions->objects[1]).text_or("key"), "101");
    const auto stock =
        run(made()->list("stock", "", "", ""),
            answering(R"({"items":[{"material":"SEAL-9","storageLocation":"MAIN","onHand":"4","unit":"PC",)"
                      R"("value":"40.00","currency":"EUR"}],"next":"x","more":false})",
                      &asked));
    ASSERT_TRUE(stock);
    EXPECT_EQ(stock->objects[0].object, "SEAL-9/MAIN");
    const auto stuck =
        run(made()->list("stock", "", "", "x"), answering(R"({"items":[],"next":"x","more":true})", &asked));
    EXPECT_FALSE(stuck) << "a list that never ends";
    const auto other = run(made()->list("weather", "", "", ""), answering("{}", &asked));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace tieline::connectors::sandbox_erp::test
