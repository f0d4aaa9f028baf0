#pragma once
// `tieline-sandbox cmms`: runs the sandbox CMMS until SIGTERM or SIGINT.

#include <string>
#include <vector>

namespace tieline::sandbox::cmms {

/// `args` without program and command name. Gives the exit code: 0 stopped as asked, 1 could not start, 2 bad usage.
int run_cmms(const std::vector<std::string>& args);

}  // namespace tieline::sandbox::cmms
