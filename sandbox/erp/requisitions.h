#pragma once
// Purchase requisitions: approved by amount, ordered, closed by the last delivery.

#include "sandbox/erp/materials.h"

namespace tieline::sandbox::erp {

Reply create_requisition(Call& call);
Reply change_requisition(Call& call);
Reply approve_requisition(Call& call);
Reply reject_requisition(Call& call);
Reply escalate_requisition(Call& call);
Reply cancel_requisition(Call& call);
Reply make_order_of_requisition(Call& call);
Reply show_requisition(Call& call);
Reply list_requisitions(Call& call);
std::optional<Json> requisition_json(Db& db, std::int64_t number);

/// Refuses what is not approved, not there or of another material.
void check_orderable(Db& db, Check& check, std::int64_t number, const std::string& material, std::string_view field);
/// Ties it to an order's item; with an empty order: it is approved again.
void order_requisition(Call& call, std::int64_t number, const std::string& order, std::int64_t item);
/// "ordered" or "closed".
void set_requisition_status(Call& call, std::int64_t number, const char* status);

}  // namespace tieline::sandbox::erp
