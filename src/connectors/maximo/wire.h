#pragma once
// How each kind of command travels to Maximo and how it is known again; what Maximo's errors mean. Private to this
// room.

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"

#include <span>
#include <string>
#include <string_view>

namespace tieline::connectors::maximo {

/// Where a command's key is written, and so is looked for.
enum class Mark {
    new_order,   ///< externalrefid of the order that it made
    attribute,   ///< an attribute of the order
    work_log,    ///< description of a line of the order's work log
    status_memo  ///< memo of a line of the order's status history, or its work log
};

struct Route {
    std::string_view kind;
    std::string_view table;  ///< of the field map
    Mark mark = Mark::attribute;
    std::string_view attribute;  ///< that keeps the key, where `mark` says so
    bool is_action = false;      ///< sent to the action changeStatus
};
/// Routes of all kinds; `status_by_action` chooses how a status is changed.
std::span<const Route> routes(bool status_by_action);

/// A command ready to go.
struct Order {
    const Route* route = nullptr;
    std::string work_order;  ///< that it changes; empty: it makes one
    std::string document;    ///< of its receipt; empty: the answer tells
    std::string status;      ///< workorder.status: what it asks for, in Maximo's words
    net::HttpRequest request;
};
struct Site {
    rest::Access access;
    std::string structure;  ///< object structure of work orders: "mxapiwodetail"
    std::string maximo_site;
    bool status_by_action = true;
};
/// Kind unsupported for a kind that is not taken, invalid for a payload that names no object or does not fit the map.
Result<Order> order_of(const Site& site, const FieldMap& map, const Json& settings, const model::Command& command);

/// "/os/mxapiwodetail".
std::string structure_path(std::string_view structure);
/// Where an order stands: its key, as Maximo writes it into links.
std::string member_path(const Site& site, const std::string& work_order);
/// The same from a link of an answer; whatever host it names, the path stays ours. Empty: it is no such link.
std::string own_member_path(const Site& site, std::string_view link);

/// "siteid=\"BEDFORD\" and wonum=\"1203\"".
std::string quoted(std::string_view text);

/// The body of a 2xx answer, or what Maximo's error means: reasonCode becomes the code. 409 for a repeated
/// transactionid is unknown_outcome, "sent_already": it must be looked up. BMXAA7901E is unauthorized whatever the
/// status.
Result<Json> body_of(const rest::Access& access, rest::Effect effect, const Result<net::HttpResponse>& reply,
                     WallTime now);

/// Whether the order carries the command's key.
bool carries(const Order& order, const Json& work_order, const std::string& key);

}  // namespace tieline::connectors::maximo
