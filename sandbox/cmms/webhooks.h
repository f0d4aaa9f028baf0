#pragma once
// Webhooks: subscriptions, and deliveries that stay until the receiver says 2xx. At least once, with growing pauses.
// A body names only the object that changed; the receiver reads it again.

#include "base/time.h"
#include "net/http.h"
#include "sandbox/cmms/database.h"
#include "sandbox/cmms/faults.h"
#include "sandbox/cmms/problem.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::cmms {

/// One attempt to tell a subscriber, ready to be sent. `id` goes back into settle().
struct WebhookDelivery {
    std::int64_t id = 0;
    int attempt = 1;
    net::HttpRequest request;
};

class Webhooks {
public:
    Webhooks(Database& database, Faults& faults) : database_(database), faults_(faults) {}

    /// {"url", "secret" (16..200 characters), "events": ["workorder.changed", "asset.changed"]}.
    Outcome<Json> subscribe(const Json& input, WallTime now);
    Outcome<> unsubscribe(std::int64_t id);
    /// Subscriptions with how many deliveries wait or were given up; never their secrets.
    Json list();

    /// Notes that an object changed; part of the caller's transaction.
    void announce(std::string_view event, const std::string& object, WallTime now);
    /// Deliveries that are due, signed with the time of sending. Each is taken for `lease`: without settle() it comes
    /// again.
    std::vector<WebhookDelivery> take(WallTime now, std::size_t count_max);
    /// What became of an attempt. `status` 0: no answer.
    void settle(std::int64_t id, int status, std::string_view trouble, WallTime now);

private:
    Database& database_;
    Faults& faults_;
};

}  // namespace tieline::sandbox::cmms
