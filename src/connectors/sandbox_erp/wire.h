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
#include <vector>

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
    std::string_view object{};  ///< member of the ERP's documents with the number of the object that it is about
    std::string_view action{};  ///< what the document says was done to that object
};
std::span<const Route> routes();
/// Kind unsupported for a kind that this ERP does not take.
Result<const Route*> route_of(const model::Command& command);

/// "a, b,c" → a, b, c.
std::vector<std::string> list_of(const std::string& text);
/// What a refusal's details offer instead, as words: the units of the part, other parts that are there. "" for nothing.
std::string offers_of(const std::string& details);

/// The wire request of a command; its reference is the command's key whatever the payload says.
Result<net::HttpRequest> request_of(const rest::Access& access, const FieldMap& map, const model::Command& command);

}  // namespace tieline::connectors::sandbox_erp
