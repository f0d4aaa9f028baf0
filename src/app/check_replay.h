#pragma once
// `tieline check --replay`: prints the dry run of a changed field map. For the command only.

#include "app/args.h"

namespace tieline::app {

/// Options replay (the recording), map (the new map), connector (where several take it), json. Gives the exit code.
int check_replay(const Args& args);

}  // namespace tieline::app
