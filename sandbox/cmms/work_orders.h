#pragma once
// Work orders: made, changed, moved through their states, read. Every write moves the object to the next number of the
// one change counter of this system, so that "everything after change N" never skips anything.

#include "base/time.h"
#include "sandbox/cmms/assets.h"
#include "sandbox/cmms/database.h"
#include "sandbox/cmms/problem.h"
#include "sandbox/cmms/webhooks.h"

#include <optional>
#include <string>
#include <string_view>

namespace tieline::sandbox::cmms {

/// What a writer asks besides the body.
struct WriteContext {
    WallTime now{};
    std::optional<std::int64_t> version;  ///< from If-Match: the version that the writer has seen
};

/// What a list shows: exactly one of the two cursors leads.
struct ListQuery {
    std::int64_t after_change = 0;
    std::optional<WallTime> updated_after;  ///< with `after_number`: keyset of (time, number)
    std::string after_number;
    std::string status, asset, erp_reference, external_ref;
    std::int64_t limit = 100;
};

/// Runs inside the caller's transaction; a Problem means that nothing was written.
class WorkOrders {
public:
    WorkOrders(Database& database, Assets& assets, Webhooks& webhooks)
        : database_(database), assets_(assets), webhooks_(webhooks) {}

    Outcome<Json> create(const Json& input, WallTime now);
    /// Header fields and whole lists of lines; in COMP only with "correction": true.
    Outcome<Json> change(const std::string& number, const Json& input, const WriteContext& context);
    Outcome<Json> move(const std::string& number, const Json& input, const WriteContext& context);
    Outcome<Json> add_line(const std::string& number, std::string_view list, const Json& input,
                           const WriteContext& context);
    Outcome<Json> remove_line(const std::string& number, const std::string& line, bool correction,
                              const WriteContext& context);
    Outcome<Json> fill(const std::string& number, std::int64_t step, const Json& input, const WriteContext& context);
    /// The number of its mirror in the ERP, and the reference of whoever wrote it. Allowed in every state; the same
    /// values again change nothing.
    Outcome<Json> link(const std::string& number, const Json& input, const WriteContext& context);

    Outcome<Json> read(const std::string& number);
    /// JSON text: {"items": [...], "next_change": N, "next_updated_after": "...", "next_after_wonum": "...", "more"}.
    std::string list(const ListQuery& query);
    Outcome<Json> history(const std::string& number);
    std::int64_t count();

private:
    Outcome<Json> read_for(const std::string& number, const WriteContext& context);
    Outcome<> apply(Json& record, class Reader& reader);
    Outcome<> apply_receiver(Json& record, Reader& reader);
    Outcome<> apply_lists(Json& record, Reader& reader);
    Outcome<std::string> number_for(Reader& reader);
    void save(Json& record, std::string_view action, std::string_view note, WallTime now);

    Database& database_;
    Assets& assets_;
    Webhooks& webhooks_;
};

}  // namespace tieline::sandbox::cmms
