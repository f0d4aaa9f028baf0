#pragma once
// A dry run of a changed field map on recorded commands: what would be sent by the map in force and by the new one.
// Sends nothing.

#include "connectors/connector.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tieline::app {

/// One line of a recording: {"connector","kind","key","payload",…}; other members are ignored.
Result<model::Command> recorded_command(const std::string& line);

/// One field that differs in a command's request. An empty side: the field is not there.
struct FieldChange {
    std::string path;  ///< of the body "items[0].amount"; "address" and "method" of the request
    std::string before, after;
};
/// What the two maps make of one command.
struct Replayed {
    enum class Outcome { same, changed, newly_refused, newly_taken, refused_by_both };
    std::string key, kind;
    Outcome outcome = Outcome::same;
    std::vector<FieldChange> changes;
    std::string why;  ///< of a refusal
};
const char* to_string(Replayed::Outcome outcome);
Replayed replay(const model::Command& command, const connectors::Connector& in_force,
                const connectors::Connector& changed);

/// Fields of two bodies, in the order of the first and then of what only the second has. Bodies that are no JSON are
/// compared as one text.
std::vector<FieldChange> differences(const std::string& before, const std::string& after);

}  // namespace tieline::app
