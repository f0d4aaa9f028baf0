#pragma once
// An intended effect on a peer, and what became of it.

#include "base/time.h"
#include "model/event.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tieline::model {

/// What a flow asks for. `key` = short_key of (flow, site, business object, slot, intent number): never of an event id
/// or a mapping. It is written into a searchable field of the peer.
struct Command {
    std::string key;        ///< 16 characters
    std::string order_key;  ///< commands with the same order key leave one after the other
    std::string connector;  ///< target, by configured name: "erp"
    std::string kind;       ///< what to do: "journal.post", "journal.reverse", "order.create"
    std::string noun;       ///< receipts become events "<noun>.booked", "<noun>.rejected", "<noun>.parked"
    std::string flow;       ///< flow that asked
    std::string flow_key;   ///< its state key, so that receipts find their way back
    std::string correlation;
    std::string cause;    ///< id of the event that made the flow ask
    std::string payload;  ///< canonical JSON; the connector's field map makes the wire body of it
    std::string echo;     ///< JSON object copied into the receipt's event as "echo": amounts, receiver, slot
    int intent = 1;
};

/// pending → sending → unknown? → accepted → booked | rejected | parked. `waiting`: an earlier command of the same
/// order key is still open. `withdrawn`: proven absent at the peer and superseded, will never be sent.
enum class CommandState { waiting, pending, sending, unknown, accepted, booked, rejected, parked, withdrawn };
const char* to_string(CommandState state);
std::optional<CommandState> command_state_from(std::string_view text);
/// Blocks its order key: waiting, pending, sending, unknown, rejected, parked.
bool blocks_order_key(CommandState state);

/// A command as stored.
struct StoredCommand {
    std::uint64_t id = 0;  ///< grows with insertion
    SiteId site;
    Command command;
    CommandState state = CommandState::pending;
    int attempt = 0;          ///< number of the last attempt, 0 = never tried
    int failures = 0;         ///< transient failures in a row
    int absent_answers = 0;   ///< how often in a row a look-up said "absent" since the attempt's deadline + settle
    std::uint64_t epoch = 0;  ///< lease epoch of the attempt
    WallTime due{};           ///< not before this time
    WallTime deadline{};      ///< of the open attempt
    WallTime created{};
    std::string last_error;  ///< plain words
    std::string last_code;   ///< Error::code of the last failure
    std::string document;    ///< the peer's document number once known
};

}  // namespace tieline::model
