#pragma once
// Job plans and preventive plans as requests give them, and the run that makes due orders of them.

#include "sandbox/cmms/planned_parts.h"
#include "sandbox/cmms/pm_book.h"
#include "sandbox/cmms/work_orders.h"

#include <string>

namespace tieline::sandbox::cmms {

class Preventive {
public:
    Preventive(Objects& objects, Assets& assets, Items& items, Meters& meters, PmBook& book, WorkOrders& work_orders)
        : objects_(objects),
          assets_(assets),
          planned_(items),
          meters_(meters),
          book_(book),
          work_orders_(work_orders) {}

    Outcome<Json> put_job_plan(const std::string& number, const Json& input, WallTime now);
    Outcome<Json> put_plan(const std::string& number, const Json& input, WallTime now);
    /// {"until", "limit"?}: makes the orders that are due by then. Twice is once.
    Outcome<Json> run(const Json& input, WallTime now);
    /// Due work without an order, with its parts: {"items": [...], "more"}. `until` is a checked date.
    Json due(const std::string& until, std::int64_t limit, WallTime now);

private:
    Outcome<Json> make_order(const Json& plan, const PmDue& due, WallTime now);

    Objects& objects_;
    Assets& assets_;
    PlannedParts planned_;
    Meters& meters_;
    PmBook& book_;
    WorkOrders& work_orders_;
};

}  // namespace tieline::sandbox::cmms
