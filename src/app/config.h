#pragma once
// tieline.yaml: read, checked to the last key, with file, line and column in every error. Secrets come from the
// environment or from files, never from the configuration itself.

#include "api/api.h"
#include "base/log.h"
#include "connectors/connector.h"
#include "flows/config.h"
#include "model/event.h"
#include "net/http_client.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tieline::app {

struct ApiConfig {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8420;
    std::string token;
    std::vector<std::string> hosts;
    int threads = 1;
    std::string web_dir;  ///< from the command line: the pages' files, for development
    bool is_loopback() const { return address == "::1" || address.starts_with("127."); }
    /// "http://127.0.0.1:8420": where it listens; people may come by another name, through a proxy.
    std::string url_at(std::uint16_t actual_port) const;
};

/// Sign-in; off without `identity:`.
struct IdentityConfig {
    bool on = false;
    Millis session_idle{12 * 3'600'000};
    Millis session_longest{7 * 24 * 3'600'000};
    bool secure_cookies = false;               ///< people come by https, through a proxy
    bool plain_http = false;                   ///< passwords may cross the network in clear, somebody decided
    std::vector<std::string> trusted_proxies;  ///< addresses whose X-Forwarded-For is believed
};

/// The nightly comparison with the peers; off without `at`.
struct ReconcileConfig {
    std::string at;  ///< "02:30", in `zone`
    std::string zone = "UTC";
    int days = 7;  ///< that end with yesterday: late changes by hand are found for so long
};

struct SiteConfig {
    model::SiteId id;
    std::string name;
    flows::FlowsConfig flows;
    ReconcileConfig reconcile;
    /// Connector of the CMMS that gets what technicians do on their phones ("flows.technician"); "": they have none.
    std::string technician;
    api::FloorPlan floor_plan;
};

struct ConnectorConfig {
    std::string name;
    const connectors::ConnectorSpec* spec = nullptr;
    std::vector<model::SiteId> sites;
    connectors::Settings settings;  ///< secrets resolved
    std::string map_text;           ///< empty: the connector's own
    std::string map_file;
    connectors::Pace pace;
    bool pulls = false;
    std::vector<std::string> addresses;  ///< that people may choose in the console, besides the settings' own
    std::optional<net::HttpClientOptions> network;  ///< its own way out; none: the shared one
    /// The settings for one of its sites: a setting "site" that is not given becomes the site's id.
    connectors::Settings settings_for(const model::SiteId& site) const;
};

struct Config {
    std::string file;
    std::string node = "hub";
    std::string data_dir;
    LogLevel log_level = LogLevel::info;
    ApiConfig api;
    IdentityConfig identity;
    std::vector<SiteConfig> sites;
    std::vector<ConnectorConfig> connectors;
    std::string content;                    ///< the file as JSON; names of secrets, never their values
    std::string hash;                       ///< SHA-256 of content
    std::vector<std::string> secret_names;  ///< "erp.token"
};

/// Reads and checks the file; paths in it are relative to its folder. Kind invalid, message "file:line:column: …".
/// What people changed in the console (changes.h) counts over the file.
Result<Config> load_config(const std::string& path);
/// As load_config, with these changes instead of those that are kept.
Result<Config> load_config_with(const std::string& path, const Json& changes);
/// As load_config, of a text. `folder`: what paths are relative to.
/// `changes`: instead of those in the data folder, where it is given.
Result<Config> read_config(std::string_view text, const std::string& file_name, const std::string& folder,
                           const Json* changes = nullptr);

/// A file's bytes, at most `bytes_max`. Kind not_found or invalid.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

}  // namespace tieline::app
