#pragma once
// Answers: JSON, and errors as RFC 9457 problem details with a stable type.

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

#include <string>

namespace tieline::api {

/// The one table from kinds of errors to HTTP status codes.
int status_of(ErrorKind kind);
/// `status` 0: by the error's kind. type = "urn:tieline:problem:<code>", detail = what happened and what to do.
net::HttpResponse problem(const Error& error, int status = 0);
net::HttpResponse json_reply(int status, std::string body);
inline net::HttpResponse json_reply(int status, const char* body) { return json_reply(status, std::string(body)); }
net::HttpResponse json_reply(int status, const Json& body);

}  // namespace tieline::api
