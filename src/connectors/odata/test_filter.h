#pragma once
// $filter, $select, $orderby, $top, $skip, $expand, $inlinecount of the strict fake, as much of them as a connector may
// use and no more: terms joined by `and` only, no $skip without an order, no field that the type does not have or that
// cannot be asked for, null only with `eq`.

#include "connectors/odata/metadata.h"
#include "net/http.h"

#include <string>
#include <vector>

namespace tieline::connectors::odata::test {

/// field, operator, literal without its decoration.
struct Comparison {
    std::string field, how, value;
    bool is_time = false, is_null = false;
};
struct Selection {
    std::vector<Comparison> all_of;
    std::vector<std::string> order, expands, select;
    std::size_t top = 100000, skip = 0;
    bool counts = false;  ///< $inlinecount=allpages

    /// What is wrong with the query; "" for nothing.
    std::string read(const Metadata& service, const EntityType& type, const net::Target& target);
    /// In order, not yet cut by $skip and $top.
    Json::Array chosen(const Json::Array& rows) const;
    Json::Array page(Json::Array rows) const;
    /// Only the members of $select.
    Json shown(const Json& row) const;
};

/// The value of a literal of that type; `wrong` is set where it does not fit.
std::string value_of(const std::string& type, const std::string& literal, std::string& wrong);

}  // namespace tieline::connectors::odata::test
