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
    std::string noun, key, kind, flow, document, code, reason;
    int intent = 0;
    Json details;  ///< object, or null
    Json echo;     ///< object, or null
    bool is_reversal() const { return kind.ends_with(".reverse"); }
};

/// Reads a receipt's event. An unreadable one is our own fault: kind internal.
Result<Receipt> read_receipt(const model::Envelope& envelope);

}  // namespace tieline::flows
