#pragma once
// What the rows of Connector::list() have in common, whichever system they come from.

#include "base/json.h"

#include <string>
#include <string_view>
#include <utility>

namespace tieline::connectors {

/// Whether a text is a command's key as peers store it: 16 characters of Crockford's base32.
inline bool is_command_key(std::string_view text) {
    return text.size() == 16 && text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string_view::npos;
}

/// Rows leave out what is not known.
inline void put_known(Json& row, std::string_view name, std::string value) {
    if (!value.empty()) row.set(name, std::move(value));
}

/// Row of a requisition as the field map shaped it. One that no command made is named by its number.
inline Json requisition_row(const Json& mapped) {
    Json row = Json::object({{"kind", "requisition"}});
    const std::string reference = mapped.text_or("reference");
    put_known(row, "key", reference.empty() ? mapped.text_or("requisition") : reference);
    put_known(row, "document", mapped.text_or("requisition"));
    for (const auto& [to, from] :
         {std::pair{"quantity", "quantity"}, std::pair{"unit", "unit"}, std::pair{"part", "part"},
          std::pair{"place", "storeroom"}, std::pair{"amount", "amount"}, std::pair{"currency", "currency"},
          std::pair{"state", "status"}})
        put_known(row, to, mapped.text_or(from));
    return row;
}

}  // namespace tieline::connectors
