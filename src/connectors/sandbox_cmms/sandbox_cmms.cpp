#include "connectors/sandbox_cmms/sandbox_cmms.h"

#include "base/base64.h"
#include "connectors/sandbox_cmms/wire.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace tieline::connectors::sandbox_cmms {
using rest::Effect;

SandboxCmms::SandboxCmms(const Settings& settings, FieldMap map, const Clock& clock)
    : map_(std::move(map)),
      clock_(clock),
      reads_(split_names(settings.value("reads"))),
      horizon_days_(settings.integer("plan_horizon_days")),
      webhook_secret_(settings.value("webhook_secret")),
      photos_folder_(settings.value("photos_folder")) {
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
    std::vector<std::string> needed{"workorders.read", "workorders.write"};
    const bool reads_parts = std::any_of(reads_.begin(), reads_.end(), [](const std::string& name) {
        return name == "transactions" || name == "suggestions" || name == "inventory";
    });
    if (reads_parts) needed.emplace_back("parts.read");
    if (horizon_days_ > 0) needed.emplace_back("pms.read");
    for (const char* right : {"parts.write", "masters.write", "assets.write"}) needed.emplace_back(right);
    for (const std::string& right : needed) {
        const bool has = std::find(probe.rights.begin(), probe.rights.end(), right) != probe.rights.end();
        if (!has) probe.missing.push_back(right);
    }
    co_return probe;
}

SourceObject SandboxCmms::object_of(const List& list, const Json& body) const {
    return source_object(Reading{map_, settings_, clock_.now()}, list, body);
}

Exchange<SourceObject> SandboxCmms::fetch(std::string object) {
    const List& list = list_of_object(object);
    const std::string name = object.substr(list.prefix.size());
    const std::size_t slash = name.find('/');
    const bool is_due = list.reads == Reads::due_plans;
    std::string path = std::string(list.path) + "/" + net::url_encode(name);
    if (list.reads == Reads::inventory && slash != std::string::npos) {
        path = std::string(list.path) + "/" + net::url_encode(name.substr(0, slash)) + "/" +
               net::url_encode(name.substr(slash + 1));
    }
    rest::Query query;
    if (is_due) query = {{"until", name.substr(name.rfind('/') + 1)}, {"limit", "5000"}};
    net::HttpRequest request = rest::get(access_, is_due ? list.path : std::string_view(path), query);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    Json bodies = Json::array();
    if (const Json* items = body->find("items"); is_due && items != nullptr && items->is_array()) {
        for (const Json& item : items->items())
            if (name_in(list, item) == name) bodies.push_back(item);
    }
    if (!is_due) bodies.push_back(*body);
    if (bodies.items().empty()) {
        co_return make_error(ErrorKind::not_found, "the CMMS has no due work " + name + " that waits for its order",
                             "not_found");
    }
    if (name_in(list, bodies.items()[0]) != name) {
        co_return rest::bad_reply(access_, Effect::read, "asked for " + name + ", it gave another one");
    }
    Exchange<Json> completing = with_base_units(std::move(bodies));
    const Result<Json> completed = co_await std::move(completing);
    if (!completed) co_return completed.error();
    co_return object_of(list, completed->items()[0]);
}

Result<net::HttpRequest> SandboxCmms::preview(const model::Command& command) const {
    TIELINE_TRY(const Order order, order_of(command));
    TIELINE_TRY(const Json body, map_.apply(command.kind, order.payload, settings_));
    return rest::send_json(access_, "PUT", order.path + std::string(order.route->suffix), body);
}

Result<net::HttpRequest> SandboxCmms::upload_of(const model::Command& command) const {
    TIELINE_TRY(const Json payload, Json::parse(command.payload));
    TIELINE_TRY(const std::string id, payload.text("photo"));
    TIELINE_TRY(const std::string digest, payload.text("sha256"));
    // The name is a UUID, which the API has checked; nothing else may lead out of the folder.
    const bool is_plain = id.find_first_not_of("0123456789abcdef-") == std::string::npos;
    std::ifstream file(is_plain ? photos_folder_ + "/" + id : std::string(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file || bytes.empty()) {
        return make_error(ErrorKind::invalid,
                          "the picture " + id.substr(0, 64) + " is not in the hub's folder of pictures; send it again",
                          "photo_missing", "photo");
    }
    return rest::send_json(access_, "PUT", "/api/uploads/" + net::url_encode(digest),
                           Json::object({{"content_base64", to_base64(bytes)}}));
}

Exchange<Receipt> SandboxCmms::push(model::Command command) {
    Result<net::HttpRequest> request = preview(command);
    if (!request) co_return request.error();
    if (command.kind == "photo.add") {
        Result<net::HttpRequest> upload = upload_of(command);
        if (!upload) co_return upload.error();
        // It has no effect by itself: whatever became of it, sending it again is harmless.
        const Result<net::HttpResponse> kept = co_await send(std::move(*upload));
        const Result<Json> answer = rest::body_of(access_, Effect::read, kept);
        if (!answer) co_return answer.error();
    }
    const Result<Order> order = order_of(command);
    if (!order) co_return order.error();
    const Result<net::HttpResponse> reply = co_await send(std::move(*request));
    const Result<Json> body = rest::body_of(access_, Effect::write, reply);
    if (!body) co_return body.error();
    if (body->text_or(order->route->shown).empty()) {
        co_return rest::bad_reply(access_, Effect::write, "the answer does not say which object was changed");
    }
    co_return receipt_of(*order, *body);
}

Exchange<Found> SandboxCmms::find(model::Command command) {
    const Result<Order> order = order_of(command);
    if (!order) co_return order.error();
    net::HttpRequest request = rest::get(access_, order->path);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    Found found;
    if (!body && body.error().kind != ErrorKind::not_found) co_return body.error();
    const bool is_there = body && is_done(*order, *body);
    found.state = is_there ? Found::State::present : Found::State::absent;
    if (is_there) found.receipt = receipt_of(*order, *body);
    co_return found;
}

Exchange<Found> SandboxCmms::follow(model::Command command, std::string /*document*/) {
    Exchange<Found> looked_up = find(std::move(command));  // nothing that the CMMS takes has a later step
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
    TIELINE_TRY(const std::string object, body.text("object"));
    std::vector<Hint> hints;
    for (const List& list : lists()) {
        if (list.webhook.empty() || list.webhook != event || object.empty() || !wanted(list)) continue;
        hints.push_back({std::string(list.prefix) + object});
    }
    return hints;
}

}  // namespace tieline::connectors::sandbox_cmms
