#pragma once
// What the CMMS answers when it refuses: RFC 9457 problem details with a stable code, the field and the rule.

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

#include <string>

namespace tieline::sandbox::cmms {

struct Problem {
    Problem() = default;
    // A constructor, so that no number can pass for a problem.
    Problem(int http_status, std::string stable_code, std::string where, std::string text, Json more = Json::object())
        : status(http_status),
          code(std::move(stable_code)),
          field(std::move(where)),
          message(std::move(text)),
          extra(std::move(more)) {}

    int status = 500;
    std::string code;     ///< stable machine word: "unknown_asset"
    std::string field;    ///< "labor[2].hours"; empty when none is to blame
    std::string message;  ///< what is wrong and what to do
    Json extra;           ///< further members of the answer: "present_status", "allowed"
};

[[noreturn]] void throw_exception_from_error(const Problem& problem, const boost::source_location& where);

template <class T = void>
using Outcome = boost::system::result<T, Problem>;

inline Problem invalid(std::string code, std::string field, std::string message) {
    return Problem{422, std::move(code), std::move(field), std::move(message), Json::object()};
}
inline Problem not_found(std::string code, std::string message) {
    return Problem{404, std::move(code), {}, std::move(message), Json::object()};
}
inline Problem conflict(std::string code, std::string message) {
    return Problem{409, std::move(code), {}, std::move(message), Json::object()};
}

net::HttpResponse json_response(int status, const Json& body);
/// Sends a body that is JSON text already.
net::HttpResponse text_response(int status, std::string json_text);
net::HttpResponse problem_response(const Problem& problem);
/// The members that a problem shows, without the HTTP envelope: for items of a batch.
Json problem_json(const Problem& problem);

}  // namespace tieline::sandbox::cmms
