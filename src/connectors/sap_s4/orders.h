#pragma once
// The maintenance order that mirrors a job of the CMMS: how far it is, and which request brings it on. A command about
// an order takes several requests; each sets something to a value or a status, so that it may be repeated. The first
// one carries the command's key, hence the command is found as soon as anything of it was carried out. Pure. Private to
// this room.

#include "connectors/sap_s4/looking.h"

#include <optional>
#include <string>

namespace tieline::connectors::sap_s4 {

enum class OrderStatus { created, released, complete, closed, cancelled };

/// Whether a route leads to a maintenance order ("order.create", "order.change").
bool is_order(const Route& route);

/// The read of one order with its operations and settlement rules.
net::HttpRequest order_request(const Sight& sight, const std::string& number);
/// The status that SAP's line of system statuses says, by the map's lookup `order_statuses`. Kind invalid, code
/// "unknown_status", where none of its words is listed.
Result<OrderStatus> status_of(const Sight& sight, const Json& order);
const char* to_string(OrderStatus status);

/// One request that brings an order on.
struct OrderStep {
    std::string what;  ///< "release"; the same one twice in a row means that it had no effect
    net::HttpRequest request;
};
/// The next step of a command, nullopt where the order is as the command wants it. Kind invalid where a person has to
/// do something in SAP first.
Result<std::optional<OrderStep>> next_step(const Sight& sight, const Route& route, const model::Command& command,
                                           const Json& order);

/// The read with which a command is looked for: by its key (order.create), or at its order (order.change).
Result<net::HttpRequest> look_for_order(const Sight& sight, const Route& route, const model::Command& command);
/// What its answer says. Present but only accepted: something of the command is carried out, the rest is not yet.
Result<Found> seen_order(const Sight& sight, const Route& route, const model::Command& command,
                         const Result<net::HttpResponse>& reply);
Receipt order_receipt(const Sight& sight, const Json& order);

}  // namespace tieline::connectors::sap_s4
