#include "api/who.h"

#include "api/context.h"
#include "base/hash.h"

#include <algorithm>

namespace tieline::api {
namespace {

/// "" where there is none, or more than one: then somebody else planted one of them.
std::string_view cookie_of(const ApiOptions& options, const net::HttpRequest& request) {
    const std::string name = std::string(cookie_name(options)) + "=";
    std::string_view found;
    std::string_view cookies = net::header(request.headers, "Cookie");
    while (!cookies.empty()) {
        const std::size_t end = cookies.find(';');
        std::string_view one = cookies.substr(0, end);
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.starts_with(name)) {
            if (!found.empty()) return {};
            found = one.substr(name.size());
        }
        if (end == std::string_view::npos) break;
        cookies.remove_prefix(end + 1);
    }
    return found;
}

Refusal forbidden(std::string message, const char* code, const char* field = "") {
    return {make_error(ErrorKind::unauthorized, std::move(message), code, field), 403};
}

/// As it was before there was sign-in: one token for all, reads open on a loopback address.
std::optional<Refusal> refuse_without_sign_in(const ApiOptions& options, const Call& call) {
    if (options.token.empty()) return std::nullopt;
    const bool reads = call.request.method == "GET" || call.request.method == "HEAD";
    if (reads && options.reads_open) return std::nullopt;
    const std::string_view given = net::header(call.request.headers, "Authorization");
    if (given.starts_with("Bearer ") && equal_constant_time(given.substr(7), options.token)) return std::nullopt;
    return Refusal{make_error(ErrorKind::unauthorized,
                              "This needs the hub's token: send the header 'Authorization: Bearer <token>'.",
                              given.empty() ? "token_missing" : "token_wrong", "Authorization"),
                   401};
}

std::string list_of(identity::Roles roles) {
    std::string text;
    for (const std::string& name : identity::names_of(roles)) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::optional<Refusal> refuse_person(const ApiOptions& options, const Call& call, const Rule& rule) {
    const identity::Session& session = *call.who.session;
    if (!session.person.roles.meets(rule.roles)) {
        return forbidden("Your roles do not allow this. It needs one of: " + list_of(rule.roles) + ".", "not_allowed");
    }
    if (call.request.method == "GET" || call.request.method == "HEAD") return std::nullopt;
    if (is_from_elsewhere(options, call.request)) {
        return forbidden("This request was made by a page of another address.", "wrong_origin", "Origin");
    }
    if (!equal_constant_time(net::header(call.request.headers, "X-CSRF-Token"), session.csrf)) {
        return forbidden("Send the session's csrf (GET /api/v1/session) as the header 'X-CSRF-Token'.", "csrf_missing",
                         "X-CSRF-Token");
    }
    return std::nullopt;
}

}  // namespace

bool is_from_elsewhere(const ApiOptions& options, const net::HttpRequest& request) {
    std::string_view origin = net::header(request.headers, "Origin");
    if (origin.empty()) return false;  // no browser, or a request that no other page can make
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos) return true;
    origin.remove_prefix(scheme + 3);
    if (origin == net::header(request.headers, "Host")) return false;
    // Behind a proxy the Host may be another one; a page of another port there is not ours.
    return std::find(options.hosts.begin(), options.hosts.end(), origin) == options.hosts.end();
}

std::string_view cookie_name(const ApiOptions& options) {
    return options.secure_cookies ? "__Host-tieline_session" : "tieline_session";
}

std::string address_of(const ApiOptions& options, const net::HttpRequest& request) {
    const auto is_trusted = [&](std::string_view address) {
        const auto& trusted = options.trusted_proxies;
        return std::find(trusted.begin(), trusted.end(), address) != trusted.end();
    };
    if (!is_trusted(request.peer)) return request.peer;
    // Each proxy adds whom it heard from at the end: the last one that is no proxy of ours is true, what stands before
    // it anybody can have written.
    std::string_view list = net::header(request.headers, "X-Forwarded-For");
    while (!list.empty()) {
        const std::size_t comma = list.rfind(',');
        std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
        while (last.starts_with(' ')) last.remove_prefix(1);
        while (last.ends_with(' ')) last.remove_suffix(1);
        if (!last.empty() && !is_trusted(last)) return std::string(last.substr(0, 64));
        list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
    }
    return request.peer;
}

Result<Who> who_asks(const ApiOptions& options, const net::HttpRequest& request, bool keeps_alive) {
    Who who;
    if (options.identity == nullptr) return who;
    const std::string_view authorization = net::header(request.headers, "Authorization");
    if (!authorization.empty()) {
        const bool bearer = authorization.starts_with("Bearer ");
        const std::string_view secret = bearer ? authorization.substr(7) : std::string_view();
        if (bearer && !options.token.empty() && equal_constant_time(secret, options.token)) {
            who.kind = Who::Kind::machine;
            who.name = "api.token";
            who.scope = {identity::Scope::read, identity::Scope::events, identity::Scope::exceptions};
            return who;
        }
        const std::optional<identity::Token> token =
            bearer ? options.identity->token(secret) : std::optional<identity::Token>();
        if (!token) {
            return make_error(ErrorKind::unauthorized,
                              "This token is unknown, revoked or expired. An integrator can make a new one.",
                              "token_wrong", "Authorization");
        }
        who.kind = Who::Kind::machine;
        who.name = token->name;
        who.scope = token->scope;
        return who;
    }
    const std::string_view cookie = cookie_of(options, request);
    if (cookie.empty()) return who;
    who.session = options.identity->session(cookie, keeps_alive);
    if (!who.session) return who;
    who.kind = Who::Kind::person;
    who.name = who.session->person.name;
    who.cookie = cookie;
    return who;
}

std::optional<Refusal> refuse(const ApiOptions& options, const Call& call, const Rule& rule) {
    if (rule.open) return std::nullopt;
    if (options.identity == nullptr) return refuse_without_sign_in(options, call);
    switch (call.who.kind) {
        case Who::Kind::person:
            return refuse_person(options, call, rule);
        case Who::Kind::machine:
            if (rule.scope && call.who.scope.has(*rule.scope)) return std::nullopt;
            return forbidden(rule.scope ? "This token's scope does not allow this. It needs '" +
                                              std::string(identity::to_string(*rule.scope)) + "'."
                                        : std::string("This is for persons who sign in, not for tokens of machines."),
                             "not_allowed");
        case Who::Kind::nobody:
            break;
    }
    return Refusal{make_error(ErrorKind::unauthorized,
                              "Sign in first: POST /api/v1/session, or send the header 'Authorization: Bearer "
                              "<token>'.",
                              "not_signed_in"),
                   401};
}

}  // namespace tieline::api
