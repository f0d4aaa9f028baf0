#pragma once
// What the order mirror remembers of a work order, as compact JSON.

#include "base/result.h"
#include "flows/slot.h"

#include <optional>
#include <string>
#include <string_view>

namespace tieline::flows {

/// An order as the job wants it, or as the ERP has it.
struct MirrorFacts {
    std::string status;  ///< released, technically_complete, cancelled
    std::string planned, currency, month;
    std::string receiver_kind, receiver_code;
    bool operator==(const MirrorFacts&) const = default;
};

/// The one command under way: to the ERP (create, change) or to the CMMS (link).
struct MirrorCommand {
    CommandStage stage = CommandStage::open;
    bool create = false;
    bool stale = false;
    int intent = 0;
    MirrorFacts facts;  ///< what holds once it is booked
    std::string order;  ///< of a link: the number it writes
};

struct MirrorState {
    int intent = 0;  ///< of orders
    int link_intent = 0;
    std::string order;  ///< number in the ERP
    std::string dead;   ///< number of an order that was cancelled for good
    std::string asset, title, order_type, company;
    bool create = false;  ///< the newest snapshot asks for an order
    std::optional<MirrorFacts> wanted, actual;
    std::optional<MirrorCommand> command, link;
    std::string to_link;  ///< number still to be written back
};

std::string to_json_text(const MirrorState& state);
/// "" gives an empty state; an unreadable one is our own fault: kind internal.
Result<MirrorState> mirror_state_from(std::string_view text);

}  // namespace tieline::flows
