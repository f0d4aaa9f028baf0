#include "api/problem.h"

namespace tieline::api {
namespace {

const char* title_of(int status) {
    switch (status) {
        case 400:
            return "The request is not valid";
        case 401:
            return "Not signed in";
        case 403:
            return "Not allowed";
        case 404:
            return "Not found";
        case 405:
            return "This address does not take this method";
        case 409:
            return "The state has moved on";
        case 412:
            return "Somebody else was faster";
        case 415:
            return "Send JSON";
        case 421:
            return "Wrong host name";
        case 422:
            return "This cannot be done";
        case 429:
            return "Too much at once";
        case 503:
            return "Not available right now";
        default:
            return "Tieline failed";
    }
}

}  // namespace

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid:
            return 400;
        case ErrorKind::unauthorized:
            return 401;
        case ErrorKind::not_found:
            return 404;
        case ErrorKind::conflict:
            return 409;
        case ErrorKind::unsupported:
            return 422;
        case ErrorKind::rate_limited:
            return 429;
        case ErrorKind::unknown_outcome:
            return 502;
        case ErrorKind::transient:
            return 503;
        case ErrorKind::internal:
            return 500;
    }
    return 500;
}

net::HttpResponse problem(const Error& error, int status) {
    net::HttpResponse response;
    response.status = status != 0 ? status : status_of(error.kind);
    const std::string code = error.code.empty() ? std::string(to_string(error.kind)) : error.code;
    Json body = Json::object({{"type", "urn:tieline:problem:" + code},
                              {"title", title_of(response.status)},
                              {"status", response.status},
                              {"code", code}});
    if (!error.field.empty()) body.set("field", error.field);
    body.set("detail", error.message);
    response.body = body.dump();
    response.headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}};
    if (error.retry_after) {
        const auto seconds = (error.retry_after->count() + 999) / 1000;
        response.headers.emplace_back("Retry-After", std::to_string(seconds));
    }
    if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

net::HttpResponse json_reply(int status, std::string body) {
    net::HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    response.body = std::move(body);
    return response;
}

net::HttpResponse json_reply(int status, const Json& body) { return json_reply(status, body.dump()); }

}  // namespace tieline::api
