#pragma once
// How each kind of command travels to SAP, and where its key is found again. Pure. Private to this room.

#include "base/json.h"
#include "base/result.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"
#include "model/command.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::sap_s4 {

enum class Way {
    soap,    ///< the journal's envelope
    create,  ///< POST to the set, items nested
    patch,   ///< PATCH of an entity whose keys the map gives
    call,    ///< POST of a function, its parameters in the query
    remove,  ///< DELETE of an entity whose keys the map gives
};

/// One kind of command on the wire.
struct Route {
    std::string_view kind;   ///< "journal.post"
    std::string_view table;  ///< of the field map; its entity says service and set
    Way way;
    std::string_view number{};              ///< member that names the object at SAP ("document"); empty: none
    std::vector<std::string_view> keys{};   ///< patch: fields that go into the address
    std::string_view items{};               ///< create: the navigation with the items
    std::vector<std::string_view> made{};   ///< create, call: fields of the answer that make the document's name
    std::vector<std::string_view> types{};  ///< create of a movement: its movement types
};
std::span<const Route> routes();
/// Requests that follow the first one of a command about a maintenance order: no kinds of their own, but tables.
std::span<const Route> steps();
const Route& step_of(std::string_view table);
/// Kind unsupported for a kind that this connector does not take.
Result<const Route*> route_of(const model::Command& command);

/// Where the services are.
struct Places {
    std::string odata;    ///< "/sap/opu/odata/sap"
    std::string journal;  ///< path of the journal's SOAP service
};

/// "4900000017/2026" → number and part, whatever the part means: year or item. A name without '/' has no part.
struct Name {
    std::string number, part;
};
Name name_of(std::string_view document);
/// What the map reads: the payload with the key as its reference, its names taken apart (`document_number`,
/// `document_part`, …) and `direction`. Kind invalid where it is no object or does not name the object it is about.
Result<Json> source_of(const Route& route, const model::Command& command);
/// The same, without the order of the ERP where goods issues go to the receiver (setting order_issue).
Result<Json> source_for(const Route& route, const model::Command& command, const Json& settings);
/// The wire request, without session headers.
Result<net::HttpRequest> request_of(const rest::Access& access, const Places& places, const FieldMap& map,
                                    const Json& settings, const model::Command& command);
/// Root of the service that a table writes to: "/sap/opu/odata/sap/API_X".
std::string service_of(const Places& places, const FieldMap& map, std::string_view table);
/// "API_X/A_Set" of a table below the OData root.
std::string set_of(const Places& places, const FieldMap& map, std::string_view table);

/// The field that carries the command's key, and how much of the key fits.
struct KeyField {
    std::string field;  ///< last part of its path: "ReferenceDocument"
    std::size_t max = 16;
};
/// Empty where the table writes no reference.
KeyField key_field(const FieldMap& map, std::string_view table);
/// Keys of an entity as the source's map row gives them: "(A='1',B='2')". Taken out of `body`.
std::string address_of(const Route& route, Json& body);

}  // namespace tieline::connectors::sap_s4
