#pragma once
// Connector to the sandbox CMMS. Private to this room but for its test; others make it by spec().

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"

#include <string>
#include <vector>

namespace tieline::connectors::sandbox_cmms {

/// Immutable after construction; exchanges must not outlive it.
class SandboxCmms final : public Connector {
public:
    SandboxCmms(const Settings& settings, FieldMap map);

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
    Result<Page> page_of(const Json& body, const std::string& cursor) const;
    SourceObject object_of(const Json& work_order) const;
    Result<Json> canonical(const Json& work_order) const;

    rest::Access access_;
    FieldMap map_;
    Json settings_;  ///< what the map reaches as $settings
    std::string webhook_secret_;
};

}  // namespace tieline::connectors::sandbox_cmms
