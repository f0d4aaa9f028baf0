#include "sandbox/plant/plant_process.h"

#include "net/http_client.h"
#include "sandbox/plant/plant_io.h"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>

namespace tieline::sandbox::plant {
namespace {

constexpr const char* usage =
    R"(usage: tieline-sandbox plant --cmms URL [--erp URL] [--seed N] [--speed X] [--actions N] [--open N]
                             [--cmms-token T] [--erp-token T]

People at work in the demo plant: they ask for work, approve, release, do, complete, reopen, correct and cancel it in
the CMMS, take parts from the storeroom, and vendors' invoices arrive in the ERP, where requisitions are approved,
ordered and delivered. One line is printed per action.

  --cmms URL    address of the sandbox CMMS, for example http://127.0.0.1:8082
  --erp URL     address of the sandbox ERP; without it no purchase orders and invoices
  --seed N      which life (default 1)
  --speed X     actions per second, up to 1000, for example 0.2 (default 1)
  --actions N   stop after so many (default: until SIGTERM or SIGINT)
  --open N      about so many work orders are under way at a time (default 12)
  --…-token T   bearer tokens (default: the environment's SANDBOX_CMMS_TOKEN and SANDBOX_ERP_TOKEN, else "sandbox")
)";

struct Asked {
    Site site;
    LifeOptions life;
    std::int64_t pause_us = 1'000'000;
    std::uint64_t actions = 0;  ///< 0: no end
    std::string wrong;
    bool help = false;
};

std::string environment_or(const char* name, const char* fallback) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : fallback;
}

std::optional<std::uint64_t> number_from(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// "0.2" actions per second as microseconds between two.
std::optional<std::int64_t> pause_from(const std::string& speed) {
    const Result<Decimal> per_second = Decimal::parse(speed);
    if (!per_second) return std::nullopt;
    const Result<Decimal> per_thousand = per_second->times(Decimal::from_int(1'000));
    const Result<Decimal> whole = per_thousand ? per_thousand->rounded(0) : per_thousand;
    if (!whole || *whole < Decimal::from_int(1) || *whole > Decimal::from_int(1'000'000)) return std::nullopt;
    return 1'000'000'000 / std::stoll(whole->str());
}

/// Takes one option with its value; false when there is no such option or the value does not fit.
bool take(Asked& asked, const std::string& name, const std::string& value) {
    std::string* const text = name == "--cmms"         ? &asked.site.cmms_url
                              : name == "--erp"        ? &asked.site.erp_url
                              : name == "--cmms-token" ? &asked.site.cmms_token
                              : name == "--erp-token"  ? &asked.site.erp_token
                                                       : nullptr;
    if (text != nullptr) {
        *text = value;
        while (name.find("token") == std::string::npos && !text->empty() && text->back() == '/') text->pop_back();
        return true;
    }
    if (name == "--speed") {
        const std::optional<std::int64_t> pause = pause_from(value);
        if (pause) asked.pause_us = *pause;
        return pause.has_value();
    }
    const std::optional<std::uint64_t> number = number_from(value);
    if (!number) return false;
    if (name == "--seed") asked.life.seed = *number;
    if (name == "--actions") asked.actions = *number;
    if (name == "--open") asked.life.open_orders = static_cast<std::size_t>(*number);
    return name == "--seed" || name == "--actions" || name == "--open";
}

Asked read_arguments(const std::vector<std::string>& args) {
    Asked asked;
    asked.site.cmms_token = environment_or("SANDBOX_CMMS_TOKEN", "sandbox");
    asked.site.erp_token = environment_or("SANDBOX_ERP_TOKEN", "sandbox");
    for (std::size_t index = 0; index < args.size(); ++index) {
        const std::string& name = args[index];
        if (name == "--help" || name == "-h") {
            asked.help = true;
            return asked;
        }
        if (index + 1 == args.size()) {
            asked.wrong = name + " is unknown or needs a value";
            return asked;
        }
        if (!take(asked, name, args[++index])) {
            asked.wrong = name + " is unknown or does not take " + args[index];
            return asked;
        }
    }
    if (asked.site.cmms_url.empty()) asked.wrong = "--cmms is needed: the address of the sandbox CMMS";
    asked.life.has_erp = !asked.site.erp_url.empty();
    return asked;
}

/// Waits for the pause or a signal; true when a signal asks to stop.
bool is_stopped(const sigset_t& signals, std::int64_t pause_us) {
    timespec pause{};
    pause.tv_sec = pause_us / 1'000'000;
    pause.tv_nsec = (pause_us % 1'000'000) * 1'000;
    return sigtimedwait(&signals, nullptr, &pause) > 0;
}

}  // namespace

int run_plant(const std::vector<std::string>& args) {
    const Asked asked = read_arguments(args);
    if (asked.help) {
        std::fputs(usage, stdout);
        return 0;
    }
    if (!asked.wrong.empty()) {
        std::fprintf(stderr, "tieline-sandbox plant: %s\n\n%s", asked.wrong.c_str(), usage);
        return 2;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the client's thread starts
    const std::unique_ptr<net::HttpClient> client = net::make_http_client();
    LivingPlant plant(
        asked.site, PlantLife(asked.life),
        [&client](const net::HttpRequest& request) { return client->send_and_wait(request); },
        std::make_unique<PartsLife>(asked.life.seed + 1));
    for (std::uint64_t count = 0; asked.actions == 0 || count < asked.actions; ++count) {
        const WallTime now = system_clock().now();
        const std::string line = plant.step(now);
        std::printf("%s  %s\n", format_time(now).c_str(), line.c_str());
        std::fflush(stdout);
        if (is_stopped(signals, asked.pause_us)) break;
    }
    std::printf("plant stops: %llu actions done, %llu failed\n", static_cast<unsigned long long>(plant.done()),
                static_cast<unsigned long long>(plant.refused()));
    std::fflush(stdout);
    return 0;
}

}  // namespace tieline::sandbox::plant
