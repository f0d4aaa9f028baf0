#pragma once
// Where the effect of a command is looked for, and what the rows found there say. Pure. Private to this room.

#include "connectors/connector.h"
#include "connectors/odata/odata.h"
#include "connectors/sap_s4/wire.h"

#include <string>

namespace tieline::connectors::sap_s4 {

/// What looking needs to know.
struct Sight {
    const rest::Access& access;
    const Places& places;
    const FieldMap& map;
    const Json& settings;    ///< what the map reads as $settings
    std::string ledger_set;  ///< "API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube"
};

/// The read that find() begins with. A patch is looked for at its object, everything else by its key or, where SAP
/// stores none (cancellation of a movement), by what it reverses.
Result<net::HttpRequest> look(const Sight& sight, const Route& route, const model::Command& command);
/// What its answer says.
Result<Found> seen(const Sight& sight, const Route& route, const model::Command& command,
                   const Result<net::HttpResponse>& reply);

/// Of a journal's reversal that was not found by its key: whether the document was reversed by something else.
net::HttpRequest look_at_original(const Sight& sight, const model::Command& command);
Result<Found> seen_at_original(const Sight& sight, const model::Command& command,
                               const Result<net::HttpResponse>& reply);

/// Of a cancellation that was found: SAP keeps no key of it, so its header tells who made it and for which day. They go
/// into the details: "cancelled_by", "posting_date".
net::HttpRequest look_at_cancellation(const Sight& sight, const Route& route, const Receipt& receipt);
Result<Found> seen_at_cancellation(const Sight& sight, Found found, const Result<net::HttpResponse>& reply);

/// What a booked command's answer says: name of the document, details.
Result<Receipt> receipt_of(const Sight& sight, const Route& route, const model::Command& command, const Json& entity,
                           rest::Effect effect);

}  // namespace tieline::connectors::sap_s4
