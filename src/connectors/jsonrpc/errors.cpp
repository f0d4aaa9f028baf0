// What an answer means.

#include "connectors/jsonrpc/jsonrpc.h"

#include <utility>

namespace tieline::connectors::jsonrpc {
namespace {

constexpr std::size_t shown_most = 500;  ///< bytes of the server's words in a message

std::string cut(const std::string& text) {
    if (text.size() <= shown_most) return text;
    std::size_t end = shown_most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "…";
}

bool holds(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

/// The text at a place of the error's arguments.
std::string argument(const Json& error, std::size_t at) {
    if (!error.is_array() || error.items().size() < 2 || !error.items()[1].is_array()) return {};
    const Json::Array& arguments = error.items()[1].items();
    return at < arguments.size() && arguments[at].is_string() ? arguments[at].string() : std::string();
}

/// Messages of trytond/ir/message.xml of 6.0 about rights, in English, which every call asks for.
bool is_about_rights(const std::string& message) {
    return holds(message, "You are not allowed to") || holds(message, "is not allowed.") ||
           holds(message, "You are trying to read records") || holds(message, "You are trying to modify records");
}

/// Errors of a database that has rolled back and would do it another time.
bool is_busy(const std::string& text) {
    return holds(text, "database is locked") || holds(text, "could not serialize access") ||
           holds(text, "deadlock detected");
}

Error unclear(const Access& access, Effect effect, const std::string& what) {
    const bool write = effect == Effect::write;
    return make_error(write ? ErrorKind::unknown_outcome : ErrorKind::transient,
                      access.system + " failed inside: " + cut(what) +
                          (write ? ". Whether it was carried out is looked up before anything is sent again"
                                 : ". It is tried again by itself"),
                      "peer_failed");
}

Error error_in(const Access& access, Effect effect, const Json& error) {
    const bool is_pair = error.is_array() && !error.items().empty() && error.items()[0].is_string();
    const std::string first = is_pair ? error.items()[0].string() : std::string();
    if (first == "UserError") {
        const std::string message = argument(error, 0), more = argument(error, 1);
        const std::string said = access.system + " refuses it: " + cut(message + (more.empty() ? "" : " " + more));
        if (!is_about_rights(message)) return make_error(ErrorKind::invalid, said, "refused");
        return make_error(ErrorKind::unauthorized, said + ". Give the technical user this right", "forbidden");
    }
    if (first == "UserWarning") {
        return make_error(ErrorKind::invalid,
                          access.system + " asks before it does this: " + cut(argument(error, 1)) +
                              ". Only a person may say yes to that, in " + access.system + " itself",
                          "warning");
    }
    if (first == "ConcurrencyException") {
        return make_error(ErrorKind::conflict, "somebody else changed it in " + access.system + " meanwhile",
                          "changed_meanwhile");
    }
    if (first == "LoginException")
        return make_error(ErrorKind::unauthorized, access.system + " wants another sign-in", "unauthorized");
    if (first == "RateLimitException") {
        Error limited =
            make_error(ErrorKind::rate_limited, access.system + " takes no more at the moment", "rate_limited");
        limited.retry_after = Millis(1000);
        return limited;
    }
    if (is_busy(first)) {
        return make_error(ErrorKind::transient,
                          "the database of " + access.system + " was busy and has done nothing: " + cut(first), "busy");
    }
    return unclear(access, effect, first.empty() ? "it does not say why" : first);
}

}  // namespace

Result<Json> result_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply) {
    rest::Access words;
    words.system = access.system;
    Result<Json> body = rest::body_of(words, effect, reply);
    if (!body) {
        Error error = body.error();
        if (reply && reply->status == 401) {
            error.message =
                access.system + " does not accept the user or the password; check both in the configuration";
            error.code = "unauthorized";
        } else if (reply && reply->status == 403) {
            error.message = access.system + " does not offer this method to the user; check the version and the rights";
        }
        return error;
    }
    if (const Json* error = body->find("error"); error != nullptr) return error_in(access, effect, *error);
    Json* result = body->find("result");
    if (result == nullptr) return rest::bad_reply(words, effect, "it has neither a result nor an error");
    return plain(std::move(*result));
}

}  // namespace tieline::connectors::jsonrpc
