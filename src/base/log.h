#pragma once
// Structured log lines on standard error (spdlog inside). Secrets never go in. Thread-safe.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace tieline::base {

enum class LogLevel { debug, info, warn, error };
using LogField = std::pair<std::string_view, std::string>;

/// One line: time, level, message, key=value fields.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});
void set_log_level(LogLevel level);
/// Lines of level error since the start of the process: a simulation run fails on any.
std::uint64_t error_lines_logged();

}  // namespace tieline::base
