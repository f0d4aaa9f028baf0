#include "base/thread.h"

#include <sys/resource.h>

namespace tieline::base {

void go_first() {
    const int own = getpriority(PRIO_PROCESS, 0);  // of the calling thread, setpriority(2)
    for (const int step : {10, 5}) {
        if (setpriority(PRIO_PROCESS, 0, own - step) == 0) return;
    }
}

}  // namespace tieline::base
