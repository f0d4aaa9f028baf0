#pragma once
// Which part transactions take from a reservation. parts_issue and reservation read the same log in the same order and
// must say the same without asking each other: an issue that names the reservation lowers it in the ERP by itself, one
// that does not leaves it to be changed.

#include "base/decimal.h"
#include "base/json.h"
#include "flows/receipt.h"

#include <string>
#include <string_view>

namespace tieline::flows {

/// A reservation that the ERP has booked for a planned line.
struct ReservedLine {
    std::string number;  ///< empty: none
    std::string part, storeroom;
    Decimal quantity;  ///< reserved in all, in the base unit
    Decimal taken;     ///< by transactions that name it

    /// Follows a booked receipt of the line's reservation.
    void follow(const Receipt& receipt);
    /// Whether an issue of this part and quantity names the reservation; counts it where it does. A transaction that
    /// takes more than is left, and a return, go without.
    bool take(std::string_view of_part, std::string_view of_storeroom, const Decimal& count);
};

Json to_json(const ReservedLine& line);
ReservedLine reserved_line_from(const Json& json);

}  // namespace tieline::flows
