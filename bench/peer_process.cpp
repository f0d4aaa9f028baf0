#include "bench/peer_process.h"

#include "bench/process.h"
#include "net/http_server.h"

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>

namespace tieline::bench {
namespace {

constexpr const char* seen_path = "/-/seen";
constexpr std::size_t samples = 20;  ///< looking for one command walks through all that the fake holds

/// "http://host/path" → "http://host"
std::string authority_of(const std::string& url) { return url.substr(0, url.find('/', url.find("://") + 3)); }

/// The child's side: the fake and its counts. One server thread, and the main one, which only waits.
class Served {
public:
    Served(contract::World& world, std::string base, std::vector<model::Command> commands)
        : world_(world), base_(std::move(base)), commands_(std::move(commands)) {}

    void answer(net::HttpRequest request, const std::shared_ptr<net::Responder>& responder) {
        if (request.url == seen_path) {
            net::HttpResponse told{200, {{"Content-Type", "application/json"}}, seen()};
            return responder->respond(std::move(told));
        }
        count();
        request.url.insert(0, base_);
        Result<net::HttpResponse> answer = world_.answer(request);
        answer ? responder->respond(std::move(*answer)) : responder->abort();
    }

private:
    void count() {
        const Nanos now = now_ns();
        while (!recent_.empty() && recent_.front() + second <= now) recent_.pop_front();
        recent_.push_back(now);
        most_ = std::max(most_, recent_.size());
        ++requests_;
    }
    std::string seen() {
        std::int64_t sampled = 0, once = 0;
        const std::size_t step = std::max<std::size_t>(1, commands_.size() / samples);
        for (std::size_t at = 0; at < commands_.size(); at += step) {
            ++sampled;
            if (world_.effects(commands_[at]) == 1) ++once;
        }
        const Json told = Json::object({{"requests", requests_},
                                        {"most", static_cast<std::int64_t>(most_)},
                                        {"sampled", sampled},
                                        {"once", once}});
        requests_ = 0;
        most_ = 0;
        return told.dump();
    }

    contract::World& world_;
    std::string base_;
    std::vector<model::Command> commands_;
    std::deque<Nanos> recent_;
    std::size_t most_ = 0;
    std::int64_t requests_ = 0;
};

[[noreturn]] void serve(const contract::ConnectorUnderTest& subject, const std::string& kind, int count, int out) {
    const auto world = subject.world();
    std::vector<model::Command> commands;
    std::string lines;
    for (int i = 0; i < count; ++i) {
        commands.push_back(world->sample(kind));
        const model::Command& command = commands.back();
        lines += Json::object({{"key", command.key}, {"payload", command.payload}}).dump() + "\n";
    }
    Served served(*world, authority_of(subject.settings.value("url")), std::move(commands));
    net::HttpServerOptions options;
    auto server = net::make_http_server(options, [&](net::HttpRequest request, std::shared_ptr<net::Responder> who) {
        served.answer(std::move(request), who);
    });
    if (!server) _exit(3);
    lines.insert(0, std::to_string((*server)->port()) + "\n");
    for (std::size_t at = 0; at < lines.size();) {
        const ssize_t written = write(out, lines.data() + at, lines.size() - at);
        if (written <= 0) _exit(3);
        at += static_cast<std::size_t>(written);
    }
    close(out);
    for (;;) pause();
}

}  // namespace

PeerProcess::PeerProcess(const contract::ConnectorUnderTest& subject, const std::string& kind, int count)
    : settings_(subject.settings) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    child_ = fork();
    if (child_ == 0) {
        close(ends[0]);
        serve(subject, kind, count, ends[1]);
    }
    close(ends[1]);
    std::string text;
    char buffer[65536];
    for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    close(ends[0]);
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
        const std::string line = text.substr(at, end - at);
        const auto parsed = Json::parse(line);
        if (port_ == 0) {
            port_ = static_cast<std::uint16_t>(std::atoi(line.c_str()));
        } else if (parsed) {
            model::Command command;
            command.key = parsed->text_or("key");
            command.kind = kind;
            command.payload = parsed->text_or("payload");
            commands_.push_back(std::move(command));
        }
    }
    if (port_ == 0 || commands_.size() != static_cast<std::size_t>(count)) {
        std::fprintf(stderr, "the fake of %s did not start\n", subject.name.c_str());
        std::exit(1);
    }
    for (auto& [name, value] : settings_.values) {
        if (name != "url") continue;
        value = "http://127.0.0.1:" + std::to_string(port_) + value.substr(authority_of(value).size());
    }
}

PeerProcess::~PeerProcess() {
    if (child_ <= 0) return;
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
}

PeerSeen PeerProcess::seen() const {
    const auto told = Json::parse(fetch(port_, seen_path));
    if (!told) return {};
    return {told->int_or("requests", 0), told->int_or("most", 0), told->int_or("sampled", 0), told->int_or("once", 0)};
}

}  // namespace tieline::bench
