#include "app/nightly.h"

#include "app/reconcile.h"
#include "base/log.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace tieline::app {
namespace {

constexpr std::size_t differences_kept = 20;  ///< per topic in the event; the command lists them all

Error stopped() { return make_error(ErrorKind::transient, "Tieline is stopping.", "stopping"); }

/// An answer of the API that goes to a function instead of a connection.
class Told final : public net::Responder {
public:
    explicit Told(std::function<void(net::HttpResponse)> told) : told_(std::move(told)) {}
    void respond(net::HttpResponse response) override { told_(std::move(response)); }
    void start_stream(std::vector<net::Header>) override {}
    bool write(std::string) override { return false; }

private:
    std::function<void(net::HttpResponse)> told_;
};

Result<Json> body_of(const net::HttpResponse& response) {
    TIELINE_TRY(Json body, Json::parse(response.body, JsonLimits{16 << 20, 64, 2'000'000}));
    if (response.status < 300) return body;
    return make_error(ErrorKind::invalid, body.text_or("detail", "HTTP " + std::to_string(response.status)),
                      body.text_or("code"));
}

}  // namespace

/// What callbacks of other threads may still reach after the end.
struct Nightly::Shared {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopping = false;

    /// Starts something and waits for what it gives; nullopt when stopping first.
    template <class T>
    static std::optional<T> wait(const std::shared_ptr<Shared>& shared,
                                 const std::function<void(std::function<void(T)>)>& start) {
        const auto slot = std::make_shared<std::optional<T>>();
        start([shared, slot](T value) {
            const std::lock_guard lock(shared->mutex);
            *slot = std::move(value);
            shared->changed.notify_all();
        });
        std::unique_lock lock(shared->mutex);
        shared->changed.wait(lock, [&] { return slot->has_value() || shared->stopping; });
        return std::move(*slot);
    }
};

Result<WallTime> next_run(WallTime now, const std::string& at, const std::string& zone) {
    const Millis after_midnight =
        std::chrono::hours(std::stoi(at.substr(0, 2))) + std::chrono::minutes(std::stoi(at.substr(3)));
    TIELINE_TRY(Date day, local_date(now, zone));
    for (;;) {
        TIELINE_TRY(const WallTime midnight, start_of_day(day, zone));
        if (midnight + after_midnight > now) return midnight + after_midnight;
        day = day.next_day();
    }
}

Nightly::Nightly(const Config& config, api::Api& api, engine::Runtime& runtime,
                 const engine::Runtime::Connectors& connectors)
    : config_(config), api_(api), runtime_(runtime), connectors_(connectors), shared_(std::make_shared<Shared>()) {
    const auto wants = [](const SiteConfig& site) { return !site.reconcile.at.empty(); };
    if (std::none_of(config.sites.begin(), config.sites.end(), wants)) return;
    client_ = net::make_http_client();
    thread_ = std::thread([this] { run(); });
}

Nightly::~Nightly() {
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->stopping = true;
        shared_->changed.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Nightly::run() {
    for (;;) {
        const SiteConfig* next = nullptr;
        WallTime due{};
        const WallTime now = system_clock().now();
        for (const SiteConfig& site : config_.sites) {
            if (site.reconcile.at.empty()) continue;
            const Result<WallTime> at = next_run(now, site.reconcile.at, site.reconcile.zone);
            if (!at || (next != nullptr && *at >= due)) continue;
            next = &site;
            due = *at;
        }
        if (next == nullptr) return;
        {
            std::unique_lock lock(shared_->mutex);
            const auto stops = [this] { return shared_->stopping; };
            if (shared_->changed.wait_until(lock, due, stops)) return;
        }
        // Sites of the same minute go one after the other.
        for (const SiteConfig& site : config_.sites) {
            if (site.reconcile.at == next->reconcile.at && site.reconcile.zone == next->reconcile.zone) {
                reconcile(site, due);
            }
        }
    }
}

void Nightly::reconcile(const SiteConfig& site, WallTime now) {
    const Result<Date> today = local_date(now, site.reconcile.zone);
    if (!today) return;
    const conditions::Period period{conditions::shifted(today->str(), -site.reconcile.days),
                                    conditions::shifted(today->str(), -1)};
    const connectors::Peer peer = [this](const net::HttpRequest& request) {
        auto reply = Shared::wait<Result<net::HttpResponse>>(
            shared_,
            [&](std::function<void(Result<net::HttpResponse>)> done) { client_->send(request, std::move(done)); });
        return reply ? std::move(*reply) : Result<net::HttpResponse>(stopped());
    };
    const Ask ask = [this, &site](const std::string& path) -> Result<Json> {
        net::HttpRequest request;
        request.url = "/api/v1/" + path + (path.find('?') == std::string::npos ? "?" : "&") + "site=" + site.id;
        request.headers = {{"Host", "localhost"}, {"Authorization", "Bearer " + config_.api.token}};
        const auto answer = Shared::wait<net::HttpResponse>(shared_, [&](std::function<void(net::HttpResponse)> done) {
            api_.handle(std::move(request), std::make_shared<Told>(std::move(done)));
        });
        if (!answer) return stopped();
        return body_of(*answer);
    };
    // The peers first: what is booked in between is then in the hub's books too.
    std::vector<conditions::PeerList> peers;
    for (const auto& [place, connector] : connectors_) {
        if (place.first != site.id) continue;
        for (conditions::PeerList& list : read_peer(*connector, place.second, peer, period)) {
            peers.push_back(std::move(list));
        }
    }
    const Result<conditions::HubBooks> hub = read_hub(ask, period);
    if (!hub) {
        log(LogLevel::warn, "nightly reconciliation: " + hub.error().message, {{"site", site.id}});
        return;
    }
    conditions::Report report = conditions::reconcile(*hub, peers, period);
    leave_out_under_way(ask, report);
    engine::Ingest item;
    item.site = site.id;
    item.source = "reconcile";
    item.object = period.to;
    item.type = "reconcile.done";
    item.correlation = "reconcile";
    item.occurred = now;
    item.data = conditions::to_json(report, differences_kept).dump();
    runtime_.ingest(std::move(item), [site = site.id](const Result<engine::Ingested>& taken) {
        if (!taken) log(LogLevel::warn, "reconciliation not recorded: " + taken.error().message, {{"site", site}});
    });
}

}  // namespace tieline::app
