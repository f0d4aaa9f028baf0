#pragma once
// Maintenance orders: planned cost, actual cost, commitment.

#include "sandbox/erp/posting.h"

namespace tieline::sandbox::erp {

Reply create_order(Call& call);
Reply change_order(Call& call);
Reply show_order(Call& call);
/// GET /api/orders?reference=&workOrder=&status=
Reply list_orders(Call& call);

}  // namespace tieline::sandbox::erp
