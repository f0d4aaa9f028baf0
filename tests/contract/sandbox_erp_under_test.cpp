// The connector of the sandbox ERP and its peer in this process.

#include "connectors/sandbox_erp/test_erp_peer.h"
#include "contract/connector_catalog.h"
#include "sandbox/erp/seed.h"
#include "sandbox/erp/seed_parts.h"

namespace tieline::contract {
namespace {

namespace own = connectors::sandbox_erp;

enum class Makes { invoices, parts };

class ErpWorld final : public World {
public:
    /// The demo plant without its exchange rates: pull() starts with nothing to find of the kinds that it asks for.
    explicit ErpWorld(Makes makes) : peer_(sandbox::erp::test::Demo::off), makes_(makes) {
        auto plant = Json::parse(sandbox::erp::demo_plant);
        plant->erase("rates");
        EXPECT_EQ(peer_.erp.post("/admin/seed", plant->dump()).status, 200);
        EXPECT_EQ(peer_.erp.post("/admin/seed", sandbox::erp::demo_parts).status, 200);
    }
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override { return peer_.answer(request); }
    model::Command sample(const std::string& kind) override { return peer_.sample(kind); }
    std::size_t effects(const model::Command& command) override {
        const Json found = peer_.erp.get("/api/documents?reference=" + command.key).body;
        const Json* documents = found.find("documents");
        return documents == nullptr ? 99 : documents->items().size();
    }
    std::string state() override {
        return peer_.erp.get("/api/documents?limit=1000&lines=true").body.dump() +
               peer_.erp.get("/api/changes?limit=1000").body.dump() + peer_.erp.get("/api/orders").body.dump() +
               peer_.erp.get("/api/materials").body.dump() + peer_.erp.get("/api/purchase-orders").body.dump() +
               peer_.erp.get("/api/stock?limit=1000").body.dump() +
               peer_.erp.get("/api/reservations?limit=1000").body.dump() +
               peer_.erp.get("/api/requisitions?limit=1000").body.dump() +
               peer_.erp.get("/api/equipment?limit=1000").body.dump();
    }
    std::vector<std::string> make_objects(std::size_t count) override {
        return makes_ == Makes::invoices ? make_invoices(count) : make_parts(count);
    }
    bool accept_next_later() override {
        const char* rule = R"({"seed":1,"rules":[{"fault":"accept_later","count":1,"ms":5000}]})";
        return peer_.erp.post("/admin/faults", rule).status == 200;
    }
    void decide() override { peer_.erp.now += Millis(5000); }
    WallTime now() const override { return peer_.erp.now; }

private:
    std::vector<std::string> make_invoices(std::size_t count) {
        std::vector<std::string> objects;
        for (std::size_t made = 0; made < count; ++made) {
            const std::string number = std::to_string(++invoices_);
            objects.push_back(
                peer_.erp
                    .post("/api/invoices",
                          R"({"companyCode":"1000","postingDate":"2026-11-24","vendor":"V-100",)"
                          R"("costCenter":"CC-100","currency":"EUR","amount":"5.00","vendorInvoice":"R-)" +
                              number + "\"}")
                    .text("document"));
            // Documents of others between them are not ours to find.
            peer_.erp.post("/api/journals", sandbox::erp::test::journal("1.00"));
        }
        return objects;
    }
    /// Reservations, requisitions and purchase orders by turns.
    std::vector<std::string> make_parts(std::size_t count) {
        const std::string what = R"("material":"P-2003","quantity":"1","unit":"PC","storageLocation":"MAIN",)";
        const std::string requisition =
            "{" + what + R"("companyCode":"1000","deliveryDate":"2026-12-10","workOrders":["WO-1"]})";
        const std::string reservation = "{" + what + R"("companyCode":"1000","requirementDate":"2026-12-01"})";
        const std::string order = R"({"companyCode":"1000","vendor":"V-200","currency":"EUR","items":[{)" + what +
                                  R"("price":"140.00","deliveryDate":"2026-12-10"}]})";
        std::vector<std::string> objects;
        for (std::size_t made = 0; made < count; ++made) {
            if (made % 3 == 0) objects.push_back("reservation:" + number_of("/api/reservations", reservation));
            if (made % 3 == 1) objects.push_back("requisition:" + number_of("/api/requisitions", requisition));
            if (made % 3 == 2) objects.push_back("purchase_order:" + number_of("/api/purchase-orders", order));
        }
        return objects;
    }
    std::string number_of(const std::string& path, const std::string& body) {
        return peer_.erp.post(path, body).text("document");
    }

    own::test::ErpPeer peer_;
    Makes makes_;
    int invoices_ = 0;
};

}  // namespace

ConnectorUnderTest sandbox_erp_under_test() {
    ConnectorUnderTest subject;
    subject.name = "sandbox_erp";
    subject.spec = own::spec();
    subject.settings = own::test::settings();
    subject.settings.values.emplace_back("kinds", "invoice,rate");
    subject.world = [] { return std::make_unique<ErpWorld>(Makes::invoices); };
    return subject;
}

ConnectorUnderTest sandbox_erp_parts_under_test() {
    ConnectorUnderTest subject = sandbox_erp_under_test();
    subject.name = "sandbox_erp_parts";
    subject.settings.values.back().second = "reservation,requisition,purchase_order,delivery";
    subject.world = [] { return std::make_unique<ErpWorld>(Makes::parts); };
    return subject;
}

}  // namespace tieline::contract
