#pragma once
// A hub that can be started anew, within the process, with what its configuration says then.

#include "app/hub.h"

#include <atomic>
#include <memory>

namespace tieline::app {

class RunningHub {
public:
    /// Asks the process to stop (ask_to_stop) when the engine stops by itself, and to reload when a person wants it.
    static Result<std::unique_ptr<RunningHub>> open(Config config);

    const Hub& hub() const { return *hub_; }
    /// Whether the engine stopped by itself.
    bool failed() const { return failed_; }

    /// Reads the configuration's file and what was changed in the console, and starts the hub with it, on the same
    /// port. Where it is wrong, the hub goes on as it was and the log says why. What is on its way to peers is waited
    /// for, at most 15 s. An error: the hub could not start again, not even as it was.
    Result<void> reload();
    void stop() { hub_.reset(); }

private:
    Result<void> start(Config config);

    std::unique_ptr<Hub> hub_;
    std::atomic<bool> failed_{false};
    Config config_;  ///< as the file says, that the hub runs with
    std::string web_dir_;
};

}  // namespace tieline::app
