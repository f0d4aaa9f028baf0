#include "app/hub.h"

#include "api/api.h"
#include "app/catalog.h"
#include "app/clients.h"
#include "app/desk.h"
#include "app/nightly.h"
#include "base/json.h"
#include "base/log.h"
#include "engine/projections/projections.h"
#include "flows/reconcile.h"
#include "flows/technician.h"
#include "net/http_server.h"
#include "store/sqlite/sqlite_store.h"

#include <algorithm>

namespace tieline::app {

/// In the order of making; destroyed in reverse, after shut_down().
struct Hub::Parts {
    Config config;
    std::unique_ptr<store::Store> store;
    std::vector<flows::FlowSet> flows;  ///< per site
    std::vector<std::unique_ptr<engine::Projection>> projections = engine::projections::make_all();
    std::vector<std::unique_ptr<connectors::Connector>> connectors;
    engine::Runtime::Connectors connector_table;
    std::unique_ptr<engine::Core> core;
    std::unique_ptr<net::HttpClient> client;
    std::unique_ptr<engine::Runtime> runtime;
    std::unique_ptr<identity::Identity> identity;
    std::string first_link;
    std::function<void()> reload;
    std::unique_ptr<Desk> desk;
    std::unique_ptr<api::Api> api;
    std::unique_ptr<net::HttpServer> server;
    std::unique_ptr<Nightly> nightly;

    Result<void> make_connectors();
    std::vector<engine::SiteSetup> site_setups();
    Result<void> open(std::function<void(const Error&)> failed);
    void apply_configuration();
    Result<void> open_identity();
    std::string photos_folder() const { return config.data_dir + "/photos"; }
    Result<void> listen();
    void shut_down();
};

Result<void> Hub::Parts::make_connectors() {
    for (const ConnectorConfig& configured : config.connectors) {
        for (const model::SiteId& site : configured.sites) {
            connectors::Settings settings = configured.settings_for(site);
            // A connector that sends technicians' pictures finds them where the API keeps them.
            const auto& fields = configured.spec->fields;
            const bool sends_photos =
                std::any_of(fields.begin(), fields.end(), [](const auto& one) { return one.name == "photos_folder"; });
            if (sends_photos && settings.value("photos_folder").empty()) {
                settings.values.emplace_back("photos_folder", photos_folder());
            }
            TIELINE_TRY(std::unique_ptr<connectors::Connector> made,
                        configured.spec->make(settings, configured.map_text));
            connector_table[{site, configured.name}] = made.get();
            connectors.push_back(std::move(made));
        }
    }
    return {};
}

std::vector<engine::SiteSetup> Hub::Parts::site_setups() {
    std::vector<engine::SiteSetup> setups;
    flows.reserve(config.sites.size());  // pointers to its elements are handed out
    for (const SiteConfig& site : config.sites) {
        flows.push_back(make_flows(site.flows));
        if (!site.technician.empty()) flows.back().push_back(flows::make_technician({site.technician}));
        if (!site.reconcile.at.empty()) flows.back().push_back(flows::make_reconcile_flow());
        engine::SiteSetup setup;
        setup.site = site.id;
        setup.flows = &flows.back();
        for (const ConnectorConfig& connector : config.connectors) {
            if (std::find(connector.sites.begin(), connector.sites.end(), site.id) == connector.sites.end()) continue;
            setup.connectors.push_back({connector.name, connector.pace, connector.pulls});
        }
        for (const auto& projection : projections) setup.projections.push_back(projection.get());
        setups.push_back(std::move(setup));
    }
    return setups;
}

/// The file is a proposal; what is in the log is the truth from its place on. Equal content is a repeat.
void Hub::Parts::apply_configuration() {
    Json secrets = Json::array();
    for (const std::string& name : config.secret_names) secrets.push_back(name);
    const Result<Json> content = Json::parse(config.content);
    const std::string data =
        Json::object({{"hash", config.hash}, {"content", content ? *content : Json()}, {"secrets", std::move(secrets)}})
            .dump();
    for (const SiteConfig& site : config.sites) {
        engine::Ingest item;
        item.site = site.id;
        item.source = "configuration";
        item.object = config.node;
        item.type = "configuration.applied";
        item.occurred = system_clock().now();
        item.data = data;
        runtime->ingest(std::move(item), [site = site.id](const Result<engine::Ingested>& taken) {
            if (!taken) log(LogLevel::warn, "configuration not recorded: " + taken.error().message, {{"site", site}});
        });
    }
}

/// What people and tokens did goes into the log of the first site.
Result<void> Hub::Parts::open_identity() {
    if (!config.identity.on) return {};
    identity::IdentityOptions options;
    options.file = config.data_dir + "/identity.db";
    options.idle = config.identity.session_idle;
    options.longest = config.identity.session_longest;
    TIELINE_TRY(identity, identity::Identity::open(options, system_clock()));
    identity->tell_deeds([this](const identity::Deed& deed, std::function<void()> confirm) {
        engine::Ingest item;
        item.site = config.sites.front().id;
        item.source = "identity";
        item.object = deed.id;
        item.type = deed.type;
        item.subject = deed.subject;
        item.correlation = deed.subject;
        item.occurred = deed.at;
        item.data = deed.data;
        runtime->ingest(std::move(item), [confirm = std::move(confirm)](const Result<engine::Ingested>& taken) {
            if (taken) confirm();  // else it is told again at the next start
        });
    });
    TIELINE_TRY(const std::optional<std::string> code, identity->first_link());
    if (code) first_link = "/sign-in#" + *code;
    return {};
}

Result<void> Hub::Parts::listen() {
    api::ApiOptions options;
    options.node = config.node;
    options.token = config.api.token;
    options.reads_open = config.api.is_loopback();
    options.hosts = config.api.hosts;
    options.web_dir = config.api.web_dir;
    if (!config.api.is_loopback()) options.hosts.push_back(config.api.address);
    for (std::size_t index = 0; index < config.sites.size(); ++index) {
        api::SiteInfo site{config.sites[index].id, config.sites[index].name, {}};
        for (const auto& flow : flows[index]) site.flows.emplace_back(flow->name());
        site.floor_plan = config.sites[index].floor_plan;
        options.sites.push_back(std::move(site));
    }
    options.views = engine::view_names(projections);
    options.identity = identity.get();
    desk = std::make_unique<Desk>(config, *client, reload);
    options.settings = desk.get();
    options.photos_folder = photos_folder();
    options.secure_cookies = config.identity.secure_cookies;
    options.trusted_proxies = config.identity.trusted_proxies;
    api = std::make_unique<api::Api>(*runtime, system_clock(), std::move(options), connector_table);
    net::HttpServerOptions server_options;
    server_options.address = config.api.address;
    server_options.port = config.api.port;
    server_options.threads = config.api.threads;
    TIELINE_TRY(server, net::make_http_server(server_options, [this](net::HttpRequest request, auto responder) {
                    api->handle(std::move(request), std::move(responder));
                }));
    return {};
}

Result<void> Hub::Parts::open(std::function<void(const Error&)> failed) {
    set_log_level(config.log_level);
    store::SqliteOptions options;
    options.path = config.data_dir;
    TIELINE_TRY(store, store::open_sqlite_store(options));
    TIELINE_TRY_VOID(make_connectors());
    engine::CoreOptions core_options;
    core_options.holder = config.node;
    TIELINE_TRY(core, engine::open_core(*store, system_clock(), system_random(), site_setups(), core_options));
    client = std::make_unique<PeerClients>(config.connectors);
    runtime = std::make_unique<engine::Runtime>(*core, system_clock(), *client, connector_table);
    runtime->on_failure(std::move(failed));
    runtime->start();
    apply_configuration();
    TIELINE_TRY_VOID(open_identity());
    TIELINE_TRY_VOID(listen());
    nightly = std::make_unique<Nightly>(config, *api, *runtime, connector_table);
    return {};
}

void Hub::Parts::shut_down() {
    nightly.reset();
    if (desk) desk->stop();
    server.reset();
    if (runtime) runtime->stop();
    if (identity) identity->stop();  // a sign-in under way answers by way of the api
    api.reset();
    identity.reset();
    client.reset();  // requests under way end as unknown; the next start looks them up
}

Hub::Hub(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Hub::~Hub() { parts_->shut_down(); }

Result<std::unique_ptr<Hub>> Hub::open(Config config, std::function<void(const Error&)> failed,
                                       std::function<void()> reload) {
    auto parts = std::make_unique<Parts>();
    parts->config = std::move(config);
    parts->reload = std::move(reload);
    if (const Result<void> opened = parts->open(std::move(failed)); !opened) {
        parts->shut_down();
        return opened.error();
    }
    return std::make_unique<Hub>(std::move(parts));
}

bool Hub::rest(Millis most) { return parts_->runtime->rest(most); }

std::uint16_t Hub::port() const { return parts_->server->port(); }

const std::string& Hub::first_link() const { return parts_->first_link; }

std::string Hub::url() const { return parts_->config.api.url_at(port()); }

}  // namespace tieline::app
