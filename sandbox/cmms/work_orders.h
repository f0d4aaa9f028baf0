#pragma once
// Work orders: made, changed, moved through their states, read. Every write moves the object to the next number of the
// one change counter of this system, so that "everything after change N" never skips anything.

#include "base/time.h"
#include "sandbox/cmms/assets.h"
#include "sandbox/cmms/database.h"
#include "sandbox/cmms/planned_parts.h"
#include "sandbox/cmms/pm_book.h"
#include "sandbox/cmms/problem.h"
#include "sandbox/cmms/webhooks.h"

#include <functional>
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

/// What a part transaction does to its order.
struct PartBooking {
    Json cost_line;            ///< a line of "materials" as a writer would give it
    std::string transaction;   ///< that it names
    std::string planned_line;  ///< whose "issued" grows by `delta`; may be empty
    Decimal delta;             ///< base units; negative for a return
};

/// Runs inside the caller's transaction; a Problem means that nothing was written, or that the transaction must not be
/// committed.
class WorkOrders {
public:
    WorkOrders(Database& database, Assets& assets, Webhooks& webhooks, Items& items, Meters& meters, PmBook& plans)
        : database_(database),
          assets_(assets),
          webhooks_(webhooks),
          items_(items),
          planned_(items),
          meters_(meters),
          plans_(plans) {}

    /// `of_plan`: members that only a preventive plan sets, in their stored form.
    Outcome<Json> create(const Json& input, WallTime now, const Json* of_plan = nullptr);
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
    Outcome<Json> add_planned(const std::string& number, const Json& input, const WriteContext& context);
    Outcome<Json> remove_planned(const std::string& number, const std::string& line, const WriteContext& context);
    /// How it stands with its parts, written by the hub in any state; an older one is ignored.
    Outcome<Json> set_parts_state(const std::string& number, const Json& input, const WriteContext& context);
    /// Serial numbers put into the asset and taken out of it.
    Outcome<Json> change_serials(const std::string& number, const Json& input, const WriteContext& context);
    /// {"asset", "items": in it now, "removed": the last 100 that were}.
    Json serials_of(const std::string& asset);
    /// Adds the cost line of a part transaction to an order that was read before; gives the line's number. The caller
    /// has checked the state.
    Outcome<std::string> book_part(Json& record, const PartBooking& booking, WallTime now);

    /// Changes what technicians add in any state: `change` gets the record; nothing is written when it refuses.
    Outcome<Json> amend(const std::string& number, std::string_view action, std::string_view note, WallTime now,
                        const std::function<Outcome<>(Json&)>& change);

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
    Outcome<> apply_planned(Json& record, Reader& reader);
    Outcome<> complete(Json& record, Reader& reader, WallTime now);
    Outcome<Json> move_serials(Json& record, Reader& reader, std::string_view list, WallTime now);
    Outcome<std::string> number_for(Reader& reader);
    void save(Json& record, std::string_view action, std::string_view note, WallTime now);

    Database& database_;
    Assets& assets_;
    Webhooks& webhooks_;
    Items& items_;
    PlannedParts planned_;
    Meters& meters_;
    PmBook& plans_;
};

/// 409 wrong_state: what cannot be done in this state, and what to do instead.
Problem wrong_state(const Json& record, const std::string& what, const std::string& help);

}  // namespace tieline::sandbox::cmms
