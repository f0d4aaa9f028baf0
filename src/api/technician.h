#pragma once
// What the routes of the technician's phone share. For this room only.

#include "api/context.h"

#include <optional>
#include <string>

namespace tieline::api {

/// Whether this is a person whom the CMMS knows; answers the call where not.
bool is_technician(const Context& context, const CallPtr& call);

/// An order as the phone sees it, open or done; nullopt where the hub was not told of it.
Result<std::optional<Json>> job_of(const Context& context, store::Store& store, const model::SiteId& site,
                                   const std::string& number);
/// Whether the person is assigned to the order or at work on it.
bool is_theirs(const Json& job, const std::string& person);
/// The person's name in the CMMS.
const std::string& person_code(const Call& call);

}  // namespace tieline::api
