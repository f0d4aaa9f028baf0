#pragma once
// `tieline-sandbox plant`: people at work in the demo plant, through the APIs of CMMS and ERP, until stopped.

#include <string>
#include <vector>

namespace tieline::sandbox::plant {

/// `args` without program and command name. Gives the exit code: 0 stopped as asked, 2 bad usage.
int run_plant(const std::vector<std::string>& args);

}  // namespace tieline::sandbox::plant
