#pragma once
// Requests that were taken (202) and are decided later: posted or rejected. Durable, so that a restart forgets none.

#include "sandbox/erp/posting.h"

#include <functional>

namespace tieline::sandbox::erp {

struct Later {
    Millis after{0};
    std::int64_t after_requests = 0;
    bool reject = false;  ///< else it is posted if its content allows
};

/// Takes a write request for later. `request_count`: requests so far.
Reply submit(Db& db, const std::string& method, const std::string& path, const Json& body, WallTime now,
             std::int64_t request_count, const Later& later);

/// Carries out what is due, one transaction each; `handle` runs the original request inside it.
using RunSubmission = std::function<Reply(const std::string& method, const std::string& path, const Json& body)>;
void decide_submissions(Db& db, WallTime now, std::int64_t request_count, const RunSubmission& handle);
bool has_pending_submissions(Db& db);

/// Pending and rejected ones of a reference; posted ones are found as documents.
Json submissions_of(Db& db, std::string_view reference);
Reply show_submission(Call& call);

}  // namespace tieline::sandbox::erp
