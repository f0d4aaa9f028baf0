#include "base/thread.h"

#include <sys/resource.h>

namespace tieline::base {

void go_first() {
    constexpr int step = 10;
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) - step);  // of the calling thread, setpriority(2)
}

}  // namespace tieline::base
