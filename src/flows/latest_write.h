#pragma once
// One write to a peer under way, and the newest content that is wanted there: what lies in between is never sent.

#include "base/json.h"
#include "flows/flow.h"
#include "flows/receipt.h"
#include "flows/slot.h"

#include <optional>
#include <string>
#include <string_view>

namespace tieline::flows {

/// Where a write goes and under which names.
struct WriteTarget {
    std::string_view flow, site, key, slot, connector, kind, noun;
};

struct LatestWrite {
    int intent = 0;       ///< last intent number used; never goes back
    std::string written;  ///< content that the peer has for sure; empty: nothing yet
    std::string pending;  ///< content of the command under way
    std::optional<CommandStage> stage;

    /// Takes a receipt, or a person's word, of this write; others change nothing.
    void take(const WriteTarget& target, const Receipt& receipt);
    /// Whether the content would be sent now: it differs, and nothing that may be at the peer is in the way.
    bool may_send(std::string_view content) const;
    /// Sends the content: `members` is the payload without "reference", `content` what makes it differ from another.
    void send(const WriteTarget& target, std::string content, std::string members, Decision& decision);

    /// The peer has nothing to learn from the content: it counts as written, and what was refused is withdrawn. Only
    /// where may_send() says so.
    void settle(const WriteTarget& target, std::string content, Decision& decision);

    Json json() const;
    static LatestWrite from(const Json* json);
};

}  // namespace tieline::flows
