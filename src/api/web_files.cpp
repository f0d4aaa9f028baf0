#include "api/web_files.h"

#include "base/hash.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace tieline::api {
namespace {

// What runs is ours, styles included: no inline code, no other origin. WebAssembly is for reading bar codes, pictures
// that a person took are blobs.
constexpr std::string_view security_policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view page_without_files =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Tieline</title><h1>The hub runs, without its "
    "console</h1><p>This program was built where node 20.19 or later was missing, so the console and the technician "
    "app are not in it. Install node, then build again: <code>./run</code> does both. The API works: "
    "<a href=\"/api/v1/status\">status</a>.</p></html>";

/// A path within the apps, not a file: "/orders/WO-1", but not "/robots.txt".
bool is_place(const net::HttpRequest& request, std::string_view path) {
    const std::string_view last = path.substr(path.rfind('/') + 1);
    return net::header(request.headers, "Accept").find("text/html") != std::string_view::npos &&
           last.find('.') == std::string_view::npos;
}

std::string_view page_of(std::string_view path) {
    return path == "/tech" || path.starts_with("/tech/") ? "/tech/index.html" : "/index.html";
}

const WebFile* file_at(std::string_view path) {
    const std::span<const WebFile> all = web_files();
    const auto found = std::lower_bound(
        all.begin(), all.end(), path, [](const WebFile& file, std::string_view wanted) { return file.path < wanted; });
    return found != all.end() && found->path == path ? &*found : nullptr;
}

/// Whether a list such as "gzip, br;q=0.9" names `coding` and does not switch it off.
bool accepts(std::string_view list, std::string_view coding) {
    while (!list.empty()) {
        std::string_view one = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), one.size() + 1));
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (!one.starts_with(coding)) continue;
        one.remove_prefix(coding.size());
        if (one.empty()) return true;
        if (one.front() != ';' && one.front() != ' ') continue;
        const std::size_t weight = one.find("q=");
        return weight == std::string_view::npos || one.find_first_of("123456789", weight) != std::string_view::npos;
    }
    return false;
}

net::HttpResponse with_headers(int status, std::string_view type, std::string body) {
    net::HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Security-Policy", std::string(security_policy)},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Referrer-Policy", "no-referrer"}};
    if (!type.empty()) response.headers.emplace_back("Content-Type", std::string(type));
    response.body = std::move(body);
    return response;
}

net::HttpResponse reply(const net::HttpRequest& request, const WebFile& file) {
    const bool known = net::header(request.headers, "If-None-Match").find(file.etag) != std::string_view::npos;
    net::HttpResponse response = with_headers(known ? 304 : 200, known ? "" : file.type, "");
    response.headers.emplace_back("ETag", std::string(file.etag));
    response.headers.emplace_back("Vary", "Accept-Encoding");
    response.headers.emplace_back("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (known) return response;
    const std::string_view codings = net::header(request.headers, "Accept-Encoding");
    if (!file.brotli.empty() && accepts(codings, "br")) {
        response.headers.emplace_back("Content-Encoding", "br");
        response.body = file.brotli;
    } else if (!file.gzip.empty() && accepts(codings, "gzip")) {
        response.headers.emplace_back("Content-Encoding", "gzip");
        response.body = file.gzip;
    } else {
        response.body = file.plain;
    }
    return response;
}

std::string_view type_of(std::string_view path) {
    constexpr std::pair<std::string_view, std::string_view> types[] = {{".html", "text/html; charset=utf-8"},
                                                                       {".js", "text/javascript; charset=utf-8"},
                                                                       {".css", "text/css; charset=utf-8"},
                                                                       {".svg", "image/svg+xml"},
                                                                       {".png", "image/png"},
                                                                       {".woff2", "font/woff2"},
                                                                       {".wasm", "application/wasm"},
                                                                       {".webmanifest", "application/manifest+json"},
                                                                       {".json", "application/json"}};
    for (const auto& [suffix, type] : types) {
        if (path.ends_with(suffix)) return type;
    }
    return "application/octet-stream";
}

/// The file below `folder`, read now: for development, where it changes while the hub runs.
std::optional<net::HttpResponse> reply_from(const net::HttpRequest& request, const std::string& folder,
                                            std::string_view path) {
    if (path.find("..") != std::string_view::npos) return std::nullopt;
    const std::string full = folder + std::string(path);
    std::error_code failed;
    if (!std::filesystem::is_regular_file(full, failed)) return std::nullopt;
    std::ifstream stream(full, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const std::string etag = '"' + hex(sha256(bytes)).substr(0, 16) + '"';
    return reply(request, WebFile{path, type_of(path), etag, path.starts_with("/assets/"), bytes, "", ""});
}

}  // namespace

net::HttpResponse web_reply(const net::HttpRequest& request, std::string_view path, const std::string& folder) {
    const bool page = path == "/" || path == "/tech" || path == "/tech/";
    for (const std::string_view candidate : {page ? page_of(path) : path, page_of(path)}) {
        if (folder.empty()) {
            if (const WebFile* file = file_at(candidate)) return reply(request, *file);
        } else if (std::optional<net::HttpResponse> found = reply_from(request, folder, candidate)) {
            return std::move(*found);
        }
        if (!page && !is_place(request, path)) break;
    }
    if (folder.empty() && web_files().empty() && (page || is_place(request, path))) {
        return with_headers(200, "text/html; charset=utf-8", std::string(page_without_files));
    }
    return with_headers(404, "", "");
}

}  // namespace tieline::api
