#pragma once
// $filter, $select, $orderby, $top, $skip, $expand, $inlinecount of the fake, as much of them as the connector may use
// and no more: terms joined by `and` only, no $skip without an order, no field that the type does not have.

#include "connectors/odata/metadata.h"
#include "net/http.h"

#include <string>
#include <vector>

namespace tieline::connectors::sap_s4::test {

/// field, operator, literal without its decoration.
struct Comparison {
    std::string field, how, value;
};
struct Selection {
    std::vector<Comparison> all_of;
    std::vector<std::string> order, expands, select;
    std::size_t top = 100000, skip = 0;
    bool counts = false;  ///< $inlinecount=allpages

    /// What is wrong with the query; "" for nothing. Unknown fields, options and types are refused.
    std::string read(const odata::Metadata& service, const odata::EntityType& type, const net::Target& target);
    /// In order, not yet cut by $skip and $top.
    Json::Array chosen(const Json::Array& rows) const;
    Json::Array page(Json::Array rows) const;
    /// Only the members of $select.
    Json shown(const Json& row) const;
};

/// The rows of the inner type whose keys agree with the outer row, as an expanded navigation. Schedule lines name the
/// order's keys otherwise.
Json joined(const Json& outer, const odata::EntityType& outer_type, const Json::Array& rows,
            const odata::EntityType& inner);

}  // namespace tieline::connectors::sap_s4::test
