#include "sandbox/cmms/route_help.h"

#include <algorithm>
#include <charconv>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::int64_t limit_default = 100;
constexpr std::int64_t limit_max = 500;

}  // namespace

Problem bad_request(std::string code, std::string field, std::string message) {
    return Problem{400, std::move(code), std::move(field), std::move(message), Json::object()};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Outcome<std::int64_t> query_number(const net::Target& target, std::string_view name, std::int64_t from, std::int64_t to,
                                   std::int64_t fallback) {
    const std::string_view text = target.query_value(name);
    if (text.empty()) return fallback;
    const std::optional<std::int64_t> value = whole_number(text);
    if (value && *value >= from && *value <= to) return *value;
    return bad_request("bad_number", std::string(name),
                       "a whole number from " + std::to_string(from) + " to " + std::to_string(to) + " is needed");
}

Outcome<net::HttpResponse> as_json(Outcome<Json> body, int status) {
    if (!body) return body.error();
    return json_response(status, *body);
}

Problem no_such_path(const Call& call) {
    return not_found("unknown_path", "there is nothing at this path for " + call.method + "; API.md lists all");
}

Outcome<std::int64_t> query_change(const Call& call) {
    return query_number(call.target, "after_change", 0, INT64_MAX - 1, 0);
}

Outcome<std::int64_t> query_limit(const Call& call, std::int64_t fallback, std::int64_t most) {
    return query_number(call.target, "limit", 1, most == 0 ? limit_max : most,
                        fallback == 0 ? limit_default : fallback);
}

Outcome<std::string> query_date(const Call& call, std::string_view name) {
    const std::string_view text = call.target.query_value(name);
    if (!text.empty() && parse_date(text)) return std::string(text);
    return bad_request("bad_date", std::string(name), "give a date like 2026-11-24; the day must exist");
}

Outcome<> known_parameters(const Call& call, const std::vector<std::string_view>& known) {
    for (const auto& [name, value] : call.target.query) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        return bad_request("unknown_parameter", name, "this parameter does not exist here");
    }
    return {};
}

}  // namespace tieline::sandbox::cmms
