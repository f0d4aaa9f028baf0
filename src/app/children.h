#pragma once
// Child processes of `tieline up`: started, watched, stopped. They end with us, even when we are killed.

#include "base/result.h"

#include <sys/types.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tieline::app {

struct ChildStart {
    std::string name;  ///< "ERP"
    std::string program;
    std::vector<std::string> args;
    std::vector<std::pair<std::string, std::string>> environment;  ///< besides ours: secrets never stand in arguments
    std::string log_file;                                          ///< what it prints, from its second line on
    bool prints_address = true;                                    ///< first line ends with its http address
};

/// Used from the thread that called block_signals(), before other threads are started.
class Children {
public:
    ~Children();
    /// The address that it prints first; "" where it prints none. Waits at most 10 s.
    Result<std::string> start(const ChildStart& child);
    /// After SIGCHLD: names of those that have ended, with how.
    std::vector<std::string> ended();
    /// SIGTERM to all, waits at most 1 s, then SIGKILL.
    void stop();

private:
    std::map<pid_t, std::string> running_;
};

/// A program beside our own or in one of the places of a build tree. Error when it is not found.
Result<std::string> find_program(const std::string& name);

}  // namespace tieline::app
