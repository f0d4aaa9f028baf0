#pragma once
// A connector's strict fake as a process of its own, over HTTP on the loopback address.

#include "contract/connector_contract.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace tieline::bench {

/// What it saw.
struct PeerSeen {
    std::int64_t requests = 0;           ///< since the last time it was asked
    std::int64_t most_in_a_second = 0;   ///< of these, in any second
    std::int64_t sampled = 0, once = 0;  ///< of so many commands that were looked for, so many were carried out once
};

/// Made before this process starts threads; killed when destroyed.
class PeerProcess {
public:
    /// The fake of `subject` with `count` commands of that kind that it will carry out. Ends the program on a mistake.
    PeerProcess(const contract::ConnectorUnderTest& subject, const std::string& kind, int count);
    ~PeerProcess();
    PeerProcess(const PeerProcess&) = delete;
    PeerProcess& operator=(const PeerProcess&) = delete;

    /// The subject's settings with this process's address.
    const connectors::Settings& settings() const { return settings_; }
    const std::vector<model::Command>& commands() const { return commands_; }
    PeerSeen seen() const;

private:
    pid_t child_ = -1;
    std::uint16_t port_ = 0;
    connectors::Settings settings_;
    std::vector<model::Command> commands_;
};

}  // namespace tieline::bench
