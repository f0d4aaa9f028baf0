#pragma once
// Reconciles each site once a night, in a thread of its own: reading some ten thousand rows of a peer takes its time.

#include "api/api.h"
#include "app/config.h"
#include "engine/runtime.h"

#include <memory>
#include <thread>

namespace tieline::app {

/// The next moment at which the clock in `zone` shows `at` ("02:30"), after `now`. On a day without that time (the
/// change to summer time) it is that long after midnight.
Result<WallTime> next_run(WallTime now, const std::string& at, const std::string& zone);

/// Starts nothing where no site wants it. The destructor stops it within moments. All arguments must outlive it.
class Nightly {
public:
    Nightly(const Config& config, api::Api& api, engine::Runtime& runtime,
            const engine::Runtime::Connectors& connectors);
    ~Nightly();
    Nightly(const Nightly&) = delete;

private:
    struct Shared;
    void run();
    void reconcile(const SiteConfig& site, WallTime now);

    const Config& config_;
    api::Api& api_;
    engine::Runtime& runtime_;
    const engine::Runtime::Connectors& connectors_;
    std::shared_ptr<Shared> shared_;
    std::unique_ptr<net::HttpClient> client_;
    std::thread thread_;
};

}  // namespace tieline::app
