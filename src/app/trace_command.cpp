#include "app/args.h"
#include "app/cli.h"
#include "app/remote.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace tieline::app {
namespace {

constexpr std::size_t stories_max = 20;

const std::string help = std::string(R"(usage: tieline trace WO-000123 [--only] [--record FILE]

Shows the whole chain of a work order: what came in, what was decided and sent, what the peer booked, with times; then
what it touched, since it began: the places of its parts, their requisitions, purchase orders and deliveries. Takes a
place (SEAL-9/MAIN), a requisition or a purchase order as well.

  --only              this story alone
  --record FILE       adds its commands to FILE, one JSON object a line, for tieline check --replay
)") + remote_help;

/// What an event names that has a story of its own.
void add_related(const Json& event, std::vector<std::string>& into) {
    const Json* data = event.find("data");
    if (data == nullptr || !data->is_object()) return;
    const std::string type = event.text_or("type");
    const auto add = [&into](const std::string& name) {
        const bool known = std::find(into.begin(), into.end(), name) != into.end();
        if (!name.empty() && !known && into.size() < stories_max) into.push_back(name);
    };
    const bool of_part = type.starts_with("part.") || type == "demand.changed" || type == "availability.changed";
    if (of_part && !data->text_or("storeroom").empty()) add(data->text_or("part") + "/" + data->text_or("storeroom"));
    if (type == "requisition.booked" && data->text_or("kind") == "requisition.create") add(data->text_or("document"));
    if (type == "availability.changed" || type.starts_with("requisition.")) {
        add(data->text_or("requisition"));
        add(data->text_or("order"));
        add(data->text_or("purchase_order"));
    }
}

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

/// `since`: what happened before is left out; times of one form sort as they read.
void print(const Json& trace, const std::string& since) {
    std::printf("%s at %s\n\n", trace.text_or("correlation").c_str(), trace.text_or("site").c_str());
    for (const Json& event : trace.find("events")->items()) {
        if (event.text_or("recorded") < since) continue;
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

/// Adds the commands of a story to a recording.
Result<std::size_t> record(const Json& trace, const std::string& file) {
    std::ofstream stream(file, std::ios::app);
    std::size_t count = 0;
    for (const Json& command : trace.find("commands")->items()) {
        const Json* payload = command.find("payload");
        Json line = Json::object({{"site", trace.text_or("site")}});
        for (const char* name : {"connector", "kind", "key", "state", "created"}) line.set(name, command.text_or(name));
        line.set("payload", payload != nullptr ? *payload : Json::object());
        stream << line.dump() << "\n";
        ++count;
    }
    if (!stream.flush())
        return make_error(ErrorKind::invalid, "the recording " + file + " cannot be written", "no_file");
    return count;
}

}  // namespace

int trace_command(const std::vector<std::string>& args) {
    const Started started =
        start_command(args, help.c_str(), {"url", "token-file", "config", "site", "record"}, {"json", "only"}, 1);
    if (started.exit_code >= 0) return started.exit_code;
    if (started.args.positional().empty()) {
        std::fputs(help.c_str(), stderr);
        return exit_usage;
    }
    Result<Remote> remote = Remote::from(started.args);
    if (!remote) return fail(remote.error());
    std::vector<std::string> stories = {started.args.positional()[0]};
    std::string since;
    Json all = Json::array();
    std::size_t recorded = 0;
    for (std::size_t next = 0; next < stories.size(); ++next) {
        const std::string story = stories[next];
        Result<Json> trace = remote->get("trace/" + net::url_encode(story));
        if (!trace && next > 0 && trace.error().kind == ErrorKind::not_found) continue;  // it only has a name
        if (!trace) return fail(trace.error());
        const Json::Array& events = trace->find("events")->items();
        if (next == 0 && !events.empty()) since = events.front().text_or("recorded");
        for (const Json& event : events) {
            if (!started.args.has("only") && event.text_or("recorded") >= since) add_related(event, stories);
        }
        if (started.args.has("record")) {
            const Result<std::size_t> count = record(*trace, started.args.value("record"));
            if (!count) return fail(count.error());
            recorded += *count;
        }
        if (!started.args.has("json")) {
            if (next > 0) std::printf("\n");
            print(*trace, next == 0 ? std::string() : since);
        }
        all.push_back(std::move(*trace));
    }
    if (started.args.has("record"))
        std::fprintf(stderr, "%zu command(s) added to %s\n", recorded, started.args.value("record").c_str());
    if (started.args.has("json")) std::puts((started.args.has("only") ? all.items().front() : all).pretty().c_str());
    return exit_ok;
}

}  // namespace tieline::app
