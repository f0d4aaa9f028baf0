#pragma once
// What connectors to SOAP services share: envelopes, JSON → XML, faults. Wire only; no canonical model in here.
// Source: SOAP 1.1 (W3C Note of 8 May 2000), sections 4 and 6.

#include "base/xml/xml.h"
#include "connectors/rest/rest.h"

#include <string>
#include <string_view>

namespace tieline::connectors::soap {

using rest::Access;
using rest::Effect;

/// The members of an object as elements, in their order; a list repeats its element. "@name" is an attribute and
/// "#text" the text of the element that holds them. Numbers and booleans are written as they stand.
std::string xml_of(const Json& object);
/// POST of an envelope whose body is one element `name` of namespace `space` with `content` (XML) in it. `action` ""
/// sends an empty SOAPAction.
net::HttpRequest request(const Access& access, std::string_view path, std::string_view space, std::string_view name,
                         std::string_view content, std::string_view action = {});

/// First element in the body of a 2xx envelope. A fault of the sender's (faultcode Client or Sender) is invalid; one of
/// the receiver's, whatever the status, is unknown_outcome for a write and transient for a read. Other statuses as
/// rest::error_of, what is no envelope as rest::bad_reply.
Result<base::XmlElement> answer_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply);

}  // namespace tieline::connectors::soap
