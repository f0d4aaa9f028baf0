#pragma once
// What handlers of paths share: reading of parameters, answers. Private to the routes.

#include "sandbox/cmms/routes.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::cmms {

Problem bad_request(std::string code, std::string field, std::string message);
Problem no_such_path(const Call& call);
std::optional<std::int64_t> whole_number(std::string_view text);
Outcome<std::int64_t> query_number(const net::Target& target, std::string_view name, std::int64_t from, std::int64_t to,
                                   std::int64_t fallback);
/// "after_change"; 0 when absent.
Outcome<std::int64_t> query_change(const Call& call);
/// "limit": 100 when absent, at most 500, unless the caller says otherwise.
Outcome<std::int64_t> query_limit(const Call& call, std::int64_t fallback = 0, std::int64_t most = 0);
/// A date that must be there.
Outcome<std::string> query_date(const Call& call, std::string_view name);
/// 400 on a parameter that is not in the list.
Outcome<> known_parameters(const Call& call, const std::vector<std::string_view>& known);
Outcome<net::HttpResponse> as_json(Outcome<Json> body, int status = 200);

/// Parts, storerooms, stock, transactions, suggestions, plans, persons, vendors, codes.
Outcome<net::HttpResponse> route_parts(Rooms& rooms, const Call& call);
/// What lies below an asset: meters and serial numbers.
Outcome<net::HttpResponse> route_asset_part(Rooms& rooms, const Call& call);

}  // namespace tieline::sandbox::cmms
