#pragma once
// Reads a command's arguments: positional ones, --name VALUE and --flag.

#include "base/result.h"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::app {

class Args {
public:
    /// `with_value` and `flags` without the dashes. "--help" and "-h" are flags of every command. Kind invalid for an
    /// unknown option, a missing value or too many positional arguments.
    static Result<Args> parse(const std::vector<std::string>& given, std::initializer_list<std::string_view> with_value,
                              std::initializer_list<std::string_view> flags, std::size_t positional_max);

    bool has(std::string_view name) const { return options_.contains(name); }
    bool help() const { return has("help"); }
    std::string value(std::string_view name, std::string_view fallback = {}) const;
    const std::vector<std::string>& positional() const { return positional_; }

private:
    std::map<std::string, std::string, std::less<>> options_;
    std::vector<std::string> positional_;
};

/// What a command does first: reads its arguments, prints help or the mistake. `exit_code` is set when it is over.
struct Started {
    Args args;
    int exit_code = -1;
};
Started start_command(const std::vector<std::string>& given, const char* help,
                      std::initializer_list<std::string_view> with_value, std::initializer_list<std::string_view> flags,
                      std::size_t positional_max);

/// Prints "tieline: <message>" on standard error and gives the exit code for a failure.
int fail(const Error& error);
int fail(const std::string& message);

/// A port: 0..65535.
Result<std::uint16_t> port_from(std::string_view text);

}  // namespace tieline::app
