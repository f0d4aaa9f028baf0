#pragma once
// The hub under measurement: its configuration, its process, what it says of itself.

#include "bench/process.h"

#include <string>

namespace tieline::bench {

struct HubOptions {
    std::string program;  ///< tieline, or bare_hub
    std::string folder;   ///< made empty at the start of each phase
    std::uint16_t port = 0, erp_port = 0;
    std::uint16_t cmms_port = 0;  ///< 0: no CMMS
    std::string cmms_token, webhook_secret;
    bool parts = false;  ///< part transactions are issued instead of work orders posted
    bool bare = false;   ///< bare_hub takes its settings as arguments
    bool views = false;  ///< bare_hub with read models
};

class Hub {
public:
    explicit Hub(HubOptions options);
    void start();
    bool answers() const;  ///< /readyz
    Process& process() { return process_; }
    std::uint16_t port() const { return options_.port; }
    /// What it tells about itself, in Prometheus' text format; "" without an answer.
    std::string metrics() const;
    std::string log_path() const { return options_.folder + "/hub.log"; }

private:
    std::string configuration() const;
    HubOptions options_;
    Process process_;
};

/// A completed work order as pushed to /api/v1/events: 3 labor, 4 part and 1 contractor line, about 2 kB.
/// Value of the first metric of such a text whose name contains `part`; -1: none.
double metric_of(const std::string& text, const std::string& part);

std::string event_request(std::uint16_t port);
/// A part used on a work order, of one of the load's parts.
std::string part_request(std::uint16_t port);
/// What each goods issue must say, from its quantity up to its reference.
constexpr const char* issued_items = R"("quantity":"2","unit":"PC","storageLocation":"MAIN","costCenter":"CC-100",)";
/// The completed work order as a new one of the sandbox CMMS.
std::string cmms_request(std::uint16_t port, const std::string& token);
/// What each order must cost in the ERP.
constexpr const char* order_total = "1286.04";

}  // namespace tieline::bench
