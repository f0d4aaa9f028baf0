#include "connectors/rest/rest.h"

namespace tieline::connectors::rest {
namespace {

net::HttpRequest request_to(const Access& access, std::string_view method, std::string_view path, const Query& query) {
    net::HttpRequest request;
    request.method = std::string(method);
    std::string_view base = access.base_url;
    while (!base.empty() && base.back() == '/') base.remove_suffix(1);
    request.url = std::string(base);
    if (!path.empty() && path.front() != '/' && path.front() != '?') request.url += '/';
    request.url += path;
    char mark = path.find('?') == std::string_view::npos ? '?' : '&';
    for (const auto& [name, value] : query) {
        if (value.empty()) continue;
        request.url += mark + net::url_encode(name) + "=" + net::url_encode(value);
        mark = '&';
    }
    request.headers.emplace_back("Accept", "application/json");
    if (!access.bearer_token.empty()) request.headers.emplace_back("Authorization", "Bearer " + access.bearer_token);
    request.headers.insert(request.headers.end(), access.headers.begin(), access.headers.end());
    request.timeout = access.timeout;
    request.reply_bytes_max = access.reply_bytes_max;
    return request;
}

}  // namespace

net::HttpRequest get(const Access& access, std::string_view path, const Query& query) {
    return request_to(access, "GET", path, query);
}

net::HttpRequest send_json(const Access& access, std::string_view method, std::string_view path, const Json& body,
                           const Query& query) {
    net::HttpRequest request = request_to(access, method, path, query);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = body.dump();
    return request;
}

}  // namespace tieline::connectors::rest
