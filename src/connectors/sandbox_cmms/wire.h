#pragma once
// How each kind of command travels to the sandbox CMMS, and how it is known again. Private to this room.

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"

#include <span>
#include <string>
#include <string_view>

namespace tieline::connectors::sandbox_cmms {

/// One kind of command. Words in braces are members of the payload.
struct Route {
    std::string_view kind;       ///< "workorder.link"; also its table of the field map
    std::string_view path;       ///< of the object that is written, where it can be read again
    std::string_view suffix;     ///< behind it when writing
    std::string_view document;   ///< how the receipt names the object
    std::string_view shown;      ///< member of the object that every answer must have
    std::string_view reference;  ///< where the object keeps the command's key: "erp.reference"
    std::string_view as_of;      ///< where it keeps the place in the ERP's changes; empty: it keeps none
};
std::span<const Route> routes();

/// A command ready to go.
struct Order {
    const Route* route = nullptr;
    Json payload;  ///< with the command's key as its reference
    std::string path, document;
};
/// Kind unsupported for a kind that this CMMS does not take, invalid for a payload that names no object.
Result<Order> order_of(const model::Command& command);

/// What the object, as it was answered or read, says of the command. `refused`: it is no such object.
Receipt receipt_of(const Order& order, const Json& object);
/// Whether the object carries the command's key, or newer figures than the command's, which then has no effect any
/// more.
bool is_done(const Order& order, const Json& object);

}  // namespace tieline::connectors::sandbox_cmms
