#include "connectors/sandbox_cmms/sandbox_cmms.h"

#include "model/work_order.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sandbox_cmms {
namespace {

using rest::Effect;

constexpr std::size_t page_max = 500;  // what the CMMS gives at most

std::string path_of(const std::string& number) { return "/api/workorders/" + net::url_encode(number); }

bool is_cursor(const std::string& cursor) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return cursor.size() <= 18 && std::all_of(cursor.begin(), cursor.end(), is_digit);
}

/// The command's payload, and the work order that it is about.
struct Order {
    Json payload;
    std::string number;
};

Result<Order> order_of(const model::Command& command) {
    if (command.kind != "workorder.link") {
        return make_error(ErrorKind::unsupported,
                          "the sandbox CMMS cannot do \"" + command.kind + "\"; it takes workorder.link only",
                          "unsupported_kind");
    }
    TIELINE_TRY(Json payload, Json::parse(command.payload));
    TIELINE_TRY(std::string number, payload.text("work_order"));
    if (number.empty()) {
        return make_error(ErrorKind::invalid, "the command names no work order", "missing_field", "work_order");
    }
    // The key is what find() looks for: a payload with another reference would be lost from sight.
    payload.set("reference", command.key);
    return Order{std::move(payload), std::move(number)};
}

Receipt receipt_of(const Json& work_order) {
    Receipt receipt;
    receipt.document = work_order.text_or("wonum");
    receipt.details = Json::object({{"erp_order", work_order.text_or("erp_order")}}).dump();
    return receipt;
}

}  // namespace

SandboxCmms::SandboxCmms(const Settings& settings, FieldMap map)
    : map_(std::move(map)), webhook_secret_(settings.value("webhook_secret")) {
    access_.base_url = settings.value("url");
    access_.bearer_token = settings.value("token");
    access_.timeout = settings.duration("timeout");
    access_.system = "the sandbox CMMS";
    settings_ = Json::object({{"site", settings.value("site")}});
}

Exchange<Probe> SandboxCmms::probe() {
    net::HttpRequest request = rest::get(access_, "/api/whoami");
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    Probe probe;
    probe.system = body->text_or("system", "Sandbox CMMS") + " " + body->text_or("version");
    if (const Json* rights = body->find("rights"); rights != nullptr && rights->is_array()) {
        for (const Json& right : rights->items()) {
            if (right.is_string()) probe.rights.push_back(right.string());
        }
    }
    for (const char* needed : {"workorders.read", "workorders.write"}) {
        const bool has = std::find(probe.rights.begin(), probe.rights.end(), needed) != probe.rights.end();
        if (!has) probe.missing.push_back(needed);
    }
    co_return probe;
}

Exchange<Page> SandboxCmms::pull(std::string cursor, std::size_t count_max) {
    if (!is_cursor(cursor)) {
        co_return make_error(ErrorKind::invalid,
                             "\"" + cursor + "\" is no place in the changes of the sandbox CMMS; a whole number is",
                             "bad_cursor", "cursor");
    }
    const std::size_t limit = std::clamp<std::size_t>(count_max, 1, page_max);
    const rest::Query query = {{"after_change", cursor.empty() ? "0" : cursor}, {"limit", std::to_string(limit)}};
    net::HttpRequest request = rest::get(access_, "/api/workorders", query);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    co_return page_of(*body, cursor);
}

Result<Page> SandboxCmms::page_of(const Json& body, const std::string& cursor) const {
    const Json* items = body.find("items");
    const Json* next = body.find("next_change");
    if (items == nullptr || !items->is_array() || next == nullptr || !next->is_number()) {
        return rest::bad_reply(access_, Effect::read, "the list of work orders has no items or no next_change");
    }
    Page page;
    page.more = body.bool_or("more", false);
    page.cursor = items->items().empty() ? cursor : next->number_token();
    for (const Json& item : items->items()) {
        if (item.text_or("wonum").empty()) {
            return rest::bad_reply(access_, Effect::read, "a work order in the list has no number");
        }
        page.objects.push_back(object_of(item));
    }
    if (page.more && page.cursor == cursor) {
        return rest::bad_reply(access_, Effect::read, "the list says that there is more but does not go on");
    }
    return page;
}

SourceObject SandboxCmms::object_of(const Json& work_order) const {
    SourceObject object;
    object.object = work_order.text_or("wonum");
    object.correlation = object.object;
    object.peer_version = std::to_string(work_order.int_or("version", 0));
    // When the CMMS came to be as it is now; when the work was finished is completed_at in the data.
    const Result<WallTime> updated = parse_time(work_order.text_or("updated_at"));
    if (updated) object.occurred = *updated;
    Result<Json> mapped = canonical(work_order);
    if (!mapped) {
        object.refused = mapped.error();
        object.refused->message =
            "work order " + object.object + " of the CMMS cannot be taken over: " + object.refused->message;
        object.type = "workorder.refused";
        object.data = work_order.dump();
        return object;
    }
    const auto status = model::work_order_status_from(mapped->text_or("status"));
    object.type = model::event_type_of(*status);  // canonical() has checked it
    object.data = mapped->dump();
    return object;
}

Result<Json> SandboxCmms::canonical(const Json& work_order) const {
    TIELINE_TRY(const Json mapped, map_.apply("work_order", work_order, settings_));
    TIELINE_TRY(const model::WorkOrder order, model::work_order_from_json(mapped));
    return model::to_json(order);
}

Exchange<SourceObject> SandboxCmms::fetch(std::string object) {
    net::HttpRequest request = rest::get(access_, path_of(object));
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    if (body->text_or("wonum") != object) {
        co_return rest::bad_reply(access_, Effect::read, "asked for work order " + object + ", it gave another one");
    }
    co_return object_of(*body);
}

Result<net::HttpRequest> SandboxCmms::preview(const model::Command& command) const {
    TIELINE_TRY(const Order order, order_of(command));
    TIELINE_TRY(const Json body, map_.apply(command.kind, order.payload, settings_));
    return rest::send_json(access_, "PUT", path_of(order.number) + "/erp-link", body);
}

Exchange<Receipt> SandboxCmms::push(model::Command command) {
    Result<net::HttpRequest> request = preview(command);
    if (!request) co_return request.error();
    const Result<net::HttpResponse> reply = co_await send(std::move(*request));
    const Result<Json> body = rest::body_of(access_, Effect::write, reply);
    if (!body) co_return body.error();
    if (body->text_or("wonum").empty()) {
        co_return rest::bad_reply(access_, Effect::write, "the answer does not say which work order was changed");
    }
    co_return receipt_of(*body);
}

Exchange<Found> SandboxCmms::find(model::Command command) {
    const Result<Order> order = order_of(command);
    if (!order) co_return order.error();
    net::HttpRequest request = rest::get(access_, path_of(order->number));
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    Found found;
    if (!body && body.error().kind != ErrorKind::not_found) co_return body.error();
    const bool is_there = body && body->text_or("erp_reference") == command.key;
    found.state = is_there ? Found::State::present : Found::State::absent;
    if (is_there) found.receipt = receipt_of(*body);
    co_return found;
}

Exchange<Found> SandboxCmms::follow(model::Command command, std::string /*document*/) {
    Exchange<Found> looked_up = find(std::move(command));  // a link has no later step
    Result<Found> found = co_await std::move(looked_up);
    co_return found;
}

Result<std::vector<Hint>> SandboxCmms::webhook(const net::HttpRequest& request, WallTime now) const {
    if (webhook_secret_.empty()) {
        return make_error(ErrorKind::unauthorized,
                          "a webhook of the CMMS came in, but this connector has no webhook_secret; set it, or remove "
                          "the webhook in the CMMS",
                          "webhooks_off");
    }
    const std::string_view signature = net::header(request.headers, "X-Sandbox-Signature");
    TIELINE_TRY_VOID(rest::verify_signature(signature, request.body, webhook_secret_, now));
    TIELINE_TRY(const Json body, Json::parse(request.body));
    TIELINE_TRY(const std::string event, body.text("event"));
    TIELINE_TRY(std::string object, body.text("object"));
    if (event != "workorder.changed" || object.empty()) return std::vector<Hint>();
    return std::vector<Hint>{Hint{std::move(object)}};
}

}  // namespace tieline::connectors::sandbox_cmms
