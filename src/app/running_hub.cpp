#include "app/running_hub.h"

#include "app/signals.h"
#include "base/log.h"

namespace tieline::app {
namespace {

constexpr Millis rest_max{15'000};  ///< an ERP's slow answer is waited for; one that does not come is looked up later

/// What cannot be changed under a running process.
bool needs_restart(const Config& before, const Config& after) {
    return before.data_dir != after.data_dir || before.api.address != after.api.address ||
           before.api.port != after.api.port || before.node != after.node;
}

}  // namespace

Result<std::unique_ptr<RunningHub>> RunningHub::open(Config config) {
    auto running = std::make_unique<RunningHub>();
    running->web_dir_ = config.api.web_dir;
    // The port may have been given on the command line; what the file says is compared with the file.
    TIELINE_TRY(running->config_, load_config(config.file));
    TIELINE_TRY_VOID(running->start(std::move(config)));
    return running;
}

Result<void> RunningHub::start(Config config) {
    const auto failed = [this](const Error&) {
        failed_ = true;
        ask_to_stop();
    };
    TIELINE_TRY(hub_, Hub::open(std::move(config), failed, ask_to_reload));
    return {};
}

Result<void> RunningHub::reload() {
    Result<Config> fresh = load_config(config_.file);
    if (!fresh) {
        log(LogLevel::error, "the configuration was not taken, the hub goes on as before: " + fresh.error().message);
        return {};
    }
    if (needs_restart(config_, *fresh)) {
        log(LogLevel::error,
            "the configuration was not taken, the hub goes on as before: node, data_dir, address or port were changed, "
            "which needs a new start of the program");
        return {};
    }
    const std::uint16_t port = hub_->port();
    const auto ready = [&](Config config) {
        config.api.port = port;
        config.api.web_dir = web_dir_;
        return config;
    };
    log(LogLevel::info, "the hub starts anew with its configuration", {{"hash", fresh->hash.substr(0, 16)}});
    if (!hub_->rest(rest_max)) log(LogLevel::warn, "a peer has not answered yet: it is asked again after the start");
    hub_.reset();
    const Result<void> started = start(ready(*fresh));
    if (started) {
        config_ = std::move(*fresh);
        return {};
    }
    log(LogLevel::error, "the hub could not start with its new configuration: " + started.error().message);
    return start(ready(config_));
}

}  // namespace tieline::app
