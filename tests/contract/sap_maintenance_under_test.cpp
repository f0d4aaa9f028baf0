// The connector of SAP's plant maintenance and the strict fake of its services.

#include "connectors/sap_maintenance/spec.h"
#include "connectors/sap_maintenance/test_plant.h"
#include "contract/connector_catalog.h"

namespace tieline::contract {
namespace {

namespace own = connectors::sap_maintenance;

class SapMaintenanceWorld final : public World {
public:
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override { return plant_.answer(request); }
    model::Command sample(const std::string& kind) override { return plant_.sample(kind); }
    std::size_t effects(const model::Command& command) override { return plant_.effects(command); }
    std::string state() override { return plant_.state(); }
    /// Several orders share a moment of change; one in three has no time of change but that of its making.
    std::vector<std::string> make_objects(std::size_t count) override {
        std::vector<std::string> names, unchanged;
        for (std::size_t made = 0; made < count; ++made) {
            plant_.step = Millis(made % 4 == 3 ? 1'000 : 0);
            plant_.is_without_changes = made % 3 == 1;
            (plant_.is_without_changes ? unchanged : names).push_back(plant_.make_order());
        }
        plant_.step = Millis(1'000);
        plant_.is_without_changes = false;
        // The ones that were never changed are found by the time of their making, behind the others.
        names.insert(names.end(), unchanged.begin(), unchanged.end());
        return names;
    }
    WallTime now() const override { return plant_.now; }

private:
    own::test::Plant plant_;
};

}  // namespace

ConnectorUnderTest sap_maintenance_under_test() {
    ConnectorUnderTest subject;
    subject.name = "sap_maintenance";
    subject.spec = own::spec();
    subject.settings = own::test::settings();
    subject.settings.values.emplace_back("reread_every", "0s");
    subject.secret_setting = "password";
    subject.world = [] { return std::make_unique<SapMaintenanceWorld>(); };
    // A token and its cookies come with the first request to a service.
    subject.session_headers = {"X-CSRF-Token", "Cookie"};
    // SetMaintOrdToTechCompleted(MaintenanceOrder, …) takes no key, and refuses an order that is completed.
    subject.once_by_state = {"workorder.status"};
    return subject;
}

ConnectorUnderTest sap_maintenance_orders_under_test() {
    ConnectorUnderTest subject = sap_maintenance_under_test();
    subject.name = "sap_maintenance_orders";
    for (auto& [name, value] : subject.settings.values)
        if (name == "cost_booked_by") value = "hub";
    subject.settings.values.emplace_back("creates", "order");
    subject.settings.values.emplace_back("work_center", "MECH");
    return subject;
}

}  // namespace tieline::contract
