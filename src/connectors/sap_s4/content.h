#pragma once
// Whether what was found under a command's key is what that command asks for. SAP takes the same reference twice, from
// anybody: a document with other content is not the command's. Pure. Private to this room.

#include "connectors/sap_s4/looking.h"

#include <string>

namespace tieline::connectors::sap_s4 {

/// Says what differs ("Material is SEAL-9 instead of SEAL-8"); empty where nothing does. `rows`: one row for each item
/// that was found, of one document. Compared is what nobody changes later, and only where both sides have it: a
/// command that the map refuses, or a service that does not give a field, differs in nothing.
std::string difference(const Sight& sight, const Route& route, const model::Command& command, const Json::Array& rows);

}  // namespace tieline::connectors::sap_s4
