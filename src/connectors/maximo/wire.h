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
    std::string attribute;   ///< that carries the key; empty: a line of a list does
    net::HttpRequest request;
};
struct Site {
    rest::Access access;
    std::string structure;  ///< object structure of work orders: "mxapiwodetail"
    std::string maximo_site;
    bool status_by_action = true;
    std::string key_attribute = "externalrefid";  ///< where an order that we made carries its command's key
};
/// The attribute of a work order that the route's table writes the command's key to, as the map says; "" where it
/// stands in a line of a list. The map is one that writes_key() holds for.
std::string mark_attribute(const FieldMap& map, const Site& site, const Route& route);
/// Whether the route's table writes the command's key at all: without it nothing is found again.
bool writes_key(const FieldMap& map, const Route& route);
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
/// transactionid is unknown_outcome, "sent_already": it must be looked up. A 4xx because somebody else saved the record
/// at the same moment is transient. BMXAA7901E with 400, 401 or 403 is
/// unauthorized; with a 5xx nobody knows what was done before it.
Result<Json> body_of(const rest::Access& access, rest::Effect effect, const Result<net::HttpResponse>& reply,
                     WallTime now);

/// Codes by which Maximo says that somebody else has saved the record since it was read, and that nothing of ours was
/// saved (IBM support, "Record has been updated by another user").
bool is_changed_meanwhile(std::string_view code);

/// Whether an answer says that there are more pages.
bool has_next_page(const Json& body);

/// What a look-up reads of a work order: only what this command's own mark needs, for others may not be there.
std::string marks_of(const Order& order);
/// Whether the order carries the command's key.
bool carries(const Order& order, const Json& work_order, const std::string& key);
/// Of a change of status: whether the history says that it was made. `by_memo`: a line with the key. Otherwise the note
/// in the work log says when, and a line of the asked status as late as the note or later is the change.
bool status_was_made(const Order& order, const Json& work_order, const std::string& key);
/// Lines of the status history that have the asked status.
std::size_t times_made(const Order& order, const Json& work_order);
/// Whether it has the asked status now, by its own word or by what that stands for.
bool has_status(const Order& order, const Json& line);

}  // namespace tieline::connectors::maximo
