#include "connectors/sap_maintenance/spec.h"

#include "connectors/sap_maintenance/sap_maintenance.h"
#include "connectors/sap_maintenance/wire.h"

#include <utility>

namespace tieline::connectors::sap_maintenance {
namespace {

Result<std::unique_ptr<Connector>> make(const Settings& given, const std::string& map_text) {
    return make_by(given, map_text, system_clock());
}

ConnectorSpec build() {
    ConnectorSpec entry;
    entry.system = "sap_maintenance";
    entry.title = "SAP maintenance (S/4HANA)";
    entry.tested_with =
        "a strict fake of its services and SAP's own mock server of OData (fe-mockserver-core 1.7.16); "
        "never with a real system";
    for (const std::string_view kind : kinds()) entry.kinds.emplace_back(kind);
    entry.fields = fields();
    entry.make = make;
    entry.own_map = own_map();
    entry.own_metadata = own_metadata();
    return entry;
}

}  // namespace

Result<std::unique_ptr<Connector>> make_by(const Settings& given, const std::string& map_text, const Clock& clock) {
    TIELINE_TRY(const Settings settings, check_settings(fields(), given));
    const bool is_own = map_text.empty();
    TIELINE_TRY(FieldMap map, FieldMap::compile(is_own ? own_map() : std::string_view(map_text),
                                                is_own ? "sap_maintenance/map.yaml" : "field map of " + given.name));
    TIELINE_TRY(Setup setup, setup_of(settings, std::move(map)));
    return std::unique_ptr<Connector>(std::make_unique<SapMaintenance>(std::move(setup), clock));
}

const ConnectorSpec& spec() {
    static const ConnectorSpec entry = build();
    return entry;
}

}  // namespace tieline::connectors::sap_maintenance
