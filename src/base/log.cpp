#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

namespace tieline::base {

namespace {

std::atomic<std::uint64_t> error_lines{0};

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warn:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

// Made on first use and never destroyed: a line may still be logged while static objects are being destroyed.
spdlog::logger& logger() {
    static spdlog::logger* const instance = [] {
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        auto made = std::make_unique<spdlog::logger>("tieline", std::move(sink));
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        made->flush_on(spdlog::level::info);
        return made.release();
    }();
    return *instance;
}

// A text of outside may hold line ends or quotes; it must not be able to forge a line or a field.
void append_escaped(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\x";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += c;
        }
    }
}

bool is_plain(std::string_view value) {
    if (value.empty()) return false;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f || c == '"' || c == '\\' || c == '=') return false;
    }
    return true;
}

}  // namespace

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    if (level == LogLevel::error) error_lines.fetch_add(1, std::memory_order_relaxed);
    auto& out = logger();
    if (!out.should_log(level_of(level))) return;
    std::string line;
    line.reserve(message.size() + 32 * fields.size());
    append_escaped(line, message);
    for (const auto& [key, value] : fields) {
        line += ' ';
        line += key;
        line += '=';
        if (is_plain(value)) {
            line += value;
        } else {
            line += '"';
            append_escaped(line, value);
            line += '"';
        }
    }
    out.log(level_of(level), spdlog::string_view_t(line));
}

void set_log_level(LogLevel level) { logger().set_level(level_of(level)); }

std::uint64_t error_lines_logged() { return error_lines.load(std::memory_order_relaxed); }

}  // namespace tieline::base
