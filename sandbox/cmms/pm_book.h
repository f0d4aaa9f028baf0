#pragma once
// Preventive plans: when each is due next, which orders it has made, and what became of them.

#include "sandbox/cmms/meters.h"
#include "sandbox/cmms/objects.h"

#include <optional>
#include <string>
#include <vector>

namespace tieline::sandbox::cmms {

/// Work that a plan asks for and that has no order yet.
struct PmDue {
    std::int64_t day = 0;
    Decimal threshold;    ///< of a meter plan: the total that makes it due
    bool certain = true;  ///< false for what rests on an estimate
};

class PmBook {
public:
    PmBook(Database& database, Objects& objects, Meters& meters)
        : database_(database), objects_(objects), meters_(meters) {}

    /// Stores a plan with its next due date.
    void save(Json& plan, WallTime now);
    /// The plan's "next_due" as it is now: a date, or "" while it waits for its open order or has no estimate.
    std::string next_due(const Json& plan, WallTime now);
    /// What is due up to `until`, in order. With `forecast` also the rounds after an open order or a first estimate.
    std::vector<PmDue> due_until(const Json& plan, std::int64_t until, WallTime now, bool forecast,
                                 std::size_t count_max);
    /// Notes that an order was made for it.
    void ordered(const Json& plan, const PmDue& due, const std::string& wonum);
    /// Keeps up with a work order that a plan has made: done, open again, cancelled.
    void follow(const Json& work_order, WallTime now);
    /// Counts of occurrences with a due date in the span; dates are checked.
    Json compliance(const std::string& from, const std::string& to, WallTime now);

private:
    struct Last {
        std::int64_t due = 0;
        Decimal threshold;
        std::string state;
    };
    /// The open order of a plan, else its last one; with `furthest` the one with the last due date.
    std::optional<Last> last_order(const std::string& plan, bool furthest);
    bool has_order(const std::string& plan, std::int64_t due);
    std::vector<PmDue> calendar_due(const Json& plan, std::int64_t until, bool forecast, std::size_t count_max);
    std::vector<PmDue> meter_due(const Json& plan, std::int64_t until, WallTime now, bool forecast,
                                 std::size_t count_max);

    Database& database_;
    Objects& objects_;
    Meters& meters_;
};

}  // namespace tieline::sandbox::cmms
