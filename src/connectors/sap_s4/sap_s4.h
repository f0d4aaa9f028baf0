#pragma once
// Connector to SAP S/4HANA. Private to this room but for its test; others make it by spec().

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/odata/sessions.h"
#include "connectors/sap_s4/looking.h"
#include "connectors/sap_s4/wire.h"

#include <string>
#include <vector>

namespace tieline::connectors::sap_s4 {

/// Thread-safe; exchanges must not outlive it.
class SapS4 final : public Connector {
public:
    SapS4(const Settings& settings, FieldMap map);

    Exchange<Probe> probe() override;
    Exchange<Page> pull(std::string cursor, std::size_t count_max) override;
    Exchange<SourceObject> fetch(std::string object) override;
    Exchange<Receipt> push(model::Command command) override;
    Exchange<Found> find(model::Command command) override;
    Exchange<Found> follow(model::Command command, std::string document) override;
    Result<net::HttpRequest> preview(const model::Command& command) const override;
    Result<std::vector<Hint>> webhook(const net::HttpRequest& request, WallTime now) const override;

private:
    Exchange<Receipt> push_journal(model::Command command, net::HttpRequest request);
    Sight sight() const { return {access_, places_, map_, settings_, ledger_set_}; }

    rest::Access access_;
    Places places_;
    FieldMap map_;
    Json settings_;  ///< what the map reads as $settings
    std::string ledger_set_;
    odata::Sessions sessions_;
};

}  // namespace tieline::connectors::sap_s4
