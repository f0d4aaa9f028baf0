#pragma once
// Seed data of materials management, one row each.

#include "sandbox/erp/posting.h"

namespace tieline::sandbox::erp {

void seed_material(Call& call, Fields& in);
void seed_storage_location(Call& call, Fields& in);
void seed_planning(Call& call, Fields& in);
void seed_approval_level(Call& call, Fields& in);
void seed_person(Call& call, Fields& in);

Reply list_storage_locations(Call& call);
Reply list_approval_levels(Call& call);
Reply list_persons(Call& call);
std::optional<Json> person_json(Db& db, const std::string& id, const std::string& valid_from);

/// Further tables of the demo plant, as POST /admin/seed takes them: stocked materials and what belongs to them.
extern const char* const demo_parts;

}  // namespace tieline::sandbox::erp
