#include "app/args.h"
#include "app/cli.h"
#include "app/remote.h"

#include <cstdio>

namespace tieline::app {
namespace {

const std::string help = std::string(R"(usage: tieline trace WO-000123

Shows the whole chain of a work order: what came in, what was decided and sent, what the peer booked, with times.
)") + remote_help;

std::string summary(const Json& event) {
    const Json* data = event.find("data");
    if (data == nullptr) return "";
    std::string text;
    const auto add = [&text](const std::string& part) {
        if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
    };
    if (event.text_or("type").starts_with("workorder.")) {
        add(data->text_or("title"));
        if (const Json* lines = data->find("lines")) add(std::to_string(lines->items().size()) + " line(s)");
        return text;
    }
    add(data->text_or("kind"));
    if (const Json* echo = data->find("echo"); echo && echo->find("amount")) {
        add(echo->text_or("amount") + " " + echo->text_or("currency"));
    }
    if (!data->text_or("document").empty()) add("document " + data->text_or("document"));
    add(data->text_or("reason"));
    add(data->text_or("resolution"));
    return text;
}

void print(const Json& trace) {
    std::printf("%s at %s\n\n", trace.text_or("correlation").c_str(), trace.text_or("site").c_str());
    for (const Json& event : trace.find("events")->items()) {
        std::printf("%s  #%-6lld %-24s %s\n", event.text_or("recorded").c_str(),
                    static_cast<long long>(event.int_or("seq", 0)), event.text_or("type").c_str(),
                    summary(event).c_str());
    }
    const Json::Array& commands = trace.find("commands")->items();
    if (!commands.empty()) std::printf("\nCommands\n");
    for (const Json& command : commands) {
        std::printf("  %s  %-22s %-9s attempts %lld", command.text_or("key").c_str(), command.text_or("kind").c_str(),
                    command.text_or("state").c_str(), static_cast<long long>(command.int_or("attempts", 0)));
        if (!command.text_or("document").empty()) std::printf("  document %s", command.text_or("document").c_str());
        const bool settled = command.text_or("state") == "booked";
        if (!settled && !command.text_or("last_error").empty()) {
            std::printf("  (%s)", command.text_or("last_error").c_str());
        }
        std::printf("\n");
    }
}

}  // namespace

int trace_command(const std::vector<std::string>& args) {
    const Started started = start_command(args, help.c_str(), {"url", "token-file", "config", "site"}, {"json"}, 1);
    if (started.exit_code >= 0) return started.exit_code;
    if (started.args.positional().empty()) {
        std::fputs(help.c_str(), stderr);
        return exit_usage;
    }
    Result<Remote> remote = Remote::from(started.args);
    if (!remote) return fail(remote.error());
    const Result<Json> trace = remote->get("trace/" + net::url_encode(started.args.positional()[0]));
    if (!trace) return fail(trace.error());
    if (started.args.has("json")) {
        std::puts(trace->pretty().c_str());
    } else {
        print(*trace);
    }
    return exit_ok;
}

}  // namespace tieline::app
