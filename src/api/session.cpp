// Sign-in: who am I, in, out, one-time links, passwords.

#include "api/body.h"

namespace tieline::api {
namespace {

constexpr std::size_t name_bytes_max = 64, secret_bytes_max = 200, full_name_bytes_max = 100;

std::string cookie_header(const Context& context, const std::string& value, std::int64_t seconds) {
    return std::string(cookie_name(context.options)) + "=" + value +
           "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds) +
           (context.options.secure_cookies ? "; Secure" : "");
}

Json session_json(const Context& context, const identity::Session& session) {
    Json roles = Json::array();
    for (const std::string& role : identity::names_of(session.person.roles)) roles.push_back(role);
    const auto idle = std::chrono::duration_cast<std::chrono::seconds>(context.options.identity->idle());
    Json json = Json::object({{"sign_in", "on"},
                              {"signed_in", true},
                              {"name", session.person.name},
                              {"full_name", session.person.full_name},
                              {"roles", std::move(roles)},
                              {"csrf", session.csrf},
                              {"expires", format_time(session.expires)},
                              {"idle_seconds", static_cast<std::int64_t>(idle.count())}});
    if (!session.person.person_code.empty()) json.set("person_code", session.person.person_code);
    if (!session.person.craft.empty()) json.set("craft", session.person.craft);
    return json;
}

void answer_started(const Context& context, const CallPtr& call, const Result<identity::Started>& started) {
    if (!started) return call->fail(started.error());
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(started->session.expires - context.clock.now());
    net::HttpResponse response = json_reply(200, session_json(context, started->session));
    response.headers.emplace_back("Set-Cookie", cookie_header(context, started->cookie, life.count()));
    call->answer(std::move(response));
}

/// Whether the request can go on: sign-in is on, and no page of another address made it.
bool may_sign_in(const Context& context, const CallPtr& call) {
    if (context.options.identity == nullptr) {
        call->fail(make_error(ErrorKind::not_found,
                              "Sign-in is off here: add 'identity: {}' to tieline.yaml to turn it on.", "sign_in_off"));
        return false;
    }
    if (!is_from_elsewhere(context.options, call->request)) return true;
    call->fail(make_error(ErrorKind::unauthorized, "This request was made by a page of another address.",
                          "wrong_origin", "Origin"),
               403);
    return false;
}

}  // namespace

void get_session(Context& context, const CallPtr& call) {
    if (call->who.session) return call->answer(json_reply(200, session_json(context, *call->who.session)));
    Json json = Json::object({{"sign_in", context.options.identity == nullptr ? "off" : "on"}, {"signed_in", false}});
    if (call->who.kind == Who::Kind::machine) json.set("token", call->who.name);
    call->answer(json_reply(200, json));
}

void post_session(Context& context, const CallPtr& call) {
    if (!may_sign_in(context, call)) return;
    Result<Body> body = Body::of(call->request.body, {"name", "password"});
    if (!body) return call->fail(body.error());
    identity::SignIn given;
    given.name = body->text("name", name_bytes_max, Body::Need::required);
    given.password = body->text("password", secret_bytes_max, Body::Need::required);
    given.address = address_of(context.options, call->request);
    if (body->error()) return call->fail(*body->error());
    context.options.identity->sign_in(std::move(given), [&context, call](const Result<identity::Started>& started) {
        answer_started(context, call, started);
    });
}

void delete_session(Context& context, const CallPtr& call) {
    if (!may_sign_in(context, call)) return;
    context.options.identity->sign_out(call->who.cookie, [&context, call](const Result<void>& done) {
        if (!done) return call->fail(done.error());
        net::HttpResponse response = json_reply(200, R"({"signed_in":false})");
        response.headers.emplace_back("Set-Cookie", cookie_header(context, "", 0));
        call->answer(std::move(response));
    });
}

void post_link(Context& context, const CallPtr& call) {
    if (!may_sign_in(context, call)) return;
    Result<Body> body = Body::of(call->request.body, {"code", "password", "name", "full_name"});
    if (!body) return call->fail(body.error());
    identity::LinkUse given;
    given.code = body->text("code", secret_bytes_max, Body::Need::required);
    given.password = body->text("password", secret_bytes_max, Body::Need::required);
    given.name = body->text("name", name_bytes_max);
    given.full_name = body->text("full_name", full_name_bytes_max);
    given.address = address_of(context.options, call->request);
    if (body->error()) return call->fail(*body->error());
    context.options.identity->use_link(std::move(given), [&context, call](const Result<identity::Started>& started) {
        answer_started(context, call, started);
    });
}

void post_password(Context& context, const CallPtr& call) {
    if (!may_sign_in(context, call)) return;
    Result<Body> body = Body::of(call->request.body, {"password", "new_password"});
    if (!body) return call->fail(body.error());
    identity::SignIn old;
    old.password = body->text("password", secret_bytes_max, Body::Need::required);
    old.address = address_of(context.options, call->request);
    std::string fresh = body->text("new_password", secret_bytes_max, Body::Need::required);
    if (body->error()) return call->fail(*body->error());
    context.options.identity->change_password(
        call->who.cookie, std::move(old), std::move(fresh),
        [&context, call](const Result<identity::Started>& started) { answer_started(context, call, started); });
}

}  // namespace tieline::api
