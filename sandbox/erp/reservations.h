#pragma once
// What is set aside for a job: reduced by issues that name it, fulfilled when all is issued. It stops no other issue.

#include "sandbox/erp/materials.h"

namespace tieline::sandbox::erp {

Reply create_reservation(Call& call);
Reply change_reservation(Call& call);
Reply cancel_reservation(Call& call);
Reply show_reservation(Call& call);
Reply list_reservations(Call& call);
std::optional<Json> reservation_json(Db& db, std::int64_t number);

/// Checks that an issue (or return, below zero) may name the reservation; gives its number, 0 without one.
std::int64_t check_reservation(Db& db, Check& check, const std::string& number, const std::string& material,
                               const std::string& location, Quantity issued);
/// Adds to what was issued of it; less than zero takes back.
void count_on_reservation(Call& call, std::int64_t number, Quantity issued);

}  // namespace tieline::sandbox::erp
