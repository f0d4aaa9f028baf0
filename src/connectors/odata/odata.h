#pragma once
// What connectors to OData services share: literals, requests, replies. Version 2 as SAP Gateway speaks it; what
// differs in version 4 stands at the place where it differs. Wire only; no canonical model in here.
// Sources: OData 2.0 "URI Conventions" and "JSON Format"; SAP's additions (errordetails, sap-message, CSRF) as its
// documentation of Gateway describes them.

#include "connectors/rest/rest.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::connectors::odata {

using rest::Access;
using rest::Effect;

/// 'O''Brien': a text in a key or a filter.
std::string text_literal(std::string_view text);
/// datetime'2026-11-24T00:00:00' of "2026-11-24" (Edm.DateTime); the date is not checked.
std::string date_literal(std::string_view date);
/// datetimeoffset'2026-11-24T10:00:00Z' of "2026-11-24T10:00:00Z".
std::string instant_literal(std::string_view time);
/// "(A='1',B='2')", values being literals already.
std::string key_of(const std::vector<std::pair<std::string, std::string>>& parts);
/// "/Date(1795478400000)/", with or without an offset, as RFC 3339 UTC or as a date; nullopt where it is none.
std::optional<std::string> time_of(std::string_view json_date);
std::optional<std::string> date_of(std::string_view json_date);

/// GET of a set or an entity, JSON wanted. `path` below the base URL, keys and literals in it not yet encoded.
net::HttpRequest read_request(const Access& access, std::string_view path, const rest::Query& query = {});
/// POST, PATCH, MERGE or DELETE of a JSON body (none for a null one).
net::HttpRequest write_request(const Access& access, std::string_view method, std::string_view path, const Json& body,
                               const rest::Query& query = {});

/// One entry of "errordetails".
struct Detail {
    std::string code, message, severity, target;
};
/// What the body of an error says, JSON or Atom.
struct Problem {
    std::string code;     ///< message class and number: "M7/053"
    std::string message;  ///< with the details that say more
    std::string target;   ///< property that it is about, where said
    std::string transaction;
    std::vector<Detail> details;
};
Problem problem_of(const std::string& body);
/// As rest::error_of, with SAP's code, words and target; `details` {"peer_code", "transaction"}.
Error odata_error(const Access& access, Effect effect, const net::HttpResponse& response);

/// Content of "d" of a 2xx reply; null for an empty one. A reply without "d" is bad_reply.
Result<Json> entity_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply);
/// A link of the peer's as it is followed: one below the base URL as it is, else only its query ("?$skiptoken=…"), to
/// be asked at the path that was asked. A link without either is bad_reply.
Result<std::string> followed_link(const Access& access, const std::string& link);
/// Rows of {"d": {"results": [...]}} or {"d": [...]}, and of version 4's {"value": [...]}.
struct Rows {
    Json::Array rows;
    std::string next;  ///< link to the next page as it is followed; "" on the last one
};
Result<Rows> rows_of(const Access& access, const Result<net::HttpResponse>& reply);
/// Rows of an expanded navigation: {"results": [...]} or a bare list; empty when absent or deferred.
const Json::Array& inner_rows(const Json& entity, std::string_view navigation);
/// Warnings that stand in the header sap-message of an answer that went well; "" for none.
std::string warnings_of(const net::HttpResponse& response);

}  // namespace tieline::connectors::odata
