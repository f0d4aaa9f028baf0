#include "connectors/odata/odata.h"

#include <algorithm>

namespace tieline::connectors::odata {
namespace {

/// Keys and literals of a path, encoded; its slashes, brackets, quotes, commas and equal signs stay as they are where
/// they are OData's own. Inside quotes everything that is no unreserved character is encoded, the quotes themselves
/// stay.
std::string encoded(std::string_view path) {
    std::string out, part;
    bool quoted = false;
    for (const char c : path) {
        if (c == '\'') {
            out += net::url_encode(part) + c;
            part.clear();
            quoted = !quoted;
        } else if (quoted) {
            part += c;
        } else {
            out += c;
        }
    }
    return out + net::url_encode(part);
}

std::optional<std::int64_t> epoch_ms(std::string_view json_date) {
    if (!json_date.starts_with("/Date(") || !json_date.ends_with(")/")) return std::nullopt;
    std::string_view inner = json_date.substr(6, json_date.size() - 8);
    // An offset behind the milliseconds says where the clock stood; the milliseconds are UTC all the same.
    if (const std::size_t sign = inner.find_first_of("+-", 1); sign != std::string_view::npos)
        inner = inner.substr(0, sign);
    const bool negative = inner.starts_with('-');
    if (negative) inner.remove_prefix(1);
    if (inner.empty() || inner.size() > 15 || inner.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    std::int64_t value = 0;
    for (const char c : inner) value = value * 10 + (c - '0');
    return negative ? -value : value;
}

}  // namespace

std::string text_literal(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += c;
        out += c;
    }
    return out + "'";
}

std::string date_literal(std::string_view date) { return "datetime'" + std::string(date) + "T00:00:00'"; }
std::string instant_literal(std::string_view time) { return "datetimeoffset'" + std::string(time) + "'"; }

std::string key_of(const std::vector<std::pair<std::string, std::string>>& parts) {
    std::string out;
    for (const auto& [name, literal] : parts) out.append(out.empty() ? "(" : ",").append(name + "=" + literal);
    return out + ")";
}

std::optional<std::string> time_of(std::string_view json_date) {
    const std::optional<std::int64_t> ms = epoch_ms(json_date);
    if (!ms) return std::nullopt;
    return format_time(WallTime(Millis(*ms)));
}

std::optional<std::string> date_of(std::string_view json_date) {
    std::optional<std::string> time = time_of(json_date);
    if (time) time = time->substr(0, 10);
    return time;
}

net::HttpRequest read_request(const Access& access, std::string_view path, const rest::Query& query) {
    return rest::get(access, encoded(path), query);
}

net::HttpRequest write_request(const Access& access, std::string_view method, std::string_view path, const Json& body,
                               const rest::Query& query) {
    net::HttpRequest request = rest::send_json(access, method, encoded(path), body, query);
    if (!body.is_null()) return request;
    request.body.clear();
    std::erase_if(request.headers, [](const net::Header& header) { return header.first == "Content-Type"; });
    return request;
}

Result<Json> entity_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply) {
    if (reply && (reply->status < 200 || reply->status >= 300)) return odata_error(access, effect, *reply);
    TIELINE_TRY(const Json body, rest::body_of(access, effect, reply));
    if (body.is_null()) return body;
    const Json* content = body.find("d");
    if (content == nullptr || !content->is_object())
        return rest::bad_reply(access, effect, "it has no member \"d\", which every answer of OData 2 has");
    return *content;
}

Result<std::string> followed_link(const Access& access, const std::string& link) {
    // Behind a proxy many systems write their inner name into links. A token must not leave for another host, and a
    // page must not be lost: what the link asks for is asked where we ask.
    if (rest::below(access.base_url, link)) return link;
    const std::size_t query = link.find('?');
    if (query == std::string::npos)
        return rest::bad_reply(access, Effect::read, "its link cannot be followed: " + link.substr(0, 100));
    return link.substr(query, link.find('#') - query);
}

Result<Rows> rows_of(const Access& access, const Result<net::HttpResponse>& reply) {
    if (reply && (reply->status < 200 || reply->status >= 300)) return odata_error(access, Effect::read, *reply);
    TIELINE_TRY(const Json body, rest::body_of(access, Effect::read, reply));
    const Json* content = body.find("d");
    const Json* list = content != nullptr && content->is_array() ? content : nullptr;
    if (content != nullptr && list == nullptr) list = content->find("results");
    if (content == nullptr) list = body.find("value");
    if (list == nullptr || !list->is_array())
        return rest::bad_reply(access, Effect::read, "it has no list of rows (\"d.results\" or \"value\")");
    Rows rows;
    rows.rows = list->items();
    const std::string next =
        content != nullptr ? content->text_or("__next") : body.text_or("@odata.nextLink", body.text_or("__next"));
    if (next.empty()) return rows;
    TIELINE_TRY(rows.next, followed_link(access, next));
    return rows;
}

const Json::Array& inner_rows(const Json& entity, std::string_view navigation) {
    static const Json::Array none;
    const Json* inner = entity.find(navigation);
    if (inner != nullptr && inner->is_object()) inner = inner->find("results");
    return inner != nullptr && inner->is_array() ? inner->items() : none;
}

std::string warnings_of(const net::HttpResponse& response) {
    const std::string_view header = net::header(response.headers, "sap-message");
    if (header.empty()) return {};
    const auto said = Json::parse(header);
    if (!said || !said->is_object()) return std::string(header.substr(0, 500));
    std::string words = said->text_or("code") + " " + said->text_or("message");
    if (const Json* details = said->find("details"); details != nullptr && details->is_array()) {
        for (const Json& detail : details->items()) words += "; " + detail.text_or("message");
    }
    return words.substr(0, 500);
}

}  // namespace tieline::connectors::odata
