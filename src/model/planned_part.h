#pragma once
// What a work order plans to use, and what it leaves behind at the machine: planned parts, meter readings, serials.

#include "base/decimal.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <vector>

namespace tieline::model {

/// A part that the planner wants for a job. `quantity` may be in an alternative unit ("BOX"); the base quantity beside
/// it is in the part's base unit and missing where the source does not know the part.
struct PlannedPart {
    std::string id;    ///< unique within the work order: "P1"
    std::string part;  ///< empty: free text, not a stock item
    Decimal quantity;
    std::string unit;
    std::optional<Decimal> base_quantity;
    std::string base_unit;
    std::string storeroom;
    std::optional<Date> needed_on;
    bool substitute_ok = false;
    Decimal issued;   ///< net quantity that transactions have taken for this line, in the base unit
    std::string kit;  ///< the kit that this line was a component of

    /// Planned quantity and unit that `issued` can be compared with.
    const Decimal& base() const { return base_quantity ? *base_quantity : quantity; }
    const std::string& unit_of_base() const { return base_quantity && !base_unit.empty() ? base_unit : unit; }
};

struct MeterReading {
    std::string meter;
    Decimal value;
};

struct PartSerial {
    std::string part, serial;
};

}  // namespace tieline::model
