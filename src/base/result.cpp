#include "base/result.h"

#include "base/log.h"

#include <array>
#include <cstdlib>
#include <string_view>

namespace tieline::base {

namespace {

struct KindName {
    ErrorKind kind;
    const char* name;
};

constexpr std::array<KindName, 9> kind_names{{
    {ErrorKind::transient, "transient"},
    {ErrorKind::rate_limited, "rate_limited"},
    {ErrorKind::unauthorized, "unauthorized"},
    {ErrorKind::not_found, "not_found"},
    {ErrorKind::conflict, "conflict"},
    {ErrorKind::invalid, "invalid"},
    {ErrorKind::unsupported, "unsupported"},
    {ErrorKind::unknown_outcome, "unknown_outcome"},
    {ErrorKind::internal, "internal"},
}};

}  // namespace

const char* to_string(ErrorKind kind) {
    for (const auto& entry : kind_names) {
        if (entry.kind == kind) return entry.name;
    }
    return "internal";
}

std::optional<ErrorKind> error_kind_from(std::string_view name) {
    for (const auto& entry : kind_names) {
        if (entry.name == name) return entry.kind;
    }
    return std::nullopt;
}

// Reached when somebody takes the value of a failed Result: a bug of ours, never a consequence of input.
void throw_exception_from_error(const Error& error, const boost::source_location& where) {
    log(LogLevel::error, "the value of a failed result was taken",
        {{"error", error.message},
         {"code", error.code},
         {"file", where.file_name()},
         {"line", std::to_string(where.line())}});
    throw std::logic_error("value of a failed result taken: " + error.message);
}

void check_failed(const char* condition, const char* why, const char* file, int line) {
    log(LogLevel::error, "a broken invariant ends the process",
        {{"why", why}, {"condition", condition}, {"file", file}, {"line", std::to_string(line)}});
    std::abort();
}

}  // namespace tieline::base
