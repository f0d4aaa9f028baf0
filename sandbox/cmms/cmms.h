#pragma once
// The sandbox CMMS: a small maintenance system as a plant might have it, outside of the hub. API.md describes its face.
// Synchronous, one thread, no clock of its own, so that a simulator can drive it in its own process.

#include "base/time.h"
#include "net/http.h"
#include "sandbox/cmms/webhooks.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::cmms {

struct CmmsOptions {
    std::string token = "sandbox";
    std::string read_only_token;  ///< empty: there is none
    bool lenient = false;  ///< part transactions are booked as they were written, as systems do that check nothing
};

/// A response with status 0 and this header was lost on purpose: close the connection without an answer. Its value
/// says whether the work was done ("after") or not ("before").
inline constexpr std::string_view drop_header = "X-Sandbox-Drop";
/// The answer is to leave so many milliseconds later; strip the header before sending.
inline constexpr std::string_view delay_header = "X-Sandbox-Delay-Ms";

class Cmms {
public:
    /// `path`: a database file, or ":memory:". Check ready() before use.
    explicit Cmms(const std::string& path, CmmsOptions options = {});
    ~Cmms();
    Cmms(const Cmms&) = delete;
    Cmms& operator=(const Cmms&) = delete;

    /// False when the database cannot be used; `why()` says so. Every request is then answered with 500.
    bool ready() const;
    const std::string& why() const;

    /// Answers one request; what it answers with 2xx is committed. Never throws.
    net::HttpResponse handle(const net::HttpRequest& request, WallTime now);

    /// Webhook attempts that are due; each comes again after 30 s unless webhook_result() says what became of it.
    std::vector<WebhookDelivery> take_webhooks(WallTime now, std::size_t count_max = 64);
    /// `status` 0: no answer; `trouble` then says why.
    void webhook_result(std::int64_t id, int status, std::string_view trouble, WallTime now);

    /// The demo plant's assets; does nothing where there are assets already.
    void seed_demo(WallTime now);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;  ///< none when not ready
    std::string why_;
};

}  // namespace tieline::sandbox::cmms
