// The main line without configuration and web page: engine, store, cost posting flow, ERP connector and HTTP, with or
// without read models. Shows what each part of the hub adds.
//
//   bare_hub DATA_FOLDER PORT ERP_PORT [views]

#include "base/log.h"
#include "connectors/sandbox_erp/spec.h"
#include "engine/projections/projections.h"
#include "engine/runtime.h"
#include "flows/cost_posting.h"
#include "model/work_order.h"
#include "net/http_server.h"
#include "store/sqlite/sqlite_store.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace tieline;

constexpr const char* flows_text = R"({"companies":{"1000":{"zone":"Europe/Berlin"}},"accounts":{
"labor":{"cost":"610000","clearing":"910000"},"part":{"cost":"620000","clearing":"920000"},
"contractor":{"cost":"630000","clearing":"930000"},"other":{"cost":"640000","clearing":"940000"}},
"receivers":{"default":{"kind":"cost_center","code":"CC-100"}},
"cost_posting":{"labor":"journal","part":"journal","contractor":"journal"}})";

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "bare_hub: %s\n", result.error().message.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

net::HttpResponse reply(int status, std::string body) {
    net::HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}};
    if (status == 503) response.headers.push_back({"Retry-After", "1"});
    response.body = std::move(body);
    return response;
}

Result<engine::Ingest> read_event(const std::string& body) {
    TIELINE_TRY(const Json event, Json::parse(body));
    const Json* data = event.find("data");
    if (data == nullptr) return make_error(ErrorKind::invalid, "the event has no data", "missing_field", "data");
    TIELINE_TRY(const model::WorkOrder order, model::work_order_from_json(*data));
    TIELINE_TRY(const std::string time, event.text("time"));
    engine::Ingest item;
    item.site = "north";
    item.source = event.text_or("source", "api");
    item.object = order.number;
    item.type = event.text_or("type");
    item.correlation = order.number;
    TIELINE_TRY(item.occurred, parse_time(time));
    item.data = model::to_json(order).dump();
    return item;
}

void take_event(engine::Runtime& runtime, const std::string& body, std::shared_ptr<net::Responder> responder) {
    Result<engine::Ingest> item = read_event(body);
    if (!item) return responder->respond(reply(422, "{\"detail\":" + Json(item.error().message).dump() + "}"));
    runtime.ingest(std::move(*item), [responder](Result<engine::Ingested> done) {
        if (!done) {
            const int status = done.error().kind == ErrorKind::rate_limited ? 503 : 500;
            return responder->respond(reply(status, "{\"detail\":" + Json(done.error().message).dump() + "}"));
        }
        responder->respond(
            reply(202, "{\"id\":" + Json(done->event_id).dump() + ",\"seq\":" + std::to_string(done->seq) + "}"));
    });
}

void serve(std::unique_ptr<store::Store> store, std::uint16_t port, const std::string& erp_url, bool with_views) {
    const Json json = must(Json::parse(flows_text));
    flows::FlowsConfig config = must(flows::flows_config_from_json(json));
    flows::FlowSet flow_set;
    flow_set.push_back(flows::make_cost_posting(*config.cost_posting));
    connectors::Settings settings{"erp", {{"url", erp_url}, {"token", "bench"}}};
    auto erp = must(connectors::sandbox_erp::spec().make(settings, ""));
    engine::SiteSetup site;
    site.site = "north";
    site.flows = &flow_set;
    engine::ConnectorSetup connector;
    connector.name = "erp";
    connector.pace.in_flight_max = 64;
    connector.pace.breaker_pause = Millis(1000);
    connector.pace.backoff_max = Millis(5000);
    site.connectors.push_back(connector);
    const auto projections = engine::projections::make_all();
    if (with_views) {
        for (const auto& projection : projections) site.projections.push_back(projection.get());
    }

    auto core = must(engine::open_core(*store, system_clock(), system_random(), {site}, {}));
    net::HttpClientOptions client_options;
    client_options.connections_per_host_max = 64;
    auto client = net::make_http_client(client_options);
    engine::Runtime runtime(*core, system_clock(), *client, {{{"north", "erp"}, erp.get()}});
    runtime.start();
    net::HttpServerOptions options;
    options.port = port;
    auto server = must(make_http_server(options, [&](net::HttpRequest request, std::shared_ptr<net::Responder> who) {
        if (request.method == "POST" && request.url == "/api/v1/events")
            return take_event(runtime, request.body, std::move(who));
        if (request.url == "/metrics") {
            const auto stats = runtime.ask<store::StoreStats>([](store::Store& opened) { return opened.stats(); });
            return who->respond(reply(200, "store_syncs " + std::to_string(stats ? stats->syncs : 0) + "\n"));
        }
        who->respond(reply(request.url == "/readyz" ? 200 : 404, "{\"ready\":true}"));
    }));
    int signal = 0;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigwait(&signals, &signal);
    server.reset();
    client.reset();
    runtime.stop();
}

}  // namespace

int main(int count, char** words) {
    const bool with_views = count == 5 && std::string_view(words[4]) == "views";
    if (count != 4 && !with_views) {
        std::fputs("usage: bare_hub DATA_FOLDER PORT ERP_PORT [views]\n", stderr);
        return 2;
    }
    // Before any thread starts, so that only sigwait() hears them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    store::SqliteOptions options;
    options.path = words[1];
    serve(must(store::open_sqlite_store(options)), static_cast<std::uint16_t>(std::atoi(words[2])),
          std::string("http://127.0.0.1:") + words[3], with_views);
    return 0;
}
