#include "model/command.h"

#include <array>
#include <string_view>

namespace tieline::model {

namespace {

struct StateName {
    CommandState state;
    const char* name;
    bool blocks;
};

constexpr std::array<StateName, 9> states{{
    {CommandState::waiting, "waiting", true},
    {CommandState::pending, "pending", true},
    {CommandState::sending, "sending", true},
    {CommandState::unknown, "unknown", true},
    {CommandState::accepted, "accepted", false},
    {CommandState::booked, "booked", false},
    {CommandState::rejected, "rejected", true},
    {CommandState::parked, "parked", true},
    {CommandState::withdrawn, "withdrawn", false},
}};

const StateName& entry_of(CommandState state) {
    for (const auto& entry : states) {
        if (entry.state == state) return entry;
    }
    check_failed("known state", "a command has one of the nine states", __FILE__, __LINE__);
}

}  // namespace

const char* to_string(CommandState state) { return entry_of(state).name; }

std::optional<CommandState> command_state_from(std::string_view text) {
    for (const auto& entry : states) {
        if (entry.name == text) return entry.state;
    }
    return std::nullopt;
}

bool blocks_order_key(CommandState state) { return entry_of(state).blocks; }

}  // namespace tieline::model
