#include "api/api.h"

#include "api/board.h"
#include "api/context.h"
#include "api/photos.h"
#include "api/presence.h"
#include "api/routes.h"
#include "api/streams.h"
#include "api/web_files.h"
#include "base/hash.h"

#include <algorithm>
#include <charconv>

namespace tieline::api {
namespace {

constexpr std::string_view prefix = "/api/v1/";
constexpr identity::Roles anybody{};
constexpr identity::Scope anything = identity::Scope::read;

Result<std::vector<std::string>> split(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        TIELINE_TRY(std::string part, net::url_decode(path.substr(0, slash)));
        parts.push_back(std::move(part));
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return parts;
}

bool is_json(std::string_view type) {
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    return type == "application/json" || type == "application/cloudevents+json";
}

/// The name in a Host header, without the port.
std::string_view host_name(std::string_view host) {
    if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
    return host.substr(0, host.find(':'));
}

}  // namespace

const SiteInfo* Context::site(std::string_view id) const {
    for (const SiteInfo& site : options.sites) {
        if (site.id == id) return &site;
    }
    return nullptr;
}

std::string Context::view(std::string_view projection) const {
    const auto found = options.views.find(projection);
    return found == options.views.end() ? std::string() : found->second;
}

connectors::Connector* Context::connector(const model::SiteId& site, const std::string& name) const {
    const auto found = connectors.find({site, name});
    return found == connectors.end() ? nullptr : found->second;
}

void get_stream(Context& context, const CallPtr& call) { context.streams->add(call); }

void answer_from_store(Context& context, CallPtr call, std::function<Result<Json>(store::Store&, const Call&)> read) {
    context.runtime.query([call = std::move(call), read = std::move(read)](store::Store& store) {
        const Result<Json> json = read(store, *call);
        if (!json) return call->fail(json.error());
        call->answer(json_reply(200, *json));
    });
}

Result<std::uint64_t> query_number(const Call& call, std::string_view name, std::uint64_t fallback, std::uint64_t max) {
    const std::string_view text = call.target.query_value(name);
    if (text.empty()) return fallback;
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed == std::errc() && end == text.data() + text.size() && value <= max) return value;
    return make_error(ErrorKind::invalid,
                      "'" + std::string(name) + "' must be a whole number from 0 to " + std::to_string(max) + ".",
                      "bad_number", std::string(name));
}

Json json_or_text(const std::string& text) {
    if (text.empty()) return Json();
    Result<Json> parsed = Json::parse(text);
    return parsed ? std::move(*parsed) : Json(text);
}

struct Api::Impl {
    Impl(engine::Runtime& runtime, const Clock& clock, ApiOptions options, Connectors connectors)
        : context{runtime, clock, std::move(options), std::move(connectors), clock.now()},
          streams(context),
          photos(context.options.photos_folder) {
        context.streams = &streams;
        context.photos = &photos;
        context.presence = &presence;
        context.boards = &boards;
        context.desk_thread = &desk_thread;
    }

    std::optional<Error> refuse_host(const net::HttpRequest& request) const;
    Result<model::SiteId> site_of(const Call& call) const;
    void api_call(const std::shared_ptr<Call>& call);
    void take(const std::shared_ptr<Call>& call, const Route& route);
    void other_call(const std::shared_ptr<Call>& call);

    Context context;
    Streams streams;
    Photos photos;
    Presence presence;
    Boards boards;
    base::Worker desk_thread{8};
};

std::optional<Error> Api::Impl::refuse_host(const net::HttpRequest& request) const {
    const std::string_view name = host_name(net::header(request.headers, "Host"));
    if (name == "127.0.0.1" || name == "localhost" || name == "[::1]") return std::nullopt;
    const std::vector<std::string>& hosts = context.options.hosts;
    if (std::find(hosts.begin(), hosts.end(), name) != hosts.end()) return std::nullopt;
    return make_error(ErrorKind::invalid,
                      "This hub does not answer to the name '" + std::string(name.substr(0, 100)) +
                          "'. Use 127.0.0.1 or localhost, or add the name under api.hosts in tieline.yaml.",
                      "wrong_host", "Host");
}

/// Named in the query, or the only one. "" where there are several and none is named.
Result<model::SiteId> Api::Impl::site_of(const Call& call) const {
    const std::string_view named = call.target.query_value("site");
    if (named.empty()) return context.options.sites.size() == 1 ? context.options.sites.front().id : model::SiteId();
    if (context.site(named) != nullptr) return model::SiteId(named);
    return make_error(ErrorKind::not_found, "There is no site '" + std::string(named.substr(0, 64)) + "' here.",
                      "unknown_site", "site");
}

/// The route of the call. 404 and 405 are answered only to who may know: not before sign-in.
void Api::Impl::api_call(const std::shared_ptr<Call>& call) {
    // A board that hangs on a wall asks every second: that is nobody at work, and keeps no session alive.
    Result<Who> who = who_asks(context.options, call->request, call->parts[0] != "board");
    if (!who) return call->fail(who.error());
    call->who = std::move(*who);
    const bool reads = call->request.method == "GET" || call->request.method == "HEAD";
    const std::string_view method = reads ? std::string_view("GET") : std::string_view(call->request.method);
    std::string allowed;
    for (const Route& route : routes()) {
        if (!matches(route.path, call->parts)) continue;
        if (method == route.method) return take(call, route);
        allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
    }
    if (const std::optional<Refusal> refused = refuse(context.options, *call, Rule{false, anybody, anything})) {
        if (refused->status == 401) return call->fail(refused->error);
    }
    if (allowed.empty()) {
        return call->fail(make_error(ErrorKind::not_found,
                                     "There is nothing at this address. See schemas/openapi.yaml.", "no_such_route"));
    }
    net::HttpResponse response =
        problem(make_error(ErrorKind::invalid, "This address takes " + allowed + ".", "method_not_allowed"), 405);
    response.headers.emplace_back("Allow", allowed);
    call->answer(std::move(response));
}

void Api::Impl::take(const std::shared_ptr<Call>& call, const Route& route) {
    if (const std::optional<Refusal> refused = refuse(context.options, *call, route.rule)) {
        return call->fail(refused->error, refused->status);
    }
    Result<model::SiteId> site = site_of(*call);
    if (!site) return call->fail(site.error());
    call->site = std::move(*site);
    const bool is_webhook = call->parts[0] == "webhooks";
    if (call->request.method == "POST" && !is_webhook && !is_json(net::header(call->request.headers, "Content-Type"))) {
        return call->fail(make_error(ErrorKind::invalid, "Send the header 'Content-Type: application/json'.",
                                     "content_type", "Content-Type"),
                          415);
    }
    if (call->site.empty() && !route.any_site) {
        return call->fail(
            make_error(ErrorKind::invalid, "This hub has several sites: add ?site=<id>.", "missing_field", "site"));
    }
    route.handle(context, call);
}

void Api::Impl::other_call(const std::shared_ptr<Call>& call) {
    const std::string& path = call->target.path;
    if (call->request.method != "GET" && call->request.method != "HEAD") {
        return call->fail(make_error(ErrorKind::invalid, "This address takes GET only.", "method_not_allowed"), 405);
    }
    if (path == "/healthz") {
        if (const std::optional<Error> failure = context.runtime.failure()) return call->fail(*failure, 503);
        return call->answer(json_reply(200, R"({"status":"alive"})"));
    }
    if (path == "/readyz") return get_ready(context, call);
    if (path == "/metrics") return get_metrics(context, call);
    if (net::HttpResponse file = web_reply(call->request, path, context.options.web_dir); file.status != 404) {
        return call->answer(std::move(file));
    }
    call->fail(make_error(ErrorKind::not_found, "There is nothing at this address; the API is under /api/v1/.",
                          "no_such_route"));
}

Api::Api(engine::Runtime& runtime, const Clock& clock, ApiOptions options, Connectors connectors)
    : impl_(std::make_unique<Impl>(runtime, clock, std::move(options), std::move(connectors))) {}

Api::~Api() = default;

void Api::handle(net::HttpRequest request, std::shared_ptr<net::Responder> responder) {
    auto call = std::make_shared<Call>();
    call->request = std::move(request);
    call->responder = std::move(responder);
    if (const std::optional<Error> refused = impl_->refuse_host(call->request)) return call->fail(*refused, 421);
    Result<net::Target> target = net::parse_target(call->request.url);
    if (!target) return call->fail(target.error());
    call->target = std::move(*target);
    if (!call->target.path.starts_with(prefix)) return impl_->other_call(call);
    Result<std::vector<std::string>> parts = split(std::string_view(call->target.path).substr(prefix.size()));
    if (!parts) return call->fail(parts.error());
    call->parts = std::move(*parts);
    if (call->parts.empty()) call->parts.emplace_back();
    impl_->api_call(call);
}

}  // namespace tieline::api
