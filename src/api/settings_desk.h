#pragma once
// What the console may look at and change in the hub's configuration. The room app implements it.

#include "base/json.h"
#include "base/result.h"

#include <string>

namespace tieline::api {

/// Thread-safe. A call may take as long as a peer's answer: the API calls it on a thread of its own.
class SettingsDesk {
public:
    virtual ~SettingsDesk() = default;

    /// Connections with the fields of their systems and present values, and the alerts of budgets. Never a secret.
    virtual Json all() = 0;
    /// Asks the peer of a connection, with these values in place of the present ones: who answers, and with what
    /// rights.
    virtual Result<Json> probe(const std::string& connector, const Json& values) = 0;
    /// Keeps the values of a connection; they count from the next reload on. Gives what stood there before. Errors name
    /// the field; nothing is kept then.
    virtual Result<Json> change_connector(const std::string& connector, const Json& values) = 0;
    /// Percentages at which budgets of the site alert.
    virtual Result<Json> change_thresholds(const std::string& site, const Json& thresholds) = 0;
    /// The hub ends its present work and starts anew with what was kept. Returns at once.
    virtual void reload() = 0;
};

}  // namespace tieline::api
