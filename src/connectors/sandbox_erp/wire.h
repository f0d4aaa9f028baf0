#pragma once
// How each kind of command travels to the sandbox ERP, and how it is known again. Private to this room.

#include "base/json.h"
#include "base/result.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"
#include "model/command.h"

#include <span>
#include <string>
#include <string_view>

namespace tieline::connectors::sandbox_erp {

/// One kind of command on the wire.
struct Route {
    std::string_view kind;   ///< "journal.post"
    std::string_view table;  ///< of the field map
    std::string_view method;
    std::string_view path;      ///< "{}" stands for the payload's member `number`
    std::string_view number;    ///< member that names the document or order in the path; empty: none
    std::string_view document;  ///< kind of the ERP's document that it makes
    std::string_view right;     ///< right that the user needs
    bool reverses = false;      ///< its document is a reversal
};
std::span<const Route> routes();
/// Kind unsupported for a kind that this ERP does not take.
Result<const Route*> route_of(const model::Command& command);

/// The wire request of a command; its reference is the command's key whatever the payload says.
Result<net::HttpRequest> request_of(const rest::Access& access, const FieldMap& map, const model::Command& command);

}  // namespace tieline::connectors::sandbox_erp
