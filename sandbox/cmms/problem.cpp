#include "sandbox/cmms/problem.h"

namespace tieline::sandbox::cmms {

void throw_exception_from_error(const Problem& problem, const boost::source_location&) {
    throw std::runtime_error(problem.code + ": " + problem.message);
}

Json problem_json(const Problem& problem) {
    Json body = Json::object();
    body.set("type", "urn:sandbox-cmms:problem:" + problem.code);
    body.set("status", problem.status);
    body.set("code", problem.code);
    if (!problem.field.empty()) body.set("field", problem.field);
    body.set("message", problem.message);
    for (const auto& [key, value] : problem.extra.members()) body.set(key, value);
    return body;
}

net::HttpResponse text_response(int status, std::string json_text) {
    net::HttpResponse response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = std::move(json_text);
    return response;
}

net::HttpResponse json_response(int status, const Json& body) { return text_response(status, body.dump()); }

net::HttpResponse problem_response(const Problem& problem) {
    net::HttpResponse response;
    response.status = problem.status;
    response.headers.emplace_back("Content-Type", "application/problem+json");
    if (problem.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    response.body = problem_json(problem).dump();
    return response;
}

}  // namespace tieline::sandbox::cmms
