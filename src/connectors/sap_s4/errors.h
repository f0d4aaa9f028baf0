#pragma once
// What SAP's refusals mean for the hub. Private to this room.

#include "base/result.h"
#include "base/xml/xml.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"

#include <string>

namespace tieline::connectors::sap_s4 {

/// The error with the code that the map's lookup `messages` gives for SAP's ("M7/053" → "period_closed"); "locked"
/// becomes transient, a 404 of a write invalid: a number that does not exist will never exist. Access only where
/// nothing was carried out: a business refusal of SAP rolls back.
Error meaning_of(const FieldMap& map, rest::Effect effect, Error error);

/// What the journal's answer says: document and fiscal year, or why nothing was posted.
struct JournalAnswer {
    std::string document, year, company_code;
    std::string warnings;  ///< notes of what went well
};
/// Reads JournalEntryBulkCreateConfirmation. HTTP 200 with the document 0000000000 (or none) is a refusal: kind
/// invalid or transient by its notes. bad_reply where it is neither.
Result<JournalAnswer> journal_answer(const rest::Access& access, const FieldMap& map, const base::XmlElement& answer);

}  // namespace tieline::connectors::sap_s4
