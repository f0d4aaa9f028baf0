#include "app/args.h"
#include "app/children.h"
#include "app/cli.h"
#include "app/running_hub.h"
#include "app/signals.h"
#include "app/up_files.h"
#include "base/json.h"
#include "base/log.h"
#include "net/http_client.h"

#include <csignal>
#include <cstdio>
#include <filesystem>

namespace tieline::app {
namespace {

constexpr const char* help =
    R"(usage: tieline up [--dir FOLDER] [--port N] [--speed X] [--no-plant] [--no-sign-in] [--web-dir DIR]

Starts a sandbox CMMS, a sandbox ERP and a plant at work as processes of their own, and the hub between them. Ctrl-C
stops everything; a second start goes on where the first one stopped.

  --dir FOLDER   where configuration, secrets and data are kept (default: var/up)
  --port N       the hub's port (default 8420); CMMS and ERP take the next two. 0: any free ones
  --speed X      actions of the plant per second (default 0.5)
  --no-plant     no plant: post work orders yourself
  --no-sign-in   everybody on this machine may look and act, as it is for a quick look
  --web-dir DIR  the web pages' files, instead of the program's own (to develop them)
)";

/// What is running. Made in this order, stopped in reverse.
struct World {
    UpFolder folder;
    UpAddresses addresses;
    Children children;
    std::unique_ptr<RunningHub> running;
    const Hub& hub() const { return running->hub(); }
};

std::string port_text(std::uint16_t hub_port, int offset) {
    return std::to_string(hub_port == 0 ? 0 : hub_port + offset);
}

ChildStart child(const World& world, const std::string& program, const char* system, const char* name) {
    ChildStart start;
    start.name = name;
    start.program = program;
    start.args = {system};
    start.environment = {{"SANDBOX_ERP_TOKEN", world.folder.erp_token},
                         {"SANDBOX_CMMS_TOKEN", world.folder.cmms_token}};
    start.log_file = world.folder.folder + "/sandbox-" + system + ".log";
    return start;
}

Result<void> start_peers(World& world, const std::string& program, std::uint16_t port) {
    ChildStart cmms = child(world, program, "cmms", "CMMS");
    cmms.args.insert(cmms.args.end(), {"--demo", "--port", port_text(port, 1), "--data", world.folder.cmms_data});
    TIELINE_TRY(world.addresses.cmms, world.children.start(cmms));
    ChildStart erp = child(world, program, "erp", "ERP");
    erp.args.insert(erp.args.end(), {"--demo", "--port", port_text(port, 2), "--data", world.folder.erp_data});
    TIELINE_TRY(world.addresses.erp, world.children.start(erp));
    return {};
}

Result<void> start_plant(World& world, const std::string& program, const std::string& speed) {
    ChildStart plant = child(world, program, "plant", "plant");
    plant.args.insert(plant.args.end(),
                      {"--cmms", world.addresses.cmms, "--erp", world.addresses.erp, "--speed", speed});
    plant.prints_address = false;
    TIELINE_TRY_VOID(world.children.start(plant));
    return {};
}

/// The CMMS tells the hub of changes; without it the hub finds them by asking, only later.
void register_webhook(const World& world) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = world.addresses.cmms + "/api/webhooks";
    request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + world.folder.cmms_token}};
    request.body = Json::object({{"url", world.hub().url() + "/api/v1/webhooks/cmms"},
                                 {"secret", world.folder.webhook_secret},
                                 {"events", Json(Json::Array{"workorder.changed"})}})
                       .dump();
    const Result<net::HttpResponse> answer = net::make_http_client()->send_and_wait(std::move(request));
    if (answer && answer->status < 300) return;
    log(LogLevel::warn, "the CMMS took no webhook; changes are found by asking every few seconds",
        {{"why", answer ? answer->body : answer.error().message}});
}

/// How to call this program from the folder in which it was started: it need not be on the path.
std::string own_call() {
    std::error_code failed;
    const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", failed);
    if (failed) return "tieline";
    const std::filesystem::path near = own.lexically_relative(std::filesystem::current_path(failed));
    const bool below = !failed && !near.empty() && *near.begin() != "..";
    return below ? near.string() : own.string();
}

void greet(const World& world, bool plant, bool sign_in) {
    const std::string call = own_call();
    const std::string token = sign_in ? " --token-file " + world.folder.folder + "/secrets/hub.token" : std::string();
    std::printf(
        "tieline: ready at %s\n\n"
        "  open       %s in a browser: what comes in, what is booked, what waits for a person\n"
        "  CMMS       %s  (token in %s/secrets/cmms.token)\n"
        "  ERP        %s  (token in %s/secrets/erp.token)\n"
        "  settings   %s\n\n"
        "Try next, in another terminal:\n"
        "  %s exceptions list --url %s%s\n"
        "  %s trace WO-000001 --url %s%s\n"
        "  %s check --config %s\n\n"
        "%s Ctrl-C stops everything; the next start goes on from here.\n",
        world.hub().url().c_str(), world.hub().url().c_str(), world.addresses.cmms.c_str(), world.folder.folder.c_str(),
        world.addresses.erp.c_str(), world.folder.folder.c_str(), world.folder.config.c_str(), call.c_str(),
        world.hub().url().c_str(), token.c_str(), call.c_str(), world.hub().url().c_str(), token.c_str(), call.c_str(),
        world.folder.config.c_str(),
        plant ? "The plant is at work." : "No plant: post work orders to the CMMS yourself.");
    if (!world.hub().first_link().empty()) {
        std::printf(
            "\nNobody can sign in yet. Open this link once, within 24 hours, to become administrator:\n  %s%s\n",
            world.hub().url().c_str(), world.hub().first_link().c_str());
    }
    std::fflush(stdout);
}

int watch(World& world) {
    for (int signal = wait_for_signal(); signal == SIGCHLD || signal == SIGUSR1; signal = wait_for_signal()) {
        if (signal == SIGUSR1) {
            if (const Result<void> again = world.running->reload(); !again) return fail(again.error());
            continue;
        }
        for (const std::string& name : world.children.ended()) {
            std::printf("tieline: the sandbox %s has ended. The hub goes on; start again to have it back.\n",
                        name.c_str());
            std::fflush(stdout);
        }
    }
    const int exit_code = world.running->failed() ? exit_store : exit_ok;
    end_within(4, exit_code);
    std::printf("tieline: stopping\n");
    std::fflush(stdout);
    world.running->stop();
    world.children.stop();
    return exit_code;
}

}  // namespace

int up_command(const std::vector<std::string>& args) {
    const Started started =
        start_command(args, help, {"dir", "port", "speed", "web-dir"}, {"no-plant", "no-sign-in"}, 0);
    if (started.exit_code >= 0) return started.exit_code;
    const Result<std::uint16_t> port = port_from(started.args.value("port", "8420"));
    if (!port) return fail(port.error());
    const Result<std::string> program = find_program("tieline-sandbox");
    if (!program) return fail(program.error());
    block_signals();
    raise_file_limit();
    World world;
    Result<UpFolder> folder = open_up_folder(started.args.value("dir", "var/up"));
    if (!folder) return fail(folder.error());
    world.folder = std::move(*folder);
    world.addresses.port = *port;
    if (const Result<void> peers = start_peers(world, *program, *port); !peers) return fail(peers.error());
    if (const Result<void> wrote = write_up_config(world.folder, world.addresses, !started.args.has("no-sign-in"));
        !wrote)
        return fail(wrote.error());
    Result<Config> config = load_config(world.folder.config);
    if (!config) return fail(config.error());
    config->api.web_dir = started.args.value("web-dir");
    const bool plant = !started.args.has("no-plant");
    if (plant) {
        const Result<void> lives = start_plant(world, *program, started.args.value("speed", "0.5"));
        if (!lives) return fail(lives.error());
    }
    Result<std::unique_ptr<RunningHub>> running = RunningHub::open(std::move(*config));
    if (!running) return fail(running.error());
    world.running = std::move(*running);
    register_webhook(world);
    greet(world, plant, !started.args.has("no-sign-in"));
    return watch(world);
}

}  // namespace tieline::app
