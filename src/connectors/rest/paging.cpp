// Where a list goes on.

#include "connectors/rest/rest.h"

#include <algorithm>

namespace tieline::connectors::rest {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Scheme, host and port of an absolute URL; empty for anything else, and for one with a user name in it.
std::string_view origin_of(std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos || colon == 0) return {};
    const std::size_t end = std::min(url.find_first_of("/?#", colon + 3), url.size());
    const std::string_view origin = url.substr(0, end);
    return origin.find_first_of("@\\ ") == std::string_view::npos ? origin : std::string_view();
}

/// The target of rel="next" in a Link header.
std::string next_link(std::string_view header) {
    for (std::size_t at = header.find('<'); at != std::string_view::npos;) {
        const std::size_t close = header.find('>', at);
        if (close == std::string_view::npos) return {};
        const std::size_t next = header.find('<', close);
        std::string parameters(header.substr(close + 1, next == std::string_view::npos ? next : next - close - 1));
        std::transform(parameters.begin(), parameters.end(), parameters.begin(), lower);
        const bool is_next =
            parameters.find("rel=\"next\"") != std::string::npos || parameters.find("rel=next") != std::string::npos;
        if (is_next) return std::string(header.substr(at + 1, close - at - 1));
        at = next;
    }
    return {};
}

std::string text_of(const Json* value) {
    if (value == nullptr) return {};
    if (value->is_string()) return value->string();
    return value->is_number() ? value->number_token() : std::string();
}

}  // namespace

bool below(std::string_view base_url, std::string_view url) {
    const std::string_view base_origin = origin_of(base_url);
    const std::string_view origin = origin_of(url);
    if (base_origin.empty() || !same_ignoring_case(base_origin, origin)) return false;
    std::string_view base_path = base_url.substr(base_origin.size());
    while (!base_path.empty() && base_path.back() == '/') base_path.remove_suffix(1);
    const std::string_view path = url.substr(origin.size());
    if (path.substr(0, base_path.size()) != base_path) return false;
    const std::string_view rest = path.substr(base_path.size());
    const std::string_view before_query = rest.substr(0, rest.find_first_of("?#"));
    const bool climbs =
        before_query.find("/..") != std::string_view::npos || before_query.find('%') != std::string_view::npos;
    return (rest.empty() || rest.front() == '/' || rest.front() == '?') && (base_path.empty() || !climbs);
}

NextPage next_page(const Access& access, const Json& body, const std::vector<net::Header>& headers) {
    const Json* d = body.find("d");
    std::string cursor;
    for (const Json* place : {&body, d}) {
        if (place == nullptr) continue;
        for (const char* name : {"next_cursor", "nextCursor", "@odata.nextLink", "__next", "next"}) {
            if (cursor.empty()) cursor = text_of(place->find(name));
        }
    }
    if (cursor.empty()) cursor = next_link(net::header(headers, "Link"));
    const bool absolute = cursor.find("://") != std::string::npos || cursor.substr(0, 2) == "//";
    if (cursor.empty() || (absolute && !below(access.base_url, cursor))) return {};
    return NextPage{true, std::move(cursor)};
}

}  // namespace tieline::connectors::rest
