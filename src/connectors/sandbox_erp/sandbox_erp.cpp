#include "connectors/sandbox_erp/sandbox_erp.h"

#include "connectors/sandbox_erp/advice.h"

#include "connectors/sandbox_erp/feed.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace tieline::connectors::sandbox_erp {
namespace {

using rest::Effect;

constexpr std::size_t page_max = 500;

bool is_cursor(const std::string& cursor) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return cursor.size() <= 18 && std::all_of(cursor.begin(), cursor.end(), is_digit);
}

std::string name_of(const Json& change) { return change.text_or("kind") + ":" + change.text_or("object"); }

const Json::Array& items_of(const Json& object, std::string_view key) {
    static const Json::Array none;
    const Json* list = object.find(key);
    return list != nullptr && list->is_array() ? list->items() : none;
}

bool holds(const Json::Array& list, std::string_view text) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Json& item) { return item.is_string() && item.string() == text; });
}

/// What a refusal of a write means for a command: a number that does not exist will never exist. What the ERP offers
/// instead stands in the message, and what would most likely mend it in the details, for whoever mends it.
Error refusal_of(Error error, const model::Command& command) {
    error.message += offers_of(error.details);
    const Result<Json> payload = Json::parse(command.payload);
    const std::string fix = likely_fix(error, payload ? *payload : Json::object());
    if (!fix.empty()) {
        Result<Json> facts = Json::parse(error.details.empty() ? "{}" : error.details);
        if (facts) facts->set("likely_fix", fix);
        if (facts) error.details = facts->dump();
    }
    if (error.kind == ErrorKind::not_found)
        error.kind = error.code == "unknown_path" ? ErrorKind::unsupported : ErrorKind::invalid;
    return error;
}

bool made_by(const Json& document, const Route& route) {
    return document.text_or("kind") == route.document && (document.find("reverses") != nullptr) == route.reverses &&
           (route.action.empty() || document.text_or("action") == route.action);
}

Error undecidable(const model::Command& command, std::string message, std::string code) {
    return make_error(ErrorKind::unknown_outcome,
                      "the ERP " + std::move(message) + " with the reference " + command.key, std::move(code));
}

}  // namespace

SandboxErp::SandboxErp(const Settings& settings, FieldMap map)
    : map_(std::move(map)),
      company_codes_(list_of(settings.value("company_codes"))),
      accounts_(list_of(settings.value("accounts"))) {
    for (const std::string& kind : list_of(settings.value("kinds"))) kinds_ += (kinds_.empty() ? "" : ",") + kind;
    access_.base_url = settings.value("url");
    access_.bearer_token = settings.value("token");
    access_.timeout = settings.duration("timeout");
    access_.system = "the sandbox ERP";
}

Exchange<Probe> SandboxErp::probe() {
    net::HttpRequest who = rest::get(access_, "/api/me");
    const Result<net::HttpResponse> me_reply = co_await send(std::move(who));
    const Result<Json> me = rest::body_of(access_, Effect::read, me_reply);
    if (!me) co_return me.error();
    Probe probe;
    probe.system = me->text_or("system", "sandbox ERP") + " " + me->text_or("version");
    for (const Json& right : items_of(*me, "rights")) {
        if (right.is_string()) probe.rights.push_back(right.string());
    }
    std::vector<std::string_view> needed{"documents.read"};
    for (const Route& route : routes()) needed.push_back(route.right);
    for (const std::string_view right : needed) {
        const std::string words = "right " + std::string(right);
        const bool known = std::find(probe.missing.begin(), probe.missing.end(), words) != probe.missing.end();
        if (!holds(items_of(*me, "rights"), right) && !known) probe.missing.push_back(words);
    }
    for (const std::string& company : company_codes_) {
        if (!holds(items_of(*me, "companyCodes"), company)) probe.missing.push_back("company code " + company);
    }
    for (const std::string& account : accounts_) {
        net::HttpRequest ask = rest::get(access_, "/api/accounts/" + net::url_encode(account));
        const Result<net::HttpResponse> reply = co_await send(std::move(ask));
        const Result<Json> found = rest::body_of(access_, Effect::read, reply);
        if (found) continue;
        if (found.error().kind != ErrorKind::not_found) co_return found.error();
        probe.missing.push_back("account " + account);
    }
    co_return probe;
}

Result<net::HttpRequest> SandboxErp::preview(const model::Command& command) const {
    return request_of(access_, map_, command);
}

Exchange<Receipt> SandboxErp::push(model::Command command) {
    Result<net::HttpRequest> request = preview(command);
    if (!request) co_return refusal_of(request.error(), command);
    const Result<net::HttpResponse> reply = co_await send(std::move(*request));
    const Result<Json> body = rest::body_of(access_, Effect::write, reply);
    if (!body) co_return refusal_of(body.error(), command);
    const Result<const Route*> route = route_of(command);
    if (!route) co_return route.error();
    co_return receipt_of(**route, *body, Effect::write);
}

Result<Receipt> SandboxErp::receipt_of(const Route& route, const Json& document, Effect effect) const {
    Receipt receipt;
    const std::string status = document.text_or("status"), submission = document.text_or("submission");
    if (status == "pending" && !submission.empty()) {
        receipt.state = Receipt::State::accepted;
        receipt.details = Json::object({{"submission", submission}}).dump();
        return receipt;
    }
    // Of a reservation or requisition its own number is what later commands need, not that of the change.
    receipt.document = document.text_or("document");
    if (!route.object.empty()) receipt.document = document.text_or(route.object, receipt.document);
    if (status != "posted" || receipt.document.empty())
        return rest::bad_reply(access_, effect, "the answer does not name a posted document");
    const Result<Json> details = map_.apply(route.object.empty() ? "receipt" : "receipt.object", document);
    if (!details) return rest::bad_reply(access_, effect, details.error().message);
    receipt.details = details->dump();
    return receipt;
}

Exchange<Found> SandboxErp::find(model::Command command) {
    const Result<const Route*> route = route_of(command);
    if (!route) co_return route.error();
    const rest::Query query = {{"reference", command.key}};
    net::HttpRequest request = rest::get(access_, "/api/documents", query);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    co_return found_of(command, *body);
}

Result<Found> SandboxErp::found_of(const model::Command& command, const Json& body) const {
    if (body.find("documents") == nullptr || body.find("submissions") == nullptr)
        return rest::bad_reply(access_, Effect::read, "the list has no documents or no submissions");
    TIELINE_TRY(const Route* route, route_of(command));
    const Json::Array& documents = items_of(body, "documents");
    const Json* one = nullptr;
    std::size_t live_count = 0;
    for (const Json& document : documents) {
        const bool is_live = document.find("reversedBy") == nullptr;
        if (is_live) ++live_count;
        if (one == nullptr || is_live) one = &document;
    }
    Found found;
    if (documents.size() > 1 && live_count != 1) {
        found.why =
            undecidable(command, "has " + std::to_string(documents.size()) + " documents", "duplicate_reference");
        return found;
    }
    if (one != nullptr && !made_by(*one, *route)) {
        found.why = undecidable(command, "has a document of another kind, " + one->text_or("document") + ",",
                                "reference_used_otherwise");
        return found;
    }
    if (one != nullptr) {
        TIELINE_TRY(found.receipt, receipt_of(*route, *one, Effect::read));
        found.state = Found::State::present;
        return found;
    }
    found.state = Found::State::absent;
    for (const Json& submission : items_of(body, "submissions")) {
        if (submission.text_or("status") == "pending") {
            TIELINE_TRY(found.receipt, receipt_of(*route, submission, Effect::read));
            found.state = Found::State::present;
            return found;
        }
        const Json* problem = submission.find("problem");
        net::HttpResponse refused;
        refused.status = 422;
        refused.body = problem == nullptr ? "{}" : problem->dump();
        found.state = Found::State::rejected;
        found.why = refusal_of(rest::error_of(access_, Effect::write, refused), command);
    }
    return found;
}

Exchange<Found> SandboxErp::follow(model::Command command, std::string /*document*/) {
    // A submission has no document yet, so that the reference is the only thread.
    Exchange<Found> looked_up = find(std::move(command));
    Result<Found> found = co_await std::move(looked_up);
    co_return found;
}

Exchange<Page> SandboxErp::pull(std::string cursor, std::size_t count_max) {
    if (!is_cursor(cursor)) {
        co_return make_error(ErrorKind::invalid,
                             "\"" + cursor + "\" is no place in the changes of the sandbox ERP; a whole number is",
                             "bad_cursor", "cursor");
    }
    const std::size_t limit = std::clamp<std::size_t>(count_max, 1, page_max);
    const rest::Query query = {{"after", cursor.empty() ? "0" : cursor},
                               {"limit", std::to_string(limit)},
                               {"kinds", kinds_},
                               {"expand", "true"}};
    net::HttpRequest request = rest::get(access_, "/api/changes", query);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    co_return page_of(*body, cursor);
}

Result<Page> SandboxErp::page_of(const Json& body, const std::string& cursor) const {
    const Json* changes = body.find("changes");
    if (changes == nullptr || !changes->is_array() || !is_cursor(body.text_or("next", "-")))
        return rest::bad_reply(access_, Effect::read, "the list of changes has no changes or no next");
    Page page;
    page.more = body.bool_or("more", false);
    page.cursor = changes->items().empty() ? cursor : body.text_or("next");
    if (page.more && page.cursor == cursor)
        return rest::bad_reply(access_, Effect::read, "the list says that there is more but does not go on");
    // A body shows the object as it is now: of several changes of one object the last place says when that was.
    std::unordered_map<std::string, const Json*> last;
    for (const Json& change : changes->items()) last[name_of(change)] = &change;
    for (const Json& change : changes->items()) {
        const FeedKind* kind = feed_kind(change.text_or("kind"));
        const Json* content = change.find("body");
        // A kind of a newer ERP; or gone since, and then a later change says so.
        if (kind == nullptr || content == nullptr || last[name_of(change)] != &change) continue;
        FeedPlace place;
        place.seq = change.int_or("seq", 0);
        if (!page.more && !page.cursor.empty()) place.as_of = std::stoll(page.cursor);
        if (const auto at = parse_time(change.text_or("at")); at) place.at = *at;
        auto object = source_object(map_, *kind, change.text_or("object"), *content, place);
        if (object) page.objects.push_back(std::move(*object));
    }
    return page;
}

Exchange<SourceObject> SandboxErp::fetch(std::string object) {
    const ObjectName name = object_name(object);
    if (name.kind == nullptr) {
        co_return make_error(ErrorKind::not_found, "the ERP has no kind of object that \"" + object + "\" could be",
                             "not_found");
    }
    net::HttpRequest request = object_request(access_, name);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    std::optional<SourceObject> found;
    if (const Json* content = object_in(name, *body); content != nullptr)
        found = source_object(map_, *name.kind, name.object, *content, FeedPlace{});
    if (found) co_return std::move(*found);
    co_return make_error(ErrorKind::not_found,
                         "the ERP has no " + std::string(name.kind->kind) + " " + name.object + " that is valid now",
                         "not_found");
}

Result<std::vector<Hint>> SandboxErp::webhook(const net::HttpRequest& /*request*/, WallTime /*now*/) const {
    return make_error(ErrorKind::unsupported, "the sandbox ERP sends no webhooks; its changes are found by asking",
                      "webhooks_off");
}

}  // namespace tieline::connectors::sandbox_erp
