#pragma once
// The hub's face to the outside: HTTP under /api/v1, live status, metrics and the web pages. No business decisions:
// it checks, hands over to the engine's runtime and shows what the store says. schemas/openapi.yaml describes it.

#include "engine/runtime.h"
#include "identity/identity.h"
#include "net/http_server.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tieline::api {

/// Where zones lie on the plant's own plan. Plain values.
struct FloorPlan {
    struct Zone {
        std::string code, name;
        int x = 0, y = 0, width = 0, height = 0;  ///< percent of the picture, from its upper left corner
    };
    std::string picture;  ///< the file's bytes; "" where there is none
    std::string type;     ///< image/svg+xml, image/png, image/jpeg or image/webp
    std::vector<Zone> zones;
};

struct SiteInfo {
    model::SiteId id;
    std::string name;
    std::vector<std::string> flows;  ///< names, for the lag
    FloorPlan floor_plan{};
};

struct ApiOptions {
    std::string node = "hub";
    std::string token;       ///< bearer token; empty: none is asked for
    bool reads_open = true;  ///< GET needs no token (only where the address is loopback)
    /// Names in the Host header besides 127.0.0.1, localhost and [::1]: protects against DNS rebinding.
    std::vector<std::string> hosts;
    std::vector<SiteInfo> sites;  ///< the first one is the default where there is only one
    engine::ViewNames views;      ///< engine::view_names() of the projections
    std::size_t streams_max = 64;
    class SettingsDesk* settings = nullptr;    ///< null: settings are not shown here; outlives the Api
    identity::Identity* identity = nullptr;    ///< null: no sign-in; outlives the Api
    std::string photos_folder;                 ///< where technicians' pictures are kept; "" : they are not taken
    bool secure_cookies = false;               ///< people come by https, through a proxy
    std::vector<std::string> trusted_proxies;  ///< addresses whose X-Forwarded-For is believed
    std::string web_dir;                       ///< the pages' files are read from here; "": the program's own
};

/// Thread-safe. Runtime, clock and connectors must outlive it; stop the HTTP server before destroying it.
class Api {
public:
    using Connectors = std::map<std::pair<model::SiteId, std::string>, connectors::Connector*>;
    Api(engine::Runtime& runtime, const Clock& clock, ApiOptions options, Connectors connectors);
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    /// For net::HttpServer::Handler: answers now or later, never blocks.
    void handle(net::HttpRequest request, std::shared_ptr<net::Responder> responder);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tieline::api
