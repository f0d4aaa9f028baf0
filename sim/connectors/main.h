#pragma once

namespace tieline::sim {

/// `--connectors`: the rest of the command line. Exit code of the program.
int connectors_main(int count, char** values);

}  // namespace tieline::sim
