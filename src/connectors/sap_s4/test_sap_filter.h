#pragma once
// $filter, $orderby, $top, $skip, $expand of the fake, as much of them as the connector may use and no more.

#include "connectors/odata/metadata.h"
#include "net/http.h"

#include <string>
#include <vector>

namespace tieline::connectors::sap_s4::test {

/// field, operator, literal without its decoration; joined by `and`, alternatives by `or` in brackets.
struct Comparison {
    std::string field, how, value;
};
struct Selection {
    std::vector<std::vector<std::vector<Comparison>>> all_of;  ///< conjunction of disjunctions of conjunctions
    std::vector<std::string> order, expands;
    std::size_t top = 100000, skip = 0;

    /// What is wrong with the query; "" for nothing. Unknown fields, options and types are refused.
    std::string read(const odata::EntityType& type, const net::Target& target);
    Json::Array chosen(const Json::Array& rows) const;
};

/// The rows of the inner type whose keys agree with the outer row, as an expanded navigation.
Json joined(const Json& outer, const odata::EntityType& outer_type, const Json::Array& rows,
            const odata::EntityType& inner);

}  // namespace tieline::connectors::sap_s4::test
