#pragma once
// The command line: a list of commands, each with --help.

#include <string>
#include <vector>

namespace tieline::app {

/// Exit codes of every command.
enum Exit : int { exit_ok = 0, exit_failed = 1, exit_usage = 2, exit_store = 74 };

/// `args` without the program's name. Gives the process's exit code.
int run(const std::vector<std::string>& args);

// One function per command; `args` without the command's name.
int serve_command(const std::vector<std::string>& args);
int up_command(const std::vector<std::string>& args);
int check_command(const std::vector<std::string>& args);
int import_command(const std::vector<std::string>& args);
int exceptions_command(const std::vector<std::string>& args);
int replay_command(const std::vector<std::string>& args);
int trace_command(const std::vector<std::string>& args);
int availability_command(const std::vector<std::string>& args);
int stock_command(const std::vector<std::string>& args);
int reconcile_command(const std::vector<std::string>& args);
int connector_command(const std::vector<std::string>& args);
int bench_command(const std::vector<std::string>& args);

}  // namespace tieline::app
