#pragma once
// The settings desk of a running hub: shows and changes what stands in tieline.yaml, by way of settings.json.

#include "api/settings_desk.h"
#include "app/config.h"
#include "net/http_client.h"

#include <atomic>
#include <functional>

namespace tieline::app {

/// `config`: the one the hub runs with. Both references must outlive it. `reload` is called when a person asks for it.
class Desk final : public api::SettingsDesk {
public:
    Desk(const Config& config, net::HttpClient& client, std::function<void()> reload)
        : config_(config), client_(client), reload_(std::move(reload)) {}

    Json all() override;
    Result<Json> probe(const std::string& connector, const Json& values) override;
    Result<api::SettingsChange> try_connector(const std::string& connector, const Json& values) override;
    Result<api::SettingsChange> try_thresholds(const std::string& site, const Json& thresholds) override;
    Result<void> keep(const api::SettingsChange& change) override;
    void reload() override { reload_(); }
    void stop() override { stopping_ = true; }

private:
    /// Whether the address is one that tieline.yaml names for this connection.
    Result<void> check_address(const std::string& connector, const std::string& field, const std::string& url) const;
    /// Values over those of the connection; null is what the file says.
    Result<void> is_right(const Json& changes) const;
    Result<ConnectorConfig> with_values(const std::string& connector, const Json& values) const;

    const Config& config_;
    net::HttpClient& client_;
    std::function<void()> reload_;
    std::atomic<bool> stopping_{false};
};

}  // namespace tieline::app
