#include "app/running_hub.h"

#include "app/signals.h"
#include "base/log.h"

namespace tieline::app {

Result<std::unique_ptr<RunningHub>> RunningHub::open(Config config) {
    auto running = std::make_unique<RunningHub>();
    running->file_ = config.file;
    running->web_dir_ = config.api.web_dir;
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
    Result<Config> config = load_config(file_);
    if (!config) {
        log(LogLevel::error, "the configuration was not taken, the hub goes on as before: " + config.error().message);
        return {};
    }
    config->api.port = hub_->port();
    config->api.web_dir = web_dir_;
    log(LogLevel::info, "the hub starts anew with its configuration", {{"hash", config->hash.substr(0, 16)}});
    hub_.reset();
    return start(std::move(*config));
}

}  // namespace tieline::app
