#pragma once
// Assets: the machines that work is done on, each with the company and the cost center that bear its cost.

#include "base/time.h"
#include "sandbox/cmms/database.h"
#include "sandbox/cmms/problem.h"
#include "sandbox/cmms/webhooks.h"

#include <optional>
#include <string>

namespace tieline::sandbox::cmms {

/// The next number of the one change counter, or of another named counter.
std::int64_t next_counter(Database& database, const char* name);

class Assets {
public:
    Assets(Database& database, Webhooks& webhooks) : database_(database), webhooks_(webhooks) {}
    /// Makes or replaces one. With "as_of_change": an older one is ignored, the same again changes nothing.
    Outcome<Json> put(const std::string& number, const Json& input, WallTime now);
    std::optional<Json> find(const std::string& number);
    Outcome<Json> read(const std::string& number);
    /// {"items": [...], "next_change": N, "more"} in order of change.
    std::string list(std::int64_t after_change, std::int64_t limit);
    /// The known number that is nearest to a mistyped one; "" when none is near.
    std::string nearest(const std::string& number);

private:
    Database& database_;
    Webhooks& webhooks_;
};

}  // namespace tieline::sandbox::cmms
