// The connector of the sandbox ERP and its peer in this process.

#include "connectors/sandbox_erp/test_erp_peer.h"
#include "contract/connector_catalog.h"
#include "sandbox/erp/seed.h"

namespace tieline::contract {
namespace {

namespace own = connectors::sandbox_erp;

class ErpWorld final : public World {
public:
    /// The demo plant without its exchange rates: pull() starts with nothing to find.
    ErpWorld() : peer_(sandbox::erp::test::Demo::off) {
        auto plant = Json::parse(sandbox::erp::demo_plant);
        plant->erase("rates");
        EXPECT_EQ(peer_.erp.post("/admin/seed", plant->dump()).status, 200);
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
               peer_.erp.get("/api/materials").body.dump() + peer_.erp.get("/api/purchase-orders").body.dump();
    }
    std::vector<std::string> make_objects(std::size_t count) override {
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
    WallTime now() const override { return peer_.erp.now; }

private:
    own::test::ErpPeer peer_;
    int invoices_ = 0;
};

}  // namespace

ConnectorUnderTest sandbox_erp_under_test() {
    ConnectorUnderTest subject;
    subject.name = "sandbox_erp";
    subject.spec = own::spec();
    subject.settings = own::test::settings();
    subject.world = [] { return std::make_unique<ErpWorld>(); };
    return subject;
}

}  // namespace tieline::contract
