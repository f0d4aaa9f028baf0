#pragma once
// The sandbox ERP as a process of its own: `tieline-sandbox erp`. HTTP outside, the Erp of erp.h inside.

#include <string>
#include <vector>

namespace tieline::sandbox::erp {

/// Runs until SIGTERM or SIGINT; the process's exit code. Prints one line with the address once it listens.
int run_erp(const std::vector<std::string>& args);

}  // namespace tieline::sandbox::erp
