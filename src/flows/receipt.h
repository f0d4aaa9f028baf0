#pragma once
// What became of a command, as the flows read it from a receipt's event.

#include "base/json.h"
#include "base/result.h"
#include "model/event.h"

#include <string>
#include <string_view>

namespace tieline::flows {

/// replayed and given_up are a person's word on a rejected command; they carry its key, not its echo.
enum class Outcome { accepted, booked, rejected, parked, withdrawn, replayed, given_up };

/// Splits "cost.booked" into noun and outcome; false when the type is no receipt.
bool receipt_type(std::string_view type, std::string_view& noun, Outcome& outcome);

struct Receipt {
    Outcome outcome = Outcome::accepted;
    std::string noun, key, kind, flow, flow_key, document, code, reason;
    int intent = 0;
    std::shared_ptr<const Json> data;  ///< the event's
    const Json& details() const { return object("details"); }
    const Json& echo() const { return object("echo"); }
    bool is_reversal() const { return kind.ends_with(".reverse"); }

private:
    const Json& object(std::string_view name) const;  ///< or null
};

/// Whether the event is a receipt of this flow or a person's word on its command, and of which of the flow's keys; ""
/// where not. Some nouns are also what a source calls its objects ("requisition.rejected" may be an approver's no).
std::string receipt_key_of(const model::Envelope& envelope, std::string_view flow);

/// Reads a receipt's event. An unreadable one is our own fault: kind internal.
Result<Receipt> read_receipt(const model::Envelope& envelope);

}  // namespace tieline::flows
