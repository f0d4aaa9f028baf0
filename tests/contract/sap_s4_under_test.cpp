// The connector of SAP S/4HANA and the strict fake of its services.

#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"
#include "contract/connector_catalog.h"

namespace tieline::contract {
namespace {

namespace own = connectors::sap_s4;

class SapWorld final : public World {
public:
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override { return peer_.answer(request); }
    model::Command sample(const std::string& kind) override { return peer_.sample(kind); }
    std::size_t effects(const model::Command& command) override { return peer_.effects(command); }
    std::string state() override { return peer_.state(); }
    std::vector<std::string> make_objects(std::size_t /*count*/) override { return {}; }
    WallTime now() const override { return WallTime(Millis(1795500000000)); }

private:
    own::test::SapPeer peer_;
};

}  // namespace

ConnectorUnderTest sap_s4_under_test() {
    ConnectorUnderTest subject;
    subject.name = "sap_s4";
    subject.spec = own::spec();
    subject.settings = own::test::settings();
    subject.secret_setting = "password";
    subject.world = [] { return std::make_unique<SapWorld>(); };
    // A token and its cookies come with the first request to a service; the journal's SOAP service has none.
    subject.session_headers = {"X-CSRF-Token", "Cookie"};
    // Cancel(MaterialDocumentYear, MaterialDocument, PostingDate) takes nothing else, and refuses a cancelled document.
    subject.once_by_nature = {"goods_issue.reverse", "scrap.reverse"};
    return subject;
}

}  // namespace tieline::contract
