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

net::Header basic_authorization(std::string_view user, std::string_view password) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string plain = std::string(user) + ":" + std::string(password);
    std::string coded;
    for (std::size_t at = 0; at < plain.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = (bits << 8) | (at + i < plain.size() ? static_cast<unsigned char>(plain[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            coded += at + i > plain.size() ? '=' : alphabet[(bits >> (18 - 6 * i)) & 63U];
    }
    return {"Authorization", "Basic " + coded};
}

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
