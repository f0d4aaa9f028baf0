#pragma once
// What the console may look at and change in the hub's configuration. The room app implements it.

#include "base/json.h"
#include "base/result.h"

#include <string>

namespace tieline::api {

/// A change that was found to be right, and is not kept yet.
struct SettingsChange {
    Json before, after;  ///< of what was asked for, for the log
    Json changes;        ///< the desk's own: everything that counts over the file then
};

/// Called on one thread of the API's own, since a call may take as long as a peer's answer (bounded, see probe);
/// stop() and reload() from any thread.
class SettingsDesk {
public:
    virtual ~SettingsDesk() = default;

    /// Connections with the fields of their systems and values, and the alerts of budgets, as they would count after a
    /// reload. Never a secret.
    virtual Json all() = 0;
    /// Asks the peer of a connection, with these values over those that would count: who answers, and with what rights.
    /// At most 20 s. An address that tieline.yaml does not name is refused: the hub would send its secret there.
    virtual Result<Json> probe(const std::string& connector, const Json& values) = 0;
    /// Errors name the field.
    virtual Result<SettingsChange> try_connector(const std::string& connector, const Json& values) = 0;
    /// Percentages at which budgets of the site alert.
    virtual Result<SettingsChange> try_thresholds(const std::string& site, const Json& thresholds) = 0;
    /// On disk when it returns; counts from the next reload on.
    virtual Result<void> keep(const SettingsChange& change) = 0;
    /// The hub ends its present work and starts anew with what was kept. Returns at once.
    virtual void reload() = 0;
    /// A probe under way ends with its present request.
    virtual void stop() = 0;
};

}  // namespace tieline::api
