#pragma once
// The settings desk of a running hub: shows and changes what stands in tieline.yaml, by way of settings.json.

#include "api/settings_desk.h"
#include "app/config.h"
#include "net/http_client.h"

#include <functional>

namespace tieline::app {

/// `config`: the one the hub runs with. Both references must outlive it. `reload` is called when a person asks for it.
class Desk final : public api::SettingsDesk {
public:
    Desk(const Config& config, net::HttpClient& client, std::function<void()> reload)
        : config_(config), client_(client), reload_(std::move(reload)) {}

    Json all() override;
    Result<Json> probe(const std::string& connector, const Json& values) override;
    Result<Json> change_connector(const std::string& connector, const Json& values) override;
    Result<Json> change_thresholds(const std::string& site, const Json& thresholds) override;
    void reload() override { reload_(); }

private:
    Result<const ConnectorConfig*> find(const std::string& connector) const;
    /// Keeps the changes where the configuration is right with them.
    Result<void> keep(const Json& changes) const;

    const Config& config_;
    net::HttpClient& client_;
    std::function<void()> reload_;
};

}  // namespace tieline::app
