#include "app/remote.h"

#include "app/config.h"
#include "app/reconcile.h"
#include "base/yaml/yaml.h"

#include <cstdlib>
#include <filesystem>

namespace tieline::app {
namespace {

/// Address in a configuration file, without reading its secrets. Empty when there is no such file.
Result<std::string> url_of(const std::string& file) {
    TIELINE_TRY(const std::string text, read_file(file, 1 << 20));
    TIELINE_TRY(const Json root, yaml_to_json(text, file));
    const Json* api = root.find("api");
    const std::string address = api ? api->text_or("address", "127.0.0.1") : "127.0.0.1";
    const std::int64_t port = api ? api->int_or("port", 8420) : 8420;
    return "http://" + address + ":" + std::to_string(port);
}

}  // namespace

Result<Remote> Remote::from(const Args& args) {
    Remote remote;
    remote.url_ = args.value("url");
    if (remote.url_.empty()) {
        const std::string file = args.value("config", "tieline.yaml");
        const bool there = args.has("config") || std::filesystem::exists(file);
        remote.url_ = "http://127.0.0.1:8420";
        if (there) {
            TIELINE_TRY(remote.url_, url_of(file));
        }
    }
    while (remote.url_.ends_with('/')) remote.url_.pop_back();
    if (const char* token = std::getenv("TIELINE_TOKEN")) remote.token_ = token;
    if (args.has("token-file")) {
        TIELINE_TRY(remote.token_, read_file(args.value("token-file"), 16 << 10));
        while (remote.token_.ends_with('\n') || remote.token_.ends_with('\r')) remote.token_.pop_back();
    }
    remote.site_ = args.value("site");
    remote.client_ = net::make_http_client();
    return remote;
}

Result<Json> Remote::get(const std::string& path) { return send({}, path); }

Result<Json::Array> Remote::all(const std::string& path, const std::string& member) {
    return all_rows([this](const std::string& page) { return get(page); }, path, member);
}

Result<Json> Remote::post(const std::string& path, const Json& body) {
    net::HttpRequest request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body.dump();
    return send(std::move(request), path);
}

Result<Json> Remote::send(net::HttpRequest request, const std::string& path) {
    request.url = url_ + "/api/v1/" + path;
    if (!site_.empty()) {
        request.url += (path.find('?') == std::string::npos ? "?site=" : "&site=") + net::url_encode(site_);
    }
    if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
    const Result<net::HttpResponse> response = client_->send_and_wait(std::move(request));
    if (!response) {
        return make_error(response.error().kind,
                          "The hub at " + url_ + " does not answer: " + response.error().message +
                              " Start it with 'tieline serve' or 'tieline up', or name another with --url.",
                          "no_hub");
    }
    Result<Json> body = Json::parse(response->body, JsonLimits{16 << 20, 64, 2'000'000});
    if (!body) {
        return make_error(ErrorKind::invalid, "What answers at " + url_ + " is no Tieline hub. Check --url.", "no_hub");
    }
    if (response->status < 300) return std::move(*body);
    const std::string field = body->text_or("field");
    return make_error(ErrorKind::invalid, body->text_or("detail", "HTTP " + std::to_string(response->status)),
                      body->text_or("code"), field);
}

}  // namespace tieline::app
