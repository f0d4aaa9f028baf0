#pragma once
// The parts simulation as a program: "tieline-simulation --parts ...".

namespace tieline::sim {

/// Arguments without "--parts". Exit code.
int parts_main(int count, char** values);

}  // namespace tieline::sim
