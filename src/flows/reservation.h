#pragma once
// Reservation: what a job will use is reserved in the ERP, one reservation per planned part, and told as demand.

#include "flows/config.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

/// Key: work order number, or "plan/<plan>/<due>" for work that a plan will ask for. Takes workorder.*, plan.due,
/// part.consumed, part.returned, reservation.changed, its own receipts and timer.
std::unique_ptr<Flow> make_reservation(ReservationConfig config);

}  // namespace tieline::flows
