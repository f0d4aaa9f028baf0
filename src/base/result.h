#pragma once
// Errors as values. The kind tells the caller what to do; nothing throws across a room's front door.

#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace tieline::base {

/// What the caller should do about an error.
enum class ErrorKind {
    transient,        ///< try again later, nothing happened (the request never left, or was refused before work)
    rate_limited,     ///< try again after `retry_after`
    unauthorized,     ///< stop this connector and tell a person
    not_found,        ///< the named object does not exist
    conflict,         ///< somebody else changed it: read again, then decide
    invalid,          ///< will never succeed as it is: a person must see it
    unsupported,      ///< this peer cannot do it
    unknown_outcome,  ///< it may or may not have happened: look it up before anything else. Never the same as transient
    internal,         ///< our own fault: stop this part and tell a person
};

/// Stable lower-case name of a kind, e.g. "rate_limited".
const char* to_string(ErrorKind kind);
/// Inverse of to_string; nullopt for an unknown name.
std::optional<ErrorKind> error_kind_from(std::string_view name);

struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string message;  ///< what happened, to which object, why, what to do: for plant people
    std::string code;     ///< stable machine word, e.g. "period_closed"; may be empty
    std::string field;    ///< path of the offending field, e.g. "lines[2].amount"; may be empty
    std::optional<std::chrono::milliseconds> retry_after{};
    std::string
        details{};  ///< JSON object of facts a flow may act on, e.g. {"next_open_date":"2026-12-01"}; may be empty
};

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T = void>
using Result = boost::system::result<T, Error>;

inline Error make_error(ErrorKind kind, std::string message, std::string code = {}, std::string field = {}) {
    return Error{kind, std::move(message), std::move(code), std::move(field), std::nullopt, {}};
}

/// For broken invariants of our own, never for input: logs, then ends the process. The log replays.
[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace tieline::base

namespace tieline {
using namespace base;  // the vocabulary of base is the vocabulary of every room
}

#define TIELINE_CHECK(condition, why) \
    ((condition) ? (void)0 : ::tieline::base::check_failed(#condition, why, __FILE__, __LINE__))

#define TIELINE_CONCAT_INNER(a, b) a##b
#define TIELINE_CONCAT(a, b) TIELINE_CONCAT_INNER(a, b)
/// TIELINE_TRY(auto value, expression): returns the error to the caller, or binds the value.
#define TIELINE_TRY(declaration, expression)                                                            \
    auto TIELINE_CONCAT(tieline_try_, __LINE__) = (expression);                                         \
    if (!TIELINE_CONCAT(tieline_try_, __LINE__)) return TIELINE_CONCAT(tieline_try_, __LINE__).error(); \
    declaration = std::move(*TIELINE_CONCAT(tieline_try_, __LINE__))
/// TIELINE_TRY_VOID(expression): returns the error to the caller.
#define TIELINE_TRY_VOID(expression)                                \
    do {                                                            \
        auto tieline_try_result = (expression);                     \
        if (!tieline_try_result) return tieline_try_result.error(); \
    } while (false)
