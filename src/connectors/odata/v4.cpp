#include "connectors/odata/v4.h"

#include "base/time.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::odata::v4 {
namespace {

constexpr std::string_view json_type = "application/json;IEEE754Compatible=true";
constexpr std::string_view accepted = "application/json;odata.metadata=minimal;IEEE754Compatible=true";

Error bad_literal(std::string_view text, const char* form) {
    return make_error(ErrorKind::invalid,
                      "\"" + std::string(text.substr(0, 60)) + "\" cannot be asked for; write it as " + form,
                      "bad_literal");
}

void set_header(net::HttpRequest& request, const std::string& name, std::string value) {
    std::erase_if(request.headers, [&](const net::Header& each) { return each.first == name; });
    request.headers.emplace_back(name, std::move(value));
}

void name_version(net::HttpRequest& request) {
    set_header(request, "Accept", std::string(accepted));
    set_header(request, "OData-Version", "4.0");
    set_header(request, "OData-MaxVersion", "4.0");
}

/// "@odata.etag", which version 4.01 may write as "@etag".
const Json* control(const Json& object, const std::string& name) {
    const Json* found = object.find("@odata." + name);
    return found != nullptr ? found : object.find("@" + name);
}
std::string control_text(const Json& object, const std::string& name) {
    const Json* found = control(object, name);
    return found != nullptr && found->is_string() ? found->string() : std::string();
}

enum class RowKind { row, removed, link };

/// "…$metadata#Set/$deletedEntity" of version 4.0 says what it is in its context.
RowKind kind_of(const Json& row) {
    if (control(row, "removed") != nullptr) return RowKind::removed;
    const std::string context = control_text(row, "context");
    if (context.ends_with("/$deletedEntity")) return RowKind::removed;
    return context.ends_with("/$link") || context.ends_with("/$deletedLink") ? RowKind::link : RowKind::row;
}

/// Nothing where it cannot be told what was removed.
std::optional<Removed> removed_of(const Json& row) {
    Removed removed;
    removed.keys = Json::object();
    for (const auto& [name, value] : row.members())
        if (name.find('@') == std::string::npos && name != "id" && name != "reason") removed.keys.set(name, value);
    removed.id = control_text(row, "id");
    const Json* told = control(row, "removed");
    if (told != nullptr) {
        removed.reason = told->text_or("reason");
    } else {
        removed.id = row.text_or("id", removed.id);
        removed.reason = row.text_or("reason");
    }
    if (removed.id.empty() && removed.keys.members().empty()) return std::nullopt;
    return removed;
}

}  // namespace

Result<std::string> date_literal(std::string_view date) {
    if (!parse_date(date)) return bad_literal(date, "a date, 2026-11-24");
    return std::string(date);
}

Result<std::string> instant_literal(std::string_view time) {
    if (!parse_time(time)) return bad_literal(time, "a time, 2026-11-24T10:00:00Z");
    return std::string(time);
}

Result<std::string> guid_literal(std::string_view guid) {
    constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    const bool fits = std::equal(guid.begin(), guid.end(), form.begin(), form.end(), [](char c, char wanted) {
        const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        return wanted == 'x' ? is_digit : c == wanted;
    });
    if (!fits) return bad_literal(guid, "a GUID, 8-4-4-4-12 hexadecimal digits");
    return std::string(guid);
}

net::HttpRequest read_request(const Access& access, std::string_view path, const rest::Query& query, Wanted wanted) {
    net::HttpRequest request = odata::read_request(access, path, query);
    name_version(request);
    std::string prefer;
    if (wanted.page_rows > 0) prefer = "odata.maxpagesize=" + std::to_string(wanted.page_rows);
    if (wanted.tracks_changes) prefer += std::string(prefer.empty() ? "" : ",") + "odata.track-changes";
    if (!prefer.empty()) request.headers.emplace_back("Prefer", prefer);
    return request;
}

net::HttpRequest write_request(const Access& access, std::string_view method, std::string_view path, const Json& body,
                               std::string_view etag) {
    net::HttpRequest request = odata::write_request(access, method, path, body);
    name_version(request);
    if (!body.is_null()) {
        set_header(request, "Content-Type", std::string(json_type));
        request.headers.emplace_back("Prefer", "return=representation");
    }
    if (!etag.empty()) request.headers.emplace_back("If-Match", std::string(etag));
    return request;
}

Error error_of(const Access& access, Effect effect, const net::HttpResponse& response) {
    Error error = odata_error(access, effect, response);
    const bool has_code = !problem_of(response.body).code.empty();
    const auto means = [&](ErrorKind kind, const char* code, const char* advice) {
        error.kind = kind;
        if (!has_code) error.code = code;
        error.message += advice;
    };
    if (response.status == 412)
        means(ErrorKind::conflict, "changed_meanwhile", ". It was changed meanwhile: read again");
    if (response.status == 428) means(ErrorKind::conflict, "etag_needed", ". It must be read before it is changed");
    if (response.status == 424) means(ErrorKind::transient, "not_tried", ". A request that it depends on went wrong");
    return error;
}

std::string etag_of(const Json& row) { return control_text(row, "etag"); }

Result<Entity> entity_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply) {
    if (reply && (reply->status < 200 || reply->status >= 300)) return v4::error_of(access, effect, *reply);
    TIELINE_TRY(Json body, rest::body_of(access, effect, reply));
    Entity entity;
    entity.etag = std::string(net::header(reply->headers, "ETag"));
    if (body.is_null()) return entity;
    if (!body.is_object()) return rest::bad_reply(access, effect, "it is no entity");
    if (body.find("error") != nullptr)
        return rest::bad_reply(access, effect, "it went well and carries an error all the same");
    if (const std::string own = etag_of(body); !own.empty()) entity.etag = own;
    entity.fields = std::move(body);
    return entity;
}

Result<Page> page_of(const Access& access, const Result<net::HttpResponse>& reply) {
    if (reply && (reply->status < 200 || reply->status >= 300)) return v4::error_of(access, Effect::read, *reply);
    TIELINE_TRY(Json body, rest::body_of(access, Effect::read, reply));
    Json* list = body.find("value");
    if (list == nullptr || !list->is_array() || body.find("error") != nullptr)
        return rest::bad_reply(access, Effect::read, "it has no list of rows (\"value\")");
    Page page;
    for (Json& row : list->items()) {
        const RowKind kind = row.is_object() ? kind_of(row) : RowKind::link;
        std::optional<Removed> removed;
        if (kind == RowKind::removed) removed = removed_of(row);
        if (kind == RowKind::link || (kind == RowKind::removed && !removed))
            return rest::bad_reply(access, Effect::read, "one of its rows is neither an entity nor names one");
        if (removed)
            page.removed.push_back(std::move(*removed));
        else
            page.rows.push_back(std::move(row));
    }
    const std::string next = control_text(body, "nextLink"), delta = control_text(body, "deltaLink");
    if (!next.empty() && !delta.empty())
        return rest::bad_reply(access, Effect::read, "it says both that it goes on and that it is the last page");
    if (!next.empty()) {
        TIELINE_TRY(page.next, followed_link(access, next));
    }
    if (!delta.empty()) {
        TIELINE_TRY(page.delta, followed_link(access, delta));
    }
    return page;
}

Exchange<Page> read_page(rest::SignIn* sign_in, Access access, Question question, std::string place) {
    bool is_anew = false;
    for (;;) {
        net::HttpRequest request = v4::read_request(access, question.path, {}, question.wanted);
        if (place.empty())
            request = v4::read_request(access, question.path, question.query, question.wanted);
        else if (place.starts_with('?'))
            request.url += place;
        else
            request.url = place;
        Result<net::HttpResponse> reply = net::HttpResponse{};
        if (sign_in == nullptr) {
            reply = co_await send(std::move(request));
        } else {
            Exchange<net::HttpResponse> sending = sign_in->send(std::move(request));
            reply = co_await std::move(sending);
        }
        if (reply && reply->status == 410 && !place.empty()) {
            place.clear();
            is_anew = true;
            continue;
        }
        Result<Page> page = page_of(access, reply);
        if (!page) co_return page.error();
        if (!place.empty() && page->next == place)
            co_return rest::bad_reply(access, Effect::read, "its link to the next page leads to the same one");
        page->is_anew = is_anew;
        co_return page;
    }
}

}  // namespace tieline::connectors::odata::v4
