#pragma once
// A run of parts written down as JSON lines, for a model that was written from the rules alone.

#include "sim/parts_run.h"

#include <string>

namespace tieline::sim {

/// Writes to `path`: the plant and its settings, each event of the log followed by the commands it caused, and what
/// both systems hold at rest. What went wrong, or "".
std::string dump_parts(PartsRun& run, const PartsOptions& options, const std::string& path);

}  // namespace tieline::sim
