#include "connectors/maximo/wire.h"

#include "connectors/maximo/lists.h"
#include "connectors/rest/sign_in.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::maximo {
namespace {

constexpr Route by_action[] = {
    {"workorder.create", "workorder.create", Mark::new_order, "externalrefid"},
    {"workorder.link", "workorder.link", Mark::attribute, "tl_erpref"},
    {"workorder.parts_state", "workorder.parts_state", Mark::attribute, "tl_partsref"},
    {"part_transaction.link", "part_transaction.link", Mark::work_log, ""},
    {"workorder.status", "workorder.status.action", Mark::status_memo, "", true},
};
constexpr Route by_patch[] = {
    by_action[0],
    by_action[1],
    by_action[2],
    by_action[3],
    {"workorder.status", "workorder.status.patch", Mark::status_memo, ""},
};

Result<std::string> named(const model::Command& command, const Json& payload, std::string_view member) {
    TIELINE_TRY(std::string value, payload.text(member));
    if (!value.empty()) return value;
    return make_error(ErrorKind::invalid,
                      "the command " + command.kind + " does not say which object of Maximo it is about: \"" +
                          std::string(member) + "\" is empty",
                      "missing_field", std::string(member));
}

/// Base64 as Maximo writes it into links: "52300/BEDFORD" stands as NTIzMDAvQkVERk9SRA-- in an example of IBM's. How it
/// writes + and / was not seen.
std::string base64_url(std::string_view bytes) {
    std::string text = rest::base64(bytes);
    std::replace(text.begin(), text.end(), '=', '-');
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

net::HttpRequest write_to(const Site& site, const std::string& path, const Json& body, const model::Command& command) {
    rest::Query query{{"lean", "1"}};
    net::HttpRequest request = rest::send_json(site.access, "POST", path, body, query);
    request.headers.emplace_back("transactionid", command.key);
    return request;
}

bool any_mentions(const Json& order, std::string_view list, std::string_view member, const std::string& key) {
    const Json* lines = order.find(list);
    if (lines == nullptr || !lines->is_array()) return false;
    return std::any_of(lines->items().begin(), lines->items().end(),
                       [&](const Json& line) { return word_of(line, member).find(key) != std::string::npos; });
}

/// Maximo's words in the form that rest reads: {"Error": {"reasonCode", "message"}}, also with a prefix.
net::HttpResponse plain_problem(const net::HttpResponse& reply) {
    const Result<Json> body = Json::parse(reply.body);
    if (!body) return reply;
    for (const char* prefix : {"", "oslc:", "spi:"}) {
        const std::string p = prefix;
        const Json* error = body->find(p + "Error");
        if (error == nullptr) continue;
        net::HttpResponse plain = reply;
        plain.body =
            Json::object({{"code", word_of(*error, p + "reasonCode")},
                          {"message", word_of(*error, p + "reasonCode") + " " + word_of(*error, p + "message")}})
                .dump();
        return plain;
    }
    return reply;
}

}  // namespace

std::span<const Route> routes(bool status_by_action) {
    return status_by_action ? std::span<const Route>(by_action) : std::span<const Route>(by_patch);
}

std::string structure_path(std::string_view structure) { return "/os/" + net::url_encode(structure); }

std::string member_path(const Site& site, const std::string& work_order) {
    return structure_path(site.structure) + "/_" + base64_url(site.maximo_site + "/" + work_order);
}

std::string own_member_path(const Site& site, std::string_view link) {
    link = link.substr(0, link.find_first_of("?#"));
    const std::size_t slash = link.rfind('/');
    const std::string_view id = slash == std::string_view::npos ? std::string_view() : link.substr(slash + 1);
    const bool plain = !id.empty() && id.size() <= 512 &&
                       id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-~.=") ==
                           std::string_view::npos;
    return plain ? structure_path(site.structure) + "/" + std::string(id) : std::string();
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

Result<Order> order_of(const Site& site, const FieldMap& map, const Json& settings, const model::Command& command) {
    const auto all = routes(site.status_by_action);
    const auto* const route =
        std::find_if(all.data(), all.data() + all.size(), [&](const Route& each) { return each.kind == command.kind; });
    if (route == all.data() + all.size()) {
        return make_error(ErrorKind::unsupported,
                          "Maximo cannot do \"" + command.kind + "\" here; see the connector's README",
                          "unsupported_kind");
    }
    TIELINE_TRY(Json payload, Json::parse(command.payload));
    if (!payload.is_object()) {
        return make_error(ErrorKind::invalid, "the command " + command.kind + " has no object as its content",
                          "wrong_type");
    }
    Order order;
    order.route = route;
    if (route->mark == Mark::work_log) {
        TIELINE_TRY(order.document, named(command, payload, "transaction"));
        order.work_order = work_order_in(order.document);
        if (order.work_order.empty()) {
            return make_error(ErrorKind::invalid,
                              "material transaction " + order.document +
                                  " of Maximo belongs to no work order, and Maximo keeps no word on it elsewhere; "
                                  "nothing needs to be done in the ERP",
                              "no_work_order", "transaction");
        }
    } else if (route->mark != Mark::new_order) {
        TIELINE_TRY(order.work_order, named(command, payload, "work_order"));
        order.document = order.work_order;
    }
    // The key is what find() looks for: a payload with another reference would be lost from sight.
    payload.set("reference", command.key);
    TIELINE_TRY(Json body, map.apply(route->table, payload, settings));
    if (route->kind == "workorder.status") order.status = word_of(body, "status");
    order.attribute = mark_attribute(map, site, *route);
    const bool is_new = route->mark == Mark::new_order;
    if (is_new && body.find("externalrefid") != nullptr && site.key_attribute != "externalrefid") {
        body.erase("externalrefid");
        body.set(site.key_attribute, command.key);
    }
    std::string path = is_new ? structure_path(site.structure) : member_path(site, order.work_order);
    if (route->is_action) path += "?action=wsmethod:changeStatus";
    order.request = write_to(site, path, body, command);
    if (!is_new) order.request.headers.emplace_back("x-method-override", "PATCH");
    // Without MERGE a list in the body would replace the list of the order.
    if (!is_new && !route->is_action) order.request.headers.emplace_back("patchtype", "MERGE");
    // Asked for so that the answer shows whether the key was kept.
    if (!route->is_action)
        order.request.headers.emplace_back(
            "properties", "wonum,siteid,status" + (order.attribute.empty() ? "" : "," + order.attribute));
    return order;
}

Result<Json> body_of(const rest::Access& access, rest::Effect effect, const Result<net::HttpResponse>& reply,
                     WallTime now) {
    if (!reply || (reply->status >= 200 && reply->status < 300)) return rest::body_of(access, effect, reply, now);
    Error error = rest::error_of(access, effect, plain_problem(*reply), now);
    const bool is_refusal = reply->status == 400 || reply->status == 401 || reply->status == 403;
    if (error.code == "BMXAA7901E" && (is_refusal || effect == rest::Effect::read))
        error.kind = ErrorKind::unauthorized;
    // Whatever it says of it: the answer as a whole failed, which one object of a list may have done.
    if (effect == rest::Effect::read && reply->status >= 500 && error.kind == ErrorKind::transient)
        error.code = "peer_failed";
    if (effect == rest::Effect::write && reply->status < 500 && is_changed_meanwhile(error.code)) {
        error.kind = ErrorKind::transient;
        return error;
    }
    if (reply->status == 409 && effect == rest::Effect::write) {
        error.kind = ErrorKind::unknown_outcome;
        error.code = "sent_already";
        error.message += ". Maximo has seen this transaction already; whether it was carried out is looked up";
    }
    return error;
}

std::string mark_attribute(const FieldMap& map, const Site& site, const Route& route) {
    if (route.mark == Mark::work_log || route.mark == Mark::status_memo) return {};
    if (route.mark == Mark::new_order && site.key_attribute != "externalrefid") return site.key_attribute;
    for (const TargetField& field : map.targets(route.table))
        if (field.source == "reference" && field.path.find('[') == std::string::npos) return field.path;
    return std::string(route.attribute);
}

bool writes_key(const FieldMap& map, const Route& route) {
    const bool in_list = route.mark == Mark::work_log || (route.mark == Mark::status_memo && !route.is_action);
    const std::vector<TargetField> fields = map.targets(route.table);
    return std::any_of(fields.begin(), fields.end(), [&](const TargetField& field) {
        return field.source == "reference" && (field.path.find('[') != std::string::npos) == in_list;
    });
}

bool is_changed_meanwhile(std::string_view code) { return code == "BMXAA8229W" || code == "BMXAA4200E"; }

bool has_next_page(const Json& body) {
    const Json* info = body.find("responseInfo");
    const Json* next = info == nullptr ? nullptr : info->find("nextPage");
    return next != nullptr && !next->is_null();
}

std::string marks_of(const Order& order) {
    const std::string select = "wonum,siteid,status";
    switch (order.route->mark) {
        case Mark::new_order:
        case Mark::attribute:
            return select + "," + order.attribute;
        case Mark::work_log:
            return select + ",rel.worklog{description}";
        case Mark::status_memo:
            break;
    }
    return select + ",rel.worklog{description,createdate},rel.wostatus{status,memo,changedate}";
}

bool carries(const Order& order, const Json& work_order, const std::string& key) {
    switch (order.route->mark) {
        case Mark::new_order:
        case Mark::attribute:
            return word_of(work_order, order.attribute) == key;
        case Mark::status_memo:
            if (any_mentions(work_order, "wostatus", "memo", key)) return true;
            break;
        case Mark::work_log:
            break;
    }
    return any_mentions(work_order, "worklog", "description", key);
}

bool has_status(const Order& order, const Json& line) {
    return word_of(line, "status") == order.status || word_of(line, "status_maxvalue") == order.status;
}

std::size_t times_made(const Order& order, const Json& work_order) {
    const Json* history = work_order.find("wostatus");
    if (history == nullptr || !history->is_array()) return 0;
    return static_cast<std::size_t>(std::count_if(history->items().begin(), history->items().end(),
                                                  [&](const Json& line) { return has_status(order, line); }));
}

bool status_was_made(const Order& order, const Json& work_order, const std::string& key) {
    if (any_mentions(work_order, "wostatus", "memo", key)) return true;
    const Json *log = work_order.find("worklog"), *history = work_order.find("wostatus");
    if (log == nullptr || !log->is_array()) return false;
    for (const Json& note : log->items()) {
        if (word_of(note, "description").find(key) == std::string::npos) continue;
        if (has_status(order, work_order)) return true;
        const Result<WallTime> noted = parse_time(word_of(note, "createdate"));
        if (!noted || history == nullptr || !history->is_array()) return false;
        return std::any_of(history->items().begin(), history->items().end(), [&](const Json& line) {
            const Result<WallTime> made = parse_time(word_of(line, "changedate"));
            return has_status(order, line) && made && *made >= *noted;
        });
    }
    return false;
}

}  // namespace tieline::connectors::maximo
