// What waits for a person, and what the person says about it.

#include "api/context.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace tieline::api {
namespace {

constexpr std::size_t text_max = 500;

Json exception_json(const store::Exception& exception) {
    Json json = Json::object({{"id", exception.id},
                              {"kind", exception.kind},
                              {"code", exception.code},
                              {"subject", exception.subject},
                              {"correlation", exception.correlation},
                              {"flow", exception.flow},
                              {"flow_key", exception.key},
                              {"command", exception.command_key},
                              {"reason", exception.reason},
                              {"fix", exception.fix},
                              {"state", exception.state == store::ExceptionState::open ? "open" : "closed"},
                              {"opened", format_time(exception.opened)}});
    if (exception.closed) json.set("closed", format_time(*exception.closed));
    if (!exception.resolution.empty()) json.set("resolution", exception.resolution);
    return json;
}

bool is_secret(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    // "auth": Authorization, and Maximo's maxauth, which is name and password.
    constexpr std::array<std::string_view, 5> words{"auth", "token", "key", "secret", "cookie"};
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// The request that would be sent, without secrets.
Result<Json> wire_json(Context& context, const model::StoredCommand& stored,
                       const std::optional<std::string>& payload) {
    connectors::Connector* connector = context.connector(stored.site, stored.command.connector);
    if (connector == nullptr) {
        return make_error(ErrorKind::not_found,
                          "Connector '" + stored.command.connector + "' is not configured any more.",
                          "unknown_connector");
    }
    model::Command command = stored.command;
    if (payload) command.payload = *payload;
    TIELINE_TRY(const net::HttpRequest request, connector->preview(command));
    Json headers = Json::object();
    for (const net::Header& header : request.headers) {
        headers.set(header.first, is_secret(header.first) ? std::string("(not shown)") : header.second);
    }
    return Json::object({{"method", request.method},
                         {"url", request.url},
                         {"headers", std::move(headers)},
                         {"body", json_or_text(request.body)}});
}

Result<store::Exception> exception_of(store::Store& store, const Call& call) {
    TIELINE_TRY(const std::optional<store::Exception> found, store.exception(call.site, call.parts[1]));
    if (found) return *found;
    return make_error(ErrorKind::not_found, "There is no exception " + call.parts[1] + " at this site.",
                      "unknown_exception");
}

Result<Json> detail_json(Context& context, store::Store& store, const Call& call) {
    TIELINE_TRY(const store::Exception exception, exception_of(store, call));
    Json json = exception_json(exception);
    json.set("details", json_or_text(exception.details));
    if (exception.command_key.empty()) return json;
    TIELINE_TRY(const std::optional<model::StoredCommand> stored, store.command(call.site, exception.command_key));
    if (!stored) return json;
    json.set("kind_of_command", stored->command.kind);
    json.set("command_state", model::to_string(stored->state));
    json.set("attempts", stored->attempt);
    json.set("payload", json_or_text(stored->command.payload));
    const Result<Json> wire = wire_json(context, *stored, std::nullopt);
    if (wire) {
        json.set("preview", *wire);
    } else {
        json.set("preview_error", wire.error().message);
    }
    return json;
}

Result<Json> body_of(const Call& call, std::initializer_list<std::string_view> allowed) {
    TIELINE_TRY(Json body, Json::parse(call.request.body));
    if (!body.is_object()) return make_error(ErrorKind::invalid, "The body must be one JSON object.", "wrong_type");
    for (const Json::Member& member : body.members()) {
        if (std::find(allowed.begin(), allowed.end(), member.first) != allowed.end()) continue;
        return make_error(ErrorKind::invalid, "'" + member.first.substr(0, 64) + "' is not known here; leave it out.",
                          "unknown_member", member.first.substr(0, 64));
    }
    return body;
}

Result<std::string> short_text(const Json& body, const char* name, bool required) {
    const Json* member = body.find(name);
    if (member == nullptr) {
        if (!required) return std::string();
        return make_error(ErrorKind::invalid, std::string("'") + name + "' is missing; add it.", "missing_field", name);
    }
    if (!member->is_string()) {
        return make_error(ErrorKind::invalid, std::string("'") + name + "' must be a text.", "wrong_type", name);
    }
    const std::string& text = member->string();
    if (required && text.find_first_not_of(' ') == std::string::npos) {
        return make_error(ErrorKind::invalid, std::string("'") + name + "' is empty; fill it in.", "missing_field",
                          name);
    }
    if (text.size() > text_max) {
        return make_error(ErrorKind::invalid, std::string("'") + name + "' is longer than 500 characters; shorten it.",
                          "too_long", name);
    }
    return text;
}

Result<std::optional<std::string>> payload_of(const Json& body, bool required) {
    const Json* payload = body.find("payload");
    if (payload == nullptr) {
        if (!required) return std::optional<std::string>();
        return make_error(ErrorKind::invalid, "'payload' is missing; add the payload to preview.", "missing_field",
                          "payload");
    }
    if (!payload->is_object()) {
        return make_error(ErrorKind::invalid, "'payload' must be an object.", "wrong_type", "payload");
    }
    return std::optional(payload->dump());
}

/// Whether the given payload may take the place of the command's: it must map, and its reference is the command's key.
Result<Json> preview_json(Context& context, store::Store& store, const Call& call,
                          const std::optional<std::string>& payload) {
    TIELINE_TRY(const store::Exception exception, exception_of(store, call));
    if (exception.command_key.empty()) {
        return make_error(ErrorKind::unsupported,
                          exception.id + " is not about a single command: there is nothing to preview.", "no_command");
    }
    TIELINE_TRY(const std::optional<model::StoredCommand> stored, store.command(call.site, exception.command_key));
    if (!stored) return make_error(ErrorKind::internal, "The command of " + exception.id + " is gone.", "no_command");
    if (payload) {
        const Json given = json_or_text(*payload);
        if (given.find("reference") && given.text_or("reference") != stored->command.key) {
            return make_error(
                ErrorKind::invalid,
                "'payload.reference' must stay " + stored->command.key + ": the document is found again by it.",
                "reference_changed", "payload.reference");
        }
    }
    return wire_json(context, *stored, payload);
}

Result<engine::PersonRequest> person_request(const Call& call) {
    const std::string& verb = call.parts[2];
    engine::PersonRequest request;
    request.site = call.site;
    request.exception = call.parts[1];
    TIELINE_TRY(const Json body, verb == "replay"    ? body_of(call, {"payload", "reason", "actor"})
                                 : verb == "resolve" ? body_of(call, {"outcome", "document", "reason", "actor"})
                                 : verb == "answer"  ? body_of(call, {"choice", "reason", "actor"})
                                                     : body_of(call, {"reason", "actor"}));
    // Who is signed in cannot act under another's name; a machine says for whom it speaks.
    const bool is_person = call.who.kind == Who::Kind::person;
    TIELINE_TRY(request.actor, short_text(body, "actor", !is_person));
    if (is_person) request.actor = call.who.name;
    if (call.who.kind == Who::Kind::machine) request.actor += " (by token " + call.who.name + ")";
    TIELINE_TRY(request.reason, short_text(body, "reason", verb != "replay" && verb != "answer"));
    if (verb == "replay") {
        request.kind = engine::PersonRequest::Kind::replay;
        TIELINE_TRY(request.payload, payload_of(body, false));
    } else if (verb == "give_up") {
        request.kind = engine::PersonRequest::Kind::give_up;
    } else if (verb == "answer") {
        request.kind = engine::PersonRequest::Kind::answer;
        TIELINE_TRY(request.choice, short_text(body, "choice", true));
    } else {
        TIELINE_TRY(const std::string outcome, short_text(body, "outcome", true));
        if (outcome != "present" && outcome != "absent") {
            return make_error(ErrorKind::invalid,
                              "'outcome' must be present (the document is at the peer) or absent (it is not).",
                              "unknown_value", "outcome");
        }
        const bool present = outcome == "present";
        request.kind =
            present ? engine::PersonRequest::Kind::resolve_present : engine::PersonRequest::Kind::resolve_absent;
        TIELINE_TRY(request.document, short_text(body, "document", present));
    }
    return request;
}

void carry_out(Context& context, const CallPtr& call, engine::PersonRequest request) {
    const std::string asked = call->parts[2];
    context.runtime.request(std::move(request), [call, asked](const Result<void>& done) {
        if (!done) return call->fail(done.error());
        call->answer(json_reply(202, Json::object({{"exception", call->parts[1]}, {"asked", asked}})));
    });
}

void preview(Context& context, const CallPtr& call) {
    const Result<Json> body = body_of(*call, {"payload"});
    if (!body) return call->fail(body.error());
    const Result<std::optional<std::string>> payload = payload_of(*body, false);
    if (!payload) return call->fail(payload.error());
    answer_from_store(context, call, [&context, given = *payload](store::Store& store, const Call& asked) {
        return preview_json(context, store, asked, given);
    });
}

}  // namespace

void get_exceptions(Context& context, const CallPtr& call) {
    const Result<std::uint64_t> limit = query_number(*call, "limit", 100, 500);
    if (!limit) return call->fail(limit.error());
    const std::string_view open = call->target.query_value("open");
    if (!open.empty() && open != "true" && open != "false") {
        return call->fail(make_error(ErrorKind::invalid, "'open' must be true or false.", "unknown_value", "open"));
    }
    answer_from_store(
        context, call,
        [only_open = open == "true", count = *limit](store::Store& store, const Call& asked) -> Result<Json> {
            TIELINE_TRY(const std::vector<store::Exception> found,
                        store.exceptions(asked.site, only_open, asked.target.query_value("before"),
                                         store::Limit{static_cast<std::size_t>(count), 4 << 20}));
            Json list = Json::array();
            for (const store::Exception& one : found) list.push_back(exception_json(one));
            Json page = Json::object({{"exceptions", std::move(list)}});
            if (found.size() == count) page.set("next", found.back().id);
            return page;
        });
}

void get_exception(Context& context, const CallPtr& call) {
    answer_from_store(context, call, [&context](store::Store& store, const Call& asked) {
        return detail_json(context, store, asked);
    });
}

void post_exception(Context& context, const CallPtr& call) {
    if (call->parts[2] == "preview") return preview(context, call);
    Result<engine::PersonRequest> request = person_request(*call);
    if (!request) return call->fail(request.error());
    if (!request->payload) return carry_out(context, call, std::move(*request));
    // A payload that the connector cannot map would only be refused again: said now, before anything is stored.
    context.runtime.query([&context, call, request = std::move(*request)](store::Store& store) {
        const Result<Json> wire = preview_json(context, store, *call, request.payload);
        if (!wire) return call->fail(wire.error());
        carry_out(context, call, request);
    });
}

}  // namespace tieline::api
