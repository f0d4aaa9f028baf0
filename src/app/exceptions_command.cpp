#include "app/args.h"
#include "app/cli.h"
#include "app/remote.h"

#include "app/config.h"

#include <cstdio>
#include <cstdlib>

namespace tieline::app {
namespace {

const std::string exceptions_help = std::string(R"(usage: tieline exceptions list [--all]
       tieline exceptions show EX-12
       tieline exceptions preview EX-12 [--payload FILE]
       tieline exceptions replay EX-12 [--payload FILE] [--reason TEXT] [--actor NAME]
       tieline exceptions resolve EX-12 --outcome present --document NUMBER --reason TEXT [--actor NAME]
       tieline exceptions resolve EX-12 --outcome absent --reason TEXT [--actor NAME]
       tieline exceptions give-up EX-12 --reason TEXT [--actor NAME]
       tieline exceptions answer EX-12 --choice CHOICE [--reason TEXT] [--actor NAME]

What waits for a person. Preview shows the request as it would leave. Replay tries again, with the payload of FILE
(JSON) instead of the old one where given; both stay in the log. Resolve is for what nobody knows: you looked at the
peer and say whether the document is there. A notice takes an answer: one of the options that show tells, or "seen".

  --actor NAME        who you are (default: the name of your login)
)") + remote_help;

const std::string replay_help = std::string(
                                    R"(usage: tieline replay [--code CODE] [--flow FLOW] [--reason TEXT] [--actor NAME]

Replays all open exceptions, or those of one code (period_closed) or flow (cost_posting). What nobody knows
(undecidable) is left alone: resolve it one by one.

  --actor NAME        who you are (default: the name of your login)
)") + remote_help;

std::string actor_of(const Args& args) {
    if (args.has("actor")) return args.value("actor");
    for (const char* variable : {"USER", "LOGNAME"}) {
        if (const char* name = std::getenv(variable)) return name;
    }
    return "command line";
}

void print_line(const Json& one) {
    std::printf("%-8s %-7s %-14s %-18s %s\n", one.text_or("id").c_str(), one.text_or("state").c_str(),
                one.text_or("subject").c_str(), one.text_or("code").c_str(), one.text_or("reason").c_str());
}

Result<std::vector<Json>> all_exceptions(Remote& remote, bool only_open) {
    std::vector<Json> all;
    std::string before;
    for (;;) {
        TIELINE_TRY(const Json page,
                    remote.get("exceptions?limit=500&open=" + std::string(only_open ? "true" : "false") +
                               (before.empty() ? "" : "&before=" + before)));
        const Json* list = page.find("exceptions");
        if (list == nullptr) return all;
        for (const Json& one : list->items()) all.push_back(one);
        before = page.text_or("next");
        if (before.empty()) return all;
    }
}

int list(Remote& remote, const Args& args) {
    const Result<std::vector<Json>> found = all_exceptions(remote, !args.has("all"));
    if (!found) return fail(found.error());
    if (args.has("json")) {
        std::puts(Json(Json::Array(*found)).pretty().c_str());
        return exit_ok;
    }
    for (const Json& one : *found) print_line(one);
    std::printf("%zu exception(s)%s\n", found->size(), args.has("all") ? "" : " open");
    return exit_ok;
}

Result<Json> body_of(const Args& args, const std::string& verb) {
    Json body = Json::object();
    if (args.has("payload")) {
        TIELINE_TRY(const std::string text, read_file(args.value("payload"), 1 << 20));
        TIELINE_TRY(Json payload, Json::parse(text));
        body.set("payload", std::move(payload));
    }
    if (verb == "preview") return body;
    body.set("actor", actor_of(args));
    for (const char* name : {"reason", "outcome", "document", "choice"}) {
        if (args.has(name)) body.set(name, args.value(name));
    }
    return body;
}

int act(Remote& remote, const Args& args, const std::string& verb, const std::string& id) {
    const Result<Json> body = body_of(args, verb);
    if (!body) return fail(body.error());
    const Result<Json> answer = verb == "show" ? remote.get("exceptions/" + net::url_encode(id))
                                               : remote.post("exceptions/" + net::url_encode(id) + "/" + verb, *body);
    if (!answer) return fail(answer.error());
    const bool whole = args.has("json") || verb == "show" || verb == "preview";
    if (whole) {
        std::puts(answer->pretty().c_str());
    } else {
        std::printf("%s: asked for %s. 'tieline exceptions show %s' tells what became of it.\n", id.c_str(),
                    verb.c_str(), id.c_str());
    }
    return exit_ok;
}

}  // namespace

int exceptions_command(const std::vector<std::string>& args) {
    const Started started = start_command(
        args, exceptions_help.c_str(),
        {"payload", "reason", "actor", "outcome", "document", "choice", "url", "token-file", "config", "site"},
        {"all", "json"}, 2);
    if (started.exit_code >= 0) return started.exit_code;
    const std::vector<std::string>& words = started.args.positional();
    std::string verb = words.empty() ? "list" : words[0];
    if (verb == "give-up") verb = "give_up";
    const bool known = verb == "list" || verb == "show" || verb == "preview" || verb == "replay" || verb == "resolve" ||
                       verb == "give_up" || verb == "answer";
    if (!known || (verb != "list" && words.size() != 2)) {
        std::fputs(exceptions_help.c_str(), stderr);
        return exit_usage;
    }
    Result<Remote> remote = Remote::from(started.args);
    if (!remote) return fail(remote.error());
    return verb == "list" ? list(*remote, started.args) : act(*remote, started.args, verb, words[1]);
}

int replay_command(const std::vector<std::string>& args) {
    const Started started =
        start_command(args, replay_help.c_str(),
                      {"code", "flow", "reason", "actor", "url", "token-file", "config", "site"}, {"json"}, 0);
    if (started.exit_code >= 0) return started.exit_code;
    Result<Remote> remote = Remote::from(started.args);
    if (!remote) return fail(remote.error());
    const Result<std::vector<Json>> open = all_exceptions(*remote, true);
    if (!open) return fail(open.error());
    std::size_t asked = 0, left = 0, refused = 0;
    for (const Json& one : *open) {
        const bool wanted = (!started.args.has("code") || one.text_or("code") == started.args.value("code")) &&
                            (!started.args.has("flow") || one.text_or("flow") == started.args.value("flow"));
        if (!wanted) continue;
        if (one.text_or("kind") == "undecidable" || one.text_or("kind") == "connector_paused" ||
            one.text_or("kind") == "notice") {
            ++left;
            continue;
        }
        Json body = Json::object({{"actor", actor_of(started.args)}});
        if (started.args.has("reason")) body.set("reason", started.args.value("reason"));
        const Result<Json> answer = remote->post("exceptions/" + one.text_or("id") + "/replay", body);
        if (answer) {
            ++asked;
        } else if (answer.error().code != "exception_closed") {
            ++refused;
            std::fprintf(stderr, "%s: %s\n", one.text_or("id").c_str(), answer.error().message.c_str());
        }
    }
    if (started.args.has("json")) {
        std::printf("{\"replayed\":%zu,\"left\":%zu,\"refused\":%zu}\n", asked, left, refused);
    } else {
        std::printf("%zu replayed, %zu left for a person, %zu refused\n", asked, left, refused);
    }
    return refused == 0 ? exit_ok : exit_failed;
}

}  // namespace tieline::app
