#pragma once
// The equipment record of an asset: last work, state, meters, the serial numbers built in. Every change is a document.

#include "sandbox/erp/posting.h"

#include <optional>

namespace tieline::sandbox::erp {

Reply change_equipment(Call& call);
Reply show_equipment(Call& call);
Reply list_equipment(Call& call);
Reply list_equipment_history(Call& call);
std::optional<Json> equipment_json(Db& db, const std::string& asset);

}  // namespace tieline::sandbox::erp
