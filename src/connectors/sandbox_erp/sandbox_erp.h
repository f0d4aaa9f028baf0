#pragma once
// Connector to the sandbox ERP. Private to this room but for its test; others make it by spec().

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"
#include "connectors/sandbox_erp/wire.h"

#include <string>
#include <vector>

namespace tieline::connectors::sandbox_erp {

/// Immutable after construction; exchanges must not outlive it.
class SandboxErp final : public Connector {
public:
    SandboxErp(const Settings& settings, FieldMap map);

    Exchange<Probe> probe() override;
    Exchange<Page> pull(std::string cursor, std::size_t count_max) override;
    Exchange<SourceObject> fetch(std::string object) override;
    Exchange<Receipt> push(model::Command command) override;
    Exchange<Found> find(model::Command command) override;
    Exchange<Found> follow(model::Command command, std::string document) override;
    Result<net::HttpRequest> preview(const model::Command& command) const override;
    Exchange<Page> list(std::string what, std::string from, std::string to, std::string cursor) override;
    Result<std::vector<Hint>> webhook(const net::HttpRequest& request, WallTime now) const override;

private:
    Result<Receipt> receipt_of(const Route& route, const Json& document, rest::Effect effect) const;
    Result<Found> found_of(const model::Command& command, const Json& body) const;
    Result<Page> page_of(const Json& body, const std::string& cursor) const;

    rest::Access access_;
    FieldMap map_;
    std::string kinds_;                                  ///< of objects that pull() asks for
    std::vector<std::string> company_codes_, accounts_;  ///< that probe() looks for
};

}  // namespace tieline::connectors::sandbox_erp
