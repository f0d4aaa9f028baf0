#include "app/args.h"

#include "app/cli.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace tieline::app {
namespace {

Error usage(std::string message) { return make_error(ErrorKind::invalid, std::move(message), "usage"); }

}  // namespace

Result<Args> Args::parse(const std::vector<std::string>& given, std::initializer_list<std::string_view> with_value,
                         std::initializer_list<std::string_view> flags, std::size_t positional_max) {
    Args args;
    for (std::size_t index = 0; index < given.size(); ++index) {
        std::string_view one = given[index];
        if (one == "-h" || one == "--help") {
            args.options_["help"] = "";
            continue;
        }
        if (!one.starts_with("--")) {
            if (args.positional_.size() == positional_max)
                return usage("'" + given[index] + "' is one argument too many.");
            args.positional_.emplace_back(one);
            continue;
        }
        one.remove_prefix(2);
        const std::size_t equals = one.find('=');
        const std::string_view name = one.substr(0, equals);
        if (std::find(flags.begin(), flags.end(), name) != flags.end() && equals == std::string_view::npos) {
            args.options_.insert_or_assign(std::string(name), std::string());
        } else if (std::find(with_value.begin(), with_value.end(), name) == with_value.end()) {
            return usage("there is no option --" + std::string(name) + ".");
        } else if (equals != std::string_view::npos) {
            args.options_.insert_or_assign(std::string(name), std::string(one.substr(equals + 1)));
        } else if (index + 1 == given.size()) {
            return usage("--" + std::string(name) + " needs a value.");
        } else {
            args.options_.insert_or_assign(std::string(name), given[++index]);
        }
    }
    return args;
}

std::string Args::value(std::string_view name, std::string_view fallback) const {
    const auto found = options_.find(name);
    return found == options_.end() ? std::string(fallback) : found->second;
}

Started start_command(const std::vector<std::string>& given, const char* help,
                      std::initializer_list<std::string_view> with_value, std::initializer_list<std::string_view> flags,
                      std::size_t positional_max) {
    Started started;
    Result<Args> args = Args::parse(given, with_value, flags, positional_max);
    if (!args) {
        std::fprintf(stderr, "tieline: %s\n\n%s", args.error().message.c_str(), help);
        started.exit_code = exit_usage;
        return started;
    }
    started.args = std::move(*args);
    if (started.args.help()) {
        std::fputs(help, stdout);
        started.exit_code = exit_ok;
    }
    return started;
}

int fail(const std::string& message) {
    std::fprintf(stderr, "tieline: %s\n", message.c_str());
    return exit_failed;
}

int fail(const Error& error) { return fail(error.message); }

Result<std::uint16_t> port_from(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (failed == std::errc() && end == text.data() + text.size()) return port;
    return make_error(ErrorKind::invalid, "'" + std::string(text) + "' is no port; use a number from 0 to 65535.",
                      "bad_port");
}

}  // namespace tieline::app
