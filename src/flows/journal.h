#pragma once
// One balanced journal in one currency out of exact cost lines: rounding, sides, clearing.

#include "base/decimal.h"
#include "base/result.h"
#include "flows/config.h"
#include "model/work_order.h"

#include <span>
#include <string>
#include <vector>

namespace tieline::flows {

/// Rounds each amount to `scale`; their sum becomes the rounded exact sum. The difference goes to the largest absolute
/// rounded amount, the first on ties.
Result<std::vector<Decimal>> round_together(std::span<const Decimal> exact, int scale, Rounding mode);

struct JournalInput {
    const model::CostLine* line = nullptr;
    model::Receiver receiver;
    std::string_view account;   ///< of the cost
    std::string_view clearing;  ///< of the other side
};

struct Journal {
    std::string lines;       ///< JSON array: cost lines in their order, then one line per clearing account
    std::string echo_lines;  ///< JSON array for the echo
    std::string facts;       ///< what the source says, in an order of its own: equal facts, equal posting
    Decimal total;           ///< net, rounded to the currency's minor unit
    bool empty = true;       ///< every line rounds to zero
};

/// All inputs are of `currency`. A negative line swaps the sides; a line that rounds to zero is left out.
Result<Journal> make_journal(const model::WorkOrder& order, std::span<const JournalInput> inputs,
                             std::string_view currency, Rounding mode);

/// The receiver as the source names it, before any default of ours: part of a document's facts.
std::string source_receiver(const model::WorkOrder& order, const model::CostLine& line);

}  // namespace tieline::flows
