#pragma once
// The edge of the living plant: reads the CMMS's changes, asks PlantLife what happens, and carries it out.

#include "base/time.h"
#include "net/http.h"
#include "sandbox/plant/parts_life.h"
#include "sandbox/plant/plant_life.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tieline::sandbox::plant {

struct Site {
    std::string cmms_url, cmms_token;
    std::string erp_url, erp_token;  ///< erp_url empty: a plant without ERP
};

/// Sends one request and waits: HttpClient::send_and_wait, or a system in this process.
using Sender = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;

class LivingPlant {
public:
    /// `parts`: null for people who write parts as free lines only.
    LivingPlant(Site site, PlantLife life, Sender send, std::unique_ptr<PartsLife> parts = nullptr);
    /// One thing happens; gives the line to print.
    std::string step(WallTime now);
    std::uint64_t done() const { return done_; }
    std::uint64_t refused() const { return refused_; }

private:
    net::HttpRequest request_for(const Action& action) const;
    /// Brings the view up to date; a text says why that failed.
    std::string look();
    /// Now and then purchasing acts; nullopt: there is nothing to do, or the lists cannot be read.
    std::optional<Action> purchasing(WallTime now);
    Result<Json> read(const std::string& url, const std::string& token) const;

    Site site_;
    PlantLife life_;
    std::unique_ptr<PartsLife> parts_;  ///< at one place: the life keeps its address
    std::uint64_t steps_ = 0;
    Sender send_;
    std::string cursor_ = "0";
    bool has_looked_ = false;
    std::uint64_t done_ = 0, refused_ = 0;
};

}  // namespace tieline::sandbox::plant
