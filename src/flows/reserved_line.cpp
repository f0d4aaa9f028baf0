#include "flows/reserved_line.h"

namespace tieline::flows {

void ReservedLine::follow(const Receipt& receipt) {
    if (receipt.outcome != Outcome::booked) return;
    if (receipt.kind == "reservation.cancel") {
        *this = ReservedLine{};
        return;
    }
    if (receipt.kind == "reservation.create") {
        *this = ReservedLine{};
        number = receipt.document;
        part = receipt.echo().text_or("part");
        storeroom = receipt.echo().text_or("storeroom");
    }
    if (const auto count = receipt.echo().decimal("quantity")) quantity = *count;
}

bool ReservedLine::take(std::string_view of_part, std::string_view of_storeroom, const Decimal& count) {
    if (number.empty() || of_part != part || of_storeroom != storeroom) return false;
    const auto sum = taken.plus(count);
    if (!sum || *sum > quantity) return false;
    taken = *sum;
    return true;
}

Json to_json(const ReservedLine& line) {
    return Json::object({{"number", line.number},
                         {"part", line.part},
                         {"storeroom", line.storeroom},
                         {"quantity", line.quantity.str()},
                         {"taken", line.taken.str()}});
}

ReservedLine reserved_line_from(const Json& json) {
    ReservedLine line;
    line.number = json.text_or("number");
    line.part = json.text_or("part");
    line.storeroom = json.text_or("storeroom");
    if (const auto count = json.decimal("quantity")) line.quantity = *count;
    if (const auto count = json.decimal("taken")) line.taken = *count;
    return line;
}

}  // namespace tieline::flows
