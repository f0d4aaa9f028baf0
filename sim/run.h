#pragma once
// One simulated run from a seed: a plant works for half a minute while everything fails, then peace, then the checks.

#include "engine/planted.h"
#include "sim/matrix.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tieline::sim {

struct RunOptions {
    std::uint64_t seed = 1;
    int orders = 50;
    engine::PlantedBug planted = engine::PlantedBug::none;
    bool erp_ignores_key = false;
    bool disk_lies = false;  ///< fsync answers yes and does nothing
    bool keep_trace = false;
};
struct RunReport {
    std::string complaint;  ///< "" = every invariant holds
    std::uint64_t trace_hash = 0;
    Matrix matrix;
    int orders = 0, crashes = 0;
    std::uint64_t other_faults = 0;
    std::int64_t simulated_ms = 0;
    std::vector<std::string> trace;
};

RunReport run_seed(const RunOptions& options);

}  // namespace tieline::sim
