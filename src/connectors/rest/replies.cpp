// What a reply means.

#include "connectors/rest/rest.h"

namespace tieline::connectors::rest {
namespace {

constexpr std::size_t shown_most = 500;  ///< bytes of a peer's words in a message

/// What the peer says in the body of an error.
struct Problem {
    std::string code, message, field, details;
};

std::string cut(std::string_view text) {
    if (text.size() <= shown_most) return std::string(text);
    std::size_t end = shown_most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "…";
}

/// The first of these members that is a text or a number.
std::string first_of(const Json& object, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const Json* value = object.find(name);
        if (value == nullptr) continue;
        if (value->is_string() && !value->string().empty()) return value->string();
        if (value->is_number()) return value->number_token();
        if (value->is_object()) return value->text_or("value");  // OData v2: {"message": {"lang", "value"}}
    }
    return {};
}

/// One of "errors": {"field", "message", "code"}, or "field": ["message"], or a plain text.
void add_single(const Json& one, Problem& problem) {
    if (one.is_string()) {
        problem.message += (problem.message.empty() ? "" : "; ") + one.string();
        return;
    }
    if (problem.field.empty()) problem.field = first_of(one, {"field", "pointer", "target", "path"});
    if (problem.code.empty()) problem.code = first_of(one, {"code"});
    const std::string message = first_of(one, {"message", "detail", "title"});
    const std::string field = first_of(one, {"field", "pointer", "target", "path"});
    if (message.empty()) return;
    problem.message += (problem.message.empty() ? "" : "; ") + (field.empty() ? "" : field + ": ") + message;
}

void add_errors(const Json* errors, Problem& problem) {
    if (errors == nullptr) return;
    if (errors->is_array()) {
        for (const Json& one : errors->items()) {
            add_single(one, problem);
            if (problem.message.size() > shown_most) break;
        }
    } else if (errors->is_object()) {
        for (const auto& [field, texts] : errors->members()) {
            if (problem.field.empty()) problem.field = field;
            if (texts.is_array() && !texts.items().empty() && texts.items()[0].is_string()) {
                add_single(Json(field + ": " + texts.items()[0].string()), problem);
            }
            if (problem.message.size() > shown_most) break;
        }
    }
}

/// Members that are facts for flows: everything that is not prose.
std::string facts_of(const Json& object) {
    Json facts = Json::object();
    for (const auto& [name, value] : object.members()) {
        const bool prose = name == "type" || name == "title" || name == "detail" || name == "message" ||
                           name == "status" || name == "instance" || name == "code" || name == "field" ||
                           name == "error" || name == "errors";
        if (!prose && !value.is_null()) facts.set(name, value);
    }
    const std::string text = facts.members().empty() ? std::string() : facts.dump();
    return text.size() <= 4096 ? text : std::string();
}

Problem problem_of(const std::string& body) {
    Problem problem;
    const auto json = Json::parse(body);
    if (!json || !json->is_object()) {
        if (!json && is_utf8(body) && body.find('<') == std::string::npos) problem.message = body;  // HTML helps nobody
        return problem;
    }
    const Json* inner = json->find("error");
    const Json& said = inner != nullptr && inner->is_object() ? *inner : *json;
    problem.code = first_of(said, {"code"});
    problem.field = first_of(said, {"field", "pointer", "target"});
    problem.message = first_of(said, {"detail", "message", "title", "error_description"});
    if (problem.message.empty() && inner != nullptr && inner->is_string()) problem.message = inner->string();
    const Json* errors = said.find("errors");
    add_errors(errors != nullptr ? errors : said.find("details"), problem);
    const std::string meant = said.text_or("did_you_mean", json->text_or("did_you_mean"));
    if (!meant.empty()) problem.message += " (did you mean '" + meant + "'?)";
    problem.details = facts_of(*json);
    return problem;
}

struct Meaning {
    ErrorKind kind;
    const char* code;
    const char* advice;
};

Meaning meaning_of(int status, Effect effect, bool has_retry_after) {
    const bool write = effect == Effect::write;
    if (status >= 300 && status < 400) {
        return {ErrorKind::unsupported, "redirected",
                "Correct the address in the configuration; redirects are not followed"};
    }
    switch (status) {
        case 401:
            return {ErrorKind::unauthorized, "unauthorized", "Check the token in the configuration"};
        case 403:
            return {ErrorKind::unauthorized, "forbidden", "Give the technical user this right"};
        case 404:
        case 410:
            return {ErrorKind::not_found, "not_found", ""};
        case 405:
        case 501:
            return {ErrorKind::unsupported, "unsupported", "This version of the system does not offer it"};
        case 409:
            return {ErrorKind::conflict, "conflict", ""};
        case 412:
            return {ErrorKind::conflict, "changed_meanwhile", ""};
        case 413:
            return {ErrorKind::invalid, "too_large", "The message is larger than the system takes"};
        case 429:
            return {ErrorKind::rate_limited, "rate_limited", "It is tried again by itself"};
        default:
            break;
    }
    if (status == 503 && has_retry_after)
        return {ErrorKind::rate_limited, "unavailable", "It is tried again by itself"};
    if (status >= 400 && status < 500 && status != 408) return {ErrorKind::invalid, "refused", ""};
    if (write) {
        return {ErrorKind::unknown_outcome, "peer_failed",
                "Whether it was carried out is looked up before anything is sent again"};
    }
    return {ErrorKind::transient, "peer_failed", "It is tried again by itself"};
}

}  // namespace

Error error_of(const Access& access, Effect effect, const net::HttpResponse& response, std::optional<WallTime> now) {
    // Without a clock a date in Retry-After cannot be turned into a time to wait; seconds can.
    auto wait = net::retry_after(response.headers, now.value_or(WallTime{}));
    const std::string_view stated = net::header(response.headers, "Retry-After");
    if (!now && stated.find_first_not_of("0123456789 ") != std::string_view::npos) wait.reset();
    const Meaning meaning = meaning_of(response.status, effect, !stated.empty());
    const Problem problem = problem_of(response.body);
    std::string message = access.system + " answered " + std::to_string(response.status);
    if (!problem.message.empty()) message += ": " + cut(problem.message);
    if (*meaning.advice != '\0') message += std::string(". ") + meaning.advice;
    Error error = make_error(meaning.kind, std::move(message), problem.code.empty() ? meaning.code : cut(problem.code),
                             cut(problem.field));
    if (meaning.kind == ErrorKind::rate_limited) error.retry_after = wait.value_or(Millis(1000));
    error.details = problem.details;
    return error;
}

Error bad_reply(const Access& access, Effect effect, std::string_view what_is_wrong) {
    const bool write = effect == Effect::write;
    return make_error(write ? ErrorKind::unknown_outcome : ErrorKind::transient,
                      access.system + " gave an answer that cannot be read: " + std::string(what_is_wrong) +
                          (write ? ". Whether it was carried out is looked up before anything is sent again"
                                 : ". It is tried again by itself; if it stays, check the address and the version"),
                      "bad_reply");
}

Result<Json> body_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply,
                     std::optional<WallTime> now) {
    if (!reply) {
        Error error = reply.error();
        if (effect == Effect::read && error.kind == ErrorKind::unknown_outcome) error.kind = ErrorKind::transient;
        return error;
    }
    if (reply->status < 200 || reply->status >= 300) return error_of(access, effect, *reply, now);
    if (reply->body.empty()) return Json();
    JsonLimits limits;
    limits.bytes_max = access.reply_bytes_max;
    auto json = Json::parse(reply->body, limits);
    if (!json) return bad_reply(access, effect, "it is no JSON (" + cut(json.error().message) + ")");
    return json;
}

}  // namespace tieline::connectors::rest
