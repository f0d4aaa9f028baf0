#include "connectors/sap_maintenance/sap_maintenance.h"

#include "base/xml/xml.h"
#include "connectors/odata/odata.h"

#include <utility>

namespace tieline::connectors::sap_maintenance {
namespace {

/// A service, and what it is needed for.
struct Purpose {
    std::string_view service, what;
    bool is_for_cost;
};
constexpr Purpose purposes[] = {
    {"API_MAINTENANCEORDER", "read orders and their cost, change their status", false},
    {"API_MAINTNOTIFICATION", "create notifications and change their status", false},
    {"API_MAINTORDERCONFIRMATION", "read the labor of orders; needed where cost_booked_by is hub", true},
    {"API_MATERIAL_DOCUMENT_SRV", "read the material of orders; needed where cost_booked_by is hub", true},
};

/// Its root is a service document: JSON, or XML whatever was accepted. A sign-in page is neither.
Result<void> service_answers(const rest::Access& access, const Result<net::HttpResponse>& reply) {
    const Result<Json> root = rest::body_of(access, rest::Effect::read, reply);
    if (root) return {};
    const bool went_well = reply && reply->status >= 200 && reply->status < 300;
    const auto xml = went_well ? base::parse_xml(reply->body) : Result<base::XmlElement>(root.error());
    if (xml && xml->name == "service") return {};
    return root.error();
}

}  // namespace

SapMaintenance::SapMaintenance(Setup setup, const Clock& clock)
    : setup_(std::move(setup)), clock_(clock), sign_in_(setup_.sign_in, clock), sessions_(setup_.access, sign_in_) {}

Exchange<Probe> SapMaintenance::probe() {
    Probe probe;
    probe.system = "SAP maintenance";
    for (const Purpose& purpose : purposes) {
        if (purpose.is_for_cost && setup_.books != Books::hub) continue;
        net::HttpRequest request = rest::get(setup_.access, setup_.odata + "/" + std::string(purpose.service) + "/");
        Exchange<net::HttpResponse> sending = sign_in_.send(std::move(request));
        const Result<net::HttpResponse> reply = co_await std::move(sending);
        const Result<void> root = service_answers(setup_.access, reply);
        const bool is_denied = !root && reply && (reply->status == 403 || reply->status == 404);
        if (!root && !is_denied) co_return root.error();
        (root ? probe.rights : probe.missing)
            .push_back("service " + std::string(purpose.service) + " (" + std::string(purpose.what) + ")");
    }
    co_return probe;
}

Result<std::vector<Hint>> SapMaintenance::webhook(const net::HttpRequest& /*request*/, WallTime /*now*/) const {
    return make_error(
        ErrorKind::unsupported,
        "events of SAP come by Event Mesh, which this connector does not take; changes are found by asking",
        "webhooks_off");
}

}  // namespace tieline::connectors::sap_maintenance
