// The connector of SAP S/4HANA and the strict fake of its services.

#include "connectors/odata/test_batch.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"
#include "contract/connector_catalog.h"

namespace tieline::contract {
namespace {

namespace own = connectors::sap_s4;

enum class Makes { parts, masters };

class SapWorld final : public World {
public:
    explicit SapWorld(Makes makes) : makes_(makes) {}
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override { return batches_.answer(request); }
    bool writes(const net::HttpRequest& request) const override {
        return request.method != "GET" && !request.url.ends_with("/$batch");  // in which this connector only reads
    }
    model::Command sample(const std::string& kind) override { return peer_.sample(kind); }
    std::size_t effects(const model::Command& command) override { return peer_.effects(command); }
    std::string state() override { return peer_.state(); }
    std::vector<std::string> make_objects(std::size_t count) override {
        std::vector<std::string> names;
        // The materials of the samples are there from the beginning.
        if (makes_ == Makes::masters && made_ == 0)
            for (const auto& [material, quantity] : peer_.stock) names.push_back("part:" + material);
        for (std::size_t made = 0; made < count; ++made)
            makes_ == Makes::parts ? make_part(made, names) : make_master(names);
        return names;
    }
    WallTime now() const override { return WallTime(Millis(1795500000000)); }

private:
    /// Goods received, requisitions, reservations and orders by turns.
    void make_part(std::size_t turn, std::vector<std::string>& names) {
        if (turn % 4 == 1) names.push_back("requisition:" + peer_.make_requisition("SEAL-9"));
        if (turn % 4 == 2) names.push_back("reservation:" + peer_.make_reservation("SEAL-9", "2.000"));
        if (turn % 4 == 1 || turn % 4 == 2) return;
        const std::string order = peer_.make_order("SEAL-9");
        names.push_back("purchase_order:" + order);
        if (turn % 4 != 0) return;
        names.push_back("delivery:" + peer_.receive(order, "4") + "/1");
        names.push_back("purchase_order:" + order);  // once more: what is open of it has changed
    }
    void make_master(std::vector<std::string>& names) {
        const std::string number = std::to_string(++made_);
        if (made_ % 7 == 5) {
            peer_.add_internal_order("7000" + number, "Order " + number);
            names.push_back("internal_order:7000" + number);
        } else if (made_ % 7 == 6) {
            names.push_back("inspection_lot:" + peer_.make_lot("SEAL-9"));
        } else if (made_ % 3 == 0) {
            peer_.add_cost_center("CC-" + number, "2026-01-01", "9999-12-31");
            names.push_back("cost_center:CC-" + number);
        } else if (made_ % 3 == 1) {
            peer_.add_product("PART-" + number);
            names.push_back("part:PART-" + number);
        } else {
            peer_.add_equipment("1000" + number, "Pump " + number);
            names.push_back("equipment:1000" + number);
        }
    }

    own::test::SapPeer peer_;
    connectors::odata::test::Batches batches_{
        std::string(own::test::base_url), [this](const net::HttpRequest& request) { return peer_.answer(request); }};
    Makes makes_;
    int made_ = 0;
};

}  // namespace

ConnectorUnderTest sap_s4_under_test() {
    ConnectorUnderTest subject;
    subject.name = "sap_s4";
    subject.spec = own::spec();
    subject.settings = own::test::settings();
    subject.secret_setting = "password";
    subject.settings.values.emplace_back("kinds", "requisition,purchase_order,delivery,reservation");
    subject.settings.values.emplace_back("lists_every", "0s");
    subject.world = [] { return std::make_unique<SapWorld>(Makes::parts); };
    // A token and its cookies come with the first request to a service; the journal's SOAP service has none.
    subject.session_headers = {"X-CSRF-Token", "Cookie"};
    // Cancel(MaterialDocumentYear, MaterialDocument, PostingDate) takes nothing else, and refuses a cancelled document.
    // CancelMaintOrderConfirmation(MaintOrderConf, MaintOrderConfCntrValue) likewise.
    subject.once_by_nature = {"goods_issue.reverse", "scrap.reverse", "confirmation.reverse"};
    // A lot has one usage decision, which has no field for a key; an order is deleted once, by DELETE.
    subject.once_by_nature.push_back("purchase_order.cancel");
    subject.once_by_nature.push_back("usage_decision.make");
    return subject;
}

ConnectorUnderTest sap_s4_batches_under_test() {
    ConnectorUnderTest subject = sap_s4_under_test();
    subject.name = "sap_s4_batches";
    subject.settings.values.emplace_back("batches", "yes");
    return subject;
}

ConnectorUnderTest sap_s4_masters_under_test() {
    ConnectorUnderTest subject = sap_s4_under_test();
    subject.name = "sap_s4_masters";
    for (auto& [name, value] : subject.settings.values)
        if (name == "kinds") value = "cost_center,internal_order,part,equipment,inspection_lot";
    subject.world = [] { return std::make_unique<SapWorld>(Makes::masters); };
    return subject;
}

}  // namespace tieline::contract
