// People and tokens: for administrators, tokens for integrators too.

#include "api/body.h"

#include <algorithm>

namespace tieline::api {
namespace {

constexpr std::size_t name_bytes_max = 64, full_name_bytes_max = 100, code_bytes_max = 64;
constexpr std::int64_t token_days_max = 366;
constexpr Millis day{24 * 3'600'000};

bool has_people(const Context& context, const CallPtr& call) {
    if (context.options.identity != nullptr) return true;
    call->fail(make_error(ErrorKind::not_found,
                          "Sign-in is off here: add 'identity: {}' to tieline.yaml to turn it on.", "sign_in_off"));
    return false;
}

Json list_of(const std::vector<std::string>& names) {
    Json list = Json::array();
    for (const std::string& name : names) list.push_back(name);
    return list;
}

Json person_json(const identity::Person& person) {
    const char* state = person.disabled ? "disabled" : person.has_password ? "active" : "invited";
    Json json = Json::object({{"name", person.name},
                              {"full_name", person.full_name},
                              {"roles", list_of(identity::names_of(person.roles))},
                              {"state", state},
                              {"created", format_time(person.created)}});
    if (!person.person_code.empty()) json.set("person_code", person.person_code);
    if (!person.craft.empty()) json.set("craft", person.craft);
    if (person.last_sign_in) json.set("last_sign_in", format_time(*person.last_sign_in));
    return json;
}

Json token_json(const identity::Token& token) {
    return Json::object({{"id", token.id},
                         {"name", token.name},
                         {"scope", list_of(identity::names_of(token.scope))},
                         {"created", format_time(token.created)},
                         {"created_by", token.created_by},
                         {"expires", format_time(token.expires)}});
}

void answer_link(const CallPtr& call, int status, const Result<identity::Shown<identity::Person>>& shown) {
    if (!shown) return call->fail(shown.error());
    call->answer(json_reply(status, Json::object({{"person", person_json(shown->about)},
                                                  {"link", "/sign-in#" + shown->secret},
                                                  {"expires", format_time(shown->expires)}})));
}

identity::Roles roles_in(Body& body, Body::Need need) {
    const std::vector<std::string> names = body.texts("roles", identity::role_count, name_bytes_max, need);
    if (body.error()) return {};
    const Result<identity::Roles> roles = identity::roles_from(names);
    if (roles) return *roles;
    body.refuse("roles", roles.error().message, "unknown_role");
    return {};
}

}  // namespace

void get_people(Context& context, const CallPtr& call) {
    if (!has_people(context, call)) return;
    Json people = Json::array();
    for (const identity::Person& person : context.options.identity->people()) people.push_back(person_json(person));
    call->answer(json_reply(200, Json::object({{"people", std::move(people)}})));
}

void post_people(Context& context, const CallPtr& call) {
    if (!has_people(context, call)) return;
    Result<Body> body = Body::of(call->request.body, {"name", "full_name", "roles", "person_code", "craft"});
    if (!body) return call->fail(body.error());
    identity::Person person;
    person.name = body->text("name", name_bytes_max, Body::Need::required);
    person.full_name = body->text("full_name", full_name_bytes_max);
    person.person_code = body->text("person_code", code_bytes_max);
    person.craft = body->text("craft", code_bytes_max);
    person.roles = roles_in(*body, Body::Need::required);
    if (body->error()) return call->fail(*body->error());
    context.options.identity->invite(call->who.name, std::move(person),
                                     [call](const auto& shown) { answer_link(call, 201, shown); });
}

void post_person(Context& context, const CallPtr& call) {
    if (!has_people(context, call)) return;
    Result<Body> body = Body::of(call->request.body, {"full_name", "roles", "person_code", "craft", "disabled"});
    if (!body) return call->fail(body.error());
    identity::PersonChange change;
    change.full_name = body->text_if_given("full_name", full_name_bytes_max);
    change.person_code = body->text_if_given("person_code", code_bytes_max);
    change.craft = body->text_if_given("craft", code_bytes_max);
    change.disabled = body->flag("disabled");
    if (body->has("roles")) change.roles = roles_in(*body, Body::Need::required);
    if (body->error()) return call->fail(*body->error());
    context.options.identity->change(call->who.name, call->parts[1], std::move(change),
                                     [call](const Result<identity::Person>& person) {
                                         if (!person) return call->fail(person.error());
                                         call->answer(json_reply(200, person_json(*person)));
                                     });
}

void post_person_link(Context& context, const CallPtr& call) {
    if (!has_people(context, call)) return;
    const Result<Body> body = Body::of(call->request.body, {});
    if (!body) return call->fail(body.error());
    context.options.identity->new_link(call->who.name, call->parts[1],
                                       [call](const auto& shown) { answer_link(call, 200, shown); });
}

void get_tokens(Context& context, const CallPtr& call) {
    if (!has_people(context, call)) return;
    std::vector<identity::Token> found = context.options.identity->tokens();
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.created > b.created; });
    Json tokens = Json::array();
    for (const identity::Token& token : found) tokens.push_back(token_json(token));
    call->answer(json_reply(200, Json::object({{"tokens", std::move(tokens)}})));
}

void post_tokens(Context& context, const CallPtr& call) {
    if (!has_people(context, call)) return;
    Result<Body> body = Body::of(call->request.body, {"name", "scope", "days"});
    if (!body) return call->fail(body.error());
    identity::Token token;
    token.name = body->text("name", full_name_bytes_max, Body::Need::required);
    const std::vector<std::string> names =
        body->texts("scope", identity::scope_count, name_bytes_max, Body::Need::required);
    const std::optional<std::int64_t> days = body->whole("days", 1, token_days_max, Body::Need::required);
    if (body->error()) return call->fail(*body->error());
    const Result<identity::Scopes> scope = identity::scopes_from(names);
    if (!scope) return call->fail(scope.error());
    token.scope = *scope;
    token.expires = context.clock.now() + day * *days;
    context.options.identity->make_token(call->who.name, std::move(token), [call](const auto& shown) {
        if (!shown) return call->fail(shown.error());
        Json json = token_json(shown->about);
        json.set("token", shown->secret);
        call->answer(json_reply(201, json));
    });
}

void delete_token(Context& context, const CallPtr& call) {
    if (!has_people(context, call)) return;
    context.options.identity->revoke_token(call->who.name, call->parts[1], [call](const Result<void>& done) {
        if (!done) return call->fail(done.error());
        call->answer(json_reply(200, R"({"revoked":true})"));
    });
}

}  // namespace tieline::api
