// A strict fake of a peer as a process of its own, over HTTP: tieline-fake maximo|sap_s4 [--port N]. Its first line
// tells its address. Below /admin the test does what people do at that peer, and asks what is there.

#include "base/log.h"
#include "fakes/fakes.h"
#include "net/http_server.h"

#include <poll.h>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

namespace {

volatile std::sig_atomic_t is_asked_to_stop = 0;
void ask_to_stop(int) { is_asked_to_stop = 1; }

}  // namespace

int main(int argc, char** argv) {
    using namespace tieline;
    const std::vector<std::string> words(argv + 1, argv + argc);
    net::HttpServerOptions options;
    std::unique_ptr<fakes::Fake> fake;
    if (!words.empty() && words[0] == "maximo") fake = fakes::make_maximo();
    if (!words.empty() && words[0] == "sap_s4") fake = fakes::make_sap_s4();
    const bool has_port = words.size() == 3 && words[1] == "--port";
    if (!fake || (words.size() != 1 && !has_port)) {
        std::fputs("usage: tieline-fake maximo|sap_s4 [--port N]\n", stderr);
        return 2;
    }
    if (has_port) options.port = static_cast<std::uint16_t>(std::stoul(words[2]));
    std::signal(SIGTERM, ask_to_stop);
    std::signal(SIGINT, ask_to_stop);
    std::mutex mutex;
    std::vector<std::shared_ptr<net::Responder>> held;  // answers that never come while somebody holds them back
    auto server = net::make_http_server(options, [&](net::HttpRequest request, std::shared_ptr<net::Responder> to) {
        const std::lock_guard lock(mutex);
        const fakes::Reply reply = request.url.starts_with("/admin/") ? fake->admin(request) : fake->answer(request);
        if (reply.way == fakes::Reply::Way::never)
            held.push_back(std::move(to));
        else if (reply.way == fakes::Reply::Way::lost)
            to->abort();
        else
            to->respond(reply.response);
    });
    if (!server) {
        std::fprintf(stderr, "%s\n", server.error().message.c_str());
        return 1;
    }
    std::printf("http://127.0.0.1:%d\n", (*server)->port());
    std::fflush(stdout);
    while (is_asked_to_stop == 0) poll(nullptr, 0, 50);
    return 0;
}
